/** The health of several generators of one load as that of one. */
import type { HealthRow } from './rows.js';

const most = (values: readonly (number | null)[]): number | null =>
  values.reduce((max, each) => (each === null ? max : Math.max(max ?? each, each)), null);

/**
 * Rows of several threads for the same second: the worst of what is late or stands still (a p99 over all calls is at
 * most the largest of the threads' own), the sum of what is counted.
 */
export function mergedHealth(rows: readonly [HealthRow, ...HealthRow[]]): HealthRow {
  const sum = (of: (row: HealthRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    atNs: Math.max(...rows.map(({ atNs }) => atNs)),
    lagP99Ns: most(rows.map(({ lagP99Ns }) => lagP99Ns)),
    lagMaxNs: most(rows.map(({ lagMaxNs }) => lagMaxNs)),
    loopDelayMaxNs: Math.max(...rows.map(({ loopDelayMaxNs }) => loopDelayMaxNs)),
    gcNs: Math.max(...rows.map(({ gcNs }) => gcNs)),
    inFlight: sum(({ inFlight }) => inFlight),
    queued: sum(({ queued }) => queued),
  };
}
