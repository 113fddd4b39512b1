/** Whether it was others on the machine that spoilt a run. */
import type { Validity, ValidityCode } from './types.js';

/** CPU time that processes outside of the run used, or the hypervisor took, counted or not. */
const BY_OTHERS: readonly ValidityCode[] = ['contended-machine', 'cpu-steal', 'held-up-machine'];
/** What others' CPU time does to the generator and the fault engine. */
const FOLLOWING: readonly ValidityCode[] = [
  'schedule-lag',
  'generator-standstill',
  'fault-engine-standstill',
  'achieved-below-offered',
  'arrival-process',
];

/**
 * Why a run is not valid for the sake of the machine alone: others used CPU time outside the run's own processes, and
 * everything else that stands against it follows from that. Null where it is valid, or something else is wrong: a
 * target that burns CPU time itself excuses nothing.
 */
export function disturbedByOthers({ verdict, reasons }: Validity): string | null {
  if (verdict === 'valid') return null;
  const grave = reasons.filter(({ severity }) => severity !== 'warning');
  const cause = grave.find(({ code }) => BY_OTHERS.includes(code));
  if (cause === undefined) return null;
  return grave.every(({ code }) => BY_OTHERS.includes(code) || FOLLOWING.includes(code)) ? cause.what : null;
}
