/**
 * Numbers for people: every quantity with its unit and no more digits than it deserves. HTML, Markdown and terminal all
 * print through here, so that one run never shows one number in two ways.
 *
 * A value that is not finite is printed as `unknown`: a report never shows a bare NaN or Infinity.
 */
import type { Durations, GateResult, Quantile } from '../analysis/index.js';
import type { BoundUnit } from '../scenario/index.js';

export const UNKNOWN = 'unknown';

/** `digits` significant digits, never in exponent form. */
function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.max(0, digits - 1 - magnitude);
  const nearest = Number(value.toPrecision(digits));
  // Rounding up may leave the doubles.
  const rounded = Number.isFinite(nearest) ? nearest : value;
  return grouped(fixed(rounded, Math.min(decimals, 12)));
}

/** `toFixed` without its exponent from 10^21 on. */
function fixed(value: number, decimals: number): string {
  return Math.abs(value) < 1e21 ? value.toFixed(decimals) : BigInt(value).toString();
}

/** Thousands set apart by commas. */
function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

const withoutTrailingZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

const DURATION_UNITS = [
  { unit: 'ns', ns: 1 },
  { unit: 'µs', ns: 1e3 },
  { unit: 'ms', ns: 1e6 },
  { unit: 's', ns: 1e9 },
] as const;

/** A measured duration in three significant digits: `845 ms`, `1.23 s`, `12.0 µs`, `12.5 min` from ten minutes on. */
export function duration(ns: number): string {
  if (!Number.isFinite(ns)) return UNKNOWN;
  if (ns === 0) return '0 ms';
  const rounded = Number(ns.toPrecision(3));
  const size = Math.abs(rounded);
  if (size >= 600e9) return `${significant(ns / 60e9, 3)} min`;
  const step = DURATION_UNITS.findLast((each) => size >= each.ns) ?? DURATION_UNITS[0];
  return `${significant(rounded / step.ns, 3)} ${step.unit}`;
}

/** A duration that somebody chose, as one would write it: `250 ms`, `5 s`, `1.5 s`. */
export function setDuration(ns: number): string {
  const [value, unit] = duration(ns).split(' ');
  return unit === undefined ? UNKNOWN : `${withoutTrailingZeros(value ?? '')} ${unit}`;
}

/** A duration or a word where there is none. */
export function maybeDuration(ns: number | null | undefined, missing = 'none'): string {
  return ns === null || ns === undefined ? missing : duration(ns);
}

/** A moment of the run, from its epoch, to a tenth of a second: `+12.4 s`. */
export function moment(ns: number): string {
  return Number.isFinite(ns) ? `${sign(ns)}${withoutTrailingZeros(grouped(fixed(Math.abs(ns) / 1e9, 1)))} s` : UNKNOWN;
}

/** A moment to the millisecond: `+35.901 s`. For edges, whose planned and confirmed times differ by no more. */
export function exactMoment(ns: number): string {
  return Number.isFinite(ns) ? `${sign(ns)}${grouped(fixed(Math.abs(ns) / 1e9, 3))} s` : UNKNOWN;
}

const sign = (value: number): string => (value < 0 ? '−' : '+');

/** Events per second: `150/s`, `12.3/s`, `20,000/s`. */
export function rate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return UNKNOWN;
  const digits = Math.abs(perSecond) >= 1000 ? 4 : 3;
  return `${withoutTrailingZeros(significant(perSecond, digits))}/s`;
}

/** A whole number of things. */
export function count(n: number): string {
  return Number.isFinite(n) ? grouped(fixed(Math.round(n), 0)) : UNKNOWN;
}

/** A number of things that may be a fraction, such as calls lost by an integral. */
export function amount(n: number): string {
  if (!Number.isFinite(n)) return UNKNOWN;
  return Math.abs(n) >= 100 || Number.isInteger(n) ? count(n) : withoutTrailingZeros(significant(n, 3));
}

/**
 * A share as a percentage. Never rounded up to 100 % or down to 0 % when it is neither: `99.996 %`, `0.004 %`, `< 0.001
 * %`.
 */
export function share(ratio: number): string {
  const percent = ratio * 100;
  if (!Number.isFinite(percent)) return UNKNOWN;
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent > 0 && percent < 0.001) return '< 0.001 %';
  if (percent > 99.999 && percent < 100) return '> 99.999 %';
  if (percent > 99 && percent < 100) return `${withoutTrailingZeros(String(Math.floor(percent * 1000) / 1000))} %`;
  return `${withoutTrailingZeros(significant(percent, Math.abs(percent) >= 10 ? 3 : 2))} %`;
}

/** A plain factor: `1.02 x`. */
export function factor(value: number): string {
  return Number.isFinite(value) ? `${significant(value, 3)} x` : UNKNOWN;
}

/** A slope of time over time, in ms per second: `+12.3 ms/s`. */
export function slope(nsPerSecond: number): string {
  if (!Number.isFinite(nsPerSecond)) return UNKNOWN;
  const ms = nsPerSecond / 1e6;
  if (Math.abs(ms) < 0.001) return '0 ms/s';
  return `${sign(ms)}${significant(Math.abs(ms), 3)} ms/s`;
}

/** A size in binary units: `512 B`, `1.4 MiB`. */
export function bytes(n: number): string {
  if (!Number.isFinite(n)) return UNKNOWN;
  if (n < 1024) return `${count(n)} B`;
  const power = Math.min(3, Math.floor(Math.log2(n) / 10));
  return `${significant(n / 1024 ** power, 3)} ${['B', 'KiB', 'MiB', 'GiB'][power] ?? 'B'}`;
}

/** A growth of memory: `+1.40 MiB/h`. */
export function bytesPerHour(n: number): string {
  if (!Number.isFinite(n)) return UNKNOWN;
  return n === 0 ? '0 B/h' : `${sign(n)}${bytes(Math.abs(n))}/h`;
}

/** A growth of a number of things: `+12.5/h`. */
export function perHour(n: number): string {
  if (!Number.isFinite(n)) return UNKNOWN;
  return n === 0 ? '0/h' : `${sign(n)}${withoutTrailingZeros(significant(Math.abs(n), 3))}/h`;
}

/** The name of a quantile: `p50`, `p99.9`. */
export function quantileName(q: number): string {
  return `p${withoutTrailingZeros((q * 100).toFixed(4))}`;
}

/** A quantile, or why it can't be told. */
export function quantile(each: Quantile | undefined): string {
  if (each === undefined) return UNKNOWN;
  switch (each.kind) {
    case 'value':
      return duration(each.ns);
    case 'censored':
      return `≥ ${duration(each.ns)} (censored)`;
    case 'not-estimable':
      return `not estimable (${count(each.n)} of ${count(each.needed)})`;
  }
}

/** The 95 % interval of a quantile in words, or null when it has none. An open end is said to be open. */
export function interval(each: Quantile | undefined): string | null {
  if (each?.kind !== 'value' || (each.lowNs === null && each.highNs === null)) return null;
  if (each.lowNs === null && each.highNs !== null) return `up to ${duration(each.highNs)}`;
  if (each.highNs === null && each.lowNs !== null) return `from ${duration(each.lowNs)}`;
  const [low = '', lowUnit] = duration(each.lowNs ?? 0).split(' ');
  const [high = '', highUnit] = duration(each.highNs ?? 0).split(' ');
  return lowUnit === highUnit
    ? `${low}–${high} ${highUnit ?? ''}`
    : `${low} ${lowUnit ?? ''} – ${high} ${highUnit ?? ''}`;
}

/** The quantile `q` of a set, undefined when the set does not carry it. */
export function quantileOf(durations: Durations, q: number): Quantile | undefined {
  return durations.quantiles.find((each) => Math.abs(each.q - q) < 1e-9);
}

/** The highest quantile that can be told as a plain value, with its name; null when none can. */
export function highestQuantile(durations: Durations): { readonly name: string; readonly ns: number } | null {
  const last = durations.quantiles.findLast((each) => each.kind === 'value');
  return last?.kind === 'value' ? { name: quantileName(last.q), ns: last.ns } : null;
}

/** A bound somebody set, in the unit of its gate: `5 s` where a measurement would read `5.00 s`. */
export function boundInUnit(value: number, unit: BoundUnit): string {
  return unit === 'ns' ? setDuration(value) : inUnit(value, unit);
}

/** A measurement in the unit of its gate. */
export function inUnit(value: number, unit: BoundUnit): string {
  switch (unit) {
    case 'ns':
      return duration(value);
    case 'per-second':
      return rate(value);
    case 'ratio':
      return share(value);
    case 'count':
      return amount(value);
    case 'ns-per-second':
      return slope(value);
    case 'bytes-per-hour':
      return bytesPerHour(value);
    case 'per-hour':
      return perHour(value);
  }
}

/** A time to recover: right to one window, so none at all reads as less than one. */
export function timeBack(ns: number, windowNs: number): string {
  return ns === 0 ? `under ${setDuration(windowNs)}` : duration(ns);
}

/** What a gate measured; null when there was nothing. */
export function measuredInUnit({
  measured,
  step,
  unit,
}: Pick<GateResult, 'measured' | 'step' | 'unit'>): string | null {
  if (measured === null) return null;
  return step !== undefined && unit === 'ns' ? timeBack(measured, step) : inUnit(measured, unit);
}
