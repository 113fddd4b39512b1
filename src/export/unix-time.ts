/** Moments of a record as Unix time. The clock of the machine is not asked: only the text is read. */

const MOMENT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/;
const NS_PER_S = 1_000_000_000n;

/** Days from 1970-01-01 in the Gregorian calendar, whose leap days are counted from March on. */
function daysOf(year: number, month: number, day: number): number {
  const [y, m] = month > 2 ? [year, month - 3] : [year - 1, month + 9];
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return 365 * y + leapDays + Math.floor((153 * m + 2) / 5) + day - 719_469;
}

/** Nanoseconds since 1970 of a text like `2026-11-20T10:00:00.000Z`; 0 of any other. */
export function unixNano(utc: string): bigint {
  const [, ...parts] = MOMENT.exec(utc) ?? [];
  if (parts.length === 0) return 0n;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(0, 6).map(Number);
  const whole = BigInt(daysOf(year, month, day)) * 86_400n + BigInt(hours * 3_600 + minutes * 60 + seconds);
  return whole * NS_PER_S + BigInt((parts[6] ?? '').padEnd(9, '0'));
}
