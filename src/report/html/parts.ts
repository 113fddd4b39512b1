/**
 * The parts that sections are put together from: figures with their key and numbers, tables, tags, and the state
 * without numbers.
 */
import type { Chart, KeyEntry } from '../charts/theme.js';
import type { Tone } from '../words.js';
import { html, outside, prose, trusted, type Content, type Markup } from './markup.js';

export function section(id: string, title: string, lead: string | null, body: Content): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${lead === null ? null : html`<p class="lead">${prose(lead)}</p>`}${body}</section>
`;
}

/** A word with its sign and colour; the word alone says it. */
export function tag(words: string, tone: Tone, sign: string): Markup {
  return html`<span class="tag ${tone}"><span aria-hidden="true">${sign}</span>${words}</span>`;
}

export function nothing(words: string): Markup {
  return html`<p class="nothing"><strong>No numbers here.</strong> ${prose(words)}</p>`;
}

export interface FigureParts {
  readonly title: string;
  /** One sentence, computed from the numbers. */
  readonly finding: string;
  readonly chart: Chart;
  /** The numbers as a table, for those who don't see the picture. */
  readonly numbers: Markup | null;
  readonly wide?: boolean;
  readonly note?: string;
}

export function figure(parts: FigureParts): Markup {
  return html`<figure><figcaption><h3>${outside(parts.title)}</h3><p>${prose(parts.finding)}</p></figcaption>
<ul class="key" aria-label="Key">${parts.chart.key.map((entry) => (entry.mark === 'heading' ? html`<li class="of">${entry.words}</li>` : html`<li>${swatch(entry)}${entry.words}</li>`))}</ul>
<div class="scroll${parts.wide === true ? ' wide' : ''}" tabindex="0" role="group" aria-label="${outside(parts.title)}">${trusted(parts.chart.svg)}</div>
${parts.note === undefined ? null : html`<p class="muted">${prose(parts.note)}</p>`}${parts.numbers === null ? null : html`<details><summary>The numbers</summary>${parts.numbers}</details>`}</figure>
`;
}

function swatch({ colour, mark }: KeyEntry): Markup {
  const line = (width: number, dash: string): string =>
    `<svg viewBox="0 0 22 10" aria-hidden="true"><path d="M0 5H22" stroke="${colour}" stroke-width="${width}"${dash} fill="none"/></svg>`;
  switch (mark) {
    case 'line':
      return trusted(line(2.4, ''));
    case 'thin':
      return trusted(line(1.2, ''));
    case 'dashed':
      return trusted(line(1.8, ' stroke-dasharray="5 3"'));
    case 'dotted':
      return trusted(line(1.8, ' stroke-dasharray="1.5 2.5"'));
    case 'heading':
      return trusted('');
    case 'area':
    case 'band':
      return trusted(`<svg viewBox="0 0 22 10" aria-hidden="true"><path d="M3 0H19V10H3Z" fill="${colour}"/></svg>`);
  }
}

export interface Column {
  readonly name: Content;
  /** `number` to the right, `word` to the left on one line, `text` to the left and wrapping. */
  readonly kind?: 'number' | 'word' | 'text';
}

export interface TableParts {
  readonly caption: Content;
  readonly columns: readonly Column[];
  /** The first cell of each row is its header. */
  readonly rows: readonly { readonly cells: readonly Content[]; readonly total?: boolean }[];
  readonly className?: string;
}

/** A table in a region that scrolls by itself, by keyboard too. */
export function table({ caption, columns, rows, className }: TableParts): Markup {
  const kind = (index: number): string => columns[index]?.kind ?? 'number';
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table"><table class="${className ?? ''}"><caption>${caption}</caption>
<thead><tr>${columns.map((column, index) => html`<th scope="col" class="${kind(index)}">${column.name}</th>`)}</tr></thead>
<tbody>${rows.map(
    (
      row,
    ) => html`<tr${row.total === true ? html` class="total"` : null}>${row.cells.map((cell, index) => (index === 0 ? html`<th scope="row" class="${kind(index)}">${cell}</th>` : html`<td class="${kind(index)}">${cell}</td>`))}</tr>
`,
  )}</tbody></table></div>`;
}

/** A name from outside in a table: cut by the eye, whole for the reader. */
export function name(text: string): Markup {
  return html`<span class="name" title="${outside(text)}">${outside(text)}</span>`;
}
