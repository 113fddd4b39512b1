/** `gates:` what must hold for the run to pass. */
import { z } from 'zod';
import { GATE_METRICS, metricOf, type GateMetric } from './list.js';
import { GATE_STATS } from './stats.js';
import { patternOf, expected, map, label, name, oneOf } from '../grammar/index.js';

/** Which unit a bound has depends on metric and stat: it is read once these are known (`checks/gates.ts`). */
const bound = (description: string) =>
  z
    .union(
      [
        z.string().meta({
          pattern: (['duration', 'rate', 'share', 'slope', 'multiple', 'growth', 'growing number'] as const)
            .map(patternOf)
            .join('|'),
        }),
        z.number().nonnegative(),
      ],
      expected(
        'a bound',
        'write it with the unit of the metric: 100ms, 99%, 180/s, 1ms/s, 1MiB/h; counts are bare numbers',
      ),
    )
    .meta({ description, examples: ['100ms', '99%', '180/s', '1ms/s', '1MiB/h', 0] });

/** One of these metrics; an editor shows the definition of each. */
export const metricNamed = <const M extends GateMetric>(names: readonly [M, ...M[]]) =>
  oneOf('metric', names).meta({
    description: 'The metric that is bounded.',
    anyOf: names.map((name) => ({ const: name, description: metricOf(name).definition })),
  });

export const GateText = map({
  metric: metricNamed(GATE_METRICS),
  stat: oneOf('stat', GATE_STATS)
    .describe('The statistic of the metric. Required where a metric has several and no usual one.')
    .optional(),
  phase: label('steady').describe('A phase, by name. Default: every phase that has the metric must pass.').optional(),
  tool: label('search').describe('A call, by label. Default: all calls.').optional(),
  fault: name('latency-upstream').describe('A fault, by id. Default: every fault.').optional(),
  process: name('backend')
    .describe(
      'Growth of this process alone: a service, plimsoll, or fault-engine. Default: every process that was watched.',
    )
    .optional(),
  min: bound('Smallest value that passes.').optional(),
  max: bound('Largest value that passes.').optional(),
});

export type GateText = z.output<typeof GateText>;
