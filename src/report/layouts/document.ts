/** The document around a page of ours: one file, into which nothing is loaded and in which only our own script runs. */
import { html, trusted, type Content, type Markup } from './markup.js';

/** The page's own style sheet, inline pictures and the one script of that digest are all there is. */
const policyOf = (script: PageScript | undefined, connects: boolean): string =>
  [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src '${script.digest}'`]),
    ...(connects ? ["connect-src 'self'"] : []),
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** A script of ours: source without any data in it. */
export interface PageScript {
  readonly source: string;
  /** `sha256-...`, as a content security policy names it. */
  readonly digest: string;
}

export interface DocumentParts {
  readonly title: string;
  /** A style sheet of ours. */
  readonly style: string;
  readonly script?: PageScript;
  /** The page asks for events from where it came from. */
  readonly connects?: true;
  /** Further elements of the head. */
  readonly meta?: Markup;
  readonly body: Content;
}

export function htmlDocument({ title, style, script, connects, meta, body }: DocumentParts): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policyOf(script, connects === true))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${meta === undefined ? null : html`${meta}\n`}<title>${title} – Plimsoll</title>
<style>${trusted(style)}</style>
</head>
<body>
${body}
${
  script === undefined
    ? null
    : html`<script>${trusted(script.source)}</script>
`
}</body>
</html>
`.html;
}
