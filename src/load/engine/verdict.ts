/** How an attempt ended, where the generator and not the answer decides. */
import { SAMPLE_FLAGS, errorClassCode, outcomeCode, type ErrorClass, type Outcome } from '../../record/index.js';
import type { EngineSlot } from './slots.js';

const DEADLINE = outcomeCode('deadline');
const DEADLINE_PASSED = errorClassCode('deadline');
const TIMED_OUT = errorClassCode('attempt-timeout');

/**
 * An answer that came after the attempt's limit, before the limit was noticed: only what is worse than `deadline`
 * stands.
 */
export function judgeLate(slot: EngineSlot): void {
  if (slot.outcome <= DEADLINE || slot.doneNs <= slot.giveUpNs) return;
  slot.outcome = DEADLINE;
  slot.errorClass = limitClass(slot);
}

/** An attempt given up in flight: its own limit passed (`limit`), or everything is being given up. */
export function judgeAbandoned(slot: EngineSlot, why: 'limit' | 'interrupted', nowNs: number): void {
  slot.doneNs = nowNs;
  slot.outcome = DEADLINE;
  slot.errorClass = why === 'limit' ? limitClass(slot) : errorClassCode(why);
}

/** An attempt that was never sent. */
export function judgeUnsent(slot: EngineSlot, outcome: Outcome, errorClass: ErrorClass, nowNs: number): void {
  slot.doneNs = nowNs;
  slot.outcome = outcomeCode(outcome);
  slot.errorClass = errorClassCode(errorClass);
}

/** The slot with the flags of its sample: the channel sets the one of the connection, the engine all others. */
export function withFlags(slot: EngineSlot, final: boolean): EngineSlot {
  slot.flags =
    (slot.flags & SAMPLE_FLAGS.reusedConnection) |
    (final ? SAMPLE_FLAGS.final : 0) |
    (slot.warmup ? SAMPLE_FLAGS.warmup : 0);
  return slot;
}

function limitClass(slot: EngineSlot): number {
  return slot.giveUpNs >= slot.deadlineNs ? DEADLINE_PASSED : TIMED_OUT;
}
