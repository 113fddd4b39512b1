/** Curves of all arms over each other: percentiles of a phase, and goodput and p99 around a fault. */
import type { ComparedGate, Comparison, Curve, PercentileComparison, RecoveryComparison } from '../../compare/index.js';
import { CLOSED_LOOP } from '../../analysis/index.js';
import { changeText, duration, quantileName, rate } from '../../format/index.js';
import {
  bandPath,
  linearScale,
  linearTicks,
  linePath,
  logScale,
  logTicks,
  px,
  spread,
  stepPath,
  type Point,
  type Scale,
} from '../drawing/index.js';
import { armClass } from '../frame/index.js';
import { html, type Markup } from '../layouts/markup.js';
import { plainText } from '../text.js';
import { NO_VALUE, valueCells } from './words.js';

/** A picture in pixels: room at the left for the axis, at the right for the names of the arms. */
const PICTURE = { width: 460, left: 56, right: 92, top: 8 } as const;
const [X0, X1] = [PICTURE.left, PICTURE.width - PICTURE.right];
/** Height of a line of text. */
const LINE = 13;

/** An arm with the place of its style. */
interface Styled {
  readonly arm: string;
  readonly style: string;
}

const styled = (arm: string, { arms }: Pick<Comparison, 'arms'>): Styled => ({
  arm,
  style: armClass(arms.findIndex(({ name }) => name === arm)),
});

/** Bands of many arms lie over each other. */
const figureClass = ({ arms }: Comparison): string => (arms.length > 2 ? 'curves many' : 'curves');

interface Pane {
  readonly top: number;
  readonly height: number;
  readonly y: Scale;
  readonly ticks: readonly { readonly value: number; readonly words: string }[];
}

/** Horizontal lines of a pane, each with its value. */
const axis = ({ y, ticks, top, height }: Pane): readonly Markup[] =>
  ticks
    .filter(({ value }) => y(value) >= top - 1 && y(value) <= top + height + 1)
    .map(
      ({ value, words }) => html`<line class="grid" x1="${X0}" y1="${px(y(value))}" x2="${X1}" y2="${px(y(value))}"/>
<text x="${X0 - 6}" y="${px(y(value) + 4)}" text-anchor="end">${words}</text>`,
    );

/** What lies in a pane; whatever goes on beyond it is cut. */
const inPane = ({ top, height }: Pane, content: readonly Markup[]): Markup =>
  html`<svg x="${X0}" y="${top}" width="${X1 - X0}" height="${height}"
 viewBox="${X0} ${top} ${X1 - X0} ${height}">${content}</svg>`;

const pointsOf = (x: readonly number[], values: readonly (number | null)[], y: Scale): readonly (Point | null)[] =>
  values.map((value, index) => {
    const [at, up] = [x[index], value === null ? NaN : y(value)];
    return at === undefined || !Number.isFinite(up) ? null : [at, up];
  });

function drawnCurve({ style }: Styled, curve: Curve, x: readonly number[], y: Scale, steps: number | null): Markup {
  const points = pointsOf(x, curve.middle, y);
  const line = steps === null ? linePath(points) : stepPath(points, steps);
  const edges = ([curve.high, curve.low] as const).map((end) => {
    const places = end === null ? [] : pointsOf(x, end, y);
    // A step is level: its band has a corner at each end of it.
    return steps === null ? places : places.flatMap((each) => corners(each, steps));
  });
  const band = curve.low === null ? '' : bandPath(edges[0] ?? [], edges[1] ?? []);
  return html`<g class="${style}">${band === '' ? null : html`<path class="band" d="${band}"/>`}<path
 class="line" d="${line}"/></g>`;
}

const corners = (point: Point | null, width: number): readonly (Point | null)[] =>
  point === null ? [null] : [point, [point[0] + width, point[1]]];

/** The names of the arms beside the ends of their curves. */
function labels(ends: readonly (Styled & { readonly x: number; readonly y: number })[], pane: Pane): readonly Markup[] {
  const places = spread(
    ends.map(({ y }) => y),
    LINE,
    [pane.top + 4, pane.top + pane.height],
  );
  return ends.map(
    ({ arm, style, x, y }, index) => html`<g class="${style}"><path class="line lead"
 d="${linePath([
   [x + 1, y],
   [X1 + 6, places[index] ?? y],
 ])}"/><text class="label" x="${X1 + 9}" y="${px((places[index] ?? y) + 4)}">${plainText(arm, 14)}</text></g>`,
  );
}

/** Where a curve ends within its pane. */
function endOf(curve: Curve, x: readonly number[], { y, top, height }: Pane, more = 0) {
  const last = curve.middle.findLastIndex((value) => value !== null);
  const [at, value] = [x[last], curve.middle[last]];
  if (at === undefined || value === null || value === undefined) return null;
  return { x: at + more, y: Math.max(top, Math.min(top + height, y(value))) };
}

const known = (curves: readonly Curve[]): readonly number[] =>
  curves.flatMap(({ middle }) => middle.filter((value) => value !== null));

/** Of the ends of intervals those that are not far away from all curves: few trials have wide ones. */
function withIntervals(curves: readonly Curve[], isNear: (value: number) => boolean): readonly number[] {
  const ends = curves.flatMap(({ low, high }) => [...(low ?? []), ...(high ?? [])]);
  return [...known(curves), ...ends.filter((value) => value !== null && isNear(value)).map(Number)];
}

const TICKS = [0, 0.5, 0.9, 0.99, 0.999, 0.9999] as const;
/** Factors of ten in the share that took longer. */
const tailOf = (share: number): number => -Math.log10(1 - share);

/** Null where there is no curve of two points. */
export function percentileFigure(found: PercentileComparison, comparison: Comparison): Markup | null {
  const { shares, arms, changes } = found;
  const values = known(arms);
  if (shares.length < 2 || values.length === 0) return null;
  const x = shares.map(alongShares(shares));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const all = withIntervals(arms, (value) => value > least / 1.6 && value < most * 1.6);
  const domain = [Math.min(...all) / 1.05, Math.max(...all) * 1.05] as const;
  const upper = pane(
    PICTURE.top,
    168,
    logScale(domain, [PICTURE.top + 168, PICTURE.top]),
    logTicks(domain, 7),
    duration,
  );
  const lower = changePane(changes, comparison.gates, upper.top + upper.height + 34);
  const bottom = (lower ?? upper).top + (lower ?? upper).height;
  const ends = arms.flatMap((each) => {
    const end = endOf(each, x, upper);
    return end === null ? [] : [{ ...styled(each.arm, comparison), ...end }];
  });
  const ticks = TICKS.filter((share) => share <= (shares.at(-1) ?? 0) + 1e-9);
  const at = (share: number): number => px(alongShares(shares)(share));
  return html`<figure class="${figureClass(comparison)}"><figcaption><h3>${plainText(labelOf(found), 60)}</h3>
<p class="thin">${plainText(percentileCaption(found), 300)}</p></figcaption>
<svg viewBox="0 0 ${PICTURE.width} ${bottom + 22}" role="img"
 aria-label="Response time by percentile. ${plainText(percentileCaption(found), 300)}">
${ticks.map(
  (share) => html`<line class="grid" x1="${at(share)}" y1="${upper.top}" x2="${at(share)}" y2="${bottom}"/>
<text x="${at(share)}" y="${bottom + 15}" text-anchor="middle">${share === 0 ? 'min' : quantileName(share)}</text>`,
)}
${axis(upper)}${inPane(
    upper,
    arms.map((each) => drawnCurve(styled(each.arm, comparison), each, x, upper.y, null)),
  )}${labels(ends, upper)}
${lower === null ? null : changePart(found, comparison, lower, x)}</svg></figure>`;
}

const labelOf = ({ phase, loop }: PercentileComparison): string =>
  `${phase}${loop === 'closed' ? ' (closed loop)' : ''}`;

const alongShares = (shares: readonly number[]): ((share: number) => number) => {
  const scale = linearScale([0, tailOf(shares.at(-1) ?? 0.5)], [X0, X1]);
  return (share) => scale(tailOf(share));
};

function pane(top: number, height: number, y: Scale, ticks: readonly number[], words: (value: number) => string): Pane {
  return { top, height, y, ticks: ticks.map((value) => ({ value, words: words(value) })) };
}

/** Limit of the response time, where a gate has one that is a ratio. */
const limitOf = (gates: readonly ComparedGate[]): number | null =>
  gates.find(({ gate }) => gate.metric === 'response-time' && gate.change === 'ratio' && gate.versus === 'reference')
    ?.gate.margin ?? null;

function changePane(
  changes: PercentileComparison['changes'],
  gates: readonly ComparedGate[],
  top: number,
): (Pane & { readonly limit: number | null }) | null {
  const values = known(changes);
  if (values.length === 0) return null;
  const limit = limitOf(gates);
  const reach = Math.max(0.02, ...values.map(Math.abs));
  const all = withIntervals(changes, (value) => Math.abs(value) <= reach * 2);
  const domain = [Math.min(0, ...all), Math.max(0, ...all, ...(limit === null ? [] : [limit]))] as const;
  const room = (domain[1] - domain[0]) * 0.08 || 0.01;
  const span = [domain[0] - room, domain[1] + room] as const;
  const words = (value: number): string => changeText(value, { change: 'ratio', unit: 'ratio' }, 2);
  return { ...pane(top, 92, linearScale(span, [top + 92, top]), linearTicks(span, 6), words), limit };
}

function changePart(
  { changes }: PercentileComparison,
  comparison: Comparison,
  lower: Pane & { readonly limit: number | null },
  x: readonly number[],
): Markup {
  const { y, limit } = lower;
  const level = (value: number, kind: string): Markup =>
    html`<line class="${kind}" x1="${X0}" y1="${px(y(value))}" x2="${X1}" y2="${px(y(value))}"/>`;
  const ends = changes.flatMap((each) => {
    const end = endOf(each, x, lower);
    return end === null ? [] : [{ ...styled(each.arm, comparison), ...end }];
  });
  return html`<text class="title" x="${X0}" y="${lower.top - 8}">change from ${plainText(comparison.reference, 30)}${
    limit === null ? '' : '; dotted: limit'
  }</text>${axis(lower)}${level(0, 'base')}${inPane(lower, [
    ...(limit === null ? [] : [level(limit, 'limit')]),
    ...changes.map((each) => drawnCurve(styled(each.arm, comparison), each, x, y, null)),
  ])}${changes.length > 1 ? labels(ends, lower) : null}`;
}

/** p99 of each arm, where the curves reach it: a finding before the picture. */
function percentileCaption({ shares, arms }: PercentileComparison): string {
  const placeOf = (share: number): number => shares.findIndex((each) => Math.abs(each - share) < 1e-4);
  const share = [0.99, 0.9].find((each) => placeOf(each) >= 0);
  if (share === undefined) return '';
  const parts = arms.map(({ arm, middle }) => {
    const ns = middle[placeOf(share)];
    return `${plainText(arm, 30)} ${ns === null || ns === undefined ? 'not reached' : duration(ns)}`;
  });
  return `${quantileName(share)}: ${parts.join(', ')}.`;
}

/** The time to recover of each arm that had to: a finding before the picture. Empty where no arm has one. */
function recoveryCaption({ fault }: RecoveryComparison, { effects, reference }: Comparison): string {
  const own = effects.filter(
    ({ metric, where }) => metric === 'time-to-recover' && where.replace(CLOSED_LOOP, '') === fault,
  );
  const values = own.flatMap((effect, index) => {
    const cells = valueCells(effect);
    const ofReference = index === 0 ? [{ arm: reference, value: cells.reference }] : [];
    return [...ofReference, { arm: effect.arm, value: cells.candidate }];
  });
  const known = values.filter(({ value }) => value !== NO_VALUE);
  const parts = known.map(({ arm, value }) => `${plainText(arm, 30)} ${value}`);
  return parts.length === 0 ? '' : `Time to recover: ${parts.join(', ')}. `;
}

/** Null where no arm has a window. */
export function recoveryFigure(found: RecoveryComparison, comparison: Comparison): Markup | null {
  const drawn = found.arms.filter(({ fromNs }) => fromNs.length > 1);
  const windows = drawn.flatMap(({ fromNs }) => fromNs);
  if (windows.length === 0) return null;
  const { windowNs, activeNs } = found;
  const span = [Math.min(...windows), Math.max(...windows) + windowNs] as const;
  const scale = linearScale(span, [X0, X1]);
  const wide = (windowNs / (span[1] - span[0])) * (X1 - X0);
  const rates = drawn.map(({ goodputPerSecond }) => goodputPerSecond);
  const most = Math.max(1e-9, ...known(rates)) * 1.1;
  const top = PICTURE.top + 14;
  const goodput = pane(top, 96, linearScale([0, most], [top + 96, top]), linearTicks([0, most], 4), (each) =>
    rate(each),
  );
  const tails = drawn.map(({ p99Ns }) => p99Ns);
  const values = known(tails);
  const domain = [Math.min(...values) / 1.3, Math.max(...values) * 1.3] as const;
  const tailTop = top + 96 + 34;
  const tail = pane(tailTop, 128, logScale(domain, [tailTop + 128, tailTop]), logTicks(domain, 6), duration);
  const bottom = tailTop + 128;
  const seconds = linearTicks([span[0] / 1e9, span[1] / 1e9], 6);
  const active = activeNs === null ? null : ([scale(0), scale(Math.min(activeNs, span[1]))] as const);
  const curves = (of: 'goodputPerSecond' | 'p99Ns', where: Pane): Markup =>
    inPane(
      where,
      drawn.map((arm) => drawnCurve(styled(arm.arm, comparison), arm[of], arm.fromNs.map(scale), where.y, px(wide))),
    );
  const ends = (of: 'goodputPerSecond' | 'p99Ns', where: Pane): readonly Markup[] =>
    labels(
      drawn.flatMap((arm) => {
        const end = endOf(arm[of], arm.fromNs.map(scale), where, wide);
        return end === null ? [] : [{ ...styled(arm.arm, comparison), ...end }];
      }),
      where,
    );
  const words = `${found.type} on ${plainText(found.on, 40)}`;
  return html`<figure class="${figureClass(comparison)}"><figcaption><h3>${plainText(found.fault, 60)}</h3>
<p class="thin">${recoveryCaption(found, comparison)}${words}, in ${plainText(
    found.phase,
    40,
  )}; windows of ${duration(windowNs)}</p></figcaption>
<svg viewBox="0 0 ${PICTURE.width} ${bottom + 34}" role="img"
 aria-label="Goodput and p99 of all arms around the fault ${words}">
${
  active === null
    ? null
    : html`<rect class="fault" x="${px(active[0])}" y="${top}" width="${px(active[1] - active[0])}"
 height="${px(bottom - top)}"/>`
}
<text class="title" x="${X0}" y="${top - 7}">goodput${
    active === null ? '' : html`<tspan class="faultname" dx="10">shaded: fault active</tspan>`
  }</text>
<text class="title" x="${X0}" y="${tailTop - 8}">p99 of each window, a failed call counts at its deadline</text>
${axis(goodput)}${curves('goodputPerSecond', goodput)}${ends('goodputPerSecond', goodput)}
${axis(tail)}${curves('p99Ns', tail)}${ends('p99Ns', tail)}
${seconds.map(
  (each) =>
    html`<text x="${px(scale(each * 1e9))}" y="${bottom + 15}" text-anchor="middle">${
      each === 0 ? '0 s' : duration(each * 1e9)
    }</text>`,
)}
<text x="${X1}" y="${bottom + 30}" text-anchor="end">since the fault became active</text></svg></figure>`;
}
