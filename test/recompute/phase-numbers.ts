/** The numbers of one phase. */
import type { CallStats, Drain, OutcomeCounts, PhaseSummary, StageName, StageSplit } from '../../src/analysis/index.js';
import { ERROR_CLASSES, OUTCOMES } from '../../src/record/index.js';
import { durationsOf, knownDurations } from './durations.js';
import { scheduledBetween, type Frame } from './frames.js';
import { isGood, isOk, isUnanswered, responseNs, type Call } from './logical-calls.js';
import { limitsOf } from './after-fault-numbers.js';
import { ageAt, firstEmpty, firstYoung, lineOf, longestAge, queueAge, type Line } from './queue.js';
import type { Attempt } from './run-files.js';
import type { ScenarioFacts } from './scenario-facts.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Calls of which the good ones are counted that are done within [fromNs, toNs). */
interface Done {
  readonly calls: readonly Call[];
  readonly fromNs: number;
  readonly toNs: number;
}

function callStats(calls: readonly Call[], done: Done): CallStats {
  const ok = calls.filter(isOk);
  const good = calls.filter(isGood).length;
  const classes = ERROR_CLASSES.map((errorClass) => ({
    errorClass,
    count: calls.filter((call) => call.errorClass === errorClass).length,
  }));
  const attempts = sum(calls.map((call) => call.attempts));
  const response = (among: readonly Call[]) =>
    durationsOf(
      among.map((call) => {
        const givenUp = isUnanswered(call);
        return { ns: givenUp ? Math.max(responseNs(call), call.deadlineNs) : responseNs(call), givenUp };
      }),
    );
  const service = (among: readonly Call[]) =>
    durationsOf(
      among.flatMap((call) =>
        call.lastSentNs === null ? [] : [{ ns: call.doneNs - call.lastSentNs, givenUp: isUnanswered(call) }],
      ),
    );
  return {
    offered: calls.length,
    attempts,
    outcomes: Object.fromEntries(
      OUTCOMES.map((name) => [name, calls.filter(({ outcome }) => outcome === name).length]),
    ) as OutcomeCounts,
    errorClasses: classes
      .filter(({ errorClass, count }) => errorClass !== 'none' && count > 0)
      .sort((a, b) => b.count - a.count),
    good,
    late: ok.length - good,
    goodputPerSecond:
      (done.calls.filter((call) => isGood(call) && call.doneNs >= done.fromNs && call.doneNs < done.toNs).length *
        1e9) /
      (done.toNs - done.fromNs),
    goodRatio: calls.length === 0 ? null : good / calls.length,
    missRatio: calls.length === 0 ? null : 1 - good / calls.length,
    responseTime: { ok: response(ok), all: response(calls) },
    latencyFromSend: { ok: service(ok), all: service(calls) },
    retryAmplification: calls.length === 0 ? null : attempts / calls.length,
  };
}

const SIX: readonly (readonly [StageName, keyof Attempt, keyof Attempt])[] = [
  ['client-queue', 'intendedNs', 'admittedNs'],
  ['schedule-lag', 'admittedNs', 'sentNs'],
  ['outbound-hop', 'sentNs', 'receivedNs'],
  ['upstream-queue', 'receivedNs', 'startedNs'],
  ['service', 'startedNs', 'finishedNs'],
  ['return-hop', 'finishedNs', 'doneNs'],
];
const FOUR: typeof SIX = [
  ['client-queue', 'intendedNs', 'admittedNs'],
  ['schedule-lag', 'admittedNs', 'sentNs'],
  ['wait', 'sentNs', 'firstByteNs'],
  ['read', 'firstByteNs', 'doneNs'],
];

const HAVE_A_RESULT = ['ok', 'effect', 'semantic', 'tool'];
const HOW: Readonly<Record<string, 'gave-up' | 'shed'>> = { deadline: 'gave-up', shed: 'shed' };

/** The stages of an attempt by their names, and the one it ended in without going on; null where one is negative. */
function stagesOf(attempt: Attempt, chain: typeof SIX) {
  const { doneNs, outcome } = attempt;
  const hasResult = HAVE_A_RESULT.includes(outcome);
  const unknown = chain === SIX && attempt.sentNs !== null && attempt.receivedNs === null && !attempt.upstreamLog;
  const lengths = new Map<StageName, number>();
  let fromNs = attempt.intendedNs;
  let stuckIn: StageName | null = null;
  for (const [name, , to] of unknown ? chain.slice(0, 2) : chain) {
    const toNs = attempt[to] as number | null;
    const passes = toNs !== null && (hasResult || toNs <= doneNs);
    lengths.set(name, (passes ? toNs : doneNs) - fromNs);
    if (!passes) {
      stuckIn = name;
      break;
    }
    fromNs = toNs;
  }
  if (unknown && stuckIn === null) {
    lengths.set('unlocated', doneNs - fromNs);
    stuckIn = 'unlocated';
  }
  if (stuckIn === null && !hasResult) {
    if (chain === FOUR) stuckIn = 'wait';
    else if (outcome === 'deadline') stuckIn = 'return-hop';
  }
  return [...lengths.values()].some((length) => length < 0) ? null : { lengths, stuckIn: hasResult ? null : stuckIn };
}

function stageSplit(attempts: readonly Attempt[]): StageSplit | null {
  const all = attempts.filter(({ warmup }) => !warmup);
  if (all.length === 0) return null;
  const ok = all.filter(({ outcome }) => outcome === 'ok');
  const stamped = ok.filter(({ finishedNs }) => finishedNs !== null).length;
  const isStamped = stamped * 2 >= ok.length && (stamped > 0 || all.some(({ upstreamLog }) => upstreamLog));
  const chain = isStamped ? SIX : FOUR;
  const read = all.map((attempt) => ({ attempt, stages: stagesOf(attempt, chain) }));
  const possible = read.flatMap(({ attempt, stages }) => (stages === null ? [] : [{ attempt, ...stages }]));
  const names: readonly StageName[] = [...chain.map(([name]) => name), ...(isStamped ? (['unlocated'] as const) : [])];
  const kinds = new Map<string, number>();
  for (const { attempt, stuckIn } of possible)
    if (stuckIn !== null) {
      const kind = `${stuckIn} ${HOW[attempt.outcome] ?? 'failed'}`;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
  return {
    source: isStamped ? 'upstream' : 'generator',
    n: possible.length,
    clockProblems: all.length - possible.length,
    stages: names
      .map((stage) => {
        const seen = possible.flatMap(({ lengths, stuckIn }) => {
          const ns = lengths.get(stage);
          return ns === undefined ? [] : [{ ns, givenUp: stuckIn === stage }];
        });
        return {
          stage,
          meanNs: possible.length === 0 ? 0 : sum(seen.map(({ ns }) => ns)) / possible.length,
          durations: durationsOf(seen),
        };
      })
      .filter(({ stage, durations }) => stage !== 'unlocated' || durations.n > 0),
    ended: [...kinds]
      .map(([kind, count]) => {
        const [stage = '', how = ''] = kind.split(' ');
        return { stage, how, attempts: count, share: count / possible.length } as StageSplit['ended'][number];
      })
      .sort((a, b) => b.attempts - a.attempts),
  };
}

/** Mean and largest number between sent and done over [fromNs, toNs). */
function flights(
  attempts: readonly Attempt[],
  fromNs: number,
  toNs: number,
): { readonly mean: number; readonly max: number } {
  const flown = attempts.flatMap(({ sentNs, doneNs }) => (sentNs === null ? [] : [{ sentNs, doneNs }]));
  const span = toNs - fromNs;
  const mean =
    sum(flown.map(({ sentNs, doneNs }) => Math.max(0, Math.min(doneNs, toNs) - Math.max(sentNs, fromNs)))) / span;
  // One that leaves as another enters makes room for it.
  const steps = flown
    .flatMap(({ sentNs, doneNs }) => [
      { atNs: sentNs, by: 1 },
      { atNs: doneNs, by: -1 },
    ])
    .sort((a, b) => a.atNs - b.atNs || a.by - b.by);
  let now = 0;
  let max = 0;
  steps.forEach(({ atNs, by }, k) => {
    now += by;
    const nextNs = steps[k + 1]?.atNs ?? atNs;
    if (nextNs > fromNs && atNs < toNs) max = Math.max(max, now);
  });
  return { mean, max };
}

function peakPerSecond(doneNs: readonly number[], fromNs: number, toNs: number): number {
  const within = doneNs.filter((t) => t >= fromNs && t < toNs);
  if (toNs - fromNs <= 10e9) return (within.length * 1e9) / (toNs - fromNs);
  return Math.max(0, ...within.map((from) => within.filter((t) => t >= from && t < from + 10e9).length)) / 10;
}

/** A stretch at one lower rate, and who waited in its phase. */
interface Steady {
  readonly name: string | null;
  readonly line: Line;
  readonly fromNs: number;
  readonly toNs: number;
}

/** When the oldest without an answer was again no older than the oldest had been before. */
function asBefore(line: Line, before: Steady | null, fromNs: number, untilNs: number): Drain['ageAsBefore'] {
  if (before === null || before.line.source === 'upstream') return null;
  const maxNs = longestAge(before.line, before.fromNs, before.toNs);
  if (maxNs === 0) return null;
  const youngNs = firstYoung(line, maxNs, fromNs, untilNs);
  return { ns: youngNs === null ? null : youngNs - fromNs, maxNs, phase: before.name };
}

function drainOf(
  frame: Frame,
  calls: readonly Call[],
  line: Line,
  loadLinePerSecond: number | null,
  scenario: ScenarioFacts,
  steady: Steady | null,
): Drain | null {
  const at = frame.stages.findIndex(({ label }) => label === 'overload');
  const over = frame.stages[at];
  const after = frame.stages[at + 1];
  if (over === undefined || after === undefined) return null;
  const lower = frame.stages.find(({ label }) => label === 'before');
  const before = lower === undefined ? steady : { name: null, line, fromNs: lower.fromNs, toNs: lower.toNs };
  const longest = Math.max(...calls.map(responseNs));
  const emptyNs = firstEmpty(line, over.toNs, frame.scheduledEndNs);
  const during = calls.filter(
    ({ doneNs, outcome }) => outcome === 'ok' && doneNs >= over.fromNs && doneNs < over.toNs,
  ).length;
  const overSeconds = (over.toNs - over.fromNs) / 1e9;
  const capacity = loadLinePerSecond ?? during / overSeconds;
  const rho = after.ratePerSecond / capacity;
  const excess = over.ratePerSecond / capacity - 1;
  const peakWaitNs = Math.max(0, excess) * (over.toNs - over.fromNs);
  return {
    peakWaitNs: longest,
    peakWaitAtNs: calls.find((call) => responseNs(call) === longest)?.intendedNs ?? NaN,
    longestWaitNs: Math.max(...line.waiting.map(({ sinceNs, untilNs }) => untilNs - sinceNs)),
    ageAtEndNs: ageAt(line, over.toNs),
    drainNs: emptyNs === null ? null : emptyNs - over.toNs,
    emptyWhen: line.source === 'upstream' ? 'none-waiting' : 'none-in-system',
    observedNs: frame.scheduledEndNs - over.toNs,
    ageAsBefore: line.source === 'upstream' ? null : asBefore(line, before, over.toNs, frame.scheduledEndNs),
    fluid:
      rho >= 1
        ? null
        : {
            drainNs: peakWaitNs / (1 - rho),
            peakWaitNs,
            ageAtEndNs: peakWaitNs / (excess + 1),
            peakAgeAfterNs: over.toNs - over.fromNs + peakWaitNs,
            capacityPerSecond: capacity,
            capacityFrom: loadLinePerSecond === null ? 'observed' : 'load-line',
            ignores: limitsOf(
              scenario,
              calls.filter(({ intendedNs }) => intendedNs >= over.fromNs),
            ),
          },
  };
}

export interface PhaseInput {
  readonly frame: Frame;
  /** Of this phase. */
  readonly calls: readonly Call[];
  readonly attempts: readonly Attempt[];
  readonly scenario: ScenarioFacts;
  readonly loadLinePerSecond: number | null;
  /** The phases before this one with their calls, in order. */
  readonly earlier: readonly { readonly frame: Frame; readonly calls: readonly Call[]; readonly isFaulty: boolean }[];
}

/** What is recomputed of a phase. */
export type PhaseNumbers = Omit<
  PhaseSummary,
  'upstreamCalls' | 'arrivals' | 'consistencyError' | 'outsideFaults' | 'stationarity' | 'stationaryStats'
>;

/** The numbers of a phase. */
export function phaseNumbers(input: PhaseInput): PhaseNumbers {
  const { frame, calls, attempts, scenario, loadLinePerSecond, earlier } = input;
  const over = frame.stages.find(({ label }) => label === 'overload')?.ratePerSecond ?? 0;
  const steady = earlier.findLast(
    ({ frame: { stages }, calls: own, isFaulty }) =>
      stages.length === 1 &&
      stages.every(({ ratePerSecond, rampToPerSecond }) => rampToPerSecond === null && ratePerSecond < over) &&
      !isFaulty &&
      own.some(({ warmup }) => !warmup),
  );
  const before =
    steady === undefined
      ? null
      : {
          name: steady.frame.facts.name,
          line: lineOf(steady.calls),
          fromNs: steady.frame.measuredFromNs,
          toNs: steady.frame.scheduledEndNs,
        };
  const { facts, measuredFromNs, scheduledEndNs } = frame;
  const seconds = (scheduledEndNs - measuredFromNs) / 1e9;
  const measured = calls.filter(({ warmup }) => !warmup);
  const line = lineOf(calls);
  const okDoneNs = calls.filter(isOk).map(({ doneNs }) => doneNs);
  const sent = attempts.filter(({ warmup, sentNs }) => !warmup && sentNs !== null);
  return {
    ...callStats(measured, { calls, fromNs: measuredFromNs, toNs: scheduledEndNs }),
    index: frame.index,
    name: facts.name,
    regime: facts.regime,
    loop: facts.loop,
    concurrency: facts.concurrency,
    startNs: frame.startNs,
    measuredFromNs,
    scheduledEndNs,
    drainedNs: frame.drainedNs,
    warmupCalls: calls.length - measured.length,
    scheduledPerSecond:
      facts.loop === 'closed'
        ? null
        : (facts.recordedNs?.filter((ns) => ns >= measuredFromNs - frame.startNs && ns < scheduledEndNs - frame.startNs)
            .length ?? scheduledBetween(frame.stages, measuredFromNs, scheduledEndNs)) / seconds,
    offeredPerSecond: measured.length / seconds,
    completedPerSecond: okDoneNs.filter((t) => t >= measuredFromNs && t < scheduledEndNs).length / seconds,
    peakPerSecond: peakPerSecond(okDoneNs, measuredFromNs, scheduledEndNs),
    scheduleLag: knownDurations(sent.map(({ sentNs, admittedNs }) => (sentNs ?? NaN) - (admittedNs ?? NaN))),
    stageSplit: stageSplit(attempts),
    queueAge: queueAge(line, measuredFromNs, scheduledEndNs),
    inFlight: flights(attempts, measuredFromNs, scheduledEndNs),
    newConnections: sent.filter(({ reusedConnection }) => !reusedConnection).length,
    // A phase at one rate is its own only stage, and told once.
    stages:
      frame.stages.length === 1 && frame.stages[0]?.rampToPerSecond === null
        ? []
        : frame.stages.map((stage, index) => {
            const fromNs = Math.max(stage.fromNs, measuredFromNs);
            const stats = callStats(
              measured.filter((call) => call.stage === index),
              { calls, fromNs, toNs: stage.toNs },
            );
            const age = queueAge(line, fromNs, stage.toNs);
            return {
              ...stats,
              label: stage.label,
              ratePerSecond: stage.ratePerSecond,
              rampToPerSecond: stage.rampToPerSecond,
              fromNs: stage.fromNs,
              toNs: stage.toNs,
              queueAge: age,
            };
          }),
    drain: drainOf(frame, calls, line, loadLinePerSecond, scenario, before),
    tools: scenario.calls
      .map(({ label, tool }, spec) => ({
        ...callStats(
          measured.filter((call) => call.spec === spec),
          { calls: calls.filter((call) => call.spec === spec), fromNs: measuredFromNs, toNs: scheduledEndNs },
        ),
        label,
        tool,
      }))
      .filter(({ offered }) => offered > 0),
  };
}
