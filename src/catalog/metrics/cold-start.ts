/** What the first call costs: after the start of the target, and beside the tenth. */
import type { Metric } from './metric.js';
import { absent, known, type Reading, type RunReadings } from './reading.js';

type Found = NonNullable<RunReadings['gateway']['coldStart']>;

const OF_A_START = {
  source: 'cold start of serverless and of just-in-time compilers',
  better: 'lower',
  comparison: { group: 'resources' },
  dependsOnLoop: false,
  dependsOnLength: false,
  needs: [],
  per: 'run',
  stretch: null,
} as const;

const read =
  (find: (start: Found) => number | null, why: string) =>
  ({ gateway: { coldStart } }: RunReadings): readonly Reading[] => {
    const value = coldStart === null ? null : find(coldStart);
    return [value === null ? absent(why) : known(value)];
  };

export const coldStart = {
  ...OF_A_START,
  definition:
    'Time from the start of the process that calls go to until its first right answer: until it is ready, until a ' +
    'session is open and the tool list is in, and the first call. Waits of the load generator are not counted.',
  usual: 'max',
  comparison: { ...OF_A_START.comparison, shows: ['max'] },
  stats: {
    max: {
      unit: 'ns',
      change: 'difference',
      read: read(({ firstAnswerNs }) => firstAnswerNs, 'the run did not start the target, or its first call failed'),
    },
  },
} as const satisfies Metric;

export const firstCall = {
  ...OF_A_START,
  definition:
    'The first call that the target answered, by the official SDK before the load: how long it took, and how many ' +
    'times as long as the tenth call of the load, which the SDK did not make.',
  usual: 'ratio',
  comparison: { ...OF_A_START.comparison, shows: ['max', 'ratio'] },
  stats: {
    max: { unit: 'ns', change: 'difference', read: read(({ firstCallNs }) => firstCallNs, 'the first call failed') },
    ratio: {
      unit: 'multiple',
      change: 'difference',
      read: read(
        ({ firstCallNs, tenthCallNs }) =>
          firstCallNs === null || tenthCallNs === null || !(tenthCallNs > 0) ? null : firstCallNs / tenthCallNs,
        'the first call failed, or fewer than ten of the load were ok',
      ),
    },
  },
} as const satisfies Metric;
