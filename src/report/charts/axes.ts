/**
 * Axes that several charts share: time of the run, durations on a linear or logarithmic scale, rates. Durations are
 * drawn in milliseconds.
 */
import type { Encoding } from './render.js';
import { INK } from './theme.js';

type Channel = Extract<NonNullable<Encoding['x']>, { scale?: unknown; axis?: unknown }>;

/** Scale and axis of one direction; a layer adds the field that it draws. */
export interface Axis {
  readonly type: 'quantitative';
  readonly scale: NonNullable<Channel['scale']>;
  readonly axis: NonNullable<Channel['axis']>;
}

/** Labels of values in milliseconds, each with its unit. Constant expressions: no data ever becomes part of one. */
const MS_LABEL = [
  "datum.value == 0 ? '0'",
  "abs(datum.value) >= 1000 ? format(datum.value / 1000, '~r') + ' s'",
  "abs(datum.value) >= 1 ? format(datum.value, '~r') + ' ms'",
  "format(datum.value * 1000, '~r') + ' µs'",
].join(' : ');

export const MS_PER_NS = 1e-6;
export const S_PER_NS = 1e-9;

export interface LogSpan {
  readonly domain: [number, number];
  readonly ticks: number[];
}

/** The positive span of some durations, widened to round numbers, and the ticks to draw in it. */
export function logSpan(valuesMs: Iterable<number | null>): LogSpan {
  let low = Infinity;
  let high = 0;
  for (const value of valuesMs) {
    if (value === null || !(value > 0) || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === 0) return { domain: [1, 10], ticks: [1, 10] };
  const domain: [number, number] = [roundDown(low), roundUp(high)];
  const decades = Math.log10(domain[1] / domain[0]);
  const steps = decades > 2.2 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(domain[0])); power <= Math.ceil(Math.log10(domain[1])); power++) {
    for (const step of steps) {
      const tick = Number((step * 10 ** power).toPrecision(3));
      if (tick >= domain[0] * 0.999 && tick <= domain[1] * 1.001) ticks.push(tick);
    }
  }
  return { domain, ticks };
}

const STEPS = [1, 2, 5, 10];

function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return Number(((STEPS.findLast((step) => step * power <= value * 1.0001) ?? 1) * power).toPrecision(3));
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return Number(((STEPS.find((step) => step * power >= value * 1.02) ?? 20) * power).toPrecision(3));
}

/** A logarithmic duration axis. */
export function logMs(span: LogSpan, title: string | null = null): Axis {
  return {
    type: 'quantitative',
    scale: { type: 'log', domain: span.domain, nice: false, clamp: true },
    axis: { values: span.ticks, labelExpr: MS_LABEL, title },
  };
}

/** A linear duration axis from zero. */
export function linearMs(maxMs: number): Axis {
  return linear([0, maxMs > 0 ? maxMs * 1.06 : 1], { labelExpr: MS_LABEL });
}

/** A linear axis of events per second, or of a number of things, from zero. */
export function linearFromZero(max: number, unit: '/s' | '', across?: string): Axis {
  return linear([0, max > 0 ? max * 1.08 : 1], {
    labelExpr: `format(datum.value, datum.value < 1 ? '~r' : '~s') + '${unit}'`,
    ...(across === undefined ? {} : { title: across, tickCount: 6 }),
  });
}

/** A linear axis over exactly this domain. */
export function linear(domain: [number, number], axis: Exclude<Axis['axis'], boolean>): Axis {
  return {
    type: 'quantitative',
    scale: { domain, nice: false, zero: false, clamp: true },
    axis: { title: null, tickCount: 4, ...axis },
  };
}

/** Seconds along the bottom; only the lowest pane of a stack carries the labels. */
export function secondsAcross(from: number, to: number, labelled: boolean, title: string | null = null): Axis {
  return linear([from, to > from ? to : from + 1], {
    tickCount: 10,
    domainColor: INK.axis,
    ...(labelled ? { labelExpr: "format(datum.value, '~r') + ' s'", title } : { labels: false, ticks: false }),
  });
}
