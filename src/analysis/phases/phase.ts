/** The summary of one phase. */
import { subjectOf, traitsOf } from '../../catalog/index.js';
import { expectedBetween } from '../../plan/index.js';
import {
  SAMPLE_FLAGS,
  type WorkerRow,
  type SampleColumns,
  type WaitingLine,
  waitingLine,
  type Calls,
  countGood,
  isOk,
} from '../../record/index.js';
import type { CallSpec, Stack } from '../../scenario/index.js';
import {
  type CallTimes,
  type Completions,
  NumberList,
  type PhaseFrame,
  type StageFrame,
  type Standstill,
  arrivalFit,
  callStats,
  completedWithin,
  countOf,
  durationsOf,
  gather,
  measuredSeconds,
  perSecond,
  select,
  timesOf,
} from '../calls/index.js';
import {
  type Flights,
  type InFlight,
  type LineSlice,
  consistencyErrorOf,
  drainOf,
  inFlight,
  mostUpstreamCalls,
  peakPerSecond,
  queueAge,
  stageSplit,
  type upstreamCallsAt,
} from '../queue/index.js';
import { stationarityOf } from '../stability/index.js';
import { ascending } from '../statistics/index.js';
import type { PhaseSummary, StageStats, ToolStats } from './types.js';

/** What the phases of a run share. */
export interface RunParts {
  readonly samples: SampleColumns;
  readonly calls: Calls;
  readonly specs: readonly CallSpec[];
  readonly stack: Stack;
  readonly flights: readonly Flights[];
  readonly attemptRows: readonly Uint32Array[];
  readonly loadLinePerSecond: number | null;
  /** Calls in the upstreams at each poll. */
  readonly upstreamCalls: ReturnType<typeof upstreamCallsAt>;
  /** When the first fault of each phase came on, by index; Infinity: none did. */
  readonly firstFaultNs: readonly number[];
  readonly standstills: readonly Standstill[];
  readonly workers: readonly WorkerRow[];
  /** The faults of each phase with the hold time after each, by index. */
  readonly faultSpans: readonly (readonly { readonly fromNs: number; readonly toNs: number }[])[];
}

/** A phase with the intermediate results that recovery, validity and figures go on with. */
export interface AnalysedPhase {
  readonly frame: PhaseFrame;
  readonly summary: PhaseSummary;
  readonly line: WaitingLine;
  readonly flight: InFlight;
  /** Response times and latencies from send of the measured calls. */
  readonly times: CallTimes;
  /** Schedule lags of the measured window, ascending. */
  readonly lagsNs: Float64Array;
}

const NO_FLIGHTS: Flights = {
  sentNs: new Float64Array(0),
  doneNs: new Float64Array(0),
  session: new Int32Array(0),
};

/**
 * Schedule lags of a phase and its new connections, warm-up and spoiled probes left out. The lag is sent - admitted:
 * `admitted` is the intended time, or the moment at which the room came free that the call had to wait for, so what is
 * left is the generator's own.
 */
function sendFacts(
  samples: SampleColumns,
  { planned, stages }: PhaseFrame,
): { readonly lagsNs: Float64Array; readonly newConnections: number } {
  const phase = planned.index;
  const spoilt = stages.filter(({ valid }) => !valid);
  const lags = new NumberList();
  let newConnections = 0;
  for (let row = 0; row < samples.length; row++) {
    const flags = samples.flags[row] ?? 0;
    if (samples.phase[row] !== phase || (flags & SAMPLE_FLAGS.warmup) !== 0) continue;
    const lag = (samples.sentNs[row] ?? NaN) - (samples.admittedNs[row] ?? NaN);
    if (Number.isNaN(samples.sentNs[row] ?? NaN)) continue;
    if ((flags & SAMPLE_FLAGS.reusedConnection) === 0) newConnections++;
    const intended = samples.intendedNs[row] ?? NaN;
    if (!Number.isNaN(lag) && !spoilt.some(({ fromNs, toNs }) => intended >= fromNs && intended < toNs)) lags.push(lag);
  }
  return { lagsNs: ascending(lags.taken()), newConnections };
}

/** Where the completions of a phase are counted. */
export function completionsOf({ all, measuredFromNs, scheduledEndNs }: PhaseFrame): Completions {
  return { all, fromNs: measuredFromNs, toNs: scheduledEndNs };
}

/** The statistics of each call of the scenario that occurs among the measured ones of a phase. */
export function toolStats(
  { calls, specs }: Pick<RunParts, 'calls' | 'specs'>,
  frame: PhaseFrame,
): readonly ToolStats[] {
  return specs.flatMap((spec, index) => {
    const ofTool = (all: Uint32Array): Uint32Array => select(all, (i) => calls.spec[i] === index);
    const among = ofTool(frame.measured);
    if (among.length === 0) return [];
    const completions = { ...completionsOf(frame), all: ofTool(frame.all) };
    return [{ label: spec.label, tool: subjectOf(spec), ...callStats(calls, among, completions) }];
  });
}

function stageStats(
  parts: RunParts,
  frame: PhaseFrame,
  stage: StageFrame,
  index: number,
  line: WaitingLine,
): StageStats {
  const fromNs = Math.min(Math.max(stage.measuredFromNs, frame.measuredFromNs), stage.toNs);
  const { calls } = parts;
  // Of a search the phase measures nothing: each of its probes does.
  const among = select(frame.all, (i) => calls.warmup[i] === 0 && calls.stage[i] === index);
  return {
    ...callStats(calls, among, { all: frame.all, fromNs, toNs: stage.toNs }),
    label: stage.label,
    ratePerSecond: stage.ratePerSecond,
    rampToPerSecond: stage.planned.rampToPerSecond ?? null,
    fromNs: stage.fromNs,
    toNs: stage.toNs,
    queueAge: queueAge(line, fromNs, stage.toNs),
  };
}

function outsideFaults({ calls, faultSpans }: RunParts, frame: PhaseFrame): PhaseSummary['outsideFaults'] {
  const spans = faultSpans[frame.planned.index] ?? [];
  const among = select(frame.measured, (i) => {
    const at = calls.intendedNs[i] ?? NaN;
    return !spans.some(({ fromNs, toNs }) => at >= fromNs && at < toNs);
  });
  return { offered: among.length, ok: countOf(among, (i) => isOk(calls, i)), good: countGood(calls, among).good };
}

/** The mean rate of the schedule over the measured window. */
function scheduledPerSecond(frame: PhaseFrame): number | null {
  if (frame.stages.length === 0 || traitsOf(frame.planned.regime).searches) return null;
  const { segment } = frame.planned;
  if (segment?.loop === 'open' && segment.arrivals === 'recorded') {
    const [fromNs, toNs] = [frame.measuredFromNs - frame.startNs, frame.scheduledEndNs - frame.startNs];
    return perSecond(segment.offsetsNs.filter((ns) => ns >= fromNs && ns < toNs).length, measuredSeconds(frame));
  }
  let planned = 0;
  for (const stage of frame.stages) {
    planned += expectedBetween(
      stage.planned,
      Math.max(stage.fromNs, frame.measuredFromNs) - stage.fromNs,
      stage.toNs - stage.fromNs,
    );
  }
  return perSecond(planned, measuredSeconds(frame));
}

/** The last of some phases that held one open rate below that of an overload, without a fault; null without one. */
function lastBelow(over: PhaseFrame, { faultSpans }: RunParts, phases: readonly AnalysedPhase[]): LineSlice | null {
  const overload = over.stages.find(({ label }) => label === 'overload');
  const last = phases.findLast(({ frame: { planned, stages, measured } }) => {
    const [only, ...others] = stages;
    const isOne = others.length === 0 && only !== undefined && only.planned.rampToPerSecond === undefined;
    const isBelow = isOne && only.ratePerSecond < (overload?.ratePerSecond ?? 0);
    const isSearch = traitsOf(planned.regime).searches;
    return isBelow && !isSearch && (faultSpans[planned.index] ?? []).length === 0 && measured.length > 0;
  });
  if (last === undefined) return null;
  const { frame, line } = last;
  return { phase: frame.planned.name, line, fromNs: frame.measuredFromNs, toNs: frame.scheduledEndNs };
}

/** The summary of a phase, and its intermediate results. `earlier`: the phases before it, in order. */
export function analysePhase(parts: RunParts, frame: PhaseFrame, earlier: readonly AnalysedPhase[]): AnalysedPhase {
  const { calls, samples } = parts;
  const { planned, measured, measuredFromNs, scheduledEndNs } = frame;
  const seconds = measuredSeconds(frame);
  const line = waitingLine(calls, frame.all);
  const flights = parts.flights[planned.index] ?? NO_FLIGHTS;
  const flight = inFlight(flights, measuredFromNs, scheduledEndNs);
  const okCalls = select(frame.all, (i) => isOk(calls, i));
  const okDone = ascending(gather(okCalls, (i) => calls.doneNs[i] ?? NaN));
  // Probes that pass and probes that fail have no rate, split or trend in common: a search has one entry a probe.
  const isSearch = traitsOf(planned.regime).searches;
  const completions = isSearch ? { ...completionsOf(frame), all: new Uint32Array(0) } : completionsOf(frame);
  const { lagsNs, newConnections } = sendFacts(samples, frame);
  const age = queueAge(line, measuredFromNs, scheduledEndNs);
  const segment = planned.segment;
  const times = timesOf(calls, measured);
  const steady = stationarityOf(calls, frame, parts.firstFaultNs[planned.index] ?? Infinity);
  const summary: PhaseSummary = {
    ...callStats(calls, measured, completions, times),
    index: planned.index,
    name: planned.name,
    regime: planned.regime,
    loop: planned.loop,
    concurrency: segment?.loop === 'closed' ? segment.concurrency : null,
    startNs: frame.startNs,
    measuredFromNs,
    scheduledEndNs,
    drainedNs: frame.drainedNs,
    warmupCalls: countOf(frame.all, (i) => calls.warmup[i] !== 0),
    scheduledPerSecond: scheduledPerSecond(frame),
    offeredPerSecond: perSecond(measured.length, seconds),
    completedPerSecond: completedWithin(calls, completions).completedPerSecond,
    peakPerSecond: peakPerSecond(okDone, measuredFromNs, scheduledEndNs),
    scheduleLag: durationsOf({ known: lagsNs, censored: new Float64Array(0) }),
    arrivals: arrivalFit(samples, frame, lagsNs, parts.standstills),
    stageSplit: isSearch ? null : stageSplit(samples, parts.attemptRows[planned.index] ?? new Uint32Array(0)),
    queueAge: isSearch ? { ...age, slope: null } : age,
    upstreamCalls: mostUpstreamCalls(parts.upstreamCalls, measuredFromNs, scheduledEndNs),
    inFlight: flight,
    consistencyError: isSearch ? null : consistencyErrorOf(flights, parts.workers, measuredFromNs, scheduledEndNs),
    newConnections,
    outsideFaults: outsideFaults(parts, frame),
    stationarity: steady?.state ?? null,
    stationaryStats:
      steady?.among == null
        ? null
        : callStats(calls, steady.among, { all: frame.all, fromNs: steady.fromNs, toNs: steady.toNs }),
    // A phase at one rate is its own only stage, and listed once.
    stages:
      frame.stages.length < 2 && frame.stages[0]?.planned.rampToPerSecond === undefined && !isSearch
        ? []
        : frame.stages.map((stage, index) => stageStats(parts, frame, stage, index, line)),
    drain: traitsOf(planned.regime).measuresDrain
      ? drainOf(frame, calls, line, { ...parts, earlier: lastBelow(frame, parts, earlier) })
      : null,
    tools: toolStats(parts, frame),
  };
  return { frame, summary, line, flight, times, lagsNs };
}
