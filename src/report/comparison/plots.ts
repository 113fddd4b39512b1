/** The picture of one effect: a change with its interval, on a line. Inline SVG, without script. */
import { metricOf, type ComparativeGate } from '../../catalog/index.js';
import type { ComparedGate, Effect, Estimated, GateOutcome } from '../../compare/index.js';
import { changeText, estimatedChange, type ChangeUnit } from '../../format/index.js';
import { asinhScale, linearScale, px } from '../drawing/index.js';
import { html, type Markup } from '../layouts/markup.js';
import { isClear } from './words.js';

/** Half of the axis in per cent, and how it is stretched around 0: half of its length is within 10 %. */
const MOST_PERCENT = 50;
const LINEAR_PERCENT = 4;
const HALF = 125;
const MIDDLE = 132;
const [WIDTH, HEIGHT] = [264, 24];
const TICKS = [5, 10, 20, 40] as const;

/** Where a change in per cent, worse to the right, lies on the axis. */
const place = asinhScale(MOST_PERCENT, LINEAR_PERCENT, [MIDDLE - HALF, MIDDLE + HALF]);
const placeOf = (worsePercent: number): number => px(place(worsePercent));

const GRID_LINES = [-40, -20, -10, -5, 5, 10, 20, 40].map((tick) => `M${placeOf(tick)} 0V${HEIGHT}`).join('');

/** What all effects of the page refer to: the lines of their scale, drawn once. */
export const EFFECT_GRID = html`<svg width="0" height="0" aria-hidden="true" class="defs"><defs><g id="scale"><path
 class="grid" d="${GRID_LINES}"/><path class="base" d="M${MIDDLE} 0V${HEIGHT}"/></g></defs></svg>`;

/** The scale over the column of effects. */
export function effectScale(): Markup {
  const tick = (percent: number): Markup =>
    html`<text x="${placeOf(percent)}" y="22" text-anchor="middle">${tickText(percent)}</text>`;
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"
 aria-label="scale of the change, worse to the right">
<text x="${MIDDLE - 6}" y="9" text-anchor="end">← better</text><text x="${MIDDLE + 6}" y="9">worse →</text>
${[...TICKS.map((percent) => -percent), 0, ...TICKS].map(tick)}</svg>`;
}

/** The axis has its unit at 0. */
const tickText = (percent: number): string =>
  percent === 0 ? '0 %' : changeText(percent / 100, RATIO, 2).replace(/ %$/, '');

const RATIO = { change: 'ratio', unit: 'ratio' } as const;

const toneOf = (verdict: GateOutcome['verdict'] | null): string =>
  verdict === 'regress' ? 'bad' : verdict === 'improved' ? 'better' : verdict === 'inconclusive' ? 'unsure' : '';

/**
 * A change with its interval, worse to the right, and the limit of its gate. Nothing for a change that is no ratio: it
 * has no place on an axis of per cent.
 */
export function effectPlot(
  effect: Effect,
  gate: ComparedGate | null,
  verdict: GateOutcome['verdict'] | null,
): Markup | null {
  const { result, better } = effect;
  return result.kind === 'none' ? null : changePlot(result.change, effect, better, gate?.gate ?? null, verdict);
}

/** The change of a number from the middle of the stored sessions, with the prediction interval, dotted. */
export function baselinePlot({ gate }: ComparedGate, { change, verdict }: GateOutcome): Markup | null {
  if (change === null) return null;
  return changePlot(change, gate, metricOf(gate.metric).better, gate, verdict, ' predicted');
}

function changePlot(
  changed: Estimated,
  unit: ChangeUnit,
  better: Effect['better'],
  gate: ComparativeGate | null,
  verdict: GateOutcome['verdict'] | null,
  kind = '',
): Markup | null {
  if (unit.change !== 'ratio') return null;
  const worse = (share: number): number => placeOf(100 * (better === 'lower' ? share : -share));
  const { estimate, low, high } = changed;
  const at = worse(estimate);
  const tone = toneOf(verdict);
  const limit = gate === null ? null : placeOf(100 * gate.margin);
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"
 aria-label="${estimatedChange(changed, unit)}">
<use href="#scale"/>${
    limit === null
      ? null
      : html`<rect class="beyond" x="${limit}" y="3" width="${px(WIDTH - limit)}" height="18"/>
<line class="budget" x1="${limit}" y1="3" x2="${limit}" y2="21"/>`
  }
${
  low === null || high === null
    ? null
    : html`<line class="whisker ${tone}${kind}" x1="${worse(low)}" y1="12" x2="${worse(high)}" y2="12"/>
${arrows(better === 'lower' ? [low, high] : [-high, -low], tone)}`
}
${mark(at, 12, 4.5, verdict, isClear(changed))}</svg>`;
}

/** At the ends of the scale that an interval goes on beyond; shares, worse upwards. */
function arrows([from, to]: readonly [number, number], tone: string): Markup {
  const most = MOST_PERCENT / 100;
  const arrow = (end: number, inwards: number): Markup =>
    html`<path class="arrow ${tone}" d="M${end + inwards} 7L${end} 12L${end + inwards} 17"/>`;
  return html`${from < -most ? arrow(MIDDLE - HALF, 6) : null}${to > most ? arrow(MIDDLE + HALF, -6) : null}`;
}

/** A square is a regress; a dark dot has an interval that excludes no change. */
function mark(x: number, y: number, r: number, verdict: GateOutcome['verdict'] | null, clear: boolean): Markup {
  return verdict === 'regress'
    ? html`<rect class="mark bad" x="${px(x - r - 0.5)}" y="${px(y - r - 0.5)}"
 width="${2 * r + 1}" height="${2 * r + 1}"/>`
    : html`<circle class="dot ${toneOf(verdict)} ${clear ? 'clear' : ''}" cx="${x}" cy="${y}" r="${r}"/>`;
}

const CELL = { width: 50, height: 16, inset: 5 } as const;

/** From where to where the changes of one row of the matrix lie, worse to the right; 0 and the limit are within. */
export type CellSpan = readonly [from: number, to: number];

/** The changes of a row, and how each lies on the row's own scale: a ratio by its logarithm. */
const onScale = ({ change, better }: Effect, value: number): number =>
  (better === 'lower' ? 1 : -1) * (change === 'ratio' ? Math.log1p(Math.max(value, -0.999)) : value);

/** The limit on that scale: a decrease by 10 % is farther from none than an increase by 10 %. */
const limitOnScale = (effect: Effect, margin: number): number =>
  onScale(effect, effect.better === 'lower' ? margin : -margin);

/** The span that a row's pictures share: all estimates, no change and the limit, and some room for intervals. */
export function cellSpan(effects: readonly Effect[], margin: number | null): CellSpan | null {
  const estimates = effects.flatMap((effect) =>
    effect.result.kind === 'none' ? [] : [onScale(effect, effect.result.change.estimate)],
  );
  const [first] = effects;
  if (estimates.length === 0 || first === undefined) return null;
  const limit = margin === null ? [] : [limitOnScale(first, margin)];
  const all = [0, ...estimates, ...limit];
  const [from, to] = [Math.min(...all), Math.max(...all)];
  const room = (to - from) * 0.25;
  return to === from ? null : [from - room, to + room];
}

/** A change and its interval, small, on the scale of its row. An interval that goes on beyond is cut at the edge. */
export function cellPlot(
  effect: Effect,
  [from, to]: CellSpan,
  margin: number | null,
  verdict: GateOutcome['verdict'] | null,
): Markup | null {
  const { result } = effect;
  if (result.kind === 'none') return null;
  const { width, height, inset } = CELL;
  const scale = linearScale([from, to], [inset, width - inset]);
  const at = (value: number): number => px(Math.max(2, Math.min(width - 2, scale(value))));
  const { estimate, low, high } = result.change;
  const limit = margin === null ? null : at(limitOnScale(effect, margin));
  const whisker =
    low === null || high === null
      ? null
      : html`<line class="whisker ${toneOf(verdict)}" x1="${at(onScale(effect, low))}" y1="8"
 x2="${at(onScale(effect, high))}" y2="8"/>`;
  return html`<svg class="cell" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">
<line class="grid" x1="0" y1="8" x2="${width}" y2="8"/><line class="base none" x1="${at(0)}" y1="1" x2="${at(0)}"
 y2="15"/>${limit === null ? null : html`<line class="budget" x1="${limit}" y1="2" x2="${limit}" y2="14"/>`}${whisker}
${mark(at(onScale(effect, estimate)), 8, 3.5, verdict, isClear(result.change))}</svg>`;
}
