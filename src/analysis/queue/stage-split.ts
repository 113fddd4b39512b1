/**
 * Where the response time of `ok` attempts went, stage by stage; the stages of each attempt sum to its response time.
 */
import { SAMPLE_FLAGS, outcomeCode, type SampleColumns } from '../../record/index.js';
import { type Durations, countOf, durationsOf, rank, rowsByGroup, select } from '../calls/index.js';

export type StageName =
  'client-queue' | 'send-lag' | 'outbound' | 'upstream-queue' | 'service' | 'return' | 'wait' | 'read';

/** Where the response time of `ok` attempts went. The stages of each attempt sum to its response time. */
export interface StageSplit {
  /**
   * `upstream`: the upstream reports its own stamps (six stages). `generator`: it does not (client-queue, send-lag,
   * wait, read).
   */
  readonly source: 'upstream' | 'generator';
  readonly n: number;
  /** Attempts left out because a stage came out negative: a clock problem, never printed as a number. */
  readonly clockProblems: number;
  readonly stages: readonly { readonly stage: StageName; readonly durations: Durations }[];
}

const OK = outcomeCode('ok');

type TimeColumn =
  'intendedNs' | 'admittedNs' | 'sentNs' | 'firstByteNs' | 'doneNs' | 'receivedNs' | 'startedNs' | 'finishedNs';

/** Stages end to end: each runs from the moment before it to its own. */
const CHAINS = {
  upstream: [
    ['client-queue', 'admittedNs'],
    ['send-lag', 'sentNs'],
    ['outbound', 'receivedNs'],
    ['upstream-queue', 'startedNs'],
    ['service', 'finishedNs'],
    ['return', 'doneNs'],
  ],
  generator: [
    ['client-queue', 'admittedNs'],
    ['send-lag', 'sentNs'],
    ['wait', 'firstByteNs'],
    ['read', 'doneNs'],
  ],
} as const satisfies Record<StageSplit['source'], readonly (readonly [StageName, TimeColumn])[]>;

/** Which chain of stages some rows can be cut into, and its names. */
export interface StageSource {
  readonly source: StageSplit['source'];
  readonly stages: readonly StageName[];
}

const hasStamps = ({ receivedNs, startedNs, finishedNs }: SampleColumns, row: number): boolean =>
  !Number.isNaN(receivedNs[row]) && !Number.isNaN(startedNs[row]) && !Number.isNaN(finishedNs[row]);

/** The chain of the upstream's stamps, when at least half of the rows carry them. */
export function stageSourceOf(samples: SampleColumns, rows: Uint32Array): StageSource {
  const stamped = countOf(rows, (row) => hasStamps(samples, row));
  const source = stamped * 2 >= rows.length && stamped > 0 ? 'upstream' : 'generator';
  return { source, stages: CHAINS[source].map(([stage]) => stage) };
}

/**
 * Reads the lengths of the stages of one row, in their order, into an array that is as long as there are stages. The
 * reader returns false when a stamp is missing or a stage comes out negative.
 */
export function stageReader(
  samples: SampleColumns,
  { source }: StageSource,
): (row: number, into: Float64Array) => boolean {
  const columns = CHAINS[source].map(([, column]) => samples[column]);
  return (row, into) => {
    let before = samples.intendedNs[row] ?? NaN;
    let whole = true;
    for (let s = 0; s < columns.length; s++) {
      const moment = columns[s]?.[row] ?? NaN;
      const length = moment - before;
      if (!(length >= 0)) whole = false;
      into[s] = length;
      before = moment;
    }
    return whole;
  };
}

/** Rows of attempts outside the warm-up, by phase: of the `ok` ones, or of all. */
export function rowsByPhase(samples: SampleColumns, phaseCount: number, which: 'ok' | 'all'): readonly Uint32Array[] {
  const { outcome, flags, phase } = samples;
  return rowsByGroup(samples.length, phaseCount, (row) =>
    (which === 'all' || outcome[row] === OK) && ((flags[row] ?? 0) & SAMPLE_FLAGS.warmup) === 0
      ? (phase[row] ?? 0)
      : -1,
  );
}

/** The split over some rows; null when none of them carries the stamps it needs. */
export function stageSplit(samples: SampleColumns, rows: Uint32Array): StageSplit | null {
  const { source } = stageSourceOf(samples, rows);
  const chain: readonly (readonly [StageName, TimeColumn])[] = CHAINS[source];
  const usable = source === 'upstream' ? select(rows, (row) => hasStamps(samples, row)) : rows;
  const columns = chain.map(([, column]) => samples[column]);
  const stages = chain.map(() => new Float64Array(usable.length));
  const lengths = new Float64Array(chain.length);
  let n = 0;
  let clockProblems = 0;
  for (const row of usable) {
    let before = samples.intendedNs[row] ?? NaN;
    let whole = true;
    let negative = false;
    for (let s = 0; s < columns.length; s++) {
      const moment = columns[s]?.[row] ?? NaN;
      const length = moment - before;
      if (Number.isNaN(length)) whole = false;
      if (length < 0) negative = true;
      lengths[s] = length;
      before = moment;
    }
    if (negative) clockProblems++;
    if (!whole || negative) continue;
    for (let s = 0; s < stages.length; s++) (stages[s] as Float64Array)[n] = lengths[s] as number;
    n++;
  }
  if (n === 0 && clockProblems === 0) return null;
  return {
    source,
    n,
    clockProblems,
    stages: chain.map(([stage], s) => ({
      stage,
      durations: durationsOf(rank((stages[s] ?? new Float64Array(0)).slice(0, n))),
    })),
  };
}
