/** What becomes of calls after an upstream has lost its sessions. */
import type { Metric } from './metric.js';
import { known, notEstimable, type Reading, type RunReadings } from './reading.js';

type Return = RunReadings['gateway']['returns'][number];

const afterLoss = {
  source: 'MCP 2025-11-25, Transports, Session Management',
  comparison: { group: 'recovery' },
} as const;

const read =
  (find: (of: Return) => number) =>
  ({ gateway: { returns } }: RunReadings): readonly Reading[] =>
    returns.map((each) => ({
      part: each.fault,
      ...(each.kind === 'unknown' ? notEstimable('too few calls were sent afterwards') : known(find(each))),
    }));

export const sessionsRecovered = {
  definition:
    'After a fault that ends sessions at an upstream: share of the sessions of the client in which a call was ok ' +
    'again before the phase ended. 0 %: whatever stands between never recovers.',
  source: afterLoss.source,
  better: 'higher',
  usual: 'ratio',
  comparison: { ...afterLoss.comparison, shows: ['ratio'] },
  dependsOnLoop: false,
  dependsOnLength: false,
  needs: ['faults'],
  per: 'run',
  stats: {
    ratio: {
      unit: 'ratio',
      change: 'difference',
      read: read(({ recoveredSessions, sessions }) => (sessions === 0 ? 0 : recoveredSessions / sessions)),
    },
  },
  stretch: null,
} as const satisfies Metric;

export const failedAfterSessionLoss = {
  definition:
    'Attempts that failed after a fault that ends sessions at an upstream was over, until the phase ended. 0: calls ' +
    'came back at once.',
  source: afterLoss.source,
  better: 'lower',
  usual: 'count',
  comparison: { ...afterLoss.comparison, shows: ['count'] },
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: ['faults'],
  per: 'run',
  stats: { count: { unit: 'count', change: 'difference', read: read(({ failed }) => failed) } },
  stretch: null,
} as const satisfies Metric;
