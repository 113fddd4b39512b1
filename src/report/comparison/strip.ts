/** One number of every trial, in the order in which the trials ran: drift and single disturbed trials are seen here. */
import { statText } from '../../catalog/index.js';
import { driftOf, type Comparison, type Effect } from '../../compare/index.js';
import { count, counted, estimatedChange, inUnit } from '../../format/index.js';
import { linearScale, linearTicks, px } from '../drawing/index.js';
import { armClass } from '../frame/index.js';
import { html, outside, type Markup } from '../layouts/markup.js';
import { plainText } from '../text.js';

const STRIP = { width: 720, height: 232, left: 64, right: 16, top: 26, bottom: 40 } as const;
/** Numbers of rows that are named below the strip. */
const MOST_NAMED = 20;

/** The effects of one number on every arm; the first of them has the reference's numbers. */
export function trialStrip(effects: readonly Effect[], comparison: Comparison): Markup | null {
  const [first] = effects;
  if (first === undefined || first.pairs.length < 2) return null;
  const { reference, order, leftOut } = comparison;
  const valueOf = (arm: string, row: number): number | null =>
    (arm === reference
      ? first.pairs[row]?.reference
      : effects.find((effect) => effect.arm === arm)?.pairs[row]?.candidate) ?? null;
  const rows = order.rows.map((names, row) => names.map((arm) => ({ arm, value: valueOf(arm, row) })));
  const values = rows.flat().flatMap(({ value }) => value ?? []);
  if (values.length < 2) return null;
  const { width, height, left, right, top, bottom } = STRIP;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || Math.abs(most) || 1) * 0.12;
  const y = linearScale([least - room, most + room], [height - bottom, top]);
  const column = (width - left - right) / rows.length;
  const x = (row: number, place: number, of: number): number =>
    px(left + column * (row + 0.5) + (place - (of - 1) / 2) * Math.min(14, (column * 0.8) / of));
  const repeated = [...new Set(leftOut.map(({ row }) => row))].filter((row) => row < rows.length);
  const every = Math.ceil(rows.length / MOST_NAMED);
  const dots = rows.map((row, index) =>
    row.map(({ arm, value }, place) => ({ arm, value, x: x(index, place, row.length) })),
  );
  return html`<svg class="strip" viewBox="0 0 ${width} ${height}" role="img"
 aria-label="${statText(first)} of each trial, in the order in which the trials ran">
${repeated.map(
  (row) => html`<rect class="beyond" x="${px(left + column * row)}" y="${top}" width="${px(column)}"
 height="${height - top - bottom}"/>`,
)}${repeated.length === 0 ? null : html`<text x="${left}" y="12">hatched: the row was run again</text>`}
${linearTicks([least - room, most + room], 5).map(
  (value) => html`<line class="grid" x1="${left}" y1="${px(y(value))}" x2="${width - right}" y2="${px(y(value))}"/>
<text x="${left - 8}" y="${px(y(value) + 4)}" text-anchor="end">${inUnit(value, first.unit)}</text>`,
)}
${dots.map(
  (row) =>
    html`<path class="row" d="${row
      .flatMap((dot) => (dot.value === null ? [] : [`${dot.x} ${px(y(dot.value))}`]))
      .map((place, index) => `${index === 0 ? 'M' : 'L'}${place}`)
      .join('')}"/>`,
)}
${dots.flat().map(({ arm, value, x: at }) => {
  if (value === null) return null;
  const index = comparison.arms.findIndex(({ name }) => name === arm);
  return html`<g class="${armClass(index)}"><title>${plainText(arm, 60)}: ${inUnit(value, first.unit)}</title>
${marker(index, at, px(y(value)))}</g>`;
})}
${rows.map((_, row) =>
  row % every === 0
    ? html`<text x="${px(left + column * (row + 0.5))}" y="${height - bottom + 18}"
 text-anchor="middle">${count(row + 1)}</text>`
    : null,
)}
<text x="${left}" y="${height - 4}">rows of trials in the order in which they ran; within a row the left one ran
 first</text></svg>`;
}

/** The reference is hollow; the shapes of the candidates repeat after four. */
function marker(index: number, x: number, y: number): Markup {
  if (index === 0) return html`<circle class="reference" cx="${x}" cy="${y}" r="4"/>`;
  switch ((index - 1) % 4) {
    case 0:
      return html`<circle class="candidate" cx="${x}" cy="${y}" r="4.5"/>`;
    case 1:
      return html`<rect class="candidate" x="${px(x - 4)}" y="${px(y - 4)}" width="8" height="8"/>`;
    case 2:
      return html`<path class="candidate" d="M${x} ${px(y - 5)}L${px(x + 5)} ${px(y + 4)}H${px(x - 5)}Z"/>`;
    default:
      return html`<path class="candidate"
 d="M${x} ${px(y - 5.5)}L${px(x + 5.5)} ${y}L${x} ${px(y + 5.5)}L${px(x - 5.5)} ${y}Z"/>`;
  }
}

/** The key of a strip: each arm with its shape. */
export const stripKey = ({ arms }: Comparison): Markup =>
  html`<ul class="key">${arms.map(
    ({ name }, index) => html`<li class="${armClass(index)}"><svg width="14" height="14" viewBox="0 0 14 14"
 aria-hidden="true">${marker(index, 7, 7)}</svg>${outside(name, 40)}</li>`,
  )}</ul>`;

/** Whether the number moved while the experiment ran, as a sentence. */
export function driftWords(effect: Effect): string {
  const drift = driftOf(effect);
  if (drift.kind === 'none') return `Drift over the rows: not tested (${drift.why}).`;
  const text = estimatedChange(drift.change, effect);
  return drift.isSure
    ? `Drift: from the first row to the last it moved by ${text}, in all arms alike; it cancels in the paired change.`
    : `No drift is shown over ${counted(effect.pairs.length, 'row')}: ${text} from the first to the last.`;
}

/** In how many rows the arm was worse than the reference. */
export function worseRows({ pairs, better, arm }: Effect): string {
  const both = pairs.filter(({ reference, candidate }) => reference !== null && candidate !== null);
  const worse = both.filter(({ reference, candidate }) =>
    better === 'lower' ? (candidate ?? 0) > (reference ?? 0) : (candidate ?? 0) < (reference ?? 0),
  );
  return `${plainText(arm, 40)} worse in ${count(worse.length)} of ${counted(both.length, 'row')}`;
}
