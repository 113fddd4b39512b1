/** The parts of chapters as HTML. Strings of a part are data: each is made printable, cut, and escaped here. */
import { count } from '../../format/index.js';
import { render } from '../charts/render.js';
import type { KeyEntry } from '../charts/theme.js';
import type { Block, Card, Cell, Check, Figure, Reason, Row, Table } from '../topics/topic.js';
import { plainBlock } from '../text.js';
import type { Badge } from '../words.js';
import { html, outside, prose, trusted, type Content, type Markup } from './markup.js';

/** Longest text of one cell. */
const MOST_CELL = 800;

export function section(id: string, title: string, lead: string | null, body: Content): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${
    lead === null ? null : html`<p class="lead">${prose(lead)}</p>`
  }${body}</section>
`;
}

/** Figures stand two to a row, where they are not wide. All of them are drawn at the same time. */
export async function blocksHtml(blocks: readonly Block[]): Promise<readonly Markup[]> {
  const made = await Promise.all(
    blocks.map(async (block) => ({
      block,
      markup: block.kind === 'figure' ? await figure(block) : await blockHtml(block),
    })),
  );
  const done: Markup[] = [];
  let pair: Markup[] = [];
  const closePair = (): void => {
    if (pair.length > 0) done.push(html`<div class="pair">${pair}</div>`);
    pair = [];
  };
  for (const { block, markup } of made) {
    if (markup === null) continue;
    if (block.kind === 'figure' && block.wide !== true) pair.push(markup);
    else {
      closePair();
      done.push(markup);
    }
  }
  closePair();
  return done;
}

async function blockHtml(block: Exclude<Block, Figure>): Promise<Markup> {
  switch (block.kind) {
    case 'text':
      return html`<p class="text">${prose(block.text)}</p>`;
    case 'list':
      return html`<ul class="reasons">${block.items.map(
        ({ name, text }) => html`<li>${name === null ? null : html`<b>${outside(name)}</b> `}${prose(text)}</li>`,
      )}</ul>`;
    case 'table':
      return html`<div class="block">${table(block)}</div>
`;
    case 'nothing':
      return html`<p class="nothing"><strong>No data.</strong> ${prose(block.text)}</p>`;
    case 'cards':
      return html`<div class="cards">${block.cards.map(card)}</div>`;
    case 'tiles':
      return html`<div class="verdicts">${block.tiles.map(tile)}</div>
`;
    case 'checks':
      return html`<dl class="checks">${block.checks.map(check)}</dl>
`;
    case 'reasons':
      return html`<ul class="reasons">${block.reasons.map(reason)}</ul>`;
    case 'code':
      return html`${headed(block)}<pre tabindex="0"><code>${plainBlock(block.text, block.limit)}</code></pre>`;
    case 'folded': {
      const inner = await blocksHtml(block.blocks);
      const details = html`<details><summary>${prose(block.summary)}</summary>${inner}</details>`;
      return html`<div class="block">${headed(block)}${details}</div>`;
    }
  }
}

const headed = ({ title }: { readonly title: string }): Content => title !== '' && html`<h3>${title}</h3>`;

/** A word with its sign and colour; the word alone says it. */
export const tag = ({ words, tone, sign }: Badge): Markup =>
  html`<span class="tag ${tone}"><span aria-hidden="true">${sign}</span>${words}</span>`;

function tile({ badge: { words, tone, sign }, because }: { readonly badge: Badge; readonly because: string }): Markup {
  return html`<div class="verdict ${tone}"><p class="says"><i aria-hidden="true">${sign}</i>${words}</p><p
 class="because">${prose(because)}</p></div>`;
}

function check({ name, value, meaning, badge }: Check): Markup {
  return html`<div class="check"><dt>${name} ${tag(badge)}</dt><dd class="value">${prose(value)}</dd><dd
 class="meaning">${prose(meaning)}</dd></div>`;
}

function reason({ badge, code, where, what, remedy }: Reason): Markup {
  return html`<li class="${badge.tone}"><p>${tag(badge)} <code>${outside(code)}</code>${
    where === null ? null : html` in ${outside(where)}`
  }: ${prose(what)}</p><p>${prose(remedy)}</p></li>`;
}

function card({ kicker, title, primary, facts, sentence }: Card): Markup {
  const big = primary === null ? null : html`<p class="big">${primary.value}</p><p class="label">${primary.label}</p>`;
  const list =
    facts.length === 0
      ? null
      : html`<dl>${facts.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
  return html`<article class="card"><p class="kicker">${kicker}</p><h3>${title}</h3>${big}${list}<p
 class="sentence">${prose(sentence)}</p></article>
`;
}

/** A figure with its key and its numbers; null where there was too little to draw. */
export async function figure(shown: Figure): Promise<Markup | null> {
  const { title, finding, numbers = [], wide, note } = shown;
  const chart = shown.chart();
  if (chart === null) return null;
  const svg = await render(chart.picture, `${shown.drawn} ${finding}`);
  const kind = shown.newRow === true ? html` class="first"` : null;
  const folded =
    numbers.length === 0 ? null : html`<details><summary>The numbers</summary>${numbers.map(table)}</details>`;
  return html`<figure${kind}><figcaption><h3>${outside(title)}</h3><p>${prose(finding)}</p></figcaption>
<ul class="key" aria-label="Key">${chart.key.map(keyEntry)}</ul>
<div class="scroll${wide === true ? ' wide' : ''}" tabindex="0" role="group" aria-label="${outside(title)}">${trusted(
    svg,
  )}</div>
${note === undefined || note === null ? null : html`<p class="muted">${prose(note)}</p>`}${folded}</figure>
`;
}

function keyEntry(entry: KeyEntry): Markup {
  return entry.mark === 'heading'
    ? html`<li class="of">${entry.words}</li>`
    : html`<li>${swatch(entry.colour, entry.mark)}${entry.words}</li>`;
}

const STROKES = { line: [2.4], thin: [1.2], dashed: [1.8, '5 3'], dotted: [1.8, '1.5 2.5'] } as const;

function swatch(colour: string, mark: Exclude<KeyEntry['mark'], 'heading'>): Markup {
  if (mark === 'area' || mark === 'band')
    return trusted(`<svg viewBox="0 0 22 10" aria-hidden="true"><path d="M3 0H19V10H3Z" fill="${colour}"/></svg>`);
  const [width, dash] = STROKES[mark];
  const dashes = dash === undefined ? '' : ` stroke-dasharray="${dash}"`;
  return trusted(
    `<svg viewBox="0 0 22 10" aria-hidden="true">` +
      `<path d="M0 5H22" stroke="${colour}" stroke-width="${width}"${dashes} fill="none"/></svg>`,
  );
}

/** Rows that a page shows of one table. A chapter that knows which of its rows matter most shows those. */
export const MOST_TABLE_ROWS = 1_000;

/** A table in a region that scrolls by itself, by keyboard too. */
export function table({ caption, notes = [], columns, rows, below, style }: Table): Markup {
  const shown = rows.slice(0, MOST_TABLE_ROWS);
  const most =
    shown.length === rows.length
      ? null
      : html`<p class="muted">The first ${count(shown.length)} of ${count(rows.length)} rows are shown; the files beside
 this page have all.</p>`;
  const kind = (index: number): string => columns[index]?.kind ?? 'number';
  const head = columns.map(
    ({ name, below: small }, index) =>
      html`<th scope="col" class="${kind(index)}">${outside(name)}${smallPrint(small)}</th>`,
  );
  const row = ({ cells, total }: Row): Markup => {
    const marked = total === true ? html` class="total"` : null;
    const made = cells.map((cell, index) =>
      index === 0
        ? html`<th scope="row" class="${kind(index)}">${cellHtml(cell)}</th>`
        : html`<td class="${kind(index)}" data-of="${outside(columns[index]?.name ?? '')}">${cellHtml(cell)}</td>`,
    );
    return html`<tr${marked}>${made}</tr>
`;
  };
  const sentences = notes.map((note) => html`<p>${prose(note)}</p>`);
  const after = below === undefined || below === null ? null : html`<p class="muted">${prose(below)}</p>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table"><table class="${
    style ?? ''
  }"><caption>${prose(caption)}${sentences}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${shown.map(row)}</tbody></table></div>${most}${after}`;
}

const smallPrint = (text: string | undefined): Content =>
  text === undefined || text === '' ? null : html`<small>${prose(text)}</small>`;

function cellHtml(cell: Cell): Content {
  if (typeof cell === 'string') return outside(cell, MOST_CELL);
  const { text, below, badge, quiet } = cell;
  const words = outside(text, MOST_CELL);
  const first = badge !== undefined ? tag(badge) : quiet === true ? html`<span class="none">${words}</span>` : words;
  return html`${first}${smallPrint(below)}`;
}
