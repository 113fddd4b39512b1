/**
 * The engine against a simulated server in virtual time: no clock, no socket, no timer, so every run is an exact
 * replay.
 */
import { NS_PER_MS, NS_PER_S } from '../../src/clock/index.js';
import { loadGenerator, type RequestGenerator } from '../../src/catalog/index.js';
import { Counters, Engine, type Mark } from '../../src/load/engine/index.js';
import type { ShardShare } from '../../src/load/shard-share.js';
import type { AttemptSlot, Channel } from '../../src/mcp/index.js';
import type { LoadSegment, Stage } from '../../src/plan/index.js';
import { seededRandom } from '../../src/random/index.js';
import {
  ERROR_CLASSES,
  OUTCOMES,
  SAMPLE_FLAGS,
  errorClassCode,
  outcomeCode,
  type AttemptSample,
  type ErrorClass,
  type Outcome,
} from '../../src/record/index.js';
import type { CallSpec, Retry, ToolCallSpec } from '../../src/scenario/index.js';

export const MS = NS_PER_MS;
export const S = NS_PER_S;

export function callSpec(more: Partial<ToolCallSpec> = {}): CallSpec {
  return {
    operation: 'tools/call',
    tool: 'search',
    label: 'search',
    weight: 1,
    arguments: {},
    expect: { kind: 'success' },
    effect: 'none',
    deadlineNs: 30 * S,
    deadlineIsExplicit: false,
    attemptTimeoutNs: null,
    retry: null,
    cancel: true,
    ...more,
  };
}

export function retryPolicy(more: Partial<Retry> = {}): Retry {
  return {
    attempts: 2,
    backoffNs: 10 * MS,
    maxBackoffNs: S,
    jitter: 'full',
    on: ['transport'],
    obeyRetryAfter: true,
    budget: null,
    ...more,
  };
}

export function open(
  ratePerSecond: number,
  forNs: number,
  more: { arrivals?: 'constant' | 'poisson'; phase?: number } = {},
): LoadSegment {
  return openStages([{ label: 'main', ratePerSecond, forNs }], more);
}

export function openStages(
  stages: readonly [Stage, ...Stage[]],
  more: { arrivals?: 'constant' | 'poisson'; phase?: number } = {},
): LoadSegment {
  return { loop: 'open', phase: more.phase ?? 0, arrivals: more.arrivals ?? 'constant', stages };
}

export function closed(concurrency: number, forNs: number, thinkNs = 0): LoadSegment {
  return { loop: 'closed', phase: 0, concurrency, thinkNs, forNs };
}

/** What the server does with one attempt. */
export interface Answer {
  readonly serviceNs: number;
  readonly outcome?: Outcome;
  readonly errorClass?: ErrorClass;
  readonly retryAfterNs?: number;
}

export interface WorldOptions {
  readonly calls?: readonly CallSpec[];
  readonly sessions?: number;
  readonly inFlightPerSession?: number;
  readonly maxInFlight?: number;
  readonly maxQueued?: number;
  readonly seed?: number;
  /** Workers of the server's one FIFO queue; Infinity: no queue at all. */
  readonly workers?: number;
  readonly answer?: (slot: AttemptSlot) => Answer;
  /** One of several engines that share a load; `sessions` are this one's own. */
  readonly share?: ShardShare;
  /** Makes the calls of the whole load in order, with their arguments, and passes those of the other engines. */
  readonly common?: boolean;
  readonly takeCallId?: () => number;
  /** The workers stand still from `atNs` on for so long; needs `workers`. */
  readonly stall?: { readonly atNs: number; readonly forNs: number };
  /**
   * What has waited longer than this when its turn comes is dropped without being served; needs `workers`. Default:
   * never.
   */
  readonly dropAfterNs?: number;
}

export interface Recorded extends AttemptSample {
  readonly outcomeName: Outcome;
  readonly errorName: ErrorClass;
  readonly final: boolean;
  readonly warm: boolean;
  readonly argumentsJson: string;
}

interface Pending {
  readonly doneNs: number;
  readonly order: number;
  readonly slot: AttemptSlot;
  readonly token: number;
  readonly answer: Answer;
}

/** One engine, one server, one virtual clock. */
export class World {
  readonly engine: Engine;
  readonly counters = new Counters();
  readonly samples: Recorded[] = [];
  readonly marks: Mark[] = [];
  readonly scheduleLags: number[] = [];
  /** Largest numbers seen at any send. */
  maxInFlight = 0;
  readonly maxBySession: number[] = [];
  readonly sentSessions: number[] = [];
  now = 0;
  /** While set, the generator does nothing until then: it is frozen, the server is not. */
  frozenUntilNs = -Infinity;
  /** While set, answers are heard but nothing that is due is done until then. */
  lateUntilNs = -Infinity;
  /** Services that the server finished, and how many of those had been abandoned. */
  served = 0;
  wasted = 0;
  #pending: Pending[] = [];
  #workersFreeNs: number[];
  readonly #inFlight = new Map<number, { token: number; session: number }>();
  #tokens = 0;
  #nextCall = 0;
  #prepared = 0;
  readonly #stall: { readonly fromNs: number; readonly untilNs: number };
  readonly #dropAfterNs: number;

  constructor(options: WorldOptions = {}) {
    const sessions = options.sessions ?? 1;
    this.#workersFreeNs =
      options.workers === undefined || options.workers === Infinity ? [] : new Array<number>(options.workers).fill(0);
    const { atNs: stallNs = Infinity, forNs: stalledNs = 0 } = options.stall ?? {};
    this.#stall = { fromNs: stallNs, untilNs: stallNs + stalledNs };
    this.#dropAfterNs = options.dropAfterNs ?? Infinity;
    const answer = options.answer ?? (() => ({ serviceNs: MS }));
    const channels = Array.from({ length: sessions }, (_, session): Channel => ({
      session,
      start: (slot) => this.#send(slot, session, answer(slot)),
      abandon: (slot) => {
        if (this.#inFlight.get(slot.slot)?.session !== session) throw new Error('abandoned what is not in flight here');
        this.#inFlight.delete(slot.slot);
      },
    }));
    const calls = options.calls ?? [callSpec()];
    const share = options.share ?? { worker: 0, workers: 1, sessions };
    const random = seededRandom(options.seed ?? 1, 'load');
    const own = share.workers === 1 ? random : random.fork(`worker/${share.worker}`);
    const counted: RequestGenerator = {
      prepare: (into, spec) => {
        into.argumentsJson = `{"call":${this.#prepared++},"spec":${spec}}`;
      },
      pass: () => undefined,
      counted: 0,
      countBehind: () => undefined,
    };
    this.engine = new Engine({
      calls,
      channels,
      inFlightPerSession: options.inFlightPerSession ?? 1,
      maxInFlight: options.maxInFlight ?? 1_000,
      maxQueued: options.maxQueued ?? 100_000,
      requests:
        options.common === true ? loadGenerator(calls, own, { first: share.worker + 1, step: share.workers }) : counted,
      common: options.common === true && share.workers > 1 ? { requests: loadGenerator(calls, random), random } : null,
      share,
      takeCallId: options.takeCallId ?? (() => this.#nextCall++),
      arrivals: random,
      random: options.common === true ? own : random,
      counters: this.counters,
      record: (sample) => this.#record(sample as AttemptSlot),
      scheduleLag: (lagNs) => this.scheduleLags.push(lagNs),
      mark: (mark) => this.marks.push(mark),
    });
  }

  /** Runs a segment to its end; `at` are moments at which the test wants to do something. */
  run(
    segment: LoadSegment,
    options: { startNs?: number; warmupNs?: number; at?: readonly [number, () => void][] } = {},
  ): void {
    this.engine.begin(segment, options.startNs ?? this.now, options.warmupNs ?? 0);
    const at = [...(options.at ?? [])].sort(([a], [b]) => a - b);
    for (let steps = 0; !this.engine.finished; steps++) {
      if (steps > 50_000_000) throw new Error('the segment does not end');
      const engineDue = Math.max(
        Math.min(this.engine.startDueNs, this.engine.limitDueNs),
        this.frozenUntilNs,
        this.lateUntilNs,
      );
      const serverDue = Math.max(this.#pending[0]?.doneNs ?? Infinity, this.frozenUntilNs);
      const testDue = at[0]?.[0] ?? Infinity;
      const next = Math.min(engineDue, serverDue, testDue);
      if (next === Infinity) throw new Error('nothing is due and the segment is not finished');
      this.now = Math.max(this.now, next);
      if (testDue <= this.now) at.shift()?.[1]();
      else if (serverDue <= this.now) this.#deliver();
      else this.engine.advance(this.now);
    }
  }

  /** The final sample of each logical call, in order of call id. */
  get finals(): Recorded[] {
    return this.samples.filter(({ final }) => final).sort((a, b) => a.callId - b.callId);
  }

  #send(slot: AttemptSlot, session: number, answer: Answer): void {
    if (this.#inFlight.has(slot.slot)) throw new Error('a slot was sent twice');
    const token = this.#tokens++;
    this.#inFlight.set(slot.slot, { token, session });
    this.maxInFlight = Math.max(this.maxInFlight, this.#inFlight.size);
    const here = [...this.#inFlight.values()].filter((one) => one.session === session).length;
    this.maxBySession[session] = Math.max(this.maxBySession[session] ?? 0, here);
    this.sentSessions.push(session);
    slot.sentNs = this.now;
    slot.flags = SAMPLE_FLAGS.reusedConnection;
    let doneNs = this.now + answer.serviceNs;
    if (this.#workersFreeNs.length > 0) {
      const freeNs = Math.min(...this.#workersFreeNs);
      const { fromNs, untilNs } = this.#stall;
      let startedNs = Math.max(this.now, freeNs);
      if (startedNs >= fromNs && startedNs < untilNs) startedNs = untilNs;
      if (startedNs - this.now > this.#dropAfterNs) return;
      doneNs = startedNs + answer.serviceNs;
      if (startedNs < fromNs && doneNs > fromNs) doneNs += untilNs - fromNs;
      this.#workersFreeNs[this.#workersFreeNs.indexOf(freeNs)] = doneNs;
      slot.receivedNs = this.now;
      slot.startedNs = startedNs;
      slot.finishedNs = doneNs;
    }
    const one = { doneNs, order: token, slot, token, answer };
    let place = this.#pending.length;
    while (place > 0 && (this.#pending[place - 1]?.doneNs ?? 0) > doneNs) place--;
    this.#pending.splice(place, 0, one);
  }

  #deliver(): void {
    const one = this.#pending.shift();
    if (one === undefined) return;
    const { slot, token, answer } = one;
    this.served++;
    if (this.#inFlight.get(slot.slot)?.token !== token) {
      this.wasted++; // given up meanwhile
      return;
    }
    this.#inFlight.delete(slot.slot);
    slot.firstByteNs = this.now;
    slot.doneNs = this.now;
    slot.outcome = outcomeCode(answer.outcome ?? 'ok');
    slot.errorClass = errorClassCode(answer.errorClass ?? 'none');
    slot.retryAfterNs = answer.retryAfterNs ?? 0;
    this.engine.completed(slot);
  }

  #record(sample: AttemptSlot): void {
    const outcomeName = OUTCOMES[sample.outcome];
    const errorName = ERROR_CLASSES[sample.errorClass];
    if (outcomeName === undefined || errorName === undefined) throw new Error('unknown code');
    this.samples.push({
      ...sample,
      outcomeName,
      errorName,
      final: (sample.flags & SAMPLE_FLAGS.final) !== 0,
      warm: (sample.flags & SAMPLE_FLAGS.warmup) !== 0,
    });
  }
}
