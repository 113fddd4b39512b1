import type { Metric } from './metric.js';
import { known } from './reading.js';

export const brokenHypotheses = {
  definition: 'Steady-state hypotheses of a phase that were broken after its faults.',
  source: 'Principles of Chaos Engineering: steady-state hypotheses',
  better: 'lower',
  usual: 'count',
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: ['hypotheses'],
  per: 'judged phase',
  stats: {
    count: {
      unit: 'count',
      read: ({ results }) => {
        const atLeast = results.filter(({ after }) => after.verdict === 'broken').length;
        const open = results
          .flatMap(({ before, after, text }) => [before, after].map((each) => ({ ...each, text })))
          .find(({ verdict }) => verdict === 'not-judged');
        // Those not judged may be broken too.
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
