/** Durations and moments. */
import { DIGITS, fixed, significant, signed, UNKNOWN } from './numbers.js';

/** Smallest duration that is written in each unit, descending: minutes from ten minutes on, hours from ten hours on. */
const UNITS = [
  { unit: 'h', ns: 3600e9, fromNs: 36_000e9 },
  { unit: 'min', ns: 60e9, fromNs: 600e9 },
  { unit: 's', ns: 1e9, fromNs: 1e9 },
  { unit: 'ms', ns: 1e6, fromNs: 1e6 },
  { unit: 'µs', ns: 1e3, fromNs: 1e3 },
] as const;

/** A duration: `845 ms`, `1.23 s`, `12 µs`, `12.5 min`. */
export function duration(ns: number, digits = DIGITS): string {
  if (!Number.isFinite(ns)) return UNKNOWN;
  if (ns === 0) return '0 ms';
  const size = Math.abs(Number(ns.toPrecision(digits)));
  const step = UNITS.find(({ fromNs }) => size >= fromNs) ?? { unit: 'ns', ns: 1, fromNs: 0 };
  // 599.6 s rounds to 600 s, which is written as 10 min, not as 9.99 min.
  const writtenNs = Math.sign(ns) * Math.max(Math.abs(ns), step.fromNs);
  return `${significant(writtenNs / step.ns, digits)} ${step.unit}`;
}

/** A duration, or `missing` where there is none. */
export const maybeDuration = (ns: number | null | undefined, missing: string): string =>
  ns === null || ns === undefined ? missing : duration(ns);

/** A moment of the run, from its epoch, to a tenth of a second: `+12.4 s`. */
export const moment = (ns: number): string => offset(ns, (ms) => fixed(ms / 1e3, 1).replace(/\.0$/, ''));

/** A moment to the millisecond: `+35.901 s`. For fault edges, whose planned and confirmed times differ by little. */
export const exactMoment = (ns: number): string => offset(ns, (ms) => fixed(ms / 1e3, 3));

function offset(ns: number, secondsOf: (ms: number) => string): string {
  if (!Number.isFinite(ns)) return UNKNOWN;
  const text = signed(ns, (size) => secondsOf(size / 1e6));
  return `${/^[+−]/.test(text) ? '' : '+'}${text} s`;
}

/** A time to recover. It is measured in windows, so that 0 means less than one: `under 500 ms`. */
export const recoveryTime = (ns: number, windowNs: number): string =>
  ns === 0 ? `under ${duration(windowNs)}` : duration(ns);
