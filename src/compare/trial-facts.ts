/** What a run is remembered by beside its numbers: how it came back, and which queue grew first in it. */
import { mainAttribution, worstRecovery, type Summary } from '../analysis/index.js';
import type { TrialQueue, TrialRecovery } from './types.js';

/** After the fault that took longest; without a fault, after an overload whose end was observed. Null without both. */
export function recoveryOfTrial({ recoveries, phases }: Summary): TrialRecovery | null {
  const worst = worstRecovery(recoveries);
  if (worst !== null) {
    const { type, on, phase, timeToRecover: time, windowNs } = worst;
    return { fault: { type, on }, phase, time, windowNs };
  }
  const over = phases.find(({ drain }) => drain !== null);
  if (over?.drain === undefined || over.drain === null || over.drain.observedNs <= 0) return null;
  const { drainNs, ageAsBefore, observedNs } = over.drain;
  // An empty queue that can't be seen is no finding: then it is the age of the oldest call.
  const ns = drainNs ?? ageAsBefore?.ns ?? null;
  const time = ns === null ? ({ kind: 'censored', ns: observedNs } as const) : ({ kind: 'value', ns } as const);
  return { fault: null, phase: over.name, time, windowNs: null };
}

export function queueOfTrial(summary: Summary): TrialQueue | null {
  const main = mainAttribution(summary);
  if (main === null) return null;
  const { phase, firstGrowing, gateway, stage, onsetNs, onsetBy, windowNs } = main;
  const startNs = summary.phases.find(({ name }) => name === phase)?.startNs ?? 0;
  const lengthNs = onsetBy === 'windows' ? windowNs : 0;
  const began = onsetNs === null ? null : { fromNs: onsetNs - startNs, toNs: onsetNs + lengthNs - startNs };
  return { phase, firstGrowing, gateway, stage, began };
}
