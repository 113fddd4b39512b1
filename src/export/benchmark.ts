/**
 * Numbers as an array of `{ name, unit, value }`, as github-action-benchmark reads it (tool `customSmallerIsBetter`):
 * for its charts over many commits. So only numbers of which lower is better.
 */
import { numbersOf, type Comparison, type Effect } from '../compare/index.js';
import { metricOf, type GateMetric, type GateStat } from '../catalog/index.js';
import { changeText, type Unit } from '../format/index.js';
import { jsonText, type ComparisonFormat, type ExportFormat } from './format.js';
import { plainLabel } from './labels.js';

/** What is worth a chart of its own. */
const CHARTED: readonly (readonly [GateMetric, readonly GateStat[]])[] = [
  ['response-time', ['p50', 'p90', 'p99']],
  ['error-ratio', ['ratio']],
  ['deadline-miss-ratio', ['ratio']],
  ['retry-amplification', ['ratio']],
  ['time-to-recover', ['max']],
];

interface Entry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: string;
  readonly extra?: string;
}

const isCharted = (metric: GateMetric, stat: GateStat): boolean =>
  metricOf(metric).better === 'lower' && CHARTED.some(([name, stats]) => name === metric && stats.includes(stat));

/** The unit and how many of the base unit it is; nanoseconds are no unit to read a chart in. */
function unitOf(unit: Unit): { readonly name: string; readonly size: number } {
  if (unit === 'ns') return { name: 'ms', size: 1e6 };
  return unit === 'ratio' ? { name: '%', size: 0.01 } : { name: unit, size: 1 };
}

const inUnits = (value: number, size: number): number => Number((value / size).toPrecision(6));

const nameOf = (metric: string, stat: string, tool: string | null, where: string): string =>
  plainLabel([metric, stat, ...(tool === null ? [] : [`of ${tool}`]), `(${where})`].join(' '));

export const benchmark: ExportFormat = {
  file: 'benchmark.json',
  contentOf: ({ analysis: { summary } }) =>
    jsonText(
      numbersOf(summary).flatMap(({ metric, stat, tool, where, reading }): Entry[] => {
        const unit = metricOf(metric).stats[stat]?.unit;
        if (!isCharted(metric, stat) || unit === undefined || reading.kind !== 'value') return [];
        const { name, size } = unitOf(unit);
        return [{ name: nameOf(metric, stat, tool, where), unit: name, value: inUnits(reading.value, size) }];
      }),
    ),
};

/** The candidates of a comparison, each with its change from the reference. */
export const comparisonBenchmark: ComparisonFormat = {
  file: 'benchmark.json',
  contentOf: ({ effects, reference }: Comparison) => jsonText(effects.flatMap((effect) => entryOf(effect, reference))),
};

function entryOf(effect: Effect, reference: string): readonly Entry[] {
  const { metric, stat, tool, where, arm, unit, result } = effect;
  if (!isCharted(metric, stat) || result.kind !== 'estimate') return [];
  const { name, size } = unitOf(unit);
  const { low, high } = result.difference;
  return [
    {
      name: plainLabel(`${arm}: ${nameOf(metric, stat, tool, where)}`),
      unit: name,
      value: inUnits(result.candidate, size),
      ...(low === null || high === null ? {} : { range: `± ${inUnits((high - low) / 2, size)}` }),
      extra: plainLabel(`${changeText(result.change.estimate, effect)} from ${reference}`),
    },
  ];
}
