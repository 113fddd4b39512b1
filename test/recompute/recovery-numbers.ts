/** What a fault did to the calls around it, window by window. */
import type { RecoverySummary } from '../../src/analysis/index.js';
import { aftermathNumbers, limitsOf } from './after-fault-numbers.js';
import { plainQuantile } from './durations.js';
import type { Frame } from './frames.js';
import { isGood, isOk, responseNs, type Call } from './logical-calls.js';
import { backlog, firstEmpty, lineOf } from './queue.js';
import type { Attempt, FaultEvent, SessionEvent } from './run-files.js';
import type { FaultFacts, ScenarioFacts } from './scenario-facts.js';

/** A fault whose onset was confirmed. */
export interface Edges {
  readonly fault: string;
  readonly phase: number;
  readonly onsetNs: number;
  readonly onsetUncertaintyNs: number;
  readonly clearNs: number | null;
  readonly clearUncertaintyNs: number | null;
}

/** Confirmed edges of all faults, in order of onset. */
export function edgesOf(events: readonly FaultEvent[]): readonly Edges[] {
  return events
    .flatMap((on): readonly Edges[] => {
      if (on.edge !== 'on' || on.confirmedNs === null) return [];
      const off = events.find(
        ({ fault, edge, confirmedNs }) => fault === on.fault && edge === 'off' && confirmedNs !== null,
      );
      const clearNs = off?.confirmedNs ?? null;
      return [
        {
          fault: on.fault,
          phase: on.phase,
          onsetNs: on.confirmedNs,
          onsetUncertaintyNs: on.confirmedNs - on.askedNs,
          clearNs,
          clearUncertaintyNs: off === undefined || clearNs === null ? null : clearNs - off.askedNs,
        },
      ];
    })
    .sort((a, b) => a.onsetNs - b.onsetNs);
}

interface Window {
  readonly fromNs: number;
  readonly toNs: number;
  readonly offered: number;
  readonly good: number;
  /** Failures at their deadline, and of `ok` calls alone. */
  readonly tailNs: number | null;
  readonly okTailNs: number | null;
}

/** A failure counts as slow as its deadline at least. */
const penalisedNs = (call: Call): number =>
  isOk(call) ? responseNs(call) : Math.max(responseNs(call), call.deadlineNs);

/** 99th percentile, of fewer than 100 calls the longest; null without calls. */
function tailOf(lengths: readonly number[]): number | null {
  return lengths.length === 0 ? null : lengths.length < 100 ? Math.max(...lengths) : plainQuantile(lengths, 0.99);
}

function windowOf(calls: readonly Call[], fromNs: number, toNs: number): Window {
  const own = calls.filter(({ intendedNs }) => intendedNs >= fromNs && intendedNs < toNs);
  return {
    fromNs,
    toNs,
    offered: own.length,
    good: own.filter(isGood).length,
    tailNs: tailOf(own.map(penalisedNs)),
    okTailNs: tailOf(own.filter(isOk).map(responseNs)),
  };
}

/** Whole windows, one after another from `fromNs`, that end by `untilNs`. */
function windowsFrom(calls: readonly Call[], fromNs: number, untilNs: number, lengthNs: number): readonly Window[] {
  const windows: Window[] = [];
  for (let from = fromNs; from + lengthNs <= untilNs; from += lengthNs)
    windows.push(windowOf(calls, from, from + lengthNs));
  return windows;
}

export interface RecoveryInput {
  readonly edges: Edges;
  readonly all: readonly Edges[];
  readonly frame: Frame;
  /** As it is written. */
  readonly fault: FaultFacts;
  /** Of the phase. */
  readonly calls: readonly Call[];
  readonly attempts: readonly Attempt[];
  readonly sessions: readonly SessionEvent[];
  readonly scenario: ScenarioFacts;
  readonly loadLinePerSecond: number | null;
  /** When the links' engine ended or hung, null when it did not. */
  readonly engineLostNs: number | null;
}

/** Everything told of one fault; its note, which is words, is taken as it is. */
export function recoveryNumbers(input: RecoveryInput): Omit<RecoverySummary, 'note' | 'type' | 'on'> {
  const { edges, all, frame, fault, calls, attempts, sessions, scenario, loadLinePerSecond } = input;
  const engineLostNs = input.engineLostNs ?? Infinity;
  const { latencyFactor, goodputShare, holdNs, windowNs } = scenario.recovery;
  const { onsetNs, clearNs } = edges;
  const onsetsNs = all.filter(({ phase }) => phase === edges.phase).map((each) => each.onsetNs);
  // What comes after the next fault is that fault's doing, and after the loss of the engine the engine's.
  const untilNs = Math.min(
    frame.scheduledEndNs,
    engineLostNs,
    ...onsetsNs.filter((onset) => clearNs !== null && onset > clearNs),
  );

  // Calm: windows counted back from the onset, after the warm-up and before the first fault of the phase. The last
  // window before a fault is left out: its calls may still be under way when the fault comes.
  const before: Window[] = [];
  for (let toNs = onsetNs; toNs - windowNs >= frame.measuredFromNs; toNs -= windowNs)
    before.push(windowOf(calls, toNs - windowNs, toNs));
  const calm = before.filter(({ toNs }) => toNs <= Math.min(...onsetsNs) - windowNs);
  const calmCalls = calls.filter(({ intendedNs }) =>
    calm.some(({ fromNs, toNs }) => intendedNs >= fromNs && intendedNs < toNs),
  );
  const calmSeconds = (calm.length * windowNs) / 1e9;
  const calmGood = calmCalls.filter(isGood).length;
  const enough = calm.filter(({ offered }) => offered > 0).length >= 3 && calmCalls.length >= 20 && calmGood > 0;
  const baseline = enough
    ? {
        goodputPerSecond: calmGood / calmSeconds,
        p99Ns: tailOf(calmCalls.filter(isOk).map(responseNs)) ?? NaN,
        windows: calm.length,
      }
    : null;
  // Where calls fail without a fault, only the latency of those that did not is judged.
  const judgedTail = (window: Window): number => (calmCalls.every(isOk) ? window.tailNs : window.okTailNs) ?? 0;
  const band =
    baseline === null
      ? null
      : {
          maxP99Ns: latencyFactor * Math.max(baseline.p99Ns, ...calm.map(judgedTail)),
          minGoodputPerSecond: goodputShare * baseline.goodputPerSecond,
        };

  /** Good calls the window would have had undisturbed: of those that arrived, where arrivals don't wait for answers. */
  const expected = (window: Window): number =>
    frame.facts.loop === 'open'
      ? (window.offered * calmGood) / calmCalls.length
      : (calmGood / calmSeconds) * (windowNs / 1e9);
  const inside = (window: Window): boolean | null => {
    if (band === null || (window.offered === 0 && frame.facts.loop === 'open')) return null;
    return judgedTail(window) <= band.maxP99Ns && window.good >= Math.floor(goodputShare * expected(window) + 1e-9);
  };

  const blameUntilNs = Math.min(untilNs, (clearNs ?? Infinity) + holdNs);
  const breached = windowsFrom(calls, onsetNs, untilNs, windowNs).find(
    (window) => window.fromNs < blameUntilNs && inside(window) === false,
  );
  const afterClear = clearNs === null ? [] : windowsFrom(calls, clearNs, untilNs, windowNs);
  const hold = Math.ceil(holdNs / windowNs);
  const recoveredAt = afterClear.findIndex(
    (_, k) =>
      k + hold <= afterClear.length && afterClear.slice(k, k + hold).every((window) => inside(window) !== false),
  );
  const lastBreach = afterClear.findLast((window) => inside(window) === false);

  const lostBeforeClear = clearNs === null && engineLostNs < frame.scheduledEndNs;
  const timeToDetect: RecoverySummary['timeToDetect'] =
    band === null || (lostBeforeClear && breached === undefined)
      ? { kind: 'unknown' }
      : breached === undefined
        ? { kind: 'not-degraded' }
        : { kind: 'value', ns: breached.toNs - onsetNs };
  const timeToRecover = ((): RecoverySummary['timeToRecover'] => {
    if (band === null || lostBeforeClear) return { kind: 'unknown' };
    if (breached === undefined) return { kind: 'not-degraded' };
    if (clearNs === null) return { kind: 'unknown' };
    // It had not recovered when the last window outside the band ended; of the rest, too short to tell, nothing is
    // claimed.
    if (recoveredAt === -1)
      return lastBreach === undefined ? { kind: 'not-observed' } : { kind: 'censored', ns: lastBreach.toNs - clearNs };
    return { kind: 'value', ns: recoveredAt * windowNs };
  })();

  const line = lineOf(calls);
  const then = frame.stages.find(({ fromNs, toNs }) => clearNs !== null && fromNs <= clearNs && clearNs < toNs);
  const rate =
    then === undefined || then.rampToPerSecond !== null || frame.facts.recordedNs !== null
      ? undefined
      : then.ratePerSecond;
  const spare = loadLinePerSecond === null || rate === undefined ? null : loadLinePerSecond - rate;
  const emptyNs = clearNs === null ? null : firstEmpty(line, clearNs, untilNs);
  const drain: RecoverySummary['drain'] =
    clearNs === null
      ? null
      : {
          ns: emptyNs === null ? null : emptyNs - clearNs,
          observedNs: untilNs - clearNs,
          fluidNs: spare === null || spare <= 0 ? null : (backlog(line, clearNs) / spare) * 1e9,
          fluidIgnores:
            spare === null || spare <= 0
              ? []
              : limitsOf(
                  scenario,
                  calls.filter(({ intendedNs }) => intendedNs >= onsetNs && intendedNs < untilNs),
                ),
          emptyWhen: line.source === 'upstream' ? 'none-waiting' : 'none-in-system',
        };

  // Up to the recovery, or the end of what can be laid to this fault; a fault that breached nothing is over when it is
  // lifted.
  const dipUntilNs =
    clearNs !== null && timeToRecover.kind === 'value'
      ? clearNs + timeToRecover.ns
      : timeToRecover.kind === 'not-degraded'
        ? (clearNs ?? untilNs)
        : untilNs;
  const dipWindows = windowsFrom(calls, onsetNs, untilNs, windowNs).filter(({ fromNs }) => fromNs < dipUntilNs);
  const dip =
    baseline === null
      ? null
      : {
          lostGoodCalls: dipWindows.reduce((sum, window) => sum + Math.max(0, expected(window) - window.good), 0),
          depth: Math.max(
            0,
            ...dipWindows.map((window) => (expected(window) === 0 ? 0 : 1 - window.good / expected(window))),
          ),
        };

  return {
    fault: edges.fault,
    phase: frame.facts.name,
    onsetNs,
    clearNs,
    onsetUncertaintyNs: edges.onsetUncertaintyNs,
    clearUncertaintyNs: edges.clearUncertaintyNs,
    baseline,
    normalRange: band,
    windowNs,
    holdNs,
    timeToDetect,
    timeToRecover,
    drain,
    dip,
    afterFault: aftermathNumbers({
      frame,
      fault,
      calls,
      attempts,
      sessions,
      scenario,
      loadLinePerSecond,
      onsetNs,
      clearNs,
      before:
        calm.length === 0
          ? null
          : { fromNs: Math.min(...calm.map(({ fromNs }) => fromNs)), toNs: Math.max(...calm.map(({ toNs }) => toNs)) },
      untilNs,
      baseline:
        baseline === null
          ? null
          : { goodputPerSecond: baseline.goodputPerSecond, goodShare: calmGood / calmCalls.length },
    }),
  };
}
