/** The pictures of a comparison: one effect on its line, and one number of every trial. Inline SVG, without script. */
import type { ComparedGate, Effect, GateOutcome } from '../../compare/index.js';
import { changeText, count, estimatedChange, inUnit } from '../../format/index.js';
import { html, type Markup } from '../layouts/markup.js';
import { isClear } from './words.js';

/** Half of the axis in per cent, and how it is stretched around 0: half of its length is within 10 %. */
const MOST_PERCENT = 55;
const LINEAR_PERCENT = 4;
const HALF = 125;
const MIDDLE = 132;
const [WIDTH, HEIGHT] = [264, 24];
const TICKS = [5, 10, 20, 40] as const;

/** Where a change in per cent, worse to the right, lies on the axis. */
function placeOf(worsePercent: number): number {
  const most = Math.asinh(MOST_PERCENT / LINEAR_PERCENT);
  const place = Math.asinh(worsePercent / LINEAR_PERCENT) / most;
  return Math.round(10 * (MIDDLE + HALF * Math.max(-1, Math.min(1, place)))) / 10;
}

const GRID = [-40, -20, -10, -5, 5, 10, 20, 40].map(
  (tick) => html`<line class="axis" x1="${placeOf(tick)}" y1="0" x2="${placeOf(tick)}" y2="${HEIGHT}"/>`,
);

/** What all plots of the page refer to. */
export const HATCH = html`<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<line x1="0" y1="0" x2="0" y2="6" stroke="currentColor" stroke-opacity=".25"/></pattern></defs></svg>`;

/** The scale over the column of effects. */
export function effectScale(): Markup {
  const tick = (percent: number): Markup =>
    html`<text x="${placeOf(percent)}" y="20" text-anchor="middle">${tickText(percent)}</text>`;
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"
 aria-label="scale of the change, worse to the right">
<text x="${MIDDLE - 6}" y="8" text-anchor="end">← better</text><text x="${MIDDLE + 6}" y="8">worse →</text>
${[...TICKS.map((percent) => -percent), 0, ...TICKS].map(tick)}</svg>`;
}

/** The axis has its unit at 0. */
const tickText = (percent: number): string =>
  percent === 0 ? '0 %' : changeText(percent / 100, RATIO, 2).replace(/ %$/, '');

const RATIO = { change: 'ratio', unit: 'ratio' } as const;

/**
 * A change with its interval, worse to the right, and the limit of its gate. Nothing for a change that is no ratio: it
 * has no place on an axis of per cent.
 */
export function effectPlot(
  effect: Effect,
  gate: ComparedGate | null,
  verdict: GateOutcome['verdict'] | null,
): Markup | null {
  const { result, change, better } = effect;
  if (result.kind === 'none' || change !== 'ratio') return null;
  const worse = (share: number): number => placeOf(100 * (better === 'lower' ? share : -share));
  const at = worse(result.change.estimate);
  const { low, high } = result.change;
  const tone =
    verdict === 'regress' ? 'bad' : verdict === 'improved' ? 'better' : verdict === 'inconclusive' ? 'unsure' : '';
  const limit = gate === null ? null : placeOf(100 * gate.gate.margin);
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"
 aria-label="${estimatedChange(result.change, effect)}">
${GRID}<line class="zero" x1="${MIDDLE}" y1="0" x2="${MIDDLE}" y2="${HEIGHT}"/>
${
  limit === null
    ? null
    : html`<rect class="beyond" x="${limit}" y="3" width="${WIDTH - limit}" height="18"/>
<line class="budget" x1="${limit}" y1="3" x2="${limit}" y2="21"/>`
}
${
  low === null || high === null
    ? null
    : html`<line class="whisker ${tone}" x1="${worse(low)}" y1="12" x2="${worse(high)}" y2="12"/>`
}
${
  verdict === 'regress'
    ? html`<rect class="mark bad" x="${at - 5}" y="7" width="10" height="10"/>`
    : html`<circle class="dot ${tone} ${isClear(result.change) ? 'clear' : ''}" cx="${at}" cy="12" r="4.5"/>`
}</svg>`;
}

const STRIP = { width: 720, height: 220, left: 64, right: 16, top: 16, bottom: 40 } as const;
const STRIP_TICKS = 4;

/** A number of each pair of trials in the order in which they ran: drift and single disturbed trials are seen here. */
export function trialStrip({ pairs, unit, metric, stat }: Effect): Markup | null {
  const values = pairs.flatMap(({ reference, candidate }) => [reference, candidate]).filter((each) => each !== null);
  if (pairs.length < 2 || values.length < 2) return null;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || Math.abs(most) || 1) * 0.1;
  const [from, to] = [least - room, most + room];
  const { width, height, left, right, top, bottom } = STRIP;
  const y = (value: number): number =>
    Math.round(10 * (height - bottom - ((value - from) / (to - from)) * (height - top - bottom))) / 10;
  const x = (pair: number, shift: number): number =>
    Math.round(10 * (left + ((pair + 0.5) / pairs.length) * (width - left - right) + shift)) / 10;
  const ticks = Array.from({ length: STRIP_TICKS }, (_, k) => least + (k / (STRIP_TICKS - 1)) * (most - least));
  const every = Math.ceil(pairs.length / 20);
  return html`<svg class="strip" viewBox="0 0 ${width} ${height}" role="img"
 aria-label="${metric} ${stat} of each pair of trials">
${ticks.map(
  (value) => html`<line class="axis" x1="${left}" y1="${y(value)}" x2="${width - right}" y2="${y(value)}"/>
<text x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${inUnit(value, unit)}</text>`,
)}
${pairs.map(({ reference, candidate }, pair) =>
  reference === null || candidate === null
    ? null
    : html`<line class="pair" x1="${x(pair, -5)}" y1="${y(reference)}" x2="${x(pair, 5)}" y2="${y(candidate)}"/>`,
)}
${pairs.map(({ reference, candidate }, pair) => [
  reference === null ? null : html`<circle class="reference" cx="${x(pair, -5)}" cy="${y(reference)}" r="4"/>`,
  candidate === null ? null : html`<circle class="candidate" cx="${x(pair, 5)}" cy="${y(candidate)}" r="4.5"/>`,
  pair % every === 0
    ? html`<text x="${x(pair, 0)}" y="${height - bottom + 18}" text-anchor="middle">${count(pair + 1)}</text>`
    : null,
])}
<text x="${left}" y="${height - 4}">rows of trials in the order in which they ran</text></svg>`;
}
