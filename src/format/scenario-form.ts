/**
 * Quantities as a scenario writes them, so that they can be copied into one: `250ms`, `400/s`, `5%`, `1.5MiB`. A
 * duration is exact, the other kinds have six significant digits.
 */
import { SIZE_UNITS } from './rates.js';

const TIME_UNITS = { us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 } as const;
const DIGITS = 6;

/** A duration to the nanosecond: reading it back gives the same. */
export function scenarioDuration(ns: number): string {
  if (!Number.isFinite(ns)) return String(ns);
  if (ns < 0) return `-${scenarioDuration(-ns)}`;
  const value = Math.round(ns);
  if (value === 0) return '0s';
  if (value % TIME_UNITS.h === 0) return `${value / TIME_UNITS.h}h`;
  if (value % TIME_UNITS.m === 0) return `${value / TIME_UNITS.m}m`;
  const unit = (['s', 'ms', 'us'] as const).find((each) => value >= TIME_UNITS[each]);
  return unit === undefined ? `${value}ns` : `${decimal(value, TIME_UNITS[unit])}${unit}`;
}

/** `value / factor` in decimal digits, exact for whole values and powers of ten. */
function decimal(value: number, factor: number): string {
  const places = Math.round(Math.log10(factor));
  const digits = String(value).padStart(places + 1, '0');
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  const integer = digits.slice(0, digits.length - places);
  return fraction === '' ? integer : `${integer}.${fraction}`;
}

/** A rate: `200/s`. */
export const scenarioRate = (perSecond: number): string => `${plain(perSecond)}/s`;

/** A share: `5%`. */
export const scenarioShare = (ratio: number): string => `${plain(ratio * 100)}%`;

/** A size in the largest binary unit it fills: `1.5MiB`. */
export function scenarioSize(bytes: number): string {
  const power = Math.min(SIZE_UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${plain(bytes / 1024 ** power)}${SIZE_UNITS[power] ?? 'B'}`;
}

/** Decimal notation without an exponent, as a scenario is read. */
function plain(value: number): string {
  const text = String(Number(value.toPrecision(DIGITS)));
  return text.includes('e')
    ? Number(text)
        .toFixed(20)
        .replace(/\.?0+$/, '')
    : text;
}
