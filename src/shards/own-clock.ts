/** The clock of a shard: what it is against that of shard 0, as often as it is read. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEpoch } from '../clock/index.js';
import type { ClockReading } from '../record/index.js';
import type { Board } from './board.js';
import { readingOf, type Exchange, type Reading } from './clocks.js';
import type { ShardName } from './name.js';
import { problem, type Notes } from './notes.js';

/** Exchanges of one reading of the clock. */
const EXCHANGES = 20;
/** Between two exchanges of a shard, on average, for each shard there is. */
const PAUSE_MS_A_SHARD = 0.3;

/** The clock of a shard other than 0. */
export class OwnClock {
  readonly #shard: ShardName;
  readonly #board: Board;
  readonly #notes: Notes;
  readonly #withinMs: number;
  readonly #readings: ClockReading[] = [];
  #longestTripNs = 0;
  /** By which the time of the run was set. */
  #setByNs = 0n;
  #epochNs = 0n;

  /** @param withinMs longest wait for a rendezvous that can't be reached. */
  constructor(shard: ShardName, board: Board, notes: Notes, withinMs: number) {
    this.#shard = shard;
    this.#board = board;
    this.#notes = notes;
    this.#withinMs = withinMs;
  }

  get readings(): readonly ClockReading[] {
    return this.#readings;
  }

  /** The longest exchange so far, but for the first of each reading: that one may have waited for shard 0. */
  get longestTripNs(): number {
    return this.#longestTripNs;
  }

  /** Sets the time of the run, which shard 0 has from `epoch`. @returns the same moment by this clock. */
  async set(epoch: RunEpoch): Promise<RunEpoch> {
    const reading = await this.#read();
    this.#setByNs = reading.offsetNs;
    this.#epochNs = BigInt(epoch.monotonicNs) - reading.offsetNs;
    this.#keep('before', reading);
    return { utc: epoch.utc, monotonicNs: this.#epochNs.toString() };
  }

  /** Reads the clock of shard 0, in the time of the run. */
  async read(when: ClockReading['when']): Promise<ClockReading> {
    return this.#keep(when, await this.#read());
  }

  /** An offset that may as well be none is none: the time of a run has no steps that are not there. */
  shiftOf({ offsetNs, uncertaintyNs }: ClockReading): number {
    const isKnown = Math.abs(offsetNs) > uncertaintyNs + (this.#readings[0]?.uncertaintyNs ?? 0);
    return isKnown ? Math.round(offsetNs) : 0;
  }

  async #read(): Promise<Reading> {
    const exchange = async (): Promise<Exchange> => {
      this.#notes.throwIfOver();
      return this.#notes.patiently(() => this.#board.exchange(), this.#withinMs);
    };
    const first = await exchange();
    const rest: Exchange[] = [];
    while (rest.length < EXCHANGES - 1) {
      await sleep(pauseMs(this.#shard, rest.length));
      rest.push(await exchange());
    }
    this.#longestTripNs = Math.max(this.#longestTripNs, ...rest.map(({ askedNs, hadNs }) => Number(hadNs - askedNs)));
    const reading = readingOf([first, ...rest]);
    if (reading !== null) return reading;
    throw problem(
      'invalid',
      'shard-clock',
      `the clock of shard ${this.#shard.index} can't be compared with that of shard 0: one of them steps or stops`,
      'run again; a virtual machine that is stopped or moved meanwhile has no clock to measure by',
    );
  }

  #keep(when: ClockReading['when'], { atNs, offsetNs, uncertaintyNs, roundTripNs }: Reading): ClockReading {
    const reading: ClockReading = {
      when,
      atNs: Number(atNs - this.#epochNs),
      offsetNs: Number(offsetNs - this.#setByNs),
      ...{ uncertaintyNs, roundTripNs, exchanges: EXCHANGES },
    };
    this.#readings.push(reading);
    return reading;
  }
}

/**
 * How long a shard pauses before its k-th exchange. All shards read the clock at the same time: what waits for its turn
 * at shard 0 says less of the clock, so that they are spread (by multiples of irrational numbers, evenly).
 */
const pauseMs = ({ index, of }: ShardName, k: number): number =>
  ((index * 0.618_034 + k * 0.754_878) % 1) * 2 * PAUSE_MS_A_SHARD * of;
