/** Plain numbers: counts, amounts, factors, shares, plurals. */

export const UNKNOWN = 'unknown';
/** Significant digits of a measured number. */
export const DIGITS = 3;

const MINUS = '−';
/** More decimals than this are noise: a value that small prints as 0. */
const MOST_DECIMALS = 12;

/** Up to `digits` significant digits, thousands separated by commas, without exponent or trailing zeros. */
export function significant(value: number, digits: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (value === 0) return '0';
  const nearest = Number(value.toPrecision(digits));
  // Rounding up may leave the range of doubles.
  const rounded = Number.isFinite(nearest) ? nearest : value;
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return fixed(rounded, Math.min(decimals, MOST_DECIMALS))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
    .replace(/^−0$/, '0');
}

/** A fixed number of decimals, thousands separated by commas, never an exponent. */
export function fixed(value: number, decimals: number): string {
  const size = Math.abs(value);
  const [whole = '', fraction] = (size < 1e21 ? size.toFixed(decimals) : BigInt(size).toString()).split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`);
  return value < 0 ? `${MINUS}${text}` : text;
}

/** A text of a size with the sign of `value` before it: `+12 ms/s`. What prints as zero has no sign. */
export function signed(value: number, textOf: (size: number) => string): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const text = textOf(Math.abs(value));
  return text === textOf(0) ? text : `${value < 0 ? MINUS : '+'}${text}`;
}

/** A whole number of things: `23,110`. */
export const count = (n: number): string => (Number.isFinite(n) ? fixed(Math.round(n), 0) : UNKNOWN);

/** A number of things that may be a fraction, such as calls lost by an integral: `12.5`, `1,235`. */
export const amount = (n: number, digits = DIGITS): string =>
  Math.abs(n) >= 10 ** (digits - 1) || Number.isInteger(n) ? count(n) : significant(n, digits);

/** A plain factor: `1.02x`. */
export const factor = (value: number, digits = DIGITS): string =>
  Number.isFinite(value) ? `${significant(value, digits)}x` : UNKNOWN;

/**
 * A share as a percentage: `2.1 %`. A value near 100 % or 0 % is never rounded to it: `99.996 %`, `< 0.001 %`.
 * @param ratio 1 is 100 %.
 */
export function percent(ratio: number, digits = DIGITS): string {
  const value = ratio * 100;
  if (!Number.isFinite(value)) return UNKNOWN;
  if (value > 0 && value < 0.001) return '< 0.001 %';
  if (value > 99.999 && value < 100) return '> 99.999 %';
  // Rounded down, where three digits would round up; multiplying leaves errors in the last digits of a double.
  if (digits === DIGITS && value > 99 && value < 100)
    return `${significant(Math.floor(Number((value * 1000).toPrecision(12))) / 1000, 5)} %`;
  return `${significant(value, digits)} %`;
}

/** The noun that fits a number. */
export const plural = (n: number, one: string, many = `${one}s`): string => (n === 1 ? one : many);

/** A number and its noun: `1 call`, `2 calls`. */
export const counted = (n: number, one: string, many?: string): string => `${count(n)} ${plural(n, one, many)}`;
