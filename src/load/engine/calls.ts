/** Where logical calls come from, and the rules of each: weights, time limits, retries. */
import { OUTCOMES, errorClassCode, outcomeCode, type Outcome } from '../../record/index.js';
import type { Random } from '../../random/index.js';
import { specDrawer, type CallSpec, type RequestGenerator, type Retry, type RetryOn } from '../../catalog/index.js';
import { RetryTokens } from './retry-tokens.js';
import type { EngineSetup } from './setup.js';
import type { EngineSlot } from './slots.js';

const TIMED_OUT = errorClassCode('attempt-timeout');
const DEADLINE = outcomeCode('deadline');

/** The outcome behind each word of `retry.on`; `timeout` is the attempt's own time limit, never the call's deadline. */
const OUTCOME_OF: Readonly<Record<RetryOn, Outcome>> = {
  transport: 'transport',
  shed: 'shed',
  session: 'session',
  protocol: 'protocol',
  tool: 'tool',
  timeout: 'deadline',
};

/** Backoff before retry `retry` (from 0): base x 2^retry up to the maximum, all of it or a uniform share. */
export function backoffNs(policy: Retry, retry: number, random: Random): number {
  const full = Math.min(policy.maxBackoffNs, policy.backoffNs * 2 ** retry);
  switch (policy.jitter) {
    case 'none':
      return Math.round(full);
    case 'full':
      return Math.round(full * random.next());
  }
}

/** How an attempt ended, as far as retrying is concerned. */
export interface EndedAttempt {
  readonly attempt: number;
  readonly outcome: number;
  readonly errorClass: number;
  readonly doneNs: number;
  readonly retryAfterNs: number;
  /** When the logical call is given up: a retry that would begin later is not made and takes no token of the budget. */
  readonly deadlineNs: number;
}

/** Time limits and retries of one call spec. */
export class CallRules {
  readonly deadlineNs: number;
  /** Infinity when only the deadline bounds an attempt. */
  readonly attemptTimeoutNs: number;
  readonly #retry: Retry | null;
  readonly #random: Random;
  readonly #budget: RetryTokens | null;
  /** By outcome code: 1 when it may be tried again. */
  readonly #retryable = new Uint8Array(OUTCOMES.length);

  constructor(spec: CallSpec, random: Random) {
    this.deadlineNs = spec.deadlineNs;
    this.attemptTimeoutNs = spec.attemptTimeoutNs ?? Infinity;
    this.#retry = spec.retry;
    this.#random = random;
    this.#budget = spec.retry?.budget == null ? null : new RetryTokens(spec.retry.budget);
    for (const on of spec.retry?.on ?? []) this.#retryable[outcomeCode(OUTCOME_OF[on])] = 1;
  }

  /** When the next attempt starts; Infinity when the call is over. */
  retryAtNs(ended: EndedAttempt): number {
    const retry = this.#retry;
    if (retry === null) return Infinity;
    if (ended.attempt === 0) this.#budget?.deposit();
    if (ended.attempt >= retry.attempts || this.#retryable[ended.outcome] !== 1) return Infinity;
    if (ended.outcome === DEADLINE && ended.errorClass !== TIMED_OUT) return Infinity;
    const backoff = backoffNs(retry, ended.attempt, this.#random);
    const atNs = ended.doneNs + (retry.obeyRetryAfter ? Math.max(backoff, ended.retryAfterNs) : backoff);
    if (atNs >= ended.deadlineNs || this.#budget?.withdraw() === false) return Infinity;
    return atNs;
  }
}

/** The part of an engine's setup that calls are made from. */
type CallSourceSetup = Pick<EngineSetup, 'calls' | 'requests' | 'common' | 'random' | 'takeCallId'>;

/**
 * The logical calls of a run, one after another. The n-th is the same for the same seed, whatever became of those
 * before. Engines that share a load pass each other's calls, so that this holds over all of them; from the first closed
 * loop on, whose calls have no common order, each engine goes on by itself.
 */
export class CallSource {
  readonly #setup: CallSourceSetup;
  readonly #rules: readonly CallRules[];
  #requests: RequestGenerator;
  #drawSpec: () => number;
  #isCommon: boolean;

  constructor(setup: CallSourceSetup) {
    const { calls, random, common } = setup;
    this.#setup = setup;
    const retries = random.fork('retries');
    this.#rules = calls.map((spec) => new CallRules(spec, retries));
    this.#requests = common?.requests ?? setup.requests;
    this.#drawSpec = specDrawer(calls, common?.random ?? random);
    this.#isCommon = common != null;
  }

  /** A segment begins. */
  begin(loop: 'open' | 'closed'): void {
    if (loop === 'open' || !this.#isCommon) return;
    const { calls, requests, random } = this.#setup;
    requests.countBehind(this.#requests.counted);
    this.#requests = requests;
    this.#drawSpec = specDrawer(calls, random);
    this.#isCommon = false;
  }

  /** Passes calls that other engines make. */
  pass(calls: number): void {
    if (!this.#isCommon) return;
    for (let n = 0; n < calls; n++) this.#requests.pass(this.#drawSpec());
  }

  /** Makes the next call in a slot that has its intended time: id, spec, deadline, arguments. */
  fill(slot: EngineSlot): void {
    slot.callId = this.#setup.takeCallId();
    slot.attempt = 0;
    slot.spec = this.#drawSpec();
    slot.deadlineNs = slot.intendedNs + this.rulesOf(slot.spec).deadlineNs;
    this.#requests.prepare(slot, slot.spec);
  }

  rulesOf(spec: number): CallRules {
    const rules = this.#rules[spec];
    if (rules === undefined) throw new Error(`no call spec ${spec}`);
    return rules;
  }
}
