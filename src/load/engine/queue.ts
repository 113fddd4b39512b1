/** Where calls wait in the client: in one line for any session, or in a line a session. */
import type { SessionSlots } from './session-slots.js';
import { SlotList, type EngineSlot } from './slots.js';

/**
 * Calls without room, in order. Open-loop calls stand in one line for whichever session has room first. Closed-loop
 * calls are pinned: each stands in its session's line, and once that session has room it moves to the line for the
 * generator's own bound, so that one full session holds up nobody else.
 */
export class ClientQueue {
  readonly #room: SessionSlots;
  readonly #anySession = new SlotList();
  readonly #bySession: readonly SlotList[];
  readonly #forBound = new SlotList();
  #waiting = 0;

  constructor(room: SessionSlots, sessions: number) {
    this.#room = room;
    this.#bySession = Array.from({ length: sessions }, () => new SlotList());
  }

  get length(): number {
    return this.#waiting;
  }

  /** The session this call can go to right now without overtaking, or -1 when it has to wait. */
  sessionFor(slot: EngineSlot): number {
    if (slot.pinned < 0) return this.#anySession.length === 0 ? this.#room.pick() : -1;
    const free =
      this.#forBound.length === 0 &&
      this.#line(slot.pinned).length === 0 &&
      this.#room.hasSlot &&
      this.#room.hasRoom(slot.pinned);
    return free ? slot.pinned : -1;
  }

  /** Lets a call wait at the end of its line. */
  push(slot: EngineSlot): void {
    this.#waiting++;
    if (slot.pinned < 0) this.#anySession.push(slot);
    else if (this.#line(slot.pinned).length === 0 && this.#room.hasRoom(slot.pinned)) this.#forBound.push(slot);
    else this.#line(slot.pinned).push(slot);
  }

  /** Takes a call out of the middle: its deadline passed, or the run was interrupted. */
  leave(slot: EngineSlot): void {
    const heldRoom = slot.list === this.#forBound;
    slot.list?.remove(slot);
    this.#waiting--;
    if (heldRoom) this.sessionFreed(slot.pinned);
  }

  /** Tells the queue that a session may have room again. */
  sessionFreed(session: number): void {
    const line = this.#line(session);
    const next = line.first;
    if (next === null || !this.#room.hasRoom(session)) return;
    line.remove(next);
    this.#forBound.push(next);
  }

  /** Takes out the next call that has room, or null. The session it is to use is its pinned one, or `room.pick()`. */
  next(): EngineSlot | null {
    if (!this.#room.hasSlot) return null;
    for (let slot = this.#forBound.first; slot !== null; slot = this.#forBound.first) {
      this.#forBound.remove(slot);
      if (this.#room.hasRoom(slot.pinned)) {
        this.#waiting--;
        return slot;
      }
      this.#line(slot.pinned).push(slot);
    }
    const slot = this.#anySession.first;
    if (slot === null || this.#room.pick() < 0) return null;
    this.#anySession.remove(slot);
    this.#waiting--;
    return slot;
  }

  #line(session: number): SlotList {
    const line = this.#bySession[session];
    if (line === undefined) throw new Error(`no session ${session}`);
    return line;
  }
}
