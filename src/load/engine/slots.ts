/**
 * The pool of logical calls under way. A slot holds one call from its intended start to the record of its last attempt,
 * through waiting, flight and backoff, so a retry finds its arguments where the first attempt left them.
 */
import { AttemptSlot } from '../../mcp/index.js';

export const SLOT_STATE = { free: 0, thinking: 1, waiting: 2, inFlight: 3, backoff: 4 } as const;
export type SlotState = (typeof SLOT_STATE)[keyof typeof SLOT_STATE];

/** An attempt slot with what the engine alone needs to know about its call. */
export class EngineSlot extends AttemptSlot {
  state: SlotState = SLOT_STATE.free;
  /** When the logical call is given up. */
  deadlineNs = NaN;
  /** When the attempt in flight is given up: its timeout or the deadline, whichever is first. */
  giveUpNs = NaN;
  /** The session it must use, or -1 for any. */
  pinned = -1;
  warmup = false;
  /** Neighbours in the list it stands in, if any. */
  list: SlotList | null = null;
  next: EngineSlot | null = null;
  previous: EngineSlot | null = null;
}

/** Wipes what an earlier attempt left; the call's own fields (id, spec, arguments, times of the call) stay. */
export function clearAttempt(slot: EngineSlot): void {
  slot.session = -1;
  slot.admittedNs = NaN;
  slot.sentNs = NaN;
  slot.firstByteNs = NaN;
  slot.doneNs = NaN;
  slot.receivedNs = NaN;
  slot.startedNs = NaN;
  slot.finishedNs = NaN;
  slot.outcome = 0;
  slot.errorClass = 0;
  slot.httpStatus = 0;
  slot.rpcCode = 0;
  slot.bytesOut = 0;
  slot.bytesIn = 0;
  slot.flags = 0;
  slot.retryAfterNs = 0;
}

/** A first-in-first-out list through the slots themselves: no node is allocated, and any slot can leave at once. */
export class SlotList {
  length = 0;
  #head: EngineSlot | null = null;
  #tail: EngineSlot | null = null;

  get first(): EngineSlot | null {
    return this.#head;
  }

  push(slot: EngineSlot): void {
    slot.list = this;
    slot.next = null;
    slot.previous = this.#tail;
    if (this.#tail === null) this.#head = slot;
    else this.#tail.next = slot;
    this.#tail = slot;
    this.length++;
  }

  remove(slot: EngineSlot): void {
    if (slot.previous === null) this.#head = slot.next;
    else slot.previous.next = slot.next;
    if (slot.next === null) this.#tail = slot.previous;
    else slot.next.previous = slot.previous;
    slot.list = null;
    slot.next = null;
    slot.previous = null;
    this.length--;
  }
}

/** Slots added at a time when the pool has run dry. */
const GROWTH = 256;

/**
 * Slots by number, and the free ones. Made for `size` calls before the run; calls that wait or back off beyond that add
 * slots by the chunk, which are kept, so that memory follows the longest queue and not the number of calls.
 */
export class SlotPool {
  /** Slots in use: logical calls under way. */
  taken = 0;
  readonly #slots: EngineSlot[] = [];
  #free: EngineSlot | null = null;

  constructor(size: number) {
    this.#grow(size);
  }

  /** Every slot there is. */
  get all(): readonly EngineSlot[] {
    return this.#slots;
  }

  at(slot: number): EngineSlot {
    const found = this.#slots[slot];
    if (found === undefined) throw new Error(`no slot ${slot} in a pool of ${this.#slots.length}`);
    return found;
  }

  /** A slot for a new call. @param pinned the session it must use, or -1 for any. */
  take(intendedNs: number, stage: number, pinned: number): EngineSlot {
    if (this.#free === null) this.#grow(GROWTH);
    const slot = this.#free;
    if (slot === null) throw new Error('the slot pool did not grow');
    this.#free = slot.next;
    slot.next = null;
    this.taken++;
    slot.intendedNs = intendedNs;
    slot.stage = stage;
    slot.pinned = pinned;
    return slot;
  }

  give(slot: EngineSlot): void {
    this.taken--;
    this.#putBack(slot);
  }

  #putBack(slot: EngineSlot): void {
    slot.state = SLOT_STATE.free;
    slot.next = this.#free;
    this.#free = slot;
  }

  #grow(by: number): void {
    const from = this.#slots.length;
    for (let i = 0; i < by; i++) this.#slots.push(new EngineSlot(from + i));
    // Linked backwards, so that low numbers are taken first.
    for (let i = this.#slots.length - 1; i >= from; i--) this.#putBack(this.at(i));
  }
}
