/**
 * Recovery: what a fault did to the calls around it, and how long that lasted.
 *
 * Time to detect: from the confirmed onset to the end of the first window outside the band: the earliest moment at
 * which someone watching windows could know. Time to recover: from the confirmed clear to the first moment (in steps of
 * a window, counted from the clear) from which every window for the hold time is inside the band. Both are right to one
 * window. A breach is put down to the fault while it lasts and for one hold time after.
 */
import type { RecoverySettings } from '../../scenario/index.js';
import { type Calls, select } from '../calls/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import { type FluidLimit, type WaitingLine, backlogAt, emptiedAt, fluidLimits } from '../queue/index.js';
import { afterFaultOf } from './after-fault.js';
import type { AttemptsView } from './context.js';
import type { FaultEdges } from './edges.js';
import type { RecoverySummary, RecoveryWindow } from './types.js';
import { type Band, type Window, bandOf, baselineOf, cut } from './windows.js';

/** A recovery and the windows its curve is drawn from. */
export interface Recovery {
  readonly summary: RecoverySummary;
  readonly windows: readonly RecoveryWindow[];
}

type TimeToRecover = RecoverySummary['timeToRecover'];

/** `windows` are counted from the clear. */
function timeToRecover(windows: readonly Window[], band: Band, windowNs: number, holdNs: number): TimeToRecover {
  const hold = Math.max(1, Math.ceil(holdNs / windowNs - 1e-9));
  const inside = windows.map((window) => band.inside(window));
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
  return { kind: 'censored', ns: (inside.lastIndexOf(false) + 1) * windowNs };
}

interface Dip {
  readonly lostGoodCalls: number;
  readonly depth: number;
}

/** Good calls missing against the baseline from the onset up to `untilNs`. */
function dipOf(windows: readonly Window[], band: Band, untilNs: number): Dip {
  let lostGoodCalls = 0;
  let depth = 0;
  for (const window of windows) {
    if (window.fromNs >= untilNs) break;
    const expected = band.expected(window);
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
  /** All faults with a confirmed onset, to tell calm from disturbed windows. */
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
  // What comes after the next fault is that fault's doing.
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
  const baseline = baselineOf(calm, calls, pooled, windowNs);
  const band = typeof baseline === 'string' ? null : bandOf(baseline, settings, loop, windowNs);

  const after = windows.filter((window) => window.fromNs >= onNs && window.fromNs + windowNs <= endNs);
  const attributableUntilNs = (offNs ?? Infinity) + holdNs;
  const breached =
    band === null
      ? undefined
      : after.find((window) => window.fromNs < attributableUntilNs && band.inside(window) === false);
  // The engine took the rest of the fault with it.
  const cutShort = offNs === null && trustedUntilNs < frame.scheduledEndNs;
  const detect: RecoverySummary['timeToDetect'] =
    band === null || (cutShort && breached === undefined)
      ? { kind: 'unknown' }
      : breached === undefined
        ? { kind: 'not-breached' }
        : { kind: 'value', ns: breached.fromNs + windowNs - onNs };
  const recover: TimeToRecover =
    band === null || cutShort || (offNs === null && breached !== undefined)
      ? { kind: 'unknown' }
      : breached === undefined || offNs === null
        ? { kind: 'not-breached' }
        : timeToRecover(cut(calls, frame.all, offNs, endNs, windowNs), band, windowNs, holdNs);
  const dipUntilNs =
    recover.kind === 'value'
      ? (offNs ?? endNs) + recover.ns
      : recover.kind === 'not-breached'
        ? (offNs ?? endNs)
        : endNs;
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
      baseline:
        typeof baseline === 'string'
          ? null
          : { goodputPerSecond: baseline.goodputPerSecond, p99Ns: baseline.p99Ns, windows: baseline.windows },
      band: band === null ? null : { maxP99Ns: band.maxP99Ns, minGoodputPerSecond: band.minGoodputPerSecond },
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
      dip: band === null ? null : dipOf(after, band, dipUntilNs),
      afterFault: afterFaultOf(view, {
        planned,
        frame,
        line,
        settings,
        loadLinePerSecond,
        baseline: typeof baseline === 'string' ? null : baseline,
        onNs,
        clearNs: offNs,
        before: calm.length === 0 ? null : { fromNs: calmFromNs, toNs: calmToNs },
        during: { fromNs: onNs, toNs: offNs ?? endNs },
        after: offNs === null ? null : { fromNs: offNs, toNs: endNs },
      }),
      note:
        typeof baseline === 'string'
          ? baseline
          : cutShort
            ? "the fault engine died or hung before the end of the fault was confirmed: what came after is not told as the target's doing"
            : offNs !== null
              ? null
              : planned.forNs === null
                ? 'the fault stays to the end of the run'
                : 'the end of the fault was never confirmed',
    },
    windows: windows.map((window) => ({
      fromNs: window.fromNs - onNs,
      goodputPerSecond: (window.good * 1e9) / windowNs,
      p99Ns: window.p99Ns,
      okP99Ns: window.okP99Ns,
      offered: window.offered,
      attempts: window.attempts,
      inBand: band === null ? null : band.inside(window),
    })),
  };
}

function stageRateAt(phase: AnalysedPhase, atNs: number): number | null {
  const stage = phase.frame.stages.find((candidate) => atNs >= candidate.fromNs && atNs < candidate.toNs);
  const at = stage ?? phase.frame.stages.at(-1);
  // A fluid prediction takes a rate that stays: there is none on a ramp, nor in a recording.
  const held = at?.planned.rampToPerSecond === undefined && phase.frame.planned.phase.load.kind !== 'recording';
  return held ? (at?.ratePerSecond ?? null) : null;
}
