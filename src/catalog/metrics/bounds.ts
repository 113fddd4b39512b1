/** Which stat and unit a gate has, and how its bound is read. */
import { bareNumber, describeValue, problemOf, readQuantity } from '../grammar/index.js';
import type { Quantity, QuantityKind } from '../grammar/units.js';
import { metricOf, type GateMetric } from './list.js';
import type { GateStat } from './stats.js';
import type { BoundUnit } from './types.js';

/** The stat and unit of a gate, or null when its stat does not fit its metric (or is missing where it is needed). */
export function statOf(
  metric: GateMetric,
  stat: GateStat | undefined,
): { readonly stat: GateStat; readonly unit: BoundUnit } | null {
  const { usual, stats } = metricOf(metric);
  const chosen = stat ?? usual;
  const unit = chosen === null ? undefined : stats[chosen]?.unit;
  return chosen === null || unit === undefined ? null : { stat: chosen, unit };
}

const BOUNDS: Readonly<Record<Exclude<BoundUnit, 'count'>, readonly [kind: QuantityKind, unit: string]>> = {
  ns: ['duration', 'ms'],
  'per-second': ['rate', '/s'],
  ratio: ['share', '%'],
  multiple: ['multiple', 'x'],
  'ns-per-second': ['slope', 'ms/s'],
  'bytes-per-hour': ['growth', 'MiB/h'],
  'per-hour': ['growing number', '/h'],
};

/** Reads a bound in the unit its metric and stat ask for. */
export function readBound(metric: GateMetric, unit: BoundUnit, bound: string | number): Quantity {
  if (unit === 'count') {
    if (typeof bound === 'number') return { ok: true, value: bound };
    const what = `${metric} is a count, found ${describeValue(bound)}`;
    return { ok: false, ...problemOf('wrong-type', what, 'write a bare number, like 0') };
  }
  const { per } = metricOf(metric);
  // A time to recover or to drain is a matter of seconds.
  const isLong = unit === 'ns' && (per === 'fault' || per === 'phase or fault');
  const [kind, suggested] = isLong ? (['duration', 's'] as const) : BOUNDS[unit];
  return typeof bound === 'number' ? bareNumber(bound, suggested) : readQuantity(kind, bound, suggested);
}
