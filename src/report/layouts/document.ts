/** The document around a page of ours: one file, into which nothing is loaded and in which nothing runs. */
import { html, trusted, type Content, type Markup } from './markup.js';

/** The page's own style sheet and inline pictures are all there is. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export interface DocumentParts {
  readonly title: string;
  /** A style sheet of ours. */
  readonly style: string;
  /** Further elements of the head. */
  readonly meta?: Markup;
  readonly body: Content;
}

export function htmlDocument({ title, style, meta, body }: DocumentParts): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${meta === undefined ? null : html`${meta}\n`}<title>${title} – Plimsoll</title>
<style>${trusted(style)}</style>
</head>
<body>
${body}
</body>
</html>
`.html;
}
