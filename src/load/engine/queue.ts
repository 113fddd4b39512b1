/** Where calls wait in the client: in one list for any session, or in one list per session. */
import type { SessionSlots } from './session-slots.js';
import { SlotList, type EngineSlot } from './slots.js';

/**
 * Calls that cannot be sent yet, in order. Open-loop calls wait in one list for the first session that has a slot.
 * Closed-loop calls are pinned: each waits in its session's list, and once that session has a slot it moves to the list
 * for the generator's own bound, so that one full session delays no other.
 */
export class ClientQueue {
  readonly #sessions: SessionSlots;
  readonly #anySession = new SlotList();
  readonly #bySession: readonly SlotList[];
  readonly #forBound = new SlotList();
  #waiting = 0;

  constructor(sessionSlots: SessionSlots, sessions: number) {
    this.#sessions = sessionSlots;
    this.#bySession = Array.from({ length: sessions }, () => new SlotList());
  }

  get length(): number {
    return this.#waiting;
  }

  /** The session this call can go to right now without overtaking, or -1 when it has to wait. */
  sessionFor(slot: EngineSlot): number {
    if (slot.pinned < 0) return this.#anySession.length === 0 ? this.#sessions.pick() : -1;
    const free =
      this.#forBound.length === 0 &&
      this.#listOf(slot.pinned).length === 0 &&
      this.#sessions.hasSlot &&
      this.#sessions.hasSlotIn(slot.pinned);
    return free ? slot.pinned : -1;
  }

  /** Lets a call wait at the end of its list. */
  push(slot: EngineSlot): void {
    this.#waiting++;
    if (slot.pinned < 0) this.#anySession.push(slot);
    else if (this.#listOf(slot.pinned).length === 0 && this.#sessions.hasSlotIn(slot.pinned)) this.#forBound.push(slot);
    else this.#listOf(slot.pinned).push(slot);
  }

  /** Takes a call out of the middle: its deadline passed, or the run was interrupted. */
  leave(slot: EngineSlot): void {
    const wasNext = slot.list === this.#forBound;
    slot.list?.remove(slot);
    this.#waiting--;
    if (wasNext) this.sessionFreed(slot.pinned);
  }

  /** To be called when a session may have a slot again. */
  sessionFreed(session: number): void {
    const list = this.#listOf(session);
    const next = list.first;
    if (next === null || !this.#sessions.hasSlotIn(session)) return;
    list.remove(next);
    this.#forBound.push(next);
  }

  /** Takes out the next call that can be sent, or null. It uses its pinned session, or `SessionSlots.pick()`. */
  next(): EngineSlot | null {
    if (!this.#sessions.hasSlot) return null;
    for (let slot = this.#forBound.first; slot !== null; slot = this.#forBound.first) {
      this.#forBound.remove(slot);
      if (this.#sessions.hasSlotIn(slot.pinned)) {
        this.#waiting--;
        return slot;
      }
      this.#listOf(slot.pinned).push(slot);
    }
    const slot = this.#anySession.first;
    if (slot === null || this.#sessions.pick() < 0) return null;
    this.#anySession.remove(slot);
    this.#waiting--;
    return slot;
  }

  #listOf(session: number): SlotList {
    const list = this.#bySession[session];
    if (list === undefined) throw new Error(`no session ${session}`);
    return list;
  }
}
