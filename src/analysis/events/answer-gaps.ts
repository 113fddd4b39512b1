/** Stretches in which no answer came although calls waited for one. */
import type { SampleColumns } from '../../record/index.js';
import { NumberList, type PhaseFrame, rowsByGroup } from '../calls/index.js';
import type { FaultEdges } from '../recovery/index.js';
import { ascending } from '../statistics/index.js';

/** From an answer (or from the first send after it, where nothing was in flight) to the next answer. */
export interface AnswerGap {
  readonly phase: string;
  readonly fromNs: number;
  /** The next answer; the end of the phase where none came. */
  readonly toNs: number;
  /** Attempts that were in flight meanwhile. */
  readonly waiting: number;
  /** Ids of faults that were active meanwhile. */
  readonly faults: readonly string[];
}

/** A shorter stretch is no event of its own. */
const SHORTEST_NS = 500_000_000;
/** As long as this many answers take on average: where they come at random, e^-20 of all gaps are that long. */
const MISSING_ANSWERS = 20;
/** As long as this many median answers: a slow tool is slow, and not silent. */
const MEDIANS = 5;
/** The longest of each phase. */
const MOST = 20;

export function answerGapsOf(
  samples: SampleColumns,
  frames: readonly PhaseFrame[],
  edges: readonly FaultEdges[],
): readonly AnswerGap[] {
  const phases = frames.reduce((most, { planned }) => Math.max(most, planned.index + 1), 0);
  const rows = rowsByGroup(samples.length, phases, (row) => samples.phase[row] ?? -1);
  return frames.flatMap((frame) => gapsOf(samples, rows[frame.planned.index] ?? new Uint32Array(), frame, edges));
}

function gapsOf(
  samples: SampleColumns,
  rows: Uint32Array,
  { planned, startNs, drainedNs }: PhaseFrame,
  edges: readonly FaultEdges[],
): readonly AnswerGap[] {
  const isAnswered = (row: number): boolean => !Number.isNaN(samples.firstByteNs[row] ?? NaN);
  // Most phases have an answer in every bin, and need no sorting.
  const bins = new Uint8Array(Math.max(1, Math.floor((2 * (drainedNs - startNs)) / SHORTEST_NS)));
  for (const row of rows)
    if (isAnswered(row)) bins[Math.floor((2 * ((samples.doneNs[row] ?? NaN) - startNs)) / SHORTEST_NS)] = 1;
  if (!bins.includes(0)) return [];
  const [sent, done, answered, took] = [new NumberList(), new NumberList(), new NumberList(), new NumberList()];
  for (const row of rows) {
    const sentNs = samples.sentNs[row] ?? NaN;
    const doneNs = samples.doneNs[row] ?? NaN;
    if (!(doneNs >= sentNs)) continue;
    sent.push(sentNs);
    done.push(doneNs);
    if (!isAnswered(row)) continue;
    answered.push(doneNs);
    took.push(doneNs - sentNs);
  }
  const [sends, ends, answers] = [sent, done, answered].map((list) => ascending(list.taken())) as [
    Moments,
    Moments,
    Moments,
  ];
  const medianNs = ascending(took.taken())[took.length >> 1] ?? 0;
  const meanGapNs = answers.length === 0 ? 0 : (drainedNs - startNs) / answers.length;
  const shortestNs = Math.max(SHORTEST_NS, MISSING_ANSWERS * meanGapNs, MEDIANS * medianNs);
  const gaps: AnswerGap[] = [];
  for (let k = 0; k <= answers.length; k++) {
    const lastNs = answers[k - 1] ?? startNs;
    const toNs = answers[k] ?? drainedNs;
    if (toNs - lastNs < shortestNs) continue;
    const ended = upTo(ends, lastNs);
    const before = upTo(sends, lastNs);
    const fromNs = before > ended ? lastNs : (sends[before] ?? Infinity);
    if (toNs - fromNs < shortestNs) continue;
    const active = edges.filter(({ onNs, offNs }) => onNs < toNs && (offNs ?? Infinity) > fromNs);
    const faults = active.map((edge) => edge.planned.id);
    gaps.push({ phase: planned.name, fromNs, toNs, waiting: upTo(sends, toNs) - ended, faults });
  }
  const longest = gaps.sort((a, b) => b.toNs - b.fromNs - (a.toNs - a.fromNs)).slice(0, MOST);
  return longest.sort((a, b) => a.fromNs - b.fromNs);
}

type Moments = Float64Array;

/** How many of some ascending moments are not after `ns`. */
function upTo(moments: Moments, ns: number): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle] ?? Infinity) <= ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
