/** Quantities of which only the unit is known: values of gated metrics and the bounds they are compared with. */
import { duration, recoveryTime } from './durations.js';
import { amount, DIGITS, factor, percent } from './numbers.js';
import { bytes, bytesPerHour, perHour, plainSlope, rate, slope } from './rates.js';

/** The units of metrics. Durations are nanoseconds; a `multiple` is a ratio that can pass 1. */
export type Unit =
  'ns' | 'per-second' | 'ratio' | 'multiple' | 'count' | 'ns-per-second' | 'bytes-per-hour' | 'per-hour';

/** Digits of a bound: it is printed as it was written, not rounded. */
const BOUND_DIGITS = 9;

const WRITTEN: Readonly<Record<Unit, (value: number, digits: number) => string>> = {
  ns: duration,
  'per-second': (value, digits) => (digits === DIGITS ? rate(value) : rate(value, digits)),
  ratio: percent,
  multiple: factor,
  count: amount,
  'ns-per-second': slope,
  'bytes-per-hour': bytesPerHour,
  'per-hour': perHour,
};

/** A measured value in its unit. Slopes and growths carry their sign. */
export const inUnit = (value: number, unit: Unit, digits = DIGITS): string => WRITTEN[unit](value, digits);

/** A bound somebody set, with all its digits. A slope or growth is written without a sign. */
export function boundInUnit(bound: number, unit: Unit): string {
  if (unit === 'ns-per-second') return plainSlope(bound, BOUND_DIGITS);
  if (unit === 'bytes-per-hour') return `${bytes(bound, BOUND_DIGITS)}/h`;
  return unit === 'per-hour' ? `${amount(bound, BOUND_DIGITS)}/h` : inUnit(bound, unit, BOUND_DIGITS);
}

/** What is known only to be at least so large: a quantity, or a time until something that had not happened by then. */
export type BoundOf = 'quantity' | 'time-until';

/** A lower bound from the text of its value: `> 316 ms`; of a time until something `not within 28 s`. */
export const lowerBound = (text: string, of: BoundOf = 'quantity'): string =>
  of === 'quantity' ? `> ${text}` : `${NOT_WITHIN} ${text}`;

/** What stands before a time within which something did not happen. */
export const NOT_WITHIN = 'not within';

/** A time until something; null: it had not happened when the observation ended. */
export const timeUntil = (ns: number | null, observedNs: number): string =>
  ns === null ? lowerBound(duration(observedNs), 'time-until') : duration(ns);

/** A range a value has to lie in; null: open on that side. */
export interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
}

/** The limits of a value: `>= 99 %`, `>= 1 s and <= 8 s`. */
export function boundsInUnit({ min, max }: Bounds, unit: Unit): string {
  return [
    ...(min === null ? [] : [`>= ${boundInUnit(min, unit)}`]),
    ...(max === null ? [] : [`<= ${boundInUnit(max, unit)}`]),
  ].join(' and ');
}

/**
 * A measured value beside the bounds it is compared with: with as many digits as it takes to distinguish it from them.
 * @param step how fine it was measured, where that is coarse: 0 then means less than one step.
 */
export function measuredText(value: number, unit: Unit, bounds: Bounds, step?: number): string {
  if (step !== undefined && unit === 'ns' && value === 0) return recoveryTime(value, step);
  const others = [bounds.min, bounds.max].filter((bound) => bound !== null && bound !== value);
  for (let digits = DIGITS; ; digits++) {
    const text = inUnit(value, unit, digits);
    if (digits === BOUND_DIGITS || others.every((bound) => inUnit(bound ?? 0, unit, digits) !== text)) return text;
  }
}
