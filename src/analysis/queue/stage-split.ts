/**
 * Where the time of the attempts went, stage by stage, whatever became of them. The stages of each attempt sum to its
 * response time: one that ended on the way (given up, refused, failed) spent the rest of it in the stage it was in.
 */
import { SAMPLE_FLAGS, outcomeCode, type SampleColumns } from '../../record/index.js';
import { type Durations, countOf, durationsOf, NumberList, rank, rowsByGroup } from '../calls/index.js';

/** `unlocated`: sent, and nothing says in which of the stages behind the send it was. */
export type StageName =
  | 'client-queue'
  | 'schedule-lag'
  | 'outbound-hop'
  | 'upstream-queue'
  | 'service'
  | 'return-hop'
  | 'unlocated'
  | 'wait'
  | 'read';

/** Attempts that ended in a stage without going on. */
export interface EndedInStage {
  readonly stage: StageName;
  /** By the caller's time limit, by refusal, or by anything else. */
  readonly how: 'gave-up' | 'shed' | 'failed';
  readonly attempts: number;
  /** Of all attempts of the split. */
  readonly share: number;
}

/** Where the time of the attempts of a phase went. */
export interface StageSplit {
  /**
   * `upstream`: the upstream reports its own times (six stages, and `unlocated` for attempts without them).
   * `generator`: it does not (client-queue, schedule-lag, wait, read).
   */
  readonly source: 'upstream' | 'generator';
  /** Attempts, whatever became of them. */
  readonly n: number;
  /** Attempts left out because a stage came out negative: a clock problem, never printed as a number. */
  readonly clockProblems: number;
  readonly stages: readonly {
    readonly stage: StageName;
    /** Over all `n` attempts, 0 for one that never got there: these sum to the mean time of an attempt. */
    readonly meanNs: number;
    /** Of the attempts that got there; one that ended in it is censored: it would have stayed for longer. */
    readonly durations: Durations;
  }[];
  /** The most frequent first. */
  readonly ended: readonly EndedInStage[];
}

type TimeColumn =
  'intendedNs' | 'admittedNs' | 'sentNs' | 'firstByteNs' | 'doneNs' | 'receivedNs' | 'startedNs' | 'finishedNs';

/** Stages end to end: each runs from the moment before it to its own. */
const CHAINS = {
  upstream: [
    ['client-queue', 'admittedNs'],
    ['schedule-lag', 'sentNs'],
    ['outbound-hop', 'receivedNs'],
    ['upstream-queue', 'startedNs'],
    ['service', 'finishedNs'],
    ['return-hop', 'doneNs'],
  ],
  generator: [
    ['client-queue', 'admittedNs'],
    ['schedule-lag', 'sentNs'],
    ['wait', 'firstByteNs'],
    ['read', 'doneNs'],
  ],
} as const satisfies Record<StageSplit['source'], readonly (readonly [StageName, TimeColumn])[]>;

const OK = outcomeCode('ok');
const SHED = outcomeCode('shed');
const DEADLINE = outcomeCode('deadline');
/** Outcomes of attempts that went through all stages: a result came back, right or wrong. */
const ANSWERED = new Set((['tool', 'semantic', 'effect', 'ok'] as const).map(outcomeCode));
/** Where an attempt is after the send, when nothing says more. */
const AFTER_SEND = 2;

/** Reads the stages of attempts. */
export interface StageReader {
  readonly source: StageSplit['source'];
  readonly stages: readonly StageName[];
  /**
   * Reads the lengths of the stages of one row into an array as long as `stages`, NaN where it never got. Returns in
   * which stage the attempt ended, the number of stages when it went through all, and -1 for a clock problem.
   */
  readonly read: (row: number, into: Float64Array) => number;
}

/** A reader for some rows: by the upstream's own times, when at least half of the `ok` ones carry them. */
export function stageReader(samples: SampleColumns, rows: Uint32Array): StageReader {
  const { intendedNs, doneNs, sentNs, receivedNs, finishedNs, flags, outcome } = samples;
  const ok = countOf(rows, (row) => outcome[row] === OK);
  const stamped = countOf(rows, (row) => outcome[row] === OK && !Number.isNaN(finishedNs[row]));
  const located = countOf(rows, (row) => ((flags[row] ?? 0) & SAMPLE_FLAGS.upstreamLog) !== 0);
  const source = stamped * 2 >= ok && stamped + located > 0 ? 'upstream' : 'generator';
  const chain: readonly (readonly [StageName, TimeColumn])[] = CHAINS[source];
  const columns = chain.map(([, column]) => samples[column]);
  const stages = [...chain.map(([stage]) => stage), ...(source === 'upstream' ? (['unlocated'] as const) : [])];
  return {
    source,
    stages,
    read: (row, into) => {
      into.fill(NaN);
      const done = doneNs[row] ?? NaN;
      const answered = ANSWERED.has(outcome[row] ?? 0);
      const unlocated =
        source === 'upstream' &&
        !Number.isNaN(sentNs[row]) &&
        Number.isNaN(receivedNs[row]) &&
        ((flags[row] ?? 0) & SAMPLE_FLAGS.upstreamLog) === 0;
      let before = intendedNs[row] ?? NaN;
      for (let s = 0; s < columns.length; s++) {
        const moment = columns[s]?.[row] ?? NaN;
        const goesOn = (answered ? !Number.isNaN(moment) : moment <= done) && !(unlocated && s === AFTER_SEND);
        const length = (goesOn ? moment : done) - before;
        if (!(length >= 0)) return -1;
        const stage = unlocated && s === AFTER_SEND ? columns.length : s;
        into[stage] = length;
        if (!goesOn) return answered ? stages.length : stage;
        before = moment;
      }
      if (answered) return stages.length;
      if (source === 'generator') return AFTER_SEND;
      // Served, and the answer came back as a failure; or it did not come back.
      return outcome[row] === DEADLINE ? columns.length - 1 : stages.length;
    },
  };
}

/** Rows of attempts outside the warm-up, by phase. */
export function rowsByPhase({ flags, phase, length }: SampleColumns, phaseCount: number): readonly Uint32Array[] {
  return rowsByGroup(length, phaseCount, (row) =>
    ((flags[row] ?? 0) & SAMPLE_FLAGS.warmup) === 0 ? (phase[row] ?? 0) : -1,
  );
}

/** The split over some rows; null when there are none. */
export function stageSplit(samples: SampleColumns, rows: Uint32Array): StageSplit | null {
  const { source, stages, read } = stageReader(samples, rows);
  const into = new Float64Array(stages.length);
  const through = stages.map(() => new NumberList());
  const stuck = stages.map(() => new NumberList());
  const ended = new Map<string, Omit<EndedInStage, 'share'> & { attempts: number }>();
  let n = 0;
  let clockProblems = 0;
  for (const row of rows) {
    const end = read(row, into);
    if (end < 0) {
      clockProblems++;
      continue;
    }
    n++;
    const stage = stages[end];
    for (let s = 0; s < into.length; s++) {
      const ns = into[s] as number;
      if (!Number.isNaN(ns)) (s === end ? stuck : through)[s]?.push(ns);
    }
    if (stage === undefined) continue;
    const outcome = samples.outcome[row];
    const how = outcome === DEADLINE ? 'gave-up' : outcome === SHED ? 'shed' : 'failed';
    const key = `${stage} ${how}`;
    const counted = ended.get(key) ?? { stage, how, attempts: 0 };
    counted.attempts++;
    ended.set(key, counted);
  }
  if (n === 0 && clockProblems === 0) return null;
  return {
    source,
    n,
    clockProblems,
    stages: stages.flatMap((stage, s) => {
      const durations = durationsOf(rank(through[s]?.taken() ?? new Float64Array(0), stuck[s]?.taken()));
      // Of a run in which every attempt is located there is nothing to say of the others.
      if (stage === 'unlocated' && durations.n === 0) return [];
      return [{ stage, meanNs: n === 0 ? 0 : ((durations.meanNs ?? 0) * durations.n) / n, durations }];
    }),
    ended: [...ended.values()]
      .map((each) => ({ ...each, share: each.attempts / n }))
      .sort((a, b) => b.attempts - a.attempts),
  };
}
