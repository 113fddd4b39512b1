/** The faults of a scenario out of their text form: ids and seeds. What each fault is stands in the catalog. */
import { createHash } from 'node:crypto';
import { faultOf, type Fault, type FaultText } from '../catalog/index.js';
import { faultIds } from './fault-ids.js';

export function buildFaults(texts: readonly FaultText[], seed: number): readonly Fault[] {
  const ids = faultIds(texts);
  return texts.map((text, index) => {
    const id = ids[index] ?? `fault-${index}`;
    return faultOf(text, id, faultSeed(seed, id));
  });
}

/**
 * A seed of its own for each fault: the same for the same scenario seed and fault id, in every run and on every
 * machine. 48 bits of a SHA-256, so that neighbouring seeds and ids share nothing.
 */
export function faultSeed(seed: number, id: string): number {
  return createHash('sha256').update(`${seed}/fault/${id}`).digest().readUIntBE(0, 6);
}
