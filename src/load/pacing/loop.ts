import { NS_PER_MS, type NowNs } from '../../clock/index.js';
import { LATE_TURN_NS } from '../../process-timing/index.js';
import type { PacingMode } from './mode.js';

/** What the loop drives: the engine, seen from its clock. */
export interface Paced {
  readonly finished: boolean;
  readonly inFlight: number;
  /** What must start on time, and what may be a millisecond late. */
  readonly startDueNs: number;
  readonly limitDueNs: number;
  advance(nowNs: number): void;
}

/** How a thread passes short times. */
export interface Waiting {
  /**
   * Keeps the core until `untilNs`: it returns later than that by two readings of the clock at most, unless the
   * core is taken away.
   */
  until(untilNs: number): void;
  /** Gives the core away for about `ns`; nothing is noticed meanwhile. */
  sleep(ns: number): void;
}

/** The event loop, and time: replaced in tests. */
export interface LoopSeams {
  readonly nowNs: NowNs;
  readonly waiting: Waiting;
  /** Runs `turn` after the event loop has polled for input once. */
  readonly soon: (turn: () => void) => void;
  /** Runs `turn` in `ms` whole milliseconds or a little more; the result takes it back. */
  readonly later: (turn: () => void, ms: number) => () => void;
}

/** Spin: longest time between two polls for input. */
const TURN_NS = 20_000;
/** Spin: with nothing to start this soon, the loop only polls for answers. */
const SOON_NS = 2_000_000;
/**
 * Node's timers come up to a millisecond late on top of their rounding; this much before a start they are not trusted.
 */
const TIMER_MARGIN_NS = 1_500_000;
/** Sleep: longest doze while answers may come, and when none can. */
const DOZE_NS = 30_000;
const LONG_DOZE_NS = 1_000_000;
/** What a long doze is cut short by, for waking from it takes time as well; and what is burnt at the end. */
const WAKE_NS = 60_000;
const LAST_BURN_NS = 10_000;
/** In place of a time: nothing is left to do in this turn. */
const ARRANGED = -1;
/** A blocked loop wakes at least this often: of a standstill in its rest no more than this goes unseen. */
const LONGEST_BLOCK_MS = 20;

/**
 * Drives an engine until it has finished.
 *
 * `spin`: while something is to start within two milliseconds, it reads the clock without a break and turns the
 * event loop every 20 us; otherwise turns without a break as long as answers may come. Takes a whole core. `sleep`: a
 * start that is milliseconds away is left to a timer, and the thread blocks until input comes; the last stretch is
 * dozed through in naps of at most 30 us between turns of the event loop (up to 1 ms when nothing is in flight), the
 * last ten microseconds burnt. A closed loop has nothing to start on time: it only blocks.
 *
 * After a change of the engine from outside of `advance` (an answer, an interruption) `poke` must be called.
 */
export class PacingLoop {
  readonly #paced: Paced;
  readonly #mode: PacingMode;
  readonly #seams: LoopSeams;
  readonly #turned: (nowNs: number) => void;
  readonly #turnedLate: (fromNs: number, untilNs: number) => void;
  #done: (() => void) | null = null;
  #failed: ((reason: unknown) => void) | null = null;
  /** When the loop is blocked on a timer: when that will be, and how to take it back. */
  #blockedUntilNs = -Infinity;
  #unblock: (() => void) | null = null;
  /** When the next turn was expected at the latest. */
  #expectedNs = 0;
  #delayMaxNs = 0;

  /**
   * @param turned called once a turn, after the engine: a place for what happens once a second.
   * @param turnedLate called after each late turn of the loop, by 1 ms and more: from when it should have gone on until
   *   it did.
   */
  constructor(
    paced: Paced,
    mode: PacingMode,
    seams: LoopSeams,
    turned: (nowNs: number) => void,
    turnedLate: (fromNs: number, untilNs: number) => void = () => undefined,
  ) {
    this.#paced = paced;
    this.#mode = mode;
    this.#seams = seams;
    this.#turned = turned;
    this.#turnedLate = turnedLate;
  }

  /** Resolves when the engine has finished; rejects with whatever it throws. */
  run(): Promise<void> {
    if (this.#done !== null) throw new Error('the loop is running already');
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
      this.#expectedNs = this.#seams.nowNs();
      this.#turn();
    });
  }

  /** The longest a turn came after it was expected since this was last asked, in nanoseconds. */
  takeDelayMaxNs(): number {
    const worst = this.#delayMaxNs;
    this.#delayMaxNs = 0;
    return worst;
  }

  /** Wakes the loop, if something may be due earlier than it meant to wake. */
  poke(): void {
    if (this.#unblock === null) return;
    if (this.#wakeByNs() >= this.#blockedUntilNs) return;
    this.#unblock();
    this.#unblock = null;
    const now = this.#seams.nowNs();
    this.#wentOn(now, this.#expectedNs);
    this.#soon(now);
  }

  readonly #turn = (): void => {
    this.#unblock = null;
    const { nowNs } = this.#seams;
    try {
      let now = nowNs();
      this.#wentOn(now, this.#expectedNs);
      const turnByNs = now + TURN_NS;
      for (;;) {
        this.#paced.advance(now);
        this.#turned(now);
        if (this.#paced.finished) {
          this.#finish();
          return;
        }
        const startNs = this.#paced.startDueNs;
        if (startNs > now) {
          const before = now;
          now = this.#mode === 'spin' ? this.#spinTowards(startNs, now, turnByNs) : this.#dozeTowards(startNs, now);
          if (now === ARRANGED) return;
          this.#wentOn(now, Math.min(startNs, before + LONG_DOZE_NS));
          if (now < startNs) break;
        } else {
          const before = now;
          now = nowNs();
          this.#wentOn(now, before);
        }
        if (now >= turnByNs) break;
      }
      this.#soon(now);
    } catch (reason) {
      this.#stop();
      this.#failed?.(reason);
    }
  };

  /** Compares the clock with what it was expected to be. */
  #wentOn(now: number, expectedNs: number): void {
    const lateNs = now - expectedNs;
    if (lateNs > this.#delayMaxNs) this.#delayMaxNs = lateNs;
    if (lateNs > LATE_TURN_NS) this.#turnedLate(expectedNs, now);
  }

  /** Waits a little; the time it is then, or ARRANGED when the next turn is arranged. */
  #spinTowards(startNs: number, now: number, turnByNs: number): number {
    if (startNs - now > SOON_NS) return this.#paced.inFlight === 0 && this.#block(now) ? ARRANGED : now;
    this.#seams.waiting.until(Math.min(startNs, turnByNs));
    return this.#seams.nowNs();
  }

  /** Waits a little; the time it is then, or ARRANGED when the next turn is arranged. */
  #dozeTowards(startNs: number, now: number): number {
    if (this.#block(now)) return ARRANGED;
    if (startNs === Infinity || this.#paced.limitDueNs <= now) return now;
    const { nowNs, waiting } = this.#seams;
    const leftNs = startNs - now;
    if (leftNs <= 1.5 * LAST_BURN_NS) waiting.until(startNs);
    else if (this.#paced.inFlight > 0 || leftNs <= 2 * WAKE_NS) waiting.sleep(Math.min(DOZE_NS, leftNs - LAST_BURN_NS));
    else waiting.sleep(Math.min(LONG_DOZE_NS, leftNs - WAKE_NS));
    return nowNs();
  }

  /** When a blocked loop has to be awake: well before a start, by the next timer tick after a limit. */
  #wakeByNs(): number {
    return Math.min(this.#paced.startDueNs - TIMER_MARGIN_NS, this.#paced.limitDueNs + NS_PER_MS);
  }

  /** Blocks on a timer, when there is a millisecond or more to wait. */
  #block(now: number): boolean {
    const ms = Math.min(LONGEST_BLOCK_MS, Math.floor((this.#wakeByNs() - now) / NS_PER_MS));
    if (ms < 1) return false;
    this.#blockedUntilNs = now + ms * NS_PER_MS;
    // A timer's own rounding is no delay of the loop.
    this.#expectedNs = this.#blockedUntilNs + NS_PER_MS;
    this.#unblock = this.#seams.later(this.#turn, ms);
    return true;
  }

  #soon(now: number): void {
    this.#expectedNs = now;
    this.#seams.soon(this.#turn);
  }

  #finish(): void {
    const done = this.#done;
    this.#stop();
    done?.();
  }

  #stop(): void {
    this.#unblock?.();
    this.#unblock = null;
    this.#done = null;
  }
}
