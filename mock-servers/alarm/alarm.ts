/** The side of the thread that wants to be woken. */
import { Worker } from 'node:worker_threads';
import { NS_PER_US, clockFrom, type MonotonicNs, type NowNs, type RunNs } from '../../src/clock/index.js';
import { entryPath } from '../../src/package/index.js';
import { ALARM_BYTES, ASKED, RUNG, alarmMemory, type AlarmMemory, type AlarmSetup } from './cells.js';
import { timerWake, type Wake } from './wake.js';

/** Two threads have to wake, one after the other: 100 to 200 us on a virtual machine. */
const LEAD_NS = 200 * NS_PER_US;
/** Being woken takes 150 us of CPU, in both threads together. */
const LEAST_NS = 300 * NS_PER_US;

interface Asked {
  readonly atNs: RunNs;
  readonly run: () => void;
}

/**
 * A thread that wakes this one; it comes when it is first asked for. Until it is there, and when it is no longer,
 * Node's timers do what it would: `leadNs` and `leastNs` say which of the two. It keeps no event loop alive.
 */
export class Alarm implements Wake {
  #thread: Worker | null = null;
  readonly #epochNs: MonotonicNs;
  readonly #memory: AlarmMemory;
  readonly #nowNs: NowNs;
  readonly #timers: Wake;
  readonly #waiting = new Set<Asked>();
  #isThere = false;
  #isLost = false;
  /** What the thread sleeps until, as far as this side knows; Infinity when nothing is to be rung for. */
  #announcedNs = Infinity;

  /** Starts nothing yet. @param epochNs of the clock that moments are given on. */
  constructor(epochNs: MonotonicNs) {
    this.#epochNs = epochNs;
    this.#memory = alarmMemory(new SharedArrayBuffer(ALARM_BYTES));
    this.#nowNs = clockFrom(epochNs);
    this.#timers = timerWake(this.#nowNs);
  }

  get leadNs(): number {
    return this.#isThere ? LEAD_NS : this.#timers.leadNs;
  }

  get leastNs(): number {
    return this.#isThere ? LEAST_NS : this.#timers.leastNs;
  }

  at(atNs: RunNs, run: () => void): () => void {
    this.#start();
    if (!this.#isThere) return this.#timers.at(atNs, run);
    const asked: Asked = { atNs, run };
    this.#waiting.add(asked);
    if (atNs < this.#announcedNs) this.#announce(atNs);
    return () => void this.#waiting.delete(asked);
  }

  /** The thread is there tens of milliseconds from now. One that is lost does not come back. */
  #start(): void {
    if (this.#thread !== null) return;
    this.#listen();
    const workerData: AlarmSetup = { memory: this.#memory.cells.buffer, epochNs: this.#epochNs.toString() };
    this.#thread = new Worker(entryPath('mockAlarm'), { workerData, name: 'plimsoll-alarm' });
    this.#thread.unref();
    this.#thread.once('error', () => this.#lost());
    this.#thread.once('exit', () => this.#lost());
  }

  #announce(atNs: RunNs): void {
    const { cells, moment } = this.#memory;
    this.#announcedNs = atNs;
    moment[0] = atNs;
    Atomics.add(cells, ASKED, 1);
    Atomics.notify(cells, ASKED);
  }

  #listen(): void {
    const { cells } = this.#memory;
    const heard = Atomics.waitAsync(cells, RUNG, Atomics.load(cells, RUNG));
    if (heard.async) void heard.value.then(() => this.#rung());
    else queueMicrotask(() => this.#rung());
  }

  #rung(): void {
    // A ring may still be on its way when its thread has ended.
    if (this.#isLost) return;
    // Listening comes first: what rings from here on is heard.
    this.#listen();
    this.#isThere = true;
    this.#announcedNs = Infinity;
    this.#runDue();
  }

  /** Runs what is due and has the thread ring for what is next. */
  #runDue(): void {
    const now = this.#nowNs();
    let nextNs = Infinity;
    for (const asked of this.#waiting) {
      if (asked.atNs > now) {
        nextNs = Math.min(nextNs, asked.atNs);
        continue;
      }
      this.#waiting.delete(asked);
      asked.run();
    }
    if (nextNs < this.#announcedNs) this.#announce(nextNs);
  }

  /** Waiting code is woken too early, once, and uses timers from then on. */
  #lost(): void {
    this.#isLost = true;
    this.#isThere = false;
    for (const { run } of [...this.#waiting]) run();
    this.#waiting.clear();
  }
}
