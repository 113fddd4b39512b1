/**
 * Checks of a toxic before it is sent. The real server accepts some impossible values and ends on the next byte (a
 * negative rate, a slicer with an average of 0), so nothing is sent that has an objection.
 */
import type { Toxic } from '../catalog/index.js';
import { toxicKind } from './embedded/index.js';

/** Everything that is wrong with a toxic's values; empty when it can be sent. */
export function objectionsTo({ type, toxicity, attributes }: Toxic): readonly string[] {
  const objections = Object.entries(attributes)
    .filter(([, value]) => !Number.isSafeInteger(value) || value < 0)
    .map(([name, value]) => `${type}: ${name} must be a whole number from 0, not ${value}`);
  if (!(toxicity >= 0 && toxicity <= 1)) objections.push(`${type}: toxicity must be from 0 to 1, not ${toxicity}`);
  const objection = toxicKind(type)?.objection(attributes) ?? null;
  return objection === null ? objections : [...objections, `${type}: ${objection}`];
}
