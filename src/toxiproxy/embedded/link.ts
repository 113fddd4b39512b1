/**
 * A link: one direction of one connection, from the socket it reads to the socket it writes.
 *
 * Without a toxic at work a piece goes straight to the other socket. With toxics it goes through their stages; the link
 * keeps the one timer they all share, and stops reading when they hold too much.
 */
import type { Socket } from 'node:net';
import type { Random } from '../../random/index.js';
import { TOLERANCE_MS, type Receiver, type Stage } from './stage.js';
import type { Toxic } from './toxic.js';
import type { Attributes } from './toxics/index.js';

/** Bytes written but not yet taken by the operating system at which reading stops. */
const WRITE_BUFFER_BYTES = 256 * 1024;
/** Node fires timers above 2^31 - 1 ms at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Live byte counts of one direction of one proxy. */
export interface Tally {
  receivedBytes: number;
  sentBytes: number;
  /** How often reading stopped because toxics held more than the bound, which from then on shaped the traffic too. */
  boundHits: number;
}

export interface LinkSetup {
  readonly source: Socket;
  readonly sink: Socket;
  /** Bytes the toxics of this link may hold before it stops reading. */
  readonly maxHeldBytes: number;
  readonly tally: Tally;
  /** The toxics of this direction, in chain order. */
  readonly toxics: readonly Toxic[];
  /** Whether a toxic acts on this connection. */
  readonly affects: (toxic: Toxic) => boolean;
  /** The stream of random numbers a toxic draws from on this link. */
  readonly randomFor: (toxic: Toxic) => Random;
  /** Sends RST to both ends. */
  readonly reset: () => void;
}

interface Slot {
  readonly toxic: Toxic;
  /** Null when the toxic spares this connection. */
  stage: Stage<Attributes> | null;
}

export class Link {
  readonly #setup: LinkSetup;
  readonly #tail: Receiver;
  readonly #slots: Slot[] = [];
  #head: Receiver;
  #tailEnded = false;
  #paused = false;
  #timer: NodeJS.Timeout | null = null;
  #timerForMs = Number.POSITIVE_INFINITY;

  constructor(setup: LinkSetup) {
    this.#setup = setup;
    const { source, sink, tally } = setup;
    this.#tail = {
      accept: (data) => {
        if (this.#tailEnded || sink.destroyed) return;
        tally.sentBytes += data.length;
        sink.write(data);
      },
      end: () => {
        if (this.#tailEnded) return;
        this.#tailEnded = true;
        // The end of one direction closes the connection for both, as in the real server: half-open is not passed on.
        sink.destroySoon();
      },
    };
    this.#head = this.#tail;
    const nowMs = performance.now();
    for (const toxic of setup.toxics) this.#slots.push({ toxic, stage: null });
    for (const slot of this.#slots) this.#activate(slot, nowMs);

    const onEnd = (): void => {
      this.#head.end(performance.now());
      this.#settle();
    };
    source.on('data', this.#onData);
    source.once('end', onEnd);
    source.once('close', onEnd);
    sink.on('drain', () => this.#settle());
    sink.once('close', () => this.#settle());
    this.#settle();
  }

  /** Appends a toxic. */
  add(toxic: Toxic): void {
    const slot: Slot = { toxic, stage: null };
    this.#slots.push(slot);
    this.#activate(slot, performance.now());
    this.#settle();
  }

  /** A toxic has other attributes or another toxicity. */
  update(toxic: Toxic): void {
    const slot = this.#slots.find((other) => other.toxic === toxic);
    if (slot === undefined) return;
    const nowMs = performance.now();
    const affects = this.#setup.affects(toxic);
    if (slot.stage === null) {
      this.#activate(slot, nowMs);
    } else if (affects) {
      slot.stage.update(toxic.attributes, nowMs);
    } else {
      slot.stage.release(nowMs);
      slot.stage = null;
      this.#relink();
    }
    this.#settle();
  }

  /** A toxic is gone. */
  remove(toxic: Toxic): void {
    const index = this.#slots.findIndex((other) => other.toxic === toxic);
    const slot = this.#slots[index];
    if (slot === undefined) return;
    const nowMs = performance.now();
    const after = this.#receiverFrom(index + 1);
    slot.stage?.release(nowMs);
    this.#slots.splice(index, 1);
    this.#relink();
    if (toxic.kind.closesOnRemoval) after.end(nowMs);
    this.#settle();
  }

  /** The connection is over: nothing may fire any more. */
  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#slots.length = 0;
    this.#head = this.#tail;
    this.#tailEnded = true;
  }

  readonly #onData = (data: Buffer): void => {
    this.#setup.tally.receivedBytes += data.length;
    if (this.#head === this.#tail) {
      this.#tail.accept(data, 0, 0);
      if (this.#setup.sink.writableLength > WRITE_BUFFER_BYTES) this.#settle();
      return;
    }
    const nowMs = performance.now();
    this.#head.accept(data, nowMs, nowMs);
    this.#settle();
  };

  readonly #onTimer = (): void => {
    this.#timer = null;
    const nowMs = performance.now();
    // First to last, so that what one stage lets go can pass the next in the same turn. A copy, because a stage that
    // resets the connection empties the chain.
    for (const { stage } of [...this.#slots]) {
      if (stage !== null && stage.deadlineMs <= nowMs + TOLERANCE_MS) stage.wake(nowMs);
    }
    this.#settle();
  };

  #activate(slot: Slot, nowMs: number): void {
    const { toxic } = slot;
    if (!this.#setup.affects(toxic)) return;
    slot.stage = toxic.kind.createStage({
      attributes: toxic.attributes,
      next: this.#tail,
      nowMs,
      random: this.#setup.randomFor(toxic),
      reset: this.#setup.reset,
    });
    this.#relink();
  }

  #receiverFrom(index: number): Receiver {
    for (let i = index; i < this.#slots.length; i++) {
      const stage = this.#slots[i]?.stage;
      if (stage !== null && stage !== undefined) return stage;
    }
    return this.#tail;
  }

  #relink(): void {
    this.#slots.forEach(({ stage }, index) => {
      if (stage !== null) stage.next = this.#receiverFrom(index + 1);
    });
    this.#head = this.#receiverFrom(0);
  }

  /** After anything has moved: reads or stops reading, and sleeps until the next deadline. */
  #settle(): void {
    const { source, sink, maxHeldBytes, tally } = this.#setup;
    let heldBytes = 0;
    let deadlineMs = Number.POSITIVE_INFINITY;
    for (const { stage } of this.#slots) {
      if (stage === null) continue;
      heldBytes += stage.heldBytes;
      if (stage.deadlineMs < deadlineMs) deadlineMs = stage.deadlineMs;
    }
    const unsentBytes = sink.destroyed ? 0 : sink.writableLength;
    if (!this.#paused && (heldBytes > maxHeldBytes || unsentBytes > WRITE_BUFFER_BYTES)) {
      if (heldBytes > maxHeldBytes) tally.boundHits++;
      this.#paused = true;
      source.pause();
    } else if (this.#paused && heldBytes <= maxHeldBytes / 2 && unsentBytes <= WRITE_BUFFER_BYTES / 2) {
      this.#paused = false;
      source.resume();
    }
    this.#arm(deadlineMs);
  }

  #arm(deadlineMs: number): void {
    if (this.#timer !== null) {
      // A timer that fires too early only checks and sleeps again; that is cheaper than replacing it each time.
      if (this.#timerForMs <= deadlineMs && deadlineMs !== Number.POSITIVE_INFINITY) return;
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (deadlineMs === Number.POSITIVE_INFINITY) return;
    this.#timerForMs = deadlineMs;
    const waitMs = Math.min(LONGEST_TIMER_MS, Math.max(1, Math.ceil(deadlineMs - performance.now())));
    this.#timer = setTimeout(this.#onTimer, waitMs);
  }
}
