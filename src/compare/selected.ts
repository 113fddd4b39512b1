/** Which effects a gate is about. */
import type { ComparativeGate } from '../catalog/index.js';
import { readingsOf } from '../gate/index.js';
import type { Effect } from './effects.js';
import type { Trial } from './types.js';

/** Whether an effect is of the metric, statistic and calls of a gate, at a place that it names. */
export function selected(gate: ComparativeGate, effect: Effect, rows: readonly (readonly Trial[])[]): boolean {
  if (gate.metric !== effect.metric || gate.stat !== effect.stat || gate.tool !== effect.tool) return false;
  if (gate.phase === null && gate.fault === null && gate.process === null) return true;
  return rows.flat().some(({ summary }) => readingsOf(gate, summary).some(({ placeId }) => placeId === effect.where));
}
