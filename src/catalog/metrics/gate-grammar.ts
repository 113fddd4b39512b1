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

const change = (description: string) =>
  z
    .union(
      [z.string(), z.number().nonnegative()],
      expected('a change', 'write it like 10%, or with the unit of the metric: 2ms, 1%; counts are bare numbers'),
    )
    .meta({ description, examples: ['10%', '2ms', 0] });

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
  versus: oneOf('versus', ['reference', 'baseline'])
    .describe(
      'Limits a change instead of a value. "reference" (default): from the reference to another arm, judged by ' +
        '"plimsoll compare" only. "baseline": from the runs that "plimsoll baseline add" stored, judged by "run", ' +
        '"gate" and "compare".',
    )
    .optional(),
  'max-increase': change('Of a metric of which lower is better: the largest increase that passes.').optional(),
  'max-decrease': change('Of a metric of which higher is better: the largest decrease that passes.').optional(),
  'and-at-least': change(
    'A change smaller than this, in the unit of the metric, passes whatever its ratio.',
  ).optional(),
  level: oneOf('level', ['error', 'warn'])
    .describe('Of a gate on a change. Default: error. "warn" decides nothing.')
    .optional(),
});

export type GateText = z.output<typeof GateText>;
