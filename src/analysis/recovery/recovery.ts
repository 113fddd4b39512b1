/**
 * Recovery: what a fault did to the calls around it, and how long that lasted.
 *
 * Time to detect: from the confirmed onset to the end of the first window outside the normal range, the earliest moment
 * at which an observer of windows could detect it. Time to recover: from the confirmed clear to the first moment (in
 * steps of a window, counted from the clear) from which every window for the hold time is within the normal range. Both
 * have a resolution of one window. Degradation counts as the fault's while it lasts and for one hold time after.
 */
import { duration } from '../../format/index.js';
import type { PlannedFault } from '../../plan/index.js';
import type { WaitingLine, Calls } from '../../record/index.js';
import type { RecoverySettings } from '../../scenario/index.js';
import { select } from '../calls/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import { type FluidLimit, backlogAt, emptiedAt, fluidLimits } from '../queue/index.js';
import { afterFaultOf } from './after-fault.js';
import type { AttemptsView } from './context.js';
import type { FaultEdges } from './edges.js';
import type { RecoverySummary, RecoveryWindow } from './types.js';
import { type NormalRange, type Window, baselineOf, cut, normalRangeOf } from './windows.js';

/** A recovery and the windows its curve is drawn from. */
export interface Recovery {
  readonly summary: RecoverySummary;
  readonly windows: readonly RecoveryWindow[];
}

type TimeToRecover = RecoverySummary['timeToRecover'];

/** `windows` are counted from the clear. */
function timeToRecover(
  windows: readonly Window[],
  range: NormalRange,
  windowNs: number,
  holdNs: number,
): TimeToRecover {
  const hold = Math.max(1, Math.ceil(holdNs / windowNs - 1e-9));
  const inside = windows.map((window) => range.contains(window));
  let calm = 0;
  let seen = false;
  for (let w = 0; w < inside.length; w++) {
    if (inside[w] === false) {
      calm = 0;
      seen = false;
      continue;
    }
    calm++;
    seen ||= inside[w] === true;
    if (calm >= hold && seen) return { kind: 'value', ns: (w + 1 - calm) * windowNs };
  }
  const outside = inside.lastIndexOf(false) + 1;
  return outside === 0 ? { kind: 'not-observed' } : { kind: 'censored', ns: outside * windowNs };
}

/** Good calls missing against the baseline from the onset up to `untilNs`. */
function dipOf(windows: readonly Window[], range: NormalRange, untilNs: number): RecoverySummary['dip'] {
  let lostGoodCalls = 0;
  let depth = 0;
  for (const window of windows) {
    if (window.fromNs >= untilNs) break;
    const expected = range.expected(window);
    lostGoodCalls += Math.max(0, expected - window.good);
    if (expected > 0) depth = Math.max(depth, 1 - window.good / expected);
  }
  return { lostGoodCalls, depth };
}

function drainAfter(
  line: WaitingLine,
  offNs: number,
  untilNs: number,
  offeredPerSecond: number | null,
  loadLinePerSecond: number | null,
  ignores: () => readonly FluidLimit[],
): RecoverySummary['drain'] {
  const emptied = emptiedAt(line, offNs, untilNs);
  const spare = loadLinePerSecond !== null && offeredPerSecond !== null ? loadLinePerSecond - offeredPerSecond : 0;
  return {
    ns: emptied.atNs === null ? null : emptied.atNs - offNs,
    observedNs: Math.max(0, untilNs - offNs),
    fluidNs: spare > 0 ? (backlogAt(line, offNs) * 1e9) / spare : null,
    fluidIgnores: spare > 0 ? ignores() : [],
    emptyWhen: emptied.emptyWhen,
  };
}

interface RecoveryContext {
  readonly calls: Calls;
  readonly settings: RecoverySettings;
  readonly loadLinePerSecond: number | null;
  /** All faults with a confirmed onset, to separate calm from disturbed windows. */
  readonly edges: readonly FaultEdges[];
  readonly view: AttemptsView;
}

/** The recovery from one fault within the phase it fell into. */
export function recoveryOf(context: RecoveryContext, phase: AnalysedPhase, edges: FaultEdges): Recovery {
  const { calls, settings, loadLinePerSecond, view } = context;
  const { windowNs, holdNs } = settings;
  const { frame, line } = phase;
  const { planned, onNs, offNs, trustedUntilNs } = edges;
  const loop = frame.planned.loop;
  const inPhase = context.edges.filter((other) => other.planned.phaseIndex === frame.planned.index);
  const calmUntilNs = Math.min(onNs, ...inPhase.map((other) => other.onNs));
  // What follows the next fault is an effect of that fault.
  const endNs = Math.min(
    frame.scheduledEndNs,
    trustedUntilNs,
    ...inPhase.filter((other) => offNs !== null && other.onNs > offNs).map((other) => other.onNs),
  );

  const before = Math.max(0, Math.floor((onNs - frame.measuredFromNs) / windowNs));
  const windows = cut(calls, frame.all, onNs - before * windowNs, frame.scheduledEndNs, windowNs);
  // Calls of the last window before the phase's first fault may still be under way when it comes.
  const calm = windows.filter((window) => window.fromNs + windowNs <= calmUntilNs - windowNs);
  const calmFromNs = calm[0]?.fromNs ?? 0;
  const calmToNs = calmFromNs + calm.length * windowNs;
  const pooled = select(
    frame.all,
    (i) => (calls.intendedNs[i] ?? 0) >= calmFromNs && (calls.intendedNs[i] ?? 0) < calmToNs,
  );
  const found = baselineOf(calm, calls, pooled, windowNs);
  const baseline = typeof found === 'string' ? null : found;
  const range = baseline === null ? null : normalRangeOf(baseline, settings, loop, windowNs);

  const after = windows.filter((window) => window.fromNs >= onNs && window.fromNs + windowNs <= endNs);
  const attributableUntilNs = (offNs ?? Infinity) + holdNs;
  const degraded =
    range === null
      ? undefined
      : after.find((window) => window.fromNs < attributableUntilNs && range.contains(window) === false);
  // The rest of the fault ended with the engine.
  const cutShort = offNs === null && trustedUntilNs < frame.scheduledEndNs;
  const detect: RecoverySummary['timeToDetect'] =
    range === null || (cutShort && degraded === undefined)
      ? { kind: 'unknown' }
      : degraded === undefined
        ? { kind: 'not-degraded' }
        : { kind: 'value', ns: degraded.fromNs + windowNs - onNs };
  const recover: TimeToRecover =
    range === null || cutShort || (offNs === null && degraded !== undefined)
      ? { kind: 'unknown' }
      : degraded === undefined || offNs === null
        ? { kind: 'not-degraded' }
        : timeToRecover(cut(calls, frame.all, offNs, endNs, windowNs), range, windowNs, holdNs);
  const overNs = offNs ?? endNs;
  const dipUntilNs = recover.kind === 'value' ? overNs + recover.ns : recover.kind === 'not-degraded' ? overNs : endNs;
  const offeredPerSecond = loop === 'open' ? stageRateAt(phase, offNs ?? onNs) : null;
  return {
    summary: {
      fault: planned.id,
      type: planned.type,
      on: planned.on,
      phase: frame.planned.name,
      onsetNs: onNs,
      clearNs: offNs,
      onsetUncertaintyNs: edges.onUncertaintyNs,
      clearUncertaintyNs: edges.offUncertaintyNs,
      baseline: baseline && {
        goodputPerSecond: baseline.goodputPerSecond,
        p99Ns: baseline.p99Ns,
        windows: baseline.windows,
      },
      normalRange: range && { maxP99Ns: range.maxP99Ns, minGoodputPerSecond: range.minGoodputPerSecond },
      windowNs,
      holdNs,
      timeToDetect: detect,
      timeToRecover: recover,
      drain:
        offNs === null
          ? null
          : drainAfter(line, offNs, endNs, offeredPerSecond, loadLinePerSecond, () =>
              fluidLimits(view.stack, calls, frame.all, onNs, endNs),
            ),
      dip: range && dipOf(after, range, dipUntilNs),
      afterFault: afterFaultOf(view, {
        planned,
        frame,
        line,
        settings,
        loadLinePerSecond,
        baseline,
        onNs,
        clearNs: offNs,
        before: calm.length === 0 ? null : { fromNs: calmFromNs, toNs: calmToNs },
        during: { fromNs: onNs, toNs: offNs ?? endNs },
        after: offNs === null ? null : { fromNs: offNs, toNs: endNs },
      }),
      note:
        typeof found === 'string'
          ? found
          : cutShort
            ? CUT_SHORT
            : offNs === null
              ? unendedNote(planned)
              : recover.kind === 'not-observed'
                ? unobservedNote(planned, offNs, endNs, frame.scheduledEndNs, holdNs)
                : null,
    },
    windows: windows.map((window) => {
      const { good, ...counts } = window;
      const inNormalRange = range && range.contains(window);
      return { ...counts, fromNs: window.fromNs - onNs, goodputPerSecond: (good * 1e9) / windowNs, inNormalRange };
    }),
  };
}

const CUT_SHORT =
  'the fault engine died or hung before the end of the fault was confirmed; what followed is not attributed to the ' +
  'target';

const unendedNote = ({ forNs }: PlannedFault): string =>
  forNs === null ? 'the fault lasts to the end of the run' : 'the end of the fault was not confirmed';

/** Why the data ends before a recovery could be seen, and what to change. */
function unobservedNote(
  { place, type }: PlannedFault,
  clearNs: number,
  endNs: number,
  phaseEndNs: number,
  holdNs: number,
): string {
  const cleared = place === 'process' && type !== 'freeze' ? 'the service came back' : 'the fault was removed';
  const seenNs = endNs - clearNs;
  if (seenNs <= 0)
    return `${cleared} ${duration(-seenNs)} after the phase ended; recovery was not observed; lengthen the phase`;
  const next = endNs < phaseEndNs ? 'the next fault began' : 'the phase ended';
  const remedy = endNs < phaseEndNs ? 'leave more time between the faults' : 'lengthen the phase';
  return (
    `${next} ${duration(seenNs)} after ${cleared}, and recovery takes a hold time of ${duration(holdNs)} to be seen; ` +
    `recovery was not observed; ${remedy}`
  );
}

function stageRateAt(phase: AnalysedPhase, atNs: number): number | null {
  const stage = phase.frame.stages.find((candidate) => atNs >= candidate.fromNs && atNs < candidate.toNs);
  const at = stage ?? phase.frame.stages.at(-1);
  // The fluid model needs a constant rate: a ramp and a recording have none.
  const held = at?.planned.rampToPerSecond === undefined && phase.frame.planned.phase.load.kind !== 'recording';
  return held ? (at?.ratePerSecond ?? null) : null;
}
