/** Where the response time of `ok` attempts went, stage by stage; the stages of each attempt sum to its response time. */
import { SAMPLE_FLAGS, outcomeCode, type SampleColumns } from '../record/index.js';
import { durationsOf, rank } from './durations.js';
import type { StageName, StageSplit } from './summary.js';

const OK = outcomeCode('ok');

type TimeColumn = 'intendedNs' | 'admittedNs' | 'sentNs' | 'firstByteNs' | 'doneNs' | 'receivedNs' | 'startedNs' | 'finishedNs';

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

const isTold = (samples: SampleColumns, row: number): boolean => ![samples.receivedNs[row], samples.startedNs[row], samples.finishedNs[row]].some(Number.isNaN);

/** The chain of the upstream's stamps, when at least half of the rows carry them. */
export function stageSourceOf(samples: SampleColumns, rows: Uint32Array): StageSource {
  const told = rows.filter((row) => isTold(samples, row));
  const source = told.length * 2 >= rows.length && told.length > 0 ? 'upstream' : 'generator';
  return { source, stages: CHAINS[source].map(([stage]) => stage) };
}

/** Lengths of the stages of one row, in their order; null when a stamp is missing or a stage comes out negative. */
export function stagesOfRow(samples: SampleColumns, row: number, { source }: StageSource): readonly number[] | null {
  const chain: readonly (readonly [StageName, TimeColumn])[] = CHAINS[source];
  let before = samples.intendedNs[row] ?? NaN;
  const lengths = chain.map(([, column]) => {
    const moment = samples[column][row] ?? NaN;
    const length = moment - before;
    before = moment;
    return length;
  });
  return lengths.every((length) => length >= 0) ? lengths : null;
}

/** Rows of attempts outside the warm-up, by phase: of the `ok` ones, or of all. */
export function rowsByPhase(samples: SampleColumns, phaseCount: number, which: 'ok' | 'all'): readonly Uint32Array[] {
  const rows: number[][] = Array.from({ length: phaseCount }, () => []);
  for (let row = 0; row < samples.length; row++) {
    if ((which === 'all' || samples.outcome[row] === OK) && ((samples.flags[row] ?? 0) & SAMPLE_FLAGS.warmup) === 0) rows[samples.phase[row] ?? 0]?.push(row);
  }
  return rows.map((list) => Uint32Array.from(list));
}

/** The split over some rows; null when none of them carries the stamps it needs. */
export function stageSplit(samples: SampleColumns, rows: Uint32Array): StageSplit | null {
  const told = rows.filter((row) => isTold(samples, row));
  const { source } = stageSourceOf(samples, rows);
  const chain: readonly (readonly [StageName, TimeColumn])[] = CHAINS[source];
  const usable = source === 'upstream' ? told : rows;
  const stages = chain.map(() => new Float64Array(usable.length));
  const lengths = new Float64Array(chain.length);
  let n = 0;
  let clockProblems = 0;
  for (const row of usable) {
    let before = samples.intendedNs[row] ?? NaN;
    let whole = true;
    let negative = false;
    chain.forEach(([, column], s) => {
      const moment = samples[column][row] ?? NaN;
      const length = moment - before;
      if (Number.isNaN(length)) whole = false;
      if (length < 0) negative = true;
      lengths[s] = length;
      before = moment;
    });
    if (negative) clockProblems++;
    if (!whole || negative) continue;
    stages.forEach((stage, s) => {
      stage[n] = lengths[s] ?? NaN;
    });
    n++;
  }
  if (n === 0 && clockProblems === 0) return null;
  return {
    source,
    n,
    clockProblems,
    stages: chain.map(([stage], s) => ({ stage, durations: durationsOf(rank((stages[s] ?? new Float64Array(0)).slice(0, n))) })),
  };
}
