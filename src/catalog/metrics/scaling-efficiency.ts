/** What several replicas sustain, as a share of what each would alone. */
import type { Metric } from './metric.js';
import { absent, notEstimable, type Reading, type RunReadings } from './reading.js';

type Found = NonNullable<RunReadings['capacities'][number]['efficiency']>;

const readingOf = ({ value, low, high, reason }: Found): Reading =>
  value === null ? notEstimable(reason ?? 'it is not known') : { kind: 'value', value, low, high };

export const scalingEfficiency = {
  definition:
    'What each of n replicas sustains, as a share of what one does where fewer are left: the load line over n, by ' +
    'the highest rate without the others over those left; with one left, lambda(n) / (n lambda(1)). Only where the ' +
    'machine has a core for each replica and one for the load.',
  source: 'scalability analysis: speed-up over the number of processors',
  better: 'higher',
  comparison: { group: 'capacity', shows: ['ratio'] },
  dependsOnLoop: false,
  dependsOnLength: false,
  needs: ['capacity'],
  per: 'run',
  stretch: null,
  usual: 'ratio',
  stats: {
    ratio: {
      unit: 'ratio',
      change: 'difference',
      read: ({ capacities }: RunReadings): readonly Reading[] => {
        const found = capacities.flatMap(({ phase, efficiency }): readonly Reading[] =>
          efficiency === null ? [] : [{ part: phase, ...readingOf(efficiency) }],
        );
        return found.length > 0 ? found : [absent('no capacity was searched with all replicas and with some of them')];
      },
    },
  },
} as const satisfies Metric;
