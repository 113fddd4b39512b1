/**
 * Effects: what the upstream executed, by its ledger, against the answers that callers got.
 *
 * exactly once: n = 1 and acknowledged; duplicates: the sum of max(0, n - 1); lost: acknowledged and n = 0; orphan: n
 * >= 1 but the caller saw a failure; failed, not executed: n = 0 and the caller saw a failure. Acknowledged: an answer
 * that claims success, also one whose value was wrong.
 */
import { type Executions, outcomeCode, type Calls } from '../../record/index.js';
import type { CallSpec } from '../../scenario/index.js';

export interface EffectCounts {
  /** Logical calls with `effect: exactly-once`. */
  readonly calls: number;
  /** Executed once and acknowledged. */
  readonly exactlyOnce: number;
  /** Sum of max(0, n - 1). */
  readonly duplicates: number;
  /** Acknowledged, never executed. */
  readonly lost: number;
  /** Executed at least once, but the caller saw a failure. */
  readonly orphans: number;
  /** Never executed, and the caller saw a failure. */
  readonly failedNotExecuted: number;
}

/** Effects over the whole run, warm-up included: a booking made twice while warming up is still made twice. */
export interface EffectSummary extends EffectCounts {
  /** Executions in the ledger that named no call of this run, such as those of the preflight. */
  readonly unattributed: number;
  /** The same by phase and call label; only slices with calls. */
  readonly slices: readonly (EffectCounts & { readonly phase: string; readonly label: string })[];
}

const OK = outcomeCode('ok');
const EFFECT = outcomeCode('effect');
const SEMANTIC = outcomeCode('semantic');

/** Counts that are being made. */
export type MutableEffects = { -readonly [Key in keyof EffectCounts]: number };

export const noEffects = (): MutableEffects => ({
  ...{ calls: 0, exactlyOnce: 0, duplicates: 0, lost: 0, orphans: 0, failedNotExecuted: 0 },
});

/** Counts one call with its outcome and its executions in the ledger. */
export function countEffect(counts: MutableEffects, outcome: number, times: number): void {
  const acknowledged = outcome === OK || outcome === EFFECT || outcome === SEMANTIC;
  counts.calls++;
  if (acknowledged && times === 1) counts.exactlyOnce++;
  counts.duplicates += Math.max(0, times - 1);
  if (acknowledged && times === 0) counts.lost++;
  if (!acknowledged) counts[times === 0 ? 'failedNotExecuted' : 'orphans']++;
}

/** Counts of all calls that are to have exactly one effect. `phases` are the names in plan order. */
export function effectSummary(
  calls: Calls,
  specs: readonly CallSpec[],
  phases: readonly string[],
  ledger: { readonly executions: Executions; readonly unattributed: number },
): EffectSummary {
  const total = noEffects();
  const slices = new Map<string, MutableEffects & { readonly phase: string; readonly label: string }>();
  for (let i = 0; i < calls.length; i++) {
    const spec = specs[calls.spec[i] ?? 0];
    if (spec?.effect !== 'exactly-once') continue;
    const phase = calls.phase[i] ?? 0;
    const key = `${phase}/${calls.spec[i] ?? 0}`;
    let slice = slices.get(key);
    if (slice === undefined) {
      slice = { phase: phases[phase] ?? String(phase), label: spec.label, ...noEffects() };
      slices.set(key, slice);
    }
    const outcome = calls.outcome[i] ?? 0;
    const times = ledger.executions.get(calls.callId[i] ?? -1) ?? 0;
    countEffect(total, outcome, times);
    countEffect(slice, outcome, times);
  }
  const counts: EffectCounts = total;
  return { ...counts, unattributed: ledger.unattributed, slices: [...slices.values()] };
}
