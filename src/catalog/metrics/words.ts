/** The text of a gate and of a hypothesis: the one wording of `--explain`, report, terminal, `gate.json` and JUnit. */
import { boundsInUnit, type BoundOf } from '../../format/index.js';
import { metricOf, type GateMetric } from './list.js';
import type { Metric } from './metric.js';
import type { Gate, Hypothesis, MetricSelection } from './types.js';

/** What a lower bound of the metric is one of. */
export const boundOf = (metric: GateMetric): BoundOf =>
  metricOf(metric).per === 'fault' || metricOf(metric).per === 'phase or fault' ? 'time-until' : 'quantity';

/** Why only a lower bound of the metric is known. */
export const boundReason = (metric: GateMetric): string =>
  boundOf(metric) === 'time-until' ? 'the observation ended first' : 'calls without an answer';

/** Where a gate applies that names neither phase nor fault. */
const EVERYWHERE = {
  calls: 'in every phase',
  phase: 'in every phase',
  'judged phase': 'in every phase',
  fault: 'after every fault',
  'phase or fault': 'after every overload and fault',
  run: '',
  process: 'in every soak phase',
  stretch: '',
} as const satisfies Record<Metric['per'], string>;

/** `response-time p99`; the stat is left out where the metric has no other. */
export function statText({ metric, stat }: Pick<MetricSelection, 'metric' | 'stat'>): string {
  return Object.keys(metricOf(metric).stats).length === 1 ? metric : `${metric} ${stat}`;
}

function scopeOf({ metric, phase, tool, fault, process }: MetricSelection): string {
  const { per } = metricOf(metric);
  const owner = tool ?? (per === 'process' ? (process ?? 'every process') : null);
  return [
    owner === null ? '' : `of ${owner}`,
    fault === null ? '' : `after ${fault}`,
    phase === null ? '' : `${owner === null ? 'of' : 'in'} ${phase}`,
    phase === null && fault === null ? EVERYWHERE[per] : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** `response-time p99 of steady`. */
export function selectionText(selection: MetricSelection): string {
  return [statText(selection), scopeOf(selection)].filter((part) => part !== '').join(' ');
}

/** `response-time p99 of steady <= 100 ms`. */
export function gateText(gate: Gate): string {
  return `${selectionText(gate)} ${boundsInUnit(gate, gate.unit)}`;
}

/** A hypothesis without its phase: `goodput ratio of search >= 99 %`. */
export function hypothesisText(hypothesis: Hypothesis): string {
  const { tool, unit } = hypothesis;
  return [statText(hypothesis), tool === null ? '' : `of ${tool}`, boundsInUnit(hypothesis, unit)]
    .filter((part) => part !== '')
    .join(' ');
}
