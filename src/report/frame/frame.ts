/** Contents, chapters and footer of a page. */
import { html, outside, trusted, type Content, type Markup } from '../layouts/markup.js';
import type { Tone } from '../words.js';
import { sign, SIGN_SHAPES } from './sign.js';

export interface FrameChapter {
  readonly id: string;
  readonly title: string;
  /** What stands beside the title. */
  readonly note: string;
  /** And in the contents: a number or a word or two. */
  readonly short: string;
  readonly tone: Tone;
  readonly body: Content;
}

export interface FrameParts {
  /** What the page is about; from outside. */
  readonly name: string;
  readonly summary: Content;
  /** State of the whole, for the contents. */
  readonly tone: Tone;
  readonly chapters: readonly FrameChapter[];
  readonly legend: readonly { readonly tone: Tone; readonly words: string }[];
  readonly footer: string;
}

/** The load line: a disc and the line to which a ship may be loaded. */
const MARK = trusted(
  '<svg class="mark" viewBox="0 0 26 26" aria-hidden="true">' +
    '<circle cx="13" cy="13" r="8.5" fill="none" stroke="currentColor" stroke-width="2.6"/>' +
    '<path d="M0 13H26" stroke="currentColor" stroke-width="2.6"/></svg>',
);

/** Hatching, to which all pictures of the page refer. */
const HATCH = html`<svg width="0" height="0" aria-hidden="true" class="defs"><defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<line x1="0" y1="0" x2="0" y2="6" stroke="currentColor" stroke-opacity=".3"/></pattern></defs></svg>`;

export function pageFrame({ name, summary, tone, chapters, legend, footer }: FrameParts): Markup {
  const entry = (id: string, title: string, short: string, of: Tone): Markup =>
    html`<li><a href="#${id}">${sign(of)}<b>${title}</b><span>${short}</span></a></li>`;
  return html`<a class="skip" href="#summary">Skip to the verdict</a>${HATCH}${SIGN_SHAPES}
<div class="frame">
<nav aria-label="Chapters"><div class="stay"><p class="brand">${MARK}Plimsoll<span>${outside(name, 60)}</span></p>
<ol>${entry('summary', 'Summary', '', tone)}${chapters.map((each) =>
    entry(each.id, each.title, each.short, each.tone),
  )}</ol>
<ul class="signs">${legend.map((each) => html`<li>${sign(each.tone)}${each.words}</li>`)}</ul></div></nav>
<main>
<section id="summary">${summary}</section>
${chapters.map(
  ({ id, title, note, body }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2
 id="${id}-title">${title}<small>${note}</small></h2>${body}</section>
`,
)}<footer>${footer}</footer>
</main></div>`;
}
