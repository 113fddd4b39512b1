/** Up to which rate the stack recovers from a trigger, from equal faults at different rates. */
import type { PlannedFault } from '../../plan/index.js';
import type { CallSpec } from '../../scenario/index.js';
import type { HiddenCapacity, Metastability } from './after-fault-types.js';

/** A fault and its verdict. */
export interface JudgedFault {
  readonly planned: PlannedFault;
  readonly metastability: Metastability;
}

/** Retries of a call that an overloaded server keeps failing, by timing it out or turning it away. */
function retriesOf({ retry, attemptTimeoutNs }: CallSpec): number {
  if (retry === null) return 0;
  const again = retry.on.includes('shed') || (retry.on.includes('timeout') && attemptTimeoutNs !== null);
  return again ? Math.min(retry.attempts, retry.budget?.share ?? Infinity) : 0;
}

/** Faults are the same trigger when of one kind, setting, place and length; each has a seed of its own. */
const triggerOf = ({ type, on, forNs, action }: PlannedFault): string =>
  JSON.stringify([type, on, forNs, action], (key, value: unknown) => (key === 'seed' ? undefined : value));

/** One for each trigger that was pulled, in order of first use. */
export function hiddenCapacitiesOf(
  judged: readonly JudgedFault[],
  specs: readonly CallSpec[],
  loadLinePerSecond: number | null,
): readonly HiddenCapacity[] {
  const weight = specs.reduce((sum, spec) => sum + spec.weight, 0);
  const retries = weight === 0 ? 0 : specs.reduce((sum, spec) => sum + spec.weight * retriesOf(spec), 0) / weight;
  const triggers = [...new Set(judged.map(({ planned }) => triggerOf(planned)))];
  return triggers.flatMap((trigger) => {
    const alike = judged.filter(({ planned }) => triggerOf(planned) === trigger);
    const [first] = alike;
    if (first === undefined) return [];
    const rates = (verdict: Metastability['verdict']): readonly number[] =>
      alike.flatMap(({ metastability: each }) =>
        each.verdict === verdict && each.offeredPerSecond !== null ? [each.offeredPerSecond] : [],
      );
    const [recovered, failed] = [rates('recovered'), rates('metastable')];
    const recoveredPerSecond = recovered.length === 0 ? null : Math.max(...recovered);
    const failedPerSecond = failed.length === 0 ? null : Math.min(...failed);
    const contradictory =
      recoveredPerSecond !== null && failedPerSecond !== null && recoveredPerSecond >= failedPerSecond;
    const { type, on, forNs } = first.planned;
    return [
      {
        type,
        on,
        forNs,
        faults: alike.map(({ planned, metastability }) => ({
          fault: planned.id,
          ratePerSecond: metastability.offeredPerSecond,
          verdict: metastability.verdict,
        })),
        recoveredPerSecond,
        failedPerSecond,
        reason: contradictory ? 'contradictory' : new Set([...recovered, ...failed]).size < 2 ? 'one-rate' : null,
        predictedPerSecond: loadLinePerSecond === null ? null : loadLinePerSecond / (1 + retries),
        retries,
      },
    ];
  });
}
