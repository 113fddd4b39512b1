/** Changes from one run to another: with their sign, and an interval behind them. */
import { percent, signed, UNKNOWN } from './numbers.js';
import { boundInUnit, inUnit, type Unit } from './units.js';

/** How a change is expressed, and the unit of what changed. */
export interface ChangeUnit {
  /** `ratio`: the change is a share of the former value; `difference`: it is in `unit`. */
  readonly change: 'ratio' | 'difference';
  readonly unit: Unit;
}

/** What a difference of shares is in: a per cent of it would be another number. */
const POINTS = 'percentage points';
const ANY_POINTS = / percentage points?/g;

/** A difference of shares, written as a share: `0.4 %`. */
const inPoints = (share: string): string => share.replace(/%$/, share === '1 %' ? 'percentage point' : POINTS);

/** Units whose form has a sign of its own. */
const SIGNED: readonly Unit[] = ['ns-per-second', 'bytes-per-hour', 'per-hour'];

/** A change: `+12 %`, `−3.1 ms`, `+0.4 percentage points`; `0 %` for none. */
export function changeText(value: number, { change, unit }: ChangeUnit, digits = 3): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (change === 'ratio') return signed(value, (size) => percent(size, digits));
  if (unit === 'ratio') return signed(value, (size) => inPoints(percent(size, digits)));
  return SIGNED.includes(unit) ? inUnit(value, unit, digits) : signed(value, (size) => inUnit(size, unit, digits));
}

/** A change and its interval: `+12 % [+8.1 %, +17 %]`; without an interval where there is none. */
export function estimatedChange(
  { estimate, low, high }: { readonly estimate: number; readonly low: number | null; readonly high: number | null },
  unit: ChangeUnit,
  digits = 3,
): string {
  const text = (value: number): string => changeText(value, unit, digits);
  if (low === null || high === null) return text(estimate);
  const whole = `${text(estimate)} [${text(low)}, ${text(high)}]`;
  const bare = whole.replace(ANY_POINTS, '');
  return bare === whole ? whole : `${bare} ${POINTS}`;
}

/** The size of a change that somebody set, with all its digits: `10 %`, `0.4 percentage points`, `2 ms`. */
export function changeLimit(limit: number, { change, unit }: ChangeUnit): string {
  if (change === 'ratio') return boundInUnit(limit, 'ratio');
  const text = boundInUnit(limit, unit);
  return unit === 'ratio' ? inPoints(text) : text;
}
