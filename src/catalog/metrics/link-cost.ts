import type { Metric } from './metric.js';
import { known, notEstimable, type Reading, type RunReadings } from './reading.js';

const read =
  (find: (cost: RunReadings['gateway']['linkCosts'][number]) => number | null) =>
  ({ gateway: { linkCosts } }: RunReadings): readonly Reading[] =>
    linkCosts.map((cost) => {
      const value = find(cost);
      const reading = value === null ? notEstimable('too few calls while the link was slow, or before') : known(value);
      return { part: cost.fault, ...reading };
    });

export const linkCost = {
  definition:
    'While a link behind the target has latency: the longest call; and how many times the latency the median of the ' +
    'calls was above that of the calls before, which is how many messages wait for each other in one call.',
  source: 'round trips of a chain of requests',
  better: 'lower',
  usual: 'ratio',
  comparison: { group: 'recovery', shows: ['max', 'ratio'] },
  dependsOnLoop: false,
  dependsOnLength: false,
  needs: ['faults'],
  per: 'run',
  stats: {
    max: { unit: 'ns', change: 'difference', read: read(({ longestNs }) => longestNs) },
    ratio: { unit: 'multiple', change: 'difference', read: read(({ roundTrips }) => roundTrips) },
  },
  stretch: null,
} as const satisfies Metric;
