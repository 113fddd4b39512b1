/** Whether a number moved from row to row of an experiment, whatever the arm: a machine that became slower. */
import { kendallTrend } from '../analysis/index.js';
import type { Effect, Estimated } from './effects.js';
import { meanOf } from './statistics/index.js';

/** Rows below which no trend is tested. */
const LEAST_ROWS = 8;
/** Standard deviations of a 95 % interval. */
const Z = 1.96;

export type Drift =
  /** Change from the first to the last row, as the effect's changes are expressed, with its 95 % interval. */
  | { readonly kind: 'estimate'; readonly change: Estimated; readonly isSure: boolean }
  | { readonly kind: 'none'; readonly why: string };

/**
 * Drift of the mean of both arms over the rows: Theil-Sen slope with the Mann-Kendall interval, over the order of the
 * rows. A drift is common to the trials of a row, so that it cancels in the paired change; one that is large says that
 * the machine was not the same all along.
 */
export function driftOf({ pairs, change }: Pick<Effect, 'pairs' | 'change'>): Drift {
  const isRatio = change === 'ratio';
  const rows = pairs.flatMap(({ reference, candidate }) =>
    reference === null || candidate === null || (isRatio && Math.min(reference, candidate) <= 0)
      ? []
      : [isRatio ? meanOf([Math.log(reference), Math.log(candidate)]) : meanOf([reference, candidate])],
  );
  if (rows.length < LEAST_ROWS)
    return { kind: 'none', why: `${rows.length} of ${LEAST_ROWS} rows needed to test for a drift` };
  const trend = kendallTrend(
    rows.map((_, row) => row),
    rows,
    Z,
  );
  if (trend === null) return { kind: 'none', why: 'no trend could be fitted' };
  const whole = (slope: number): number => {
    const moved = slope * (rows.length - 1);
    return isRatio ? Math.expm1(moved) : moved;
  };
  const { line, low, high } = trend;
  return {
    kind: 'estimate',
    change: {
      estimate: whole(line.slope),
      low: low === null ? null : whole(low),
      high: high === null ? null : whole(high),
    },
    isSure: low !== null && high !== null && (low > 0 || high < 0),
  };
}
