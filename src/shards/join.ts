/** How shards become one run: they meet, agree on the time, start each phase together, and notice when one is lost. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNow, takeEpoch, type RunEpoch } from '../clock/index.js';
import { duration } from '../format/index.js';
import { ProblemError, type Advice } from '../problem/index.js';
import type { ClockReading, ShardFile, ShardStart } from '../record/index.js';
import { acceptedJoining, acceptedOf, missingShards, type Accepted, type Joining } from './agreement.js';
import type { Board } from './board.js';
import { readingOf, type Exchange, type Reading } from './clocks.js';
import { Heartbeat } from './heartbeat.js';
import type { NamedShard } from './name.js';
import { Notes, OWN_RENDEZVOUS, fieldsOf, problem } from './notes.js';
import { thisPlace, type Place } from './place.js';

/** Exchanges of one reading of the clock. */
const EXCHANGES = 20;
/** Between two exchanges of a shard, on average, for each shard there is. */
const PAUSE_MS_A_SHARD = 0.3;
/** From when the start of a phase is known to the start: for every shard to see it and announce it to its workers. */
const LEAST_NOTICE_NS = 300e6;
/** Round trips, or polls, that a note may take to be seen. */
const NOTICE_TRIPS = 4;
const LEAVE_WITHIN_MS = 60_000;

export interface JoinRequest {
  readonly shard: NamedShard;
  readonly board: Board;
  /** What all shards must have in common. */
  readonly scenarioDigest: string;
  readonly plimsollVersion: string;
  /** Longest wait for the others to join, in ms. */
  readonly withinMs: number;
  readonly abort: AbortSignal;
  readonly step: (text: string) => void;
}

/** What shard 0 publishes for the others: what they call, and what it learnt of their calls. */
export type Published = 'target' | `facts-${number}`;

/** A process that is part of a run. What waits rejects with a ProblemError (`invalid`) when the run has failed. */
export interface JoinedShard {
  readonly index: number;
  readonly of: number;
  readonly group: string;
  /** The run's epoch by this machine's clock: one moment for all shards, as far as their clocks are known. */
  readonly epoch: RunEpoch;
  /** Whether it shares the loopback interface of shard 0. */
  readonly isBesideFirst: boolean;
  /** Processes of other shards on this machine. */
  readonly others: readonly number[];
  /** Aborted with a ProblemError (`invalid`) when the run can't go on. */
  readonly lost: AbortSignal;
  /** By shard 0. */
  publish(name: Published, value: unknown): Promise<void>;
  /** By the others. */
  receive(name: Published): Promise<unknown>;
  /**
   * Waits until every shard is here, and gives the start of the phase by the own clock, at least `noticeNs` away.
   * Rejects where this shard hears of it too late.
   */
  begin(phase: number, noticeNs: number): Promise<number>;
  /** Waits until every shard has had its last answer; the clocks are read a last time. */
  end(): Promise<void>;
  /** The record is written. Shard 0 waits for the others, and removes all notes. */
  leave(): Promise<void>;
  /** Ends the run of all shards: this one met `advice`. Never rejects. */
  fail(advice: Advice): Promise<void>;
  /** For the record. */
  file(): ShardFile;
}

/**
 * Joins the run.
 * @throws ProblemError: `preflight` where the others don't come, `bad-input` where they are not of one run.
 */
export async function joinShards(request: JoinRequest): Promise<JoinedShard> {
  const shard = new Shard(request, await thisPlace());
  try {
    await shard.join();
    return shard;
  } catch (thrown) {
    await shard.giveUp(thrown);
    throw thrown;
  }
}

class Shard implements JoinedShard {
  readonly index: number;
  readonly of: number;
  readonly group: string;
  epoch: RunEpoch = takeEpoch();
  isBesideFirst = true;
  others: readonly number[] = [];
  readonly #request: JoinRequest;
  readonly #place: Place;
  readonly #board: Board;
  readonly #notes: Notes;
  readonly #clock: ClockReading[] = [];
  readonly #starts: ShardStart[] = [];
  #heartbeat: Heartbeat | null = null;
  #stopAnswering: () => void = () => undefined;
  #longestTripNs = 0;
  /** Whether it is the one of its index, and no second process of that. */
  #hasLeftName = false;
  /** By which the time of the run was set. */
  #setByNs = 0n;

  constructor(request: JoinRequest, place: Place) {
    const { shard, board, abort } = request;
    this.index = shard.index;
    this.of = shard.of;
    this.group = shard.group;
    this.#place = place;
    this.#request = request;
    this.#board = board;
    this.#notes = new Notes(board, shard.of, abort);
  }

  get lost(): AbortSignal {
    return this.#notes.lost;
  }

  async join(): Promise<void> {
    const { scenarioDigest, plimsollVersion, step, withinMs } = this.#request;
    step(`joining as shard ${this.index} of ${this.of}`);
    const id = randomUUID();
    const own: Joining = { id, index: this.index, of: this.of, scenarioDigest, plimsollVersion, ...this.#place };
    if (!(await this.#notes.put(`join-${this.index}`, JSON.stringify(own), withinMs)))
      throw problem(
        'bad-input',
        'shard-twice',
        `shard ${this.index} of group "${this.group}" has joined already`,
        'give each shard its own index, and each run its own --group',
      );
    this.#hasLeftName = true;
    const { epoch, members } = this.index === 0 ? await this.#accept(own) : await this.#accepted();
    this.#notes.joined();
    const [first] = members;
    const { network, numbers, pid } = this.#place;
    this.isBesideFirst = first?.network === network;
    this.others = members.flatMap((each) => (each.numbers === numbers && each.pid !== pid ? [each.pid] : []));
    this.epoch = epoch;
    if (this.index > 0) {
      const reading = await this.#read();
      this.#setByNs = reading.offsetNs;
      this.epoch = { utc: epoch.utc, monotonicNs: (BigInt(epoch.monotonicNs) - reading.offsetNs).toString() };
      this.#keep('before', reading);
    }
    const listened = members.map((each, index) => ({ index, seen: each.numbers === numbers ? each : null }));
    this.#heartbeat = new Heartbeat(
      this.#notes,
      this.index,
      listened.filter(({ index }) => (this.index === 0 ? index > 0 : index === 0)),
    );
  }

  /** Shard 0: all have come, and are of one run. */
  async #accept(own: Joining): Promise<Accepted> {
    const { withinMs, step } = this.#request;
    const members: Place[] = [];
    const endMs = performance.now() + withinMs;
    for (let index = 0; index < this.of; index++) {
      step(`waiting for the shards: ${index} of ${this.of} have joined`);
      const text = await this.#notes.within(`join-${index}`, Math.max(0, endMs - performance.now()));
      if (text === null) throw await missingShards(this.#board, this.of, withinMs);
      const { host, machine, network, numbers, pid, start } = acceptedJoining(own, index, text);
      members.push({ host, machine, network, numbers, pid, start });
    }
    const accepted: Accepted = { epoch: this.epoch, members };
    this.#stopAnswering = this.#board.answerExchanges();
    await this.#notes.put('accepted', JSON.stringify(accepted), withinMs);
    return accepted;
  }

  async #accepted(): Promise<Accepted> {
    const { withinMs, step } = this.#request;
    step('waiting for shard 0');
    const text = await this.#notes.within('accepted', withinMs);
    if (text !== null) return acceptedOf(text) ?? unread('preflight', 'accepted');
    throw problem(
      'preflight',
      'shard-missing',
      `shard 0 of group "${this.group}" did not answer within ${duration(withinMs * 1e6)}`,
      'start shard 0 with the same --rendezvous and --group; a folder must be the same one on every machine',
    );
  }

  async publish(name: Published, value: unknown): Promise<void> {
    if (!(await this.#notes.put(name, JSON.stringify(value))))
      throw problem(
        'invalid',
        'shard-notes',
        `the board of the run has no room for "${name}"`,
        'use a shared folder as --rendezvous',
      );
  }

  async receive(name: Published): Promise<unknown> {
    return fieldsOf(await this.#notes.required(name)) ?? unread('invalid', name);
  }

  async begin(phase: number, noticeNs: number): Promise<number> {
    return this.index === 0 ? this.#announce(phase, noticeNs) : this.#follow(phase, noticeNs);
  }

  #nowNs(): number {
    return Number(monotonicNow() - BigInt(this.epoch.monotonicNs));
  }

  /** Shard 0: sets the start. */
  async #announce(phase: number, noticeNs: number): Promise<number> {
    const stop = this.#board.answerExchanges();
    this.#stopAnswering();
    let tripNs = 0;
    for (let index = 1; index < this.of; index++)
      tripNs = Math.max(tripNs, await this.#numberIn(`at-${phase}-${index}`));
    stop();
    const seenNs = NOTICE_TRIPS * Math.max(tripNs, this.#notes.lookMs * 1e6);
    const plannedNs = Math.ceil(this.#nowNs() + noticeNs + Math.max(LEAST_NOTICE_NS, seenNs));
    await this.#notes.put(`go-${phase}`, String(plannedNs));
    this.#starts.push({ phase, plannedNs, startNs: plannedNs });
    await this.#board.remove('target');
    return plannedNs;
  }

  /** The others: they come, and take the start. */
  async #follow(phase: number, noticeNs: number): Promise<number> {
    const { offsetNs, uncertaintyNs } = this.#keep('start', await this.#read());
    await this.#notes.put(`at-${phase}-${this.index}`, String(this.#longestTripNs));
    const plannedNs = await this.#numberIn(`go-${phase}`);
    // An offset that may as well be none is none: the time of a run has no steps that are not there.
    const isKnown = Math.abs(offsetNs) > uncertaintyNs + (this.#clock[0]?.uncertaintyNs ?? 0);
    const startNs = plannedNs - (isKnown ? Math.round(offsetNs) : 0);
    this.#starts.push({ phase, plannedNs, startNs });
    const lateNs = this.#nowNs() + noticeNs - startNs;
    if (lateNs <= 0) return startNs;
    const late = {
      what: `shard ${this.index} heard of the start of a phase ${duration(lateNs)} too late`,
      remedy: 'run again; free the machine of that shard, or use a rendezvous that is seen sooner (HTTP)',
    };
    await this.fail(late);
    throw problem('invalid', 'shard-late', late.what, late.remedy);
  }

  async end(): Promise<void> {
    if (this.index > 0) {
      this.#keep('after', await this.#read());
      await this.#notes.put(`end-${this.index}`, '');
      return;
    }
    const stop = this.#board.answerExchanges();
    for (let index = 1; index < this.of; index++) await this.#notes.required(`end-${index}`);
    stop();
  }

  async leave(): Promise<void> {
    if (this.index > 0) {
      this.#heartbeat?.stop();
      await this.#board.put(`left-${this.index}`, '');
      return;
    }
    for (let index = 1; index < this.of; index++) await this.#notes.within(`left-${index}`, LEAVE_WITHIN_MS);
    // A note that was cleared away must not be missed.
    this.#heartbeat?.stop();
    await this.#board.clear();
    await this.quit();
  }

  /** It could not join. What ends that for shard 0 ends it for all: they wait for it. */
  async giveUp(thrown: unknown): Promise<void> {
    const [first] = thrown instanceof ProblemError ? thrown.problems : [];
    if (this.index === 0 && this.#hasLeftName && first !== undefined) await this.fail(first);
    else await this.quit();
  }

  /** Nothing more is said or heard. */
  async quit(): Promise<void> {
    this.#heartbeat?.stop();
    this.#stopAnswering();
    await this.#board.close();
  }

  async fail({ what, remedy }: Advice): Promise<void> {
    await this.#notes.fail({ shard: this.index, what, remedy });
    if (this.index === 0) {
      await this.#board.remove('target').catch(() => undefined);
      if (this.#board.isServed) await sleep(this.#notes.failureStaysMs);
    }
    await this.quit();
  }

  file(): ShardFile {
    const { index, of, group } = this;
    const { host, machine } = this.#place;
    const known = { index, of, group, host, machine };
    return { schema: 'plimsoll/shard-v1', ...known, clock: this.#clock, starts: this.#starts };
  }

  async #numberIn(name: string): Promise<number> {
    const number = Number(await this.#notes.required(name));
    return Number.isFinite(number) ? number : unread('invalid', name);
  }

  /** Reads the clock of shard 0. */
  async #read(): Promise<Reading> {
    const exchange = async (): Promise<Exchange> => {
      this.#notes.throwIfOver();
      return this.#notes.patiently(() => this.#board.exchange(), this.#request.withinMs);
    };
    const first = await exchange();
    const rest: Exchange[] = [];
    while (rest.length < EXCHANGES - 1) {
      await sleep(pauseMs(this.index, this.of, rest.length));
      rest.push(await exchange());
    }
    // The first one may have waited for shard 0.
    this.#longestTripNs = Math.max(this.#longestTripNs, ...rest.map(({ askedNs, hadNs }) => Number(hadNs - askedNs)));
    return readingOf([first, ...rest]);
  }

  /** Notes a reading in the time of the run. */
  #keep(when: ClockReading['when'], { atNs, offsetNs, uncertaintyNs, roundTripNs }: Reading): ClockReading {
    const reading: ClockReading = {
      when,
      atNs: Number(atNs - BigInt(this.epoch.monotonicNs)),
      offsetNs: Number(offsetNs - this.#setByNs),
      ...{ uncertaintyNs, roundTripNs, exchanges: EXCHANGES },
    };
    this.#clock.push(reading);
    return reading;
  }
}

const unread = (kind: 'preflight' | 'invalid', name: string): never => {
  throw problem(kind, 'rendezvous', `the note "${name}" on the rendezvous can't be read`, OWN_RENDEZVOUS);
};

/**
 * How long a shard pauses before its k-th exchange. All shards read the clock at the same time: what waits for its turn
 * at shard 0 says less of the clock, so that they are spread (by multiples of irrational numbers, evenly).
 */
const pauseMs = (index: number, of: number, k: number): number =>
  ((index * 0.618_034 + k * 0.754_878) % 1) * 2 * PAUSE_MS_A_SHARD * of;
