/**
 * A client and a queueing server in virtual time: what a generator would have recorded, seeded, with every kind of
 * ending.
 */
import type { Random } from '../../src/random/index.js';
import {
  SAMPLE_FLAGS,
  errorClassCode,
  outcomeCode,
  type AttemptSample,
  type EffectRow,
  type ErrorClass,
  type Outcome,
} from '../../src/record/index.js';

const MS = 1e6;

export interface SimulatedCall {
  readonly tool: string;
  readonly weight: number;
  readonly deadlineNs: number;
  readonly retries: number;
  /** What becomes of it on a server that has served it. */
  readonly ending: 'right' | 'booked' | 'always-fails';
}

export interface SimulatedPhase {
  readonly index: number;
  readonly startNs: number;
  readonly warmupNs: number;
  readonly forNs: number;
  readonly load:
    | { readonly loop: 'closed'; readonly concurrency: number }
    | {
        readonly loop: 'open';
        readonly arrivals: 'constant' | 'poisson' | 'recorded';
        readonly stages: readonly {
          readonly ratePerSecond: number;
          readonly rampToPerSecond?: number;
          readonly forNs: number;
        }[];
        readonly recordedNs: readonly number[] | null;
      };
  readonly workers: number;
  readonly serviceNs: number;
  /** Share of the mean service time that is exponential; the rest is the same for all. */
  readonly serviceSpread: number;
  /** Room of the server's queue; one more is refused. */
  readonly queue: number;
  /** Most attempts in flight; further calls wait at the client. */
  readonly slots: number;
  readonly stamps: boolean;
  /** Spells in which answers take longer. */
  readonly slow: readonly { readonly fromNs: number; readonly toNs: number; readonly byNs: number }[];
  /** Spells in which somebody before the server turns every n-th call away. */
  readonly refuses: readonly { readonly fromNs: number; readonly toNs: number; readonly every: number }[];
}

interface Work {
  readonly sample: AttemptSample;
  readonly call: SimulatedCall;
  readonly firstIntendedNs: number;
  readonly free: (atNs: number) => void;
  ended: boolean;
}

/** Runs phases one after another; gives each finished attempt to `append`, as the spool gets it. */
export class Simulation {
  readonly effects: EffectRow[] = [];
  readonly #calls: readonly SimulatedCall[];
  readonly #random: Random;
  readonly #append: (sample: AttemptSample) => void;
  #nextCall = 0;
  #agenda: { atNs: number; order: number; act: () => void }[] = [];
  #order = 0;
  #nowNs = 0;

  constructor(calls: readonly SimulatedCall[], random: Random, append: (sample: AttemptSample) => void) {
    this.#calls = calls;
    this.#random = random;
    this.#append = append;
  }

  /** Simulates a phase and says when everything was answered. */
  run(phase: SimulatedPhase): number {
    const waiting: Work[] = [];
    const upstream: Work[] = [];
    let inFlight = 0;
    let serving = 0;
    let lastNs = phase.startNs;
    const endNs = phase.startNs + phase.forNs;

    const send = (work: Work): void => {
      const { sample } = work;
      inFlight++;
      sample.admittedNs = Math.max(this.#nowNs, sample.intendedNs);
      const sentNs = sample.admittedNs + Math.round(this.#random.exponential(0.05 * MS));
      // One in two thousand upstream stamps comes from a clock that jumped.
      const jumpNs = this.#random.below(2000) === 0 ? -5 * MS : 0;
      this.#at(sentNs, () => {
        if (work.ended) return;
        sample.sentNs = sentNs;
        this.#at(sentNs + 0.1 * MS, () => receive(work, jumpNs));
      });
      // Timers of a busy machine are late, so that some right answers still come in after their deadline.
      this.#at(work.firstIntendedNs + work.call.deadlineNs + this.#random.below(25 * MS), () =>
        end(work, 'deadline', 'deadline'),
      );
    };
    const receive = (work: Work, jumpNs: number): void => {
      if (
        phase.refuses.some(
          ({ fromNs, toNs, every }) => this.#nowNs >= fromNs && this.#nowNs < toNs && work.sample.callId % every === 0,
        )
      ) {
        this.#at(this.#nowNs + 0.2 * MS, () => end(work, 'shed', 'http-503'));
        return;
      }
      if (phase.stamps) work.sample.receivedNs = this.#nowNs + jumpNs;
      if (upstream.length >= phase.queue) {
        this.#at(this.#nowNs + 0.2 * MS, () => end(work, 'shed', 'http-503'));
        return;
      }
      upstream.push(work);
      serve();
    };
    const serve = (): void => {
      while (serving < phase.workers) {
        const work = upstream.shift();
        if (work === undefined) return;
        serving++;
        const startedNs = this.#nowNs;
        this.#at(
          startedNs +
            Math.round(
              phase.serviceNs * (1 - phase.serviceSpread) +
                this.#random.exponential(phase.serviceNs * phase.serviceSpread),
            ),
          () => {
            serving--;
            const verdict = this.#verdict(work);
            const slow = phase.slow.find(({ fromNs, toNs }) => this.#nowNs >= fromNs && this.#nowNs < toNs)?.byNs ?? 0;
            const finishedNs = this.#nowNs;
            this.#at(finishedNs + slow + 0.15 * MS, () => {
              if (work.ended) return;
              if (phase.stamps) Object.assign(work.sample, { startedNs, finishedNs });
              work.sample.firstByteNs = this.#nowNs - 0.05 * MS;
              end(work, ...verdict);
            });
            serve();
          },
        );
      }
    };
    const end = (work: Work, outcome: Outcome, errorClass: ErrorClass): void => {
      if (work.ended) return;
      work.ended = true;
      inFlight--;
      const { sample, call, firstIntendedNs } = work;
      lastNs = Math.max(lastNs, this.#nowNs);
      sample.doneNs = this.#nowNs;
      sample.outcome = outcomeCode(outcome);
      sample.errorClass = errorClassCode(errorClass);
      const again = (outcome === 'shed' || outcome === 'transport') && sample.attempt < call.retries;
      const backToNs = this.#nowNs + Math.round(this.#random.next() * 30 * MS);
      const retry = again && backToNs < firstIntendedNs + call.deadlineNs;
      if (!retry) sample.flags |= SAMPLE_FLAGS.final;
      this.#append(sample);
      if (retry) {
        this.#at(backToNs, () => {
          const next = { ...sample, attempt: sample.attempt + 1, intendedNs: backToNs };
          enter({ ...work, sample: blank(next), ended: false });
        });
      } else {
        work.free(this.#nowNs);
      }
      const next = waiting.shift();
      if (next !== undefined) send(next);
    };
    const enter = (work: Work): void => {
      if (inFlight < phase.slots) send(work);
      else if (waiting.length < 400) waiting.push(work);
      else {
        inFlight++;
        end(work, 'shed', 'client-queue-full');
      }
    };
    const call = (stage: number, free: (atNs: number) => void): void => {
      const spec = this.#drawCall();
      const spoken = this.#calls[spec];
      if (spoken === undefined) throw new Error('no such call');
      const warm = this.#nowNs < phase.startNs + phase.warmupNs;
      const flags =
        (warm ? SAMPLE_FLAGS.warmup : 0) | (this.#random.below(40) === 0 ? 0 : SAMPLE_FLAGS.reusedConnection);
      const callId = this.#nextCall++;
      const sample = blank({
        callId,
        attempt: 0,
        phase: phase.index,
        stage,
        spec,
        session: callId % 4,
        intendedNs: this.#nowNs,
        flags,
      });
      enter({ sample, call: spoken, firstIntendedNs: this.#nowNs, free, ended: false });
    };

    if (phase.load.loop === 'closed') {
      const again = (): void => {
        if (this.#nowNs < endNs) call(0, again);
      };
      for (let caller = 0; caller < phase.load.concurrency; caller++) this.#at(phase.startNs, again);
    } else {
      let fromNs = phase.startNs;
      const { arrivals } = phase.load;
      const gap = (): number => (arrivals === 'poisson' ? this.#random.exponential(1) : 1);
      for (const ns of phase.load.recordedNs ?? []) this.#at(fromNs + ns, () => call(0, () => undefined));
      (phase.load.recordedNs === null ? phase.load.stages : []).forEach(
        ({ ratePerSecond, rampToPerSecond = ratePerSecond, forNs }, stage) => {
          // Step by step at the rate of the moment: near enough to the schedule, and not its formula.
          for (
            let ns = 0;
            ns < forNs;
            ns += (gap() * 1e9) / (ratePerSecond + ((rampToPerSecond - ratePerSecond) * ns) / forNs)
          )
            this.#at(Math.round(fromNs + ns), () => call(stage, () => undefined));
          fromNs += forNs;
        },
      );
    }
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      this.#nowNs = next.atNs;
      next.act();
    }
    return Math.max(endNs, lastNs);
  }

  /** What comes of a call that was served, and what the ledger says of it. */
  #verdict({ sample, call }: Work): readonly [Outcome, ErrorClass] {
    const luck = this.#random.below(1000);
    const executed = (times: number): void => {
      for (let n = 0; n < times; n++) this.effects.push({ callId: sample.callId, tool: call.tool, atNs: this.#nowNs });
    };
    if (call.ending === 'always-fails') return ['tool', 'tool-error'];
    if (call.ending === 'booked') {
      // Lost, doubled, executed and then failed, right but told wrong.
      executed(luck < 20 ? 0 : luck < 40 ? 2 : 1);
      if (luck >= 40 && luck < 60) return ['transport', 'connection-reset'];
      if (luck >= 60 && luck < 70) return ['semantic', 'wrong-value'];
      return ['ok', 'none'];
    }
    if (luck < 5) return ['transport', 'connection-reset'];
    if (luck < 8) return ['semantic', 'wrong-value'];
    if (luck < 10) return ['protocol', 'rpc-error'];
    return ['ok', 'none'];
  }

  #drawCall(): number {
    const whole = this.#calls.reduce((sum, { weight }) => sum + weight, 0);
    let left = this.#random.below(whole);
    return this.#calls.findIndex(({ weight }) => (left -= weight) < 0);
  }

  #at(atNs: number, act: () => void): void {
    const entry = { atNs: Math.round(atNs), order: this.#order++, act };
    let low = 0;
    for (let high = this.#agenda.length; low < high;) {
      const middle = (low + high) >> 1;
      // Latest first, so that the next one is taken off the end.
      if ((this.#agenda[middle]?.atNs ?? 0) > entry.atNs) low = middle + 1;
      else high = middle;
    }
    this.#agenda.splice(low, 0, entry);
  }

  #take(): { readonly atNs: number; readonly act: () => void } | undefined {
    return this.#agenda.pop();
  }
}

type Begun = Pick<
  AttemptSample,
  'callId' | 'attempt' | 'phase' | 'stage' | 'spec' | 'session' | 'intendedNs' | 'flags'
>;

function blank({ callId, attempt, phase, stage, spec, session, intendedNs, flags }: Begun): AttemptSample {
  return {
    callId,
    attempt,
    phase,
    stage,
    spec,
    session,
    intendedNs,
    flags,
    admittedNs: NaN,
    sentNs: NaN,
    firstByteNs: NaN,
    doneNs: NaN,
    receivedNs: NaN,
    startedNs: NaN,
    finishedNs: NaN,
    outcome: 0,
    errorClass: 0,
    httpStatus: 200,
    rpcCode: 0,
    bytesOut: 100,
    bytesIn: 200,
  };
}
