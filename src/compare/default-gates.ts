/** What a comparison without gates of its own is judged by. */
import { metricOf, type ComparativeGate, type GateMetric, type GateStat } from '../catalog/index.js';

/** Margins: 10 % of a time, one percentage point of missed deadlines, a second of recovery, no wrong side effect. */
const DEFAULTS: readonly (readonly [metric: GateMetric, stat: GateStat, margin: number])[] = [
  ['response-time', 'p50', 0.1],
  ['response-time', 'p99', 0.1],
  ['deadline-miss-ratio', 'ratio', 0.01],
  ['time-to-recover', 'max', 1e9],
  ['duplicates', 'count', 0],
  ['lost', 'count', 0],
];

/** Each holds wherever the runs have the metric; where neither arm can have a number of it, it says nothing. */
export function defaultComparativeGates(): readonly ComparativeGate[] {
  return DEFAULTS.map(([metric, stat, margin], index) => ({ ...comparativeGateOf(metric, stat, margin), index }));
}

/** A gate of level `error` on a change anywhere. */
export function comparativeGateOf(metric: GateMetric, stat: GateStat, margin: number): ComparativeGate {
  const found = metricOf(metric).stats[stat];
  if (found === undefined) throw new RangeError(`${metric} has no ${stat}`);
  return {
    ...{ phase: null, tool: null, fault: null, process: null },
    index: 0,
    metric,
    stat,
    unit: found.unit,
    change: found.change,
    versus: 'reference',
    margin,
    atLeast: null,
    level: 'error',
  };
}
