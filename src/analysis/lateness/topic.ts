import { traitsOf } from '../../catalog/index.js';
import type { Calls } from '../../record/index.js';
import {
  ASSUMED_QUIET_NS,
  type Standstill,
  earlier,
  lateReadingNs,
  select,
  standstillsOf,
  touchedForNs,
} from '../calls/index.js';
import { machineFactsOf } from '../environment/index.js';
import type { RunInput } from '../input.js';
import type { PhasesResults } from '../phases/index.js';
import type { RecoveryResults } from '../recovery/index.js';
import type { Topic } from '../topic.js';
import {
  type Again,
  type MovedNumber,
  type PhaseWithout,
  TIMER_ERROR_NS,
  computedAgain,
  movedNumbers,
} from './effect.js';

/** What lateness of our own did to a phase. */
export interface LatenessEffect {
  readonly phase: string;
  /** `standstill`: our own process stood still. `lag`: calls left late or were read late, each by itself. */
  readonly cause: 'standstill' | 'lag';
  /** Standstills within the phase, warm-up and drain included; none of a lag. */
  readonly standstills: readonly Standstill[];
  /** Measured calls that were touched, or that were late. */
  readonly calls: number;
  /** The most by which an answer was read late, each call by itself; 0 of a standstill. */
  readonly readLateNs: number;
  /** The phase without it: of a standstill without the calls, and with shorter ones; of a lag with shorter calls. */
  readonly without: readonly PhaseWithout[];
  /** Numbers that are not valid: they differ in each of `without`. */
  readonly moved: readonly MovedNumber[];
}

export interface LatenessPart {
  /** One for each phase with calls that standstills touched, or that left late; none of searches. */
  readonly lateness: readonly LatenessEffect[];
}

export interface LatenessResults extends LatenessPart {
  /** Those that count; shorter ones are left to the lag where a test assumes the machine quiet. */
  readonly standstills: readonly Standstill[];
}

interface Needs extends RunInput, PhasesResults, RecoveryResults {
  readonly calls: Calls;
}

export const latenessTopic: Topic<Needs, LatenessPart, LatenessResults> = {
  name: 'lateness',
  compute: ({ record: { events, envelope, shards }, plan, calls, parts, phases, recoveries, recoveriesIn }) => {
    const toleratedNs = machineFactsOf(envelope).assumed ? ASSUMED_QUIET_NS : 0;
    const standstills = standstillsOf(events, toleratedNs);
    const workers = plan.scenario.generator.workers * (shards?.shards.length ?? 1);
    const lateness = phases.flatMap((phase) => {
      if (traitsOf(phase.frame.planned.regime).searches) return [];
      const { startNs, drainedNs } = phase.frame;
      const within = standstills.filter(({ fromNs, toNs }) => toNs > startNs && fromNs < drainedNs);
      const touchedNs = touchedForNs(calls, phase.frame, within, phase.flight.mean);
      const again: Again = {
        parts,
        phase,
        recoveries: recoveries.map(({ summary }) => summary).filter((each) => each.phase === phase.summary.name),
        recoveriesIn,
      };
      const readNs = toleratedNs > 0 ? null : lateReadingNs(calls, phase.frame.all, events, workers);
      return [
        ...standstillEffect(again, calls, within, touchedNs),
        ...lagEffect(again, calls, touchedNs, toleratedNs, readNs),
      ];
    });
    return { summary: { lateness }, results: { lateness, standstills } };
  },
};

function standstillEffect(
  again: Again,
  calls: Calls,
  standstills: readonly Standstill[],
  touchedNs: Float64Array,
): readonly LatenessEffect[] {
  const { frame, summary } = again.phase;
  const isTouched = new Uint8Array(calls.length);
  frame.all.forEach((i, k) => (isTouched[i] = Number((touchedNs[k] ?? 0) > 0)));
  const [all, left] = [frame.all, frame.measured].map((among) => select(among, (i) => isTouched[i] === 0));
  const touched = frame.measured.length - (left?.length ?? 0);
  if (touched === 0 || all === undefined || left === undefined) return [];
  const windowNs = frame.scheduledEndNs - frame.measuredFromNs;
  const stoodNs = standstills.reduce(
    (sum, { fromNs, toNs }) =>
      sum + Math.max(0, Math.min(toNs, frame.scheduledEndNs) - Math.max(fromNs, frame.measuredFromNs)),
    0,
  );
  // The callers of a closed loop call the less often the longer they wait for us.
  const gain = summary.loop === 'closed' && stoodNs < windowNs ? windowNs / (windowNs - stoodNs) : 1;
  const without = [
    ...(left.length === 0 ? [] : [computedAgain(again, calls, { ...frame, all, measured: left }, gain)]),
    computedAgain(again, earlier(calls, frame.all, touchedNs, false), frame, gain),
  ];
  const moved = movedNumbers(again, without);
  return [{ phase: summary.name, cause: 'standstill', standstills, calls: touched, readLateNs: 0, without, moved }];
}

/**
 * Only an open loop has a schedule to be late for. What a standstill touched is judged with that.
 * @param readNs how late each answer was read; null where none was
 */
function lagEffect(
  again: Again,
  calls: Calls,
  touchedNs: Float64Array,
  toleratedNs: number,
  readNs: Float64Array | null,
): readonly LatenessEffect[] {
  const { frame, lagsNs, summary } = again.phase;
  const isLate = (lagsNs.at(-1) ?? 0) > Math.max(toleratedNs, TIMER_ERROR_NS);
  if (summary.loop !== 'open' || (!isLate && readNs === null)) return [];
  const lateNs = Float64Array.from(frame.all, (i, k) => {
    const ns = calls.lagNs[i] ?? 0;
    return ns > toleratedNs && touchedNs[k] === 0 ? ns : 0;
  });
  const unreadNs = readNs?.map((ns, k) => (touchedNs[k] === 0 ? ns : 0)) ?? new Float64Array(frame.all.length);
  const late = frame.all.filter(
    (i, k) => calls.warmup[i] === 0 && Math.max(lateNs[k] ?? 0, unreadNs[k] ?? 0) > TIMER_ERROR_NS,
  ).length;
  if (late === 0) return [];
  const readLateNs = unreadNs.reduce((most, ns) => Math.max(most, ns), 0);
  const sentInTime = earlier(calls, frame.all, lateNs, true);
  const without = [computedAgain(again, earlier(sentInTime, frame.all, unreadNs, false), frame)];
  const moved = movedNumbers(again, without);
  return [{ phase: summary.name, cause: 'lag', standstills: [], calls: late, readLateNs, without, moved }];
}
