/** Sizes, and quantities per time. */
import { DIGITS, amount, count, significant, signed, UNKNOWN } from './numbers.js';

/** Events per second: `400/s`, `12.3/s`; four digits from 1,000/s on, as 1,235/s reads no harder than 1,240/s. */
export const rate = (perSecond: number, digits = Math.abs(perSecond) >= 1000 ? DIGITS + 1 : DIGITS): string =>
  Number.isFinite(perSecond) ? `${significant(perSecond, digits)}/s` : UNKNOWN;

export const SIZE_UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const;

/** A size in binary units: `512 B`, `1.5 GiB`. */
export function bytes(n: number, digits = DIGITS): string {
  if (!Number.isFinite(n)) return UNKNOWN;
  // Rounded up, 1,023.99 KiB is 1 MiB.
  const power = SIZE_UNITS.findLastIndex((_, i) => Number(Math.abs(n / 1024 ** i).toPrecision(digits)) >= 1);
  if (power < 1) return `${Math.abs(n) >= 1 ? count(n) : amount(n, digits)} B`;
  return `${significant(n / 1024 ** power, digits)} ${SIZE_UNITS[power] ?? 'B'}`;
}

/** How fast a duration grows, in ms per second, with its sign: `+12.3 ms/s`. */
export const slope = (nsPerSecond: number, digits = DIGITS): string =>
  signed(nsPerSecond, (size) => plainSlope(size, digits));

/** The same without the sign of a growth, as a limit is written. */
export const plainSlope = (nsPerSecond: number, digits = DIGITS): string =>
  `${significant(nsPerSecond / 1e6, digits)} ms/s`;

/** A growth of memory: `+1.4 MiB/h`. */
export const bytesPerHour = (n: number, digits = DIGITS): string => signed(n, (size) => `${bytes(size, digits)}/h`);

/** A growth of a number of things: `+12.5/h`. */
export const perHour = (n: number, digits = DIGITS): string => signed(n, (size) => `${significant(size, digits)}/h`);
