/** Contents, chapters and footer of a page. */
import { html, outside, prose, trusted, type Content, type Markup } from '../layouts/markup.js';
import type { State } from '../words.js';
import { sign, SIGN_SHAPES } from './sign.js';

export interface FrameChapter {
  readonly id: string;
  readonly title: string;
  /** Its name in the contents, where that is shorter. */
  readonly label?: string;
  /** What stands beside the title. */
  readonly note: string;
  /** The number that a reader would ask for, or a word or two; empty where there is none. */
  readonly short: string;
  /** The same in the contents, where the note does not stand beside it: a count with what it counts. */
  readonly brief?: string;
  readonly tone: State;
  readonly body: Content;
  /** Folded behind a line of what was found; open from the start where a reader has to look. */
  readonly fold?: { readonly finding: string; readonly open: boolean };
}

/** What the contents have of a chapter. */
type Entry = Pick<FrameChapter, 'id' | 'title' | 'label' | 'note' | 'short' | 'brief' | 'tone' | 'fold'>;

export interface FrameParts {
  /** What the page is about; from outside. */
  readonly name: string;
  readonly summary: Content;
  /** State of the whole, for the contents. */
  readonly tone: State;
  /** The verdict again, at the top of the window while the chapters are read. */
  readonly bar?: Content;
  readonly chapters: readonly FrameChapter[];
  /** What stands below the contents. */
  readonly aside?: Content;
  /** What marks the whole page, above the contents. */
  readonly mark?: Content;
  readonly legend: readonly { readonly tone: State; readonly words: string }[];
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

export function pageFrame(parts: FrameParts): Markup {
  const { name, summary, tone, bar, chapters, aside, mark, legend, footer } = parts;
  const entry = ({ id, title, label = title, note, short, brief = short, tone: of, fold }: Entry): Markup => {
    // Beside a folded chapter the note is the name of its number.
    const whole = fold === undefined || note === '' ? brief : `${note} ${short}`;
    const hint = short === '' ? null : html` title="${title}: ${whole}"`;
    return html`<li><a href="#${id}"${hint}>${sign(of)}<b>${label}</b><span>${brief}</span></a></li>`;
  };
  return html`<a class="skip" href="#summary">Skip to the verdict</a>${HATCH}${SIGN_SHAPES}
<div class="frame">
<nav aria-label="Chapters"><div class="stay"><p class="brand">${MARK}Plimsoll<span>${outside(name, 60)}</span></p>
${mark}<ol>${entry({ id: 'summary', title: 'Summary', note: '', short: '', tone })}${chapters.map(entry)}</ol>${aside}
<ul class="signs">${legend.map((each) => html`<li>${sign(each.tone)}${each.words}</li>`)}</ul></div></nav>
<main>
<section id="summary">${summary}</section>
${bar === undefined ? null : html`<div class="bar">${bar}</div>\n`}${chapters.map(chapter)}<footer>${footer}</footer>
</main></div>`;
}

function chapter({ id, title, note, short, brief, tone, body, fold }: FrameChapter): Markup {
  if (fold === undefined)
    return html`<section id="${id}" aria-labelledby="${id}-title"><h2
 id="${id}-title">${title}<small>${note}</small></h2>${body}</section>
`;
  const key =
    short === ''
      ? null
      : html`<span class="key-number">${
          note === '' ? null : html`<small>${note}</small> `
        }<b>${short}</b>${brief === undefined || brief === short ? null : html`<b class="brief">${brief}</b>`}</span>`;
  // The link leads into what is folded, so that a browser opens it, also without script.
  return html`<section class="chapter" aria-labelledby="${id}-title"><details${
    fold.open ? html` open` : null
  }><summary>${sign(tone)}<h2 id="${id}-title">${title}</h2><span class="found">${prose(
    fold.finding,
  )}</span>${key}</summary>
<div class="body" id="${id}">${body}</div></details></section>
`;
}
