import type { Metric, Stats } from './metric.js';
import { absent, known, notEstimable, type LoadReadings, type Reading } from './reading.js';

/** Without a call there is no queue to speak of; with one, whose age it is belongs to the number. */
const whenOffered =
  (read: (age: LoadReadings['queueAge']) => Reading) =>
  ({ offered, queueAge: age }: LoadReadings): readonly Reading[] => [
    offered === 0 ? absent('no calls were offered') : { ...read(age), source: age.source },
  ];

const stats = {
  p99: { unit: 'ns', change: 'difference', read: whenOffered(({ p99Ns }) => known(p99Ns)) },
  max: { unit: 'ns', change: 'difference', read: whenOffered(({ maxNs }) => known(maxNs)) },
  slope: {
    unit: 'ns-per-second',
    change: 'difference',
    read: whenOffered(({ slope }) =>
      slope === null
        ? notEstimable('a slope takes 5 s of measured schedule')
        : { kind: 'trend', value: slope.nsPerSecond, low: slope.low, high: slope.high },
    ),
  },
} as const satisfies Stats<LoadReadings>;

export const queueAge = {
  definition:
    'Age of the oldest call that waits, over time, since its intended start. Source `upstream`: of the oldest call ' +
    'not yet in service, by the times that the upstream reports. Source `unanswered`: of the oldest unanswered ' +
    'call, where the upstream reports none. Gates, results and charts name the source. Its slope is that of the same ' +
    'arrivals and departures in order of arrival: whether a queue grows does not depend on who is served first.',
  source: 'DAGOR (WeChat overload control); CoDel',
  better: 'lower',
  usual: null,
  comparison: { group: 'latency', shows: [] },
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: [],
  per: 'phase',
  isIn: ({ offered }) => offered > 0,
  stats,
  stretch: stats,
} as const satisfies Metric;
