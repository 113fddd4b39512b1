/** Which trials of several arms belong together. */
import type { Trial } from './types.js';

const inTime = <T extends Pick<Trial, 'summary'>>(trials: readonly T[]): readonly T[] =>
  [...trials].sort((a, b) => (a.summary.startedUtc < b.summary.startedUtc ? -1 : 1));

/**
 * Runs that no experiment put into rows: the n-th trial of each arm, by time of start, is in the n-th row. Null when
 * the arms do not have equally many.
 */
export function rowsByTime(arms: readonly string[], trials: readonly Trial[]): readonly (readonly Trial[])[] | null {
  const byArm = arms.map((name) => inTime(trials.filter(({ arm }) => arm === name)));
  const length = byArm[0]?.length ?? 0;
  if (byArm.some((own) => own.length !== length)) return null;
  return Array.from({ length }, (_, row) => inTime(byArm.flatMap((own) => own.slice(row, row + 1))));
}

/** Whether the trials of each row ran one right after the other, without one of another row between them. */
export function isInterleaved(rows: readonly (readonly Trial[])[]): boolean {
  const place = new Map(inTime(rows.flat()).map((trial, index) => [trial, index]));
  return rows.every((row) => {
    const places = row.map((trial) => place.get(trial) ?? NaN);
    return Math.max(...places) - Math.min(...places) === row.length - 1;
  });
}
