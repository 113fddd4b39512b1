/** How shards become one run: they meet, agree on the time, start each phase together, and notice when one is lost. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNow, takeEpoch, type RunEpoch } from '../clock/index.js';
import { bytes, duration } from '../format/index.js';
import { ProblemError, type Advice } from '../problem/index.js';
import type { ShardFile, ShardStart } from '../record/index.js';
import { acceptedJoining, acceptedOf, missingShards, type Accepted, type Joining } from './agreement.js';
import { MOST_NOTE_BYTES, type Board } from './board.js';
import { Heartbeat } from './heartbeat.js';
import type { NamedShard } from './name.js';
import { Notes, fieldsOf, problem, unreadNote } from './notes.js';
import { OwnClock } from './own-clock.js';
import { thisPlace, type Place } from './place.js';

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

/**
 * What shard 0 publishes for the others: what they call, what it learnt of their calls, and how a search goes on. And
 * what each of them publishes for shard 0: its part of a probe.
 */
export type Published =
  'target' | `facts-${number}` | `search-${number}-${number}` | `probed-${number}-${number}-${number}`;

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
  /** What times of the phase that was begun last are moved by, to be those of shard 0. */
  readonly shiftNs: number;
  publish(name: Published, value: object): Promise<void>;
  /** Waits for what another shard publishes. */
  receive(name: Published): Promise<Readonly<Record<string, unknown>>>;
  /** The same, of what no other shard waits for: it is removed. By shard 0. */
  take(name: Published): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Waits until every shard is here, and gives the start of the phase by the own clock, at least `noticeNs` away.
   * Rejects where this shard hears of it too late.
   * @param part of a phase that begins several times, as a search does; from 0, for which the clocks are read.
   */
  begin(phase: number, noticeNs: number, part?: number): Promise<number>;
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
  readonly #clock: OwnClock;
  readonly #starts: ShardStart[] = [];
  #heartbeat: Heartbeat | null = null;
  #stopAnswering: () => void = () => undefined;
  /** Whether it is the one of its index, and no second process of that. */
  #hasLeftName = false;

  constructor(request: JoinRequest, place: Place) {
    const { shard, board, abort } = request;
    this.index = shard.index;
    this.of = shard.of;
    this.group = shard.group;
    this.#place = place;
    this.#request = request;
    this.#board = board;
    this.#notes = new Notes(board, shard.of, abort);
    this.#clock = new OwnClock(shard, board, this.#notes, request.withinMs);
  }

  get shiftNs(): number {
    const last = this.#starts.at(-1);
    return last === undefined ? 0 : last.plannedNs - last.startNs;
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
    this.epoch = this.index === 0 ? epoch : await this.#clock.set(epoch);
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
    if (text !== null) return acceptedOf(text, this.of) ?? unreadNote('preflight', 'accepted');
    throw problem(
      'preflight',
      'shard-missing',
      `shard 0 of group "${this.group}" did not answer within ${duration(withinMs * 1e6)}`,
      'start shard 0 with the same --rendezvous and --group; a folder must be the same one on every machine',
    );
  }

  async publish(name: Published, value: object): Promise<void> {
    const text = JSON.stringify(value);
    if (text.length <= MOST_NOTE_BYTES && (await this.#notes.put(name, text))) return;
    throw problem(
      'invalid',
      'shard-notes',
      `the board of the run has no room for "${name}" of ${bytes(text.length)}`,
      'use a shared folder as --rendezvous; more shards, and shorter probes of a search, make what each leaves smaller',
    );
  }

  async receive(name: Published): Promise<Readonly<Record<string, unknown>>> {
    return fieldsOf(await this.#notes.required(name)) ?? unreadNote('invalid', name);
  }

  async take(name: Published): Promise<Readonly<Record<string, unknown>>> {
    const found = await this.receive(name);
    await this.#board.remove(name);
    return found;
  }

  async begin(phase: number, noticeNs: number, part = 0): Promise<number> {
    const start = part === 0 ? `${phase}` : `${phase}-part-${part}`;
    return this.index === 0 ? this.#announce(phase, start, noticeNs) : this.#follow(phase, start, noticeNs);
  }

  #nowNs(): number {
    return Number(monotonicNow() - BigInt(this.epoch.monotonicNs));
  }

  /** Shard 0: sets the start. */
  async #announce(phase: number, start: string, noticeNs: number): Promise<number> {
    const isNew = this.#starts.at(-1)?.phase !== phase;
    const stop = isNew ? this.#board.answerExchanges() : () => undefined;
    this.#stopAnswering();
    let tripNs = 0;
    for (let index = 1; index < this.of; index++) {
      tripNs = Math.max(tripNs, await this.#numberIn(`at-${start}-${index}`));
      await this.#board.remove(`at-${start}-${index}`);
    }
    stop();
    const seenNs = NOTICE_TRIPS * Math.max(tripNs, this.#notes.lookMs * 1e6);
    const plannedNs = Math.ceil(this.#nowNs() + noticeNs + Math.max(LEAST_NOTICE_NS, seenNs));
    await this.#notes.put(`go-${start}`, String(plannedNs));
    if (isNew) this.#starts.push({ phase, plannedNs, startNs: plannedNs });
    await this.#board.remove('target');
    return plannedNs;
  }

  /** The others: they come, and take the start. */
  async #follow(phase: number, start: string, noticeNs: number): Promise<number> {
    const isNew = this.#starts.at(-1)?.phase !== phase;
    const shiftNs = isNew ? this.#clock.shiftOf(await this.#clock.read('start')) : this.shiftNs;
    await this.#notes.put(`at-${start}-${this.index}`, String(this.#clock.longestTripNs));
    const plannedNs = await this.#numberIn(`go-${start}`);
    const startNs = plannedNs - shiftNs;
    if (isNew) this.#starts.push({ phase, plannedNs, startNs });
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
      await this.#clock.read('after');
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
    return { schema: 'plimsoll/shard-v1', ...known, clock: this.#clock.readings, starts: this.#starts };
  }

  async #numberIn(name: string): Promise<number> {
    const number = Number(await this.#notes.required(name));
    return Number.isFinite(number) ? number : unreadNote('invalid', name);
  }
}
