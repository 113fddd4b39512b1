/**
 * Axes that several charts share: time of the run, durations on a linear or logarithmic scale, rates. Durations are
 * drawn in milliseconds.
 */
import type { Scale } from './scales.js';
import type { AxisStyle } from './spec.js';

/** Scale and axis of one direction; a layer adds the field that it draws. */
export interface Axis {
  readonly scale: Scale;
  readonly axis: AxisStyle;
}

/** A tick's number, with a true minus sign. */
export const plainNumber = (value: number): string => String(Number(value.toPrecision(6))).replace('-', '\u2212');

/** A value in milliseconds with its unit. */
function msLabel(ms: number): string {
  if (ms === 0) return '0';
  if (Math.abs(ms) >= 1000) return `${plainNumber(ms / 1000)} s`;
  return Math.abs(ms) >= 1 ? `${plainNumber(ms)} ms` : `${plainNumber(ms * 1000)} µs`;
}

/** Thousands and millions by their letter. */
export function shortNumber(value: number): string {
  if (Math.abs(value) >= 1e6) return `${plainNumber(value / 1e6)}M`;
  return Math.abs(value) >= 1e3 ? `${plainNumber(value / 1e3)}k` : plainNumber(value);
}

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
    scale: { type: 'log', domain: span.domain },
    axis: { values: span.ticks, label: msLabel, title },
  };
}

/** A linear duration axis from zero. */
export function linearMs(maxMs: number): Axis {
  return linear([0, maxMs > 0 ? maxMs * 1.06 : 1], { label: msLabel });
}

/** A linear axis of events per second, or of a number of things, from zero. */
export function linearFromZero(max: number, unit: '/s' | '', across?: string): Axis {
  return linear([0, max > 0 ? max * 1.08 : 1], {
    label: (value) => `${shortNumber(value)}${unit}`,
    ...(across === undefined ? {} : { title: across, tickCount: 6 }),
  });
}

/** A linear axis over exactly this domain. */
export function linear(domain: Scale['domain'], axis: AxisStyle): Axis {
  return { scale: { domain }, axis };
}

/** Seconds along the bottom; only the lowest pane of a stack carries the labels. */
export function secondsAcross(from: number, to: number, labelled: boolean, title: string | null = null): Axis {
  return linear([from, to > from ? to : from + 1], {
    tickCount: 10,
    label: labelled ? (value) => `${plainNumber(value)} s` : null,
    title,
  });
}
