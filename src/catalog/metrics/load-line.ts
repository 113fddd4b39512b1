/** What capacity searches found: the highest sustainable rate, and what is left of it without a part. */
import type { Metric } from './metric.js';
import { absent, known, notEstimable, type Reading, type RunReadings } from './reading.js';

const OF_SEARCHES = {
  better: 'higher',
  comparison: { group: 'capacity' },
  dependsOnLoop: false,
  dependsOnLength: false,
  needs: ['capacity'],
  per: 'run',
  stretch: null,
} as const;

const noSearch = (): readonly Reading[] => [absent('there was no capacity search')];

const between = (passed: number, failed: number | null): Reading => ({
  kind: 'value',
  value: passed,
  low: passed,
  high: failed,
});

export const loadLine = {
  ...OF_SEARCHES,
  definition:
    'Highest rate that a capacity search showed to be sustained; its interval ends at the lowest rate that was shown ' +
    'not to be.',
  source: 'capacity by bracketing and bisection on the trend of the queue',
  usual: 'rate',
  comparison: { ...OF_SEARCHES.comparison, shows: ['rate'] },
  stats: {
    rate: {
      unit: 'per-second',
      change: 'ratio',
      read: ({ capacities }: RunReadings): readonly Reading[] => {
        const found = capacities.filter(({ without }) => without === null);
        if (found.length === 0) return noSearch();
        return found.map(({ phase, passedPerSecond: passed, failedPerSecond: failed }) => ({
          part: phase,
          ...(passed === null ? notEstimable('no rate was shown to be sustained') : between(passed, failed)),
        }));
      },
    },
  },
} as const satisfies Metric;

export const headroom = {
  ...OF_SEARCHES,
  definition:
    'Share of the highest sustainable rate without a part that is left above the operating rate: 1 - operating ' +
    'rate / highest rate without it. Below 0: losing the part overloads the rest.',
  source: 'N-1 headroom',
  usual: 'ratio',
  comparison: { ...OF_SEARCHES.comparison, shows: ['ratio'] },
  stats: {
    ratio: {
      unit: 'ratio',
      change: 'difference',
      read: ({ capacities }: RunReadings): readonly Reading[] => {
        const found = capacities.filter(({ without }) => without !== null);
        if (found.length === 0) return [absent('no capacity was searched without a part')];
        return found.map(({ phase, recovery }) => ({
          part: phase,
          ...(recovery === null
            ? notEstimable('there is no operating rate, or no rate was shown to be sustained')
            : known(recovery.headroom)),
        }));
      },
    },
  },
} as const satisfies Metric;
