import type { Metric } from './metric.js';
import { known } from './reading.js';

export const failedHypotheses = {
  definition: 'Steady-state hypotheses of a phase that failed after its faults.',
  source: 'Principles of Chaos Engineering: steady-state hypotheses',
  better: 'lower',
  usual: 'count',
  comparison: { group: 'correctness', shows: [] },
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: ['hypotheses'],
  per: 'judged phase',
  stats: {
    count: {
      unit: 'count',
      change: 'difference',
      read: ({ results }) => {
        const atLeast = results.filter(({ after }) => after.verdict === 'failed').length;
        const open = results
          .flatMap(({ before, after, text }) => [before, after].map((each) => ({ ...each, text })))
          .find(({ verdict }) => verdict === 'not-judged');
        // Those not judged may have failed too.
        return [
          open === undefined
            ? known(atLeast)
            : { kind: 'not-estimable', why: `${open.text} was not judged: ${open.why}`, atLeast },
        ];
      },
    },
  },
  stretch: null,
} as const satisfies Metric;
