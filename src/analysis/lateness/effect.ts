/**
 * What lateness of our own did to the numbers of a phase: they are computed again without it, and compared.
 *
 * Of a standstill the numbers are computed twice: without the calls it touched, and with each of those as much shorter
 * as the standstills can have made it. A number that differs both times is not valid; one that differs only without
 * the calls was the target's (a stall of its own at the same time), and one that differs only with shorter calls was
 * not moved by them.
 */
import { metricOf, readStat, type GateMetric, type GateStat, type Reading } from '../../catalog/index.js';
import type { Unit } from '../../format/index.js';
import { waitingLine, type Calls } from '../../record/index.js';
import { type CallStats, type PhaseFrame, callStats } from '../calls/index.js';
import { type AnalysedPhase, type RunParts, type ToolStats, completionsOf, toolStats } from '../phases/index.js';
import { type QueueAge, queueAge } from '../queue/index.js';
import type { RecoveryResults, RecoverySummary } from '../recovery/index.js';

/** A timer's own error: a time that moves by less is not judged. */
export const TIMER_ERROR_NS = 1_000_000;
const MOVED_SHARE = 0.1;
/** A ratio that moves by less is not judged: single calls of a thousand. */
const MOVED_RATIO = 0.001;

/** The numbers of a phase without our own lateness, under the names that they have with it. */
export interface PhaseWithout extends CallStats {
  readonly tools: readonly ToolStats[];
  readonly queueAge: QueueAge;
  readonly recoveries: readonly Pick<RecoverySummary, 'fault' | 'timeToDetect' | 'timeToRecover' | 'dip' | 'drain'>[];
}

/** A number that is not valid. */
export interface MovedNumber {
  readonly metric: GateMetric;
  readonly stat: GateStat;
  /** Which calls it is of, where there are several sets; or the fault. */
  readonly of: string | null;
  readonly unit: Unit;
  /** Whether it makes the run invalid. */
  readonly headline: boolean;
  readonly reported: number;
  readonly without: number;
}

/** What is needed to compute a phase again. */
export interface Again {
  readonly parts: RunParts;
  readonly phase: AnalysedPhase;
  /** From the faults of the phase; and how they are computed over other calls. */
  readonly recoveries: readonly RecoverySummary[];
  readonly recoveriesIn: RecoveryResults['recoveriesIn'];
}

/**
 * The phase over `calls` and the entries of `frame`.
 * @param gain what goodput is multiplied with, because the loop could have called more often.
 */
export function computedAgain(
  { parts, phase, recoveriesIn }: Again,
  calls: Calls,
  frame: PhaseFrame,
  gain = 1,
): PhaseWithout {
  // What is left out takes its time with it: goodput is that of the rest, for as many calls as were offered.
  const rated = <S extends CallStats>(stats: S, offered: number): S => ({
    ...stats,
    goodputPerSecond: stats.offered === 0 ? 0 : (stats.goodputPerSecond * gain * offered) / stats.offered,
  });
  const line = waitingLine(calls, frame.all);
  return {
    ...rated(callStats(calls, frame.measured, completionsOf(frame)), phase.summary.offered),
    tools: toolStats({ calls, specs: parts.specs }, frame).map((tool) =>
      rated(tool, phase.summary.tools.find(({ label }) => label === tool.label)?.offered ?? 0),
    ),
    queueAge: queueAge(line, frame.measuredFromNs, frame.scheduledEndNs),
    recoveries: recoveriesIn(calls, { ...phase, frame, line }).map(
      ({ summary: { fault, timeToDetect, timeToRecover, dip, drain } }) => ({
        fault,
        timeToDetect,
        timeToRecover,
        dip,
        drain,
      }),
    ),
  };
}

/** The number in a reading; null where there is none. A fault without effect took no time. */
function numberOf(reading: Reading | undefined): number | null {
  switch (reading?.kind) {
    case 'value':
    case 'trend':
      return reading.value;
    case 'censored':
      return reading.atLeast;
    case 'not-degraded':
      return 0;
    case 'not-estimable':
    case 'absent':
    case undefined:
      return null;
  }
}

/** Whether a number moves in each of several computations without the lateness; then its value in the first of them. */
export function movedTo(
  reported: Reading,
  without: readonly (Reading | undefined)[],
  unit: Unit,
): { readonly reported: number; readonly without: number } | null {
  const from = numberOf(reported);
  const others = without.map(numberOf).filter((value) => value !== null);
  const [first] = others;
  if (from === null || first === undefined) return null;
  const least = { ns: TIMER_ERROR_NS, ratio: MOVED_RATIO }[unit as string] ?? 0;
  const moves = (to: number): boolean => Math.abs(to - from) > Math.max(MOVED_SHARE * Math.abs(from), least);
  return others.every(moves) ? { reported: from, without: first } : null;
}

const WATCHED = [
  ['response-time', 'p50', true],
  ['response-time', 'p90', false],
  ['response-time', 'p99', true],
  ['response-time', 'max', false],
  ['deadline-miss-ratio', 'ratio', true],
  ['goodput', 'rate', true],
] as const;

/** The numbers of a phase that are not valid; `without`: the phase computed again, in one way or several. */
export function movedNumbers(
  { phase: { summary }, recoveries }: Again,
  without: readonly PhaseWithout[],
): readonly MovedNumber[] {
  const moved: MovedNumber[] = [];
  for (const [metric, stat, headline] of WATCHED) {
    const definition = metricOf(metric);
    const unit = definition.per === 'calls' ? definition.stats[stat]?.unit : undefined;
    if (definition.per !== 'calls' || unit === undefined) continue;
    const others = without.map((each) => readStat(definition.stats, stat, each));
    readStat(definition.stats, stat, summary).forEach((reading, at) => {
      const to = movedTo(
        reading,
        others.map((each) => each[at]),
        unit,
      );
      if (to !== null) moved.push({ metric, stat, of: reading.part ?? null, unit, headline, ...to });
    });
  }
  const recover = metricOf('time-to-recover');
  if (recover.per !== 'fault') return moved;
  for (const recovery of recoveries) {
    const read = (each: RecoverySummary): Reading | undefined => readStat(recover.stats, 'max', each)[0];
    const [reading, others] = [
      read(recovery),
      without.map(({ recoveries: again }) =>
        read({ ...recovery, ...again.find(({ fault }) => fault === recovery.fault) }),
      ),
    ];
    const to = reading === undefined ? null : movedTo(reading, others, 'ns');
    if (to !== null)
      moved.push({ metric: 'time-to-recover', stat: 'max', of: recovery.fault, unit: 'ns', headline: false, ...to });
  }
  return moved;
}
