/** What a fault left behind, counted stretch by stretch: before (the calm windows), during, and after. */
import type { AfterFault, FluidLimit } from '../../src/analysis/index.js';
import { breakerSeen } from './breaker-numbers.js';
import type { Frame } from './frames.js';
import { isGivenUp, isGood, type Call } from './logical-calls.js';
import { backlog, lineOf } from './queue.js';
import type { Attempt, SessionEvent } from './run-files.js';
import type { CallFacts, FaultFacts, ScenarioFacts } from './scenario-facts.js';

export interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
}

const within = (ns: number | null, { fromNs, toNs }: Stretch): boolean => ns !== null && ns >= fromNs && ns < toNs;

/** What a fluid prediction does not know of these calls and their way. */
export function limitsOf(scenario: ScenarioFacts, calls: readonly Call[]): readonly FluidLimit[] {
  const limits: FluidLimit[] = [];
  if (scenario.boundedQueue) limits.push('bounded-queue');
  if (calls.some(isGivenUp)) limits.push('timeouts');
  return limits;
}

export interface AftermathInput {
  readonly frame: Frame;
  readonly fault: FaultFacts;
  readonly calls: readonly Call[];
  readonly attempts: readonly Attempt[];
  readonly sessions: readonly SessionEvent[];
  readonly scenario: ScenarioFacts;
  readonly loadLinePerSecond: number | null;
  readonly onsetNs: number;
  readonly clearNs: number | null;
  readonly before: Stretch | null;
  /** Where what can be laid to this fault ends. */
  readonly untilNs: number;
  /** Null without a baseline. */
  readonly baseline: { readonly goodputPerSecond: number; readonly goodShare: number } | null;
}

function parts(span: Stretch, lengthNs: number): readonly Stretch[] {
  const all: Stretch[] = [];
  for (let fromNs = span.fromNs; fromNs + lengthNs <= span.toNs; fromNs += lengthNs)
    all.push({ fromNs, toNs: fromNs + lengthNs });
  return all;
}

function metastability(input: AftermathInput): AfterFault['metastability'] {
  const { frame, calls, scenario, loadLinePerSecond, onsetNs, clearNs, before, untilNs, baseline } = input;
  const { windowNs, holdNs } = scenario.recovery;
  const untold = {
    offeredPerSecond: null,
    baselinePerSecond: baseline?.goodputPerSecond ?? null,
    goodputPerSecond: null,
    observedNs: 0,
    recoveredAfterNs: null,
  };
  const refuse = (reason: AfterFault['metastability']['reason']): AfterFault['metastability'] => ({
    verdict: 'not-judged',
    reason,
    ...untold,
  });
  if (clearNs === null) return refuse('no-clear');
  if (frame.facts.loop === 'closed') return refuse('closed-loop');
  if (baseline === null || before === null) return refuse('no-baseline');
  const met = frame.stages.filter(({ fromNs, toNs }) => fromNs <= clearNs && toNs > before.fromNs);
  const rate = met[0]?.ratePerSecond ?? NaN;
  if (
    frame.facts.recordedNs !== null ||
    met.some((stage) => stage.rampToPerSecond !== null || stage.ratePerSecond !== rate)
  )
    return refuse('rate-changed');
  const changedNs =
    frame.stages.find(
      (stage) => stage.fromNs > clearNs && (stage.rampToPerSecond !== null || stage.ratePerSecond !== rate),
    )?.fromNs ?? Infinity;

  const windows = parts({ fromNs: clearNs, toNs: Math.min(untilNs, changedNs) }, windowNs).map((window) => {
    const own = calls.filter(({ intendedNs }) => within(intendedNs, window));
    const good = own.filter(isGood).length;
    return { good, up: own.length === 0 ? null : good >= Math.floor(0.9 * baseline.goodShare * own.length + 1e-9) };
  });
  const hold = Math.ceil(holdNs / windowNs);
  const last = windows.slice(-hold);
  const seen = {
    ...untold,
    offeredPerSecond: rate,
    goodputPerSecond:
      last.length === 0 ? null : last.reduce((sum, { good }) => sum + good, 0) / ((last.length * windowNs) / 1e9),
    observedNs: windows.length * windowNs,
  };
  if (windows.length < hold)
    return changedNs < untilNs
      ? { ...seen, verdict: 'not-judged', reason: 'rate-changed' }
      : { ...seen, verdict: 'censored', reason: 'too-short' };
  for (let from = 0; from + hold <= windows.length; from++) {
    const stretch = windows.slice(from, from + hold).map(({ up }) => up);
    if (stretch.some((up) => up === true) && stretch.every((up) => up !== false))
      return { ...seen, verdict: 'recovered', reason: null, recoveredAfterNs: from * windowNs };
  }
  if (last.some(({ up }) => up === true) || last.every(({ up }) => up === null))
    return { ...seen, verdict: 'censored', reason: 'unsettled' };
  const line = lineOf(calls);
  const was = backlog(line, Math.max(clearNs, clearNs + seen.observedNs - holdNs));
  const shrunk = was - backlog(line, clearNs + seen.observedNs);
  const rho = loadLinePerSecond === null ? 0 : rate / loadLinePerSecond;
  const draining =
    (shrunk > 0.1 * was && shrunk > 3 * Math.sqrt(was)) ||
    rho >= 1 ||
    seen.observedNs < ((clearNs - onsetNs) * rho) / (1 - rho);
  return draining
    ? { ...seen, verdict: 'censored', reason: 'draining' }
    : { ...seen, verdict: 'metastable', reason: null };
}

/** Whether the policy of the call tries again what ended so. */
function isRetriable(call: CallFacts | undefined, { outcome, errorClass }: Attempt): boolean {
  const on = call?.retry?.on ?? [];
  return on.includes(outcome) || (on.includes('timeout') && errorClass === 'attempt-timeout');
}

function amplification(
  { calls, attempts, scenario }: AftermathInput,
  span: Stretch,
): AfterFault['amplification']['during'] {
  const ids = new Map(calls.filter(({ intendedNs }) => within(intendedNs, span)).map(({ id, spec }) => [id, spec]));
  const made = attempts.filter(({ callId }) => ids.has(callId));
  const failed = made.filter((attempt) => isRetriable(scenario.calls[attempt.spec], attempt));
  const expected = [...ids.values()].reduce((sum, spec) => {
    const p =
      failed.filter((attempt) => attempt.spec === spec).length / made.filter((attempt) => attempt.spec === spec).length;
    // The first attempt, and each further one with the chance that all before it failed.
    const retries = scenario.calls[spec]?.retry?.attempts ?? 0;
    return sum + Array.from({ length: retries + 1 }, (_, k) => p ** k).reduce((a, b) => a + b, 0);
  }, 0);
  return {
    calls: ids.size,
    attempts: made.length,
    perCall: ids.size === 0 ? null : made.length / ids.size,
    failedShare: made.length === 0 ? null : failed.length / made.length,
    expectedPerCall: ids.size === 0 ? null : expected / ids.size,
  };
}

function storm({ attempts, sessions, scenario, before }: AftermathInput, after: Stretch | null): AfterFault['storm'] {
  const { windowNs } = scenario.recovery;
  if (before === null || after === null || parts(after, windowNs).length === 0) return null;
  const of = (momentsNs: readonly (number | null)[]) => {
    const most = (span: Stretch): number =>
      Math.max(...parts(span, windowNs).map((window) => momentsNs.filter((ns) => within(ns, window)).length)) /
      (windowNs / 1e9);
    const [was, is] = [most(before), most(after)];
    return { peakBeforePerSecond: was, peakAfterPerSecond: is, factor: was === 0 ? null : is / was };
  };
  return {
    attempts: of(attempts.map(({ sentNs }) => sentNs)),
    connections: of(attempts.filter(({ reusedConnection }) => !reusedConnection).map(({ sentNs }) => sentNs)),
    sessions:
      sessions.length === 0
        ? null
        : of(sessions.filter(({ edge }) => edge === 'opened' || edge === 'reopened').map(({ atNs }) => atNs)),
  };
}

/** Variance over mean of the attempts sent in 10 ms. */
function dispersion(attempts: readonly Attempt[], span: Stretch | null): number | null {
  if (span === null) return null;
  const counts = parts(span, 10e6).map((bin) => attempts.filter(({ sentNs }) => within(sentNs, bin)).length);
  const n = counts.length;
  const sum = counts.reduce((a, b) => a + b, 0);
  if (n < 50 || sum < 100) return null;
  const squares = counts.reduce((a, b) => a + b * b, 0);
  return (squares - (sum * sum) / n) / (n - 1) / (sum / n);
}

function blastRadius({
  frame,
  fault,
  calls,
  scenario,
  onsetNs,
  clearNs,
  before,
  untilNs,
}: AftermathInput): AfterFault['blastRadius'] {
  if (scenario.way === null) return { routes: [], radius: null, reason: 'wiring-unknown' };
  if (before === null) return { routes: [], radius: null, reason: 'no-baseline' };
  const during = { fromNs: onsetNs, toNs: clearNs ?? untilNs };
  const lossOf = (specs: readonly number[]): number | null => {
    const [was, is] = [before, during].map((span) =>
      calls.filter(({ spec, intendedNs }) => specs.includes(spec) && within(intendedNs, span)),
    );
    if (was === undefined || is === undefined || was.length < 20 || is.length < 20 || !was.some(isGood)) return null;
    const [goodBefore, goodDuring] = [was.filter(isGood).length, is.filter(isGood).length];
    const kept =
      frame.facts.loop === 'open'
        ? (goodDuring * was.length) / (is.length * goodBefore)
        : (goodDuring * (before.toNs - before.fromNs)) / (goodBefore * (during.toNs - during.fromNs));
    return Math.max(0, 1 - kept);
  };
  const routes = scenario.calls.map(({ label, tool }, spec) => {
    const [was, is] = [before, during].map((span) =>
      calls.filter((call) => call.spec === spec && within(call.intendedNs, span)),
    );
    return {
      label,
      touched: (scenario.way ?? []).includes(fault.on) && (fault.tool ?? tool) === tool,
      offeredBefore: was?.length ?? 0,
      goodBefore: was?.filter(isGood).length ?? 0,
      offeredDuring: is?.length ?? 0,
      goodDuring: is?.filter(isGood).length ?? 0,
      loss: lossOf([spec]),
    };
  });
  const spared = routes.flatMap(({ touched }, spec) => (touched ? [] : [spec]));
  if (spared.length === 0) return { routes, radius: null, reason: 'no-untouched-route' };
  const radius = lossOf(spared);
  return { routes, radius, reason: radius === null ? 'too-few-calls' : null };
}

/** Everything told of what one fault left behind. */
export function aftermathNumbers(input: AftermathInput): AfterFault {
  const { attempts, scenario, onsetNs, clearNs, before, untilNs } = input;
  const after = clearNs === null ? null : { fromNs: clearNs, toNs: untilNs };
  const sent = attempts.filter(({ sentNs }) => sentNs !== null);
  return {
    metastability: metastability(input),
    amplification: {
      before: before === null ? null : amplification(input, before),
      during: amplification(input, { fromNs: onsetNs, toNs: clearNs ?? untilNs }),
      after: after === null ? null : amplification(input, after),
    },
    storm: storm({ ...input, attempts: sent }, after),
    burstiness: {
      binNs: 10e6,
      before: dispersion(sent, before),
      after: dispersion(
        sent,
        after === null
          ? null
          : { fromNs: after.fromNs, toNs: Math.min(untilNs, after.fromNs + scenario.recovery.holdNs) },
      ),
    },
    blastRadius: blastRadius(input),
    breaker: breakerSeen({ ...input, attempts: sent }),
  };
}
