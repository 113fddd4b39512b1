/** Quantities of which only the unit is known: values of gated metrics and the bounds they are compared with. */
import { duration, recoveryTime } from './durations.js';
import { amount, DIGITS, factor, percent } from './numbers.js';
import { bytes, bytesPerHour, perHour, plainSlope, rate, slope } from './rates.js';

/** The units of metrics. Durations are nanoseconds; a `multiple` is a ratio that can pass 1. */
export type Unit =
  'ns' | 'per-second' | 'ratio' | 'multiple' | 'count' | 'ns-per-second' | 'bytes-per-hour' | 'per-hour';

/** Digits of a bound: it is printed as it was written, not rounded. */
const BOUND_DIGITS = 9;

/** A measured value in its unit. Slopes and growths carry their sign. */
export function inUnit(value: number, unit: Unit, digits = DIGITS): string {
  switch (unit) {
    case 'ns':
      return duration(value, digits);
    case 'per-second':
      return digits === DIGITS ? rate(value) : rate(value, digits);
    case 'ratio':
      return percent(value, digits);
    case 'multiple':
      return factor(value, digits);
    case 'count':
      return amount(value, digits);
    case 'ns-per-second':
      return slope(value, digits);
    case 'bytes-per-hour':
      return bytesPerHour(value, digits);
    case 'per-hour':
      return perHour(value, digits);
  }
}

/** A bound somebody set, with all its digits. */
export function boundInUnit(bound: number, unit: Unit): string {
  switch (unit) {
    case 'ns-per-second':
      return plainSlope(bound, BOUND_DIGITS);
    case 'bytes-per-hour':
      return `${bytes(bound, BOUND_DIGITS)}/h`;
    case 'per-hour':
      return `${amount(bound, BOUND_DIGITS)}/h`;
    case 'ns':
    case 'per-second':
    case 'ratio':
    case 'multiple':
    case 'count':
      return inUnit(bound, unit, BOUND_DIGITS);
  }
}

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
