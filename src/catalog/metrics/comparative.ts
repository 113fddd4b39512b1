/** Gates on a change: what a candidate may lose against the reference of its comparison, or a stored baseline. */
import { changeLimit } from '../../format/index.js';
import { readQuantity } from '../grammar/index.js';
import type { Quantity } from '../grammar/units.js';
import { readBound } from './bounds.js';
import type { GateText } from './gate-grammar.js';
import { metricOf, type GateMetric } from './list.js';
import type { GateStat } from './stats.js';
import type { MetricSelection } from './types.js';
import { selectionText } from './words.js';

export interface ComparativeGate extends MetricSelection {
  /** What the change is counted from: another arm of the same comparison, or the runs that were stored. */
  readonly versus: 'reference' | 'baseline';
  /** How the change is expressed, as the statistic of the metric says. */
  readonly change: 'ratio' | 'difference';
  /**
   * The largest change for the worse that passes: an increase where lower is better, else a decrease. Of a ratio the
   * share of the reference's value (0.1 is 10 %), else in `unit`.
   */
  readonly margin: number;
  /** A change for the worse that is smaller than this, in `unit`, passes whatever its ratio is; null: there is none. */
  readonly atLeast: number | null;
  /** Only gates of level `error` decide the verdict. */
  readonly level: 'error' | 'warn';
}

/** Keys of a gate that only a gate on a change has. */
export const CHANGE_KEYS = [
  'versus',
  'max-increase',
  'max-decrease',
  'and-at-least',
  'level',
] as const satisfies readonly (keyof GateText)[];

/** Whether a gate limits a change from another arm or a baseline, and not a value of a run. */
export const isOnChange = (text: GateText): boolean => CHANGE_KEYS.some((key) => text[key] !== undefined);

/** The key that holds the margin of a metric. */
export const marginKey = (metric: GateMetric): 'max-increase' | 'max-decrease' =>
  metricOf(metric).better === 'lower' ? 'max-increase' : 'max-decrease';

/** Reads a margin: a share of the reference's value for a ratio, else a quantity in the unit of the statistic. */
export function readMargin(metric: GateMetric, stat: GateStat, written: string | number): Quantity {
  const found = metricOf(metric).stats[stat];
  if (found === undefined) throw new RangeError(`${metric} has no ${stat}`);
  if (found.change === 'difference') return readBound(metric, found.unit, written);
  const read = readQuantity('share', String(written), '%');
  // A decrease of everything leaves nothing to compare.
  return read.ok && marginKey(metric) === 'max-decrease' && read.value >= 1
    ? { ok: false, code: 'bad-value', what: 'a decrease is less than 100 %', remedy: 'write a share like 10%' }
    : read;
}

/** `response-time p99 in every phase, increase <= 10 % or < 2 ms`; ` versus the baseline` where it is. */
export function comparativeGateText(gate: ComparativeGate): string {
  const word = metricOf(gate.metric).better === 'lower' ? 'increase' : 'decrease';
  const floor =
    gate.atLeast === null ? '' : ` or < ${changeLimit(gate.atLeast, { change: 'difference', unit: gate.unit })}`;
  const versus = gate.versus === 'baseline' ? ' versus the baseline' : '';
  return `${selectionText(gate)}, ${word}${versus} <= ${changeLimit(gate.margin, gate)}${floor}`;
}
