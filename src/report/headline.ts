/** One phase, or one fault, in plain words: the number to remember and the sentence that says what it means. */
import { traitsOf } from '../catalog/index.js';
import type { FloorSummary, PhaseSummary, RecoverySummary, Summary } from '../analysis/index.js';
import {
  amount,
  count,
  duration,
  factor,
  plural,
  quantile,
  quantileName,
  rate,
  percent,
  recoveryTime,
} from '../format/index.js';
import { metastableSentence, unknownToFluid } from './after-fault.js';
import { highestQuantile, quantileOf } from './quantiles.js';
import { GROWTH_VERDICT, growthRate, growthSentence, memoryOf } from './growth.js';
import { steadyStateCell } from './hypotheses.js';
import { loadLineSentence, loadLineValue, searchOf, slopeWords } from './load-line.js';
import { plainText } from './text.js';
import { faultName, namedPhase, phaseKind, scheduleWords } from './words.js';

export interface Headline {
  readonly kind: PhaseSummary['regime'] | 'recovery';
  readonly kicker: string;
  readonly title: string;
  /** The number to remember; null when there is none, and then `sentence` says why. */
  readonly primary: { readonly value: string; readonly label: string } | null;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly sentence: string;
}

export function headlines(summary: Summary): readonly Headline[] {
  return [
    ...summary.phases.map((phase) => phaseHeadline(summary, phase)),
    ...summary.recoveries.map((recovery) => recoveryHeadline(recovery, summary)),
  ];
}

function phaseHeadline(summary: Summary, phase: PhaseSummary): Headline {
  const kicker = phaseKind(phase);
  const title = plainText(phase.name, 80);
  if (phase.offered === 0 && !traitsOf(phase.regime).searches)
    return {
      kind: phase.regime,
      kicker,
      title,
      primary: null,
      facts: [],
      sentence: 'No call of this phase was measured, so there are no numbers here.',
    };
  switch (phase.regime) {
    case 'floor':
      return {
        kind: 'floor',
        kicker,
        title,
        ...floor(phase, summary.floor?.phase === phase.name ? summary.floor : null),
      };
    case 'soak':
      return { kind: 'soak', kicker, title, ...soak(summary, phase) };
    case 'steady':
      return { kind: 'steady', kicker, title, ...steady(phase) };
    case 'overload':
      return { kind: 'overload', kicker, title, ...overload(phase) };
    case 'stages':
    case 'spike':
    case 'replay':
      return { kind: phase.regime, kicker, title, ...varied(phase) };
    case 'capacity':
      return { kind: 'capacity', kicker, title, ...capacity(summary, phase) };
  }
}

/** Stages told on a card; all of them are in the tables. */
const MOST_STAGES = 6;

type Body = Pick<Headline, 'primary' | 'facts' | 'sentence'>;

const p = (phase: PhaseSummary, q: number): string => quantile(quantileOf(phase.responseTime.ok, q));

const service = (phase: PhaseSummary, q: number): string => quantile(quantileOf(phase.latencyFromSend.ok, q));

function usual(phase: PhaseSummary): Headline['facts'] {
  return [
    { name: 'p50', value: p(phase, 0.5) },
    { name: 'p99', value: p(phase, 0.99) },
    { name: 'p99, service view', value: service(phase, 0.99) },
    { name: 'Goodput', value: rate(phase.goodputPerSecond) },
    { name: 'Missed', value: phase.missRatio === null ? 'nothing offered' : percent(phase.missRatio) },
  ];
}

function noOk(phase: PhaseSummary): Body {
  const total = Object.entries(phase.outcomes)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a);
  const most = total[0];
  return {
    primary: { value: '0/s', label: 'goodput' },
    facts: [{ name: 'Offered', value: rate(phase.offeredPerSecond) }],
    sentence: `None of ${count(phase.offered)} ${plural(phase.offered, 'call')} was answered rightly${most === undefined ? '' : `; ${percent(most[1] / phase.offered)} ended as ${most[0]}`}. There is no response time of ok calls to tell.`,
  };
}

function floor(phase: PhaseSummary, told: FloorSummary | null): Body {
  const p50 = quantileOf(phase.responseTime.ok, 0.5);
  if (phase.responseTime.ok.n === 0) return noOk(phase);
  return {
    primary: { value: quantile(p50), label: 'p50 with nothing in the way' },
    facts: [
      { name: 'p90', value: p(phase, 0.9) },
      { name: 'p99', value: p(phase, 0.99) },
      { name: 'p99, service view', value: service(phase, 0.99) },
      { name: 'Longest', value: duration(phase.responseTime.ok.maxNs ?? 0) },
      { name: 'Calls', value: count(phase.offered) },
    ],
    sentence: p50?.kind === 'value' ? floorSentence(p50.ns, told) : 'Too few calls for a median.',
  };
}

/** How much of the floor is the machine's, HTTP's and the harness's own. */
function floorSentence(p50Ns: number, told: FloorSummary | null): string {
  const loopbackReference = told?.loopbackReference ?? null;
  const own = loopbackReference?.harnessP50Ns ?? loopbackReference?.httpNoopP50Ns ?? null;
  if (loopbackReference === null || own === null)
    return `A call that waits for nobody takes ${duration(p50Ns)}. No yardstick was measured beside it, so what of that is the machine's is not known.`;
  const parts = [
    ...(loopbackReference.tcpEchoP50Ns === null
      ? []
      : [`a TCP echo takes ${duration(loopbackReference.tcpEchoP50Ns)}`]),
    ...(loopbackReference.httpNoopP50Ns === null
      ? []
      : [`an empty HTTP answer ${duration(loopbackReference.httpNoopP50Ns)}`]),
    ...(loopbackReference.harnessP50Ns === null
      ? []
      : [`the same client against a constant answer ${duration(loopbackReference.harnessP50Ns)}`]),
  ];
  const target = p50Ns - own;
  const rest =
    target > 0
      ? `About ${duration(target)} (${percent(target / p50Ns)}) of the floor is the target's`
      : 'The target adds less than the yardstick itself can tell';
  return `On this machine ${parts.join(', ')}. ${rest}.`;
}

function steady(phase: PhaseSummary): Body {
  if (phase.responseTime.ok.n === 0) return noOk(phase);
  const tail = highestQuantile(phase.responseTime.ok);
  const primary =
    tail === null
      ? { value: duration(phase.responseTime.ok.maxNs ?? 0), label: 'longest response time' }
      : { value: duration(tail.ns), label: `${tail.name} response time` };
  const callers = phase.concurrency ?? 1;
  const way =
    phase.loop === 'open'
      ? `${rate(phase.offeredPerSecond)} were offered`
      : `${callers} ${plural(callers, 'caller')} settled at ${rate(phase.offeredPerSecond)}`;
  const missed = phase.offered - phase.good;
  const verdict =
    missed === 0
      ? 'every call was right and on time'
      : `${count(missed)} of ${count(phase.offered)} calls (${percent(missed / phase.offered)}) missed`;
  const caution =
    phase.loop === 'closed'
      ? ' A closed loop asks less of a server that slows down: these are not the response times of independent arrivals.'
      : '';
  return { primary, facts: usual(phase), sentence: `${way}; ${verdict}.${caution}` };
}

/** A soak's number is its verdict; the load beside it is told as of a steady phase. */
function soak(summary: Summary, phase: PhaseSummary): Body {
  const load = steady(phase);
  const growth = summary.growth.find((each) => each.phase === phase.name);
  if (growth === undefined) return load;
  const slopes = growth.processes.flatMap((process) => {
    const memory = memoryOf(process)?.slopePerHour ?? null;
    return memory === null
      ? []
      : [{ name: `Memory, ${plainText(process.process, 40)}`, value: growthRate('rss', memory.value) }];
  });
  return {
    primary: { value: GROWTH_VERDICT[growth.verdict].words, label: 'memory, descriptors, sessions' },
    facts: [...slopes.slice(0, 4), ...load.facts],
    sentence: `${growthSentence(growth)} ${load.sentence}`,
  };
}

function overload(phase: PhaseSummary): Body {
  const stage = phase.stages.find((each) => each.label === 'overload');
  const { drain } = phase;
  const facts = [
    ...phase.stages.map((each) => ({
      name:
        each.label === 'overload'
          ? `Overload, ${rate(each.ratePerSecond)}`
          : `${each.label === 'before' ? 'Before' : 'After'}, ${rate(each.ratePerSecond)}`,
      value: `${rate(each.goodputPerSecond)} good`,
    })),
    ...(drain === null
      ? []
      : [
          {
            name: 'Drained',
            value: drain.drainNs === null ? `not in ${duration(drain.observedNs)}` : `in ${duration(drain.drainNs)}`,
          },
        ]),
  ];
  const missed = stage?.missRatio ?? phase.missRatio;
  const during =
    stage === undefined
      ? ''
      : `At ${rate(stage.ratePerSecond)} the longest wait in the queue reached ${duration(stage.queueAge.maxNs)}${missed === null ? '' : ` and ${percent(missed)} of calls missed`}. `;
  return {
    primary:
      drain === null
        ? { value: duration(phase.queueAge.maxNs), label: 'oldest waiting call' }
        : { value: duration(drain.peakWaitNs), label: 'longest response time' },
    facts: facts.length > 0 ? facts : usual(phase),
    sentence:
      `${during}${drain === null ? '' : drainSentence(drain)}`.trim() ||
      `${percent(phase.missRatio ?? 0)} of calls missed.`,
  };
}

/** A phase whose rate changes: what each stage made of what it was asked for, and where it was worst. */
function varied(phase: PhaseSummary): Body {
  const { stages } = phase;
  if (stages.length === 0) return steady(phase);
  const worst = stages.reduce((most, each) => (each.queueAge.maxNs > most.queueAge.maxNs ? each : most));
  const missed = phase.offered - phase.good;
  return {
    primary: { value: duration(phase.queueAge.maxNs), label: 'oldest waiting call' },
    facts: [
      ...stages.slice(0, MOST_STAGES).map((each) => ({
        name: `${plainText(each.label, 40)}, ${scheduleWords(each)}`,
        value: `${rate(each.goodputPerSecond)} good`,
      })),
      ...(stages.length > MOST_STAGES ? [{ name: 'More stages', value: count(stages.length - MOST_STAGES) }] : []),
    ],
    sentence: `The queue was oldest in stage ${plainText(worst.label, 60)} (${scheduleWords(worst)}): ${duration(worst.queueAge.maxNs)}. ${missed === 0 ? 'Every call was right and on time' : `${count(missed)} of ${count(phase.offered)} calls (${percent(missed / phase.offered)}) missed`}.`,
  };
}

/** What became of the backlog, beside what a fluid would have done. */
export function drainSentence(drain: NonNullable<PhaseSummary['drain']>): string {
  const seen =
    drain.drainNs === null
      ? `The backlog was still there ${duration(drain.observedNs)} after the overload ended`
      : `The backlog was gone ${duration(drain.drainNs)} after the overload ended`;
  if (drain.fluid === null)
    return `${seen}; no prediction, because no capacity is known that both overloads and drains.`;
  const unknown = unknownToFluid(drain.fluid.ignores);
  const from = drain.fluid.capacityFrom === 'load-line' ? 'the load line' : 'the highest rate seen';
  return `${seen}; a fluid at ${rate(drain.fluid.capacityPerSecond)} (${from}) would take ${duration(drain.fluid.drainNs)}${unknown === null ? '' : `, not knowing ${unknown}`}.`;
}

function capacity(summary: Summary, phase: PhaseSummary): Body {
  const search = searchOf(summary, phase);
  if (search === undefined) return { primary: null, facts: [], sentence: 'Nothing is recorded of this search.' };
  const value = loadLineValue(search);
  const last = search.probes.at(-1);
  const passed = search.probes.findLast(
    (probe) => probe.ratePerSecond === search.passedPerSecond && probe.verdict === 'passed',
  );
  return {
    primary: value === null ? null : { value, label: 'load line: the highest rate that stayed bounded' },
    facts: [
      { name: 'Failed at', value: search.failedPerSecond === null ? 'no rate' : rate(search.failedPerSecond) },
      ...(passed === undefined ? [] : [{ name: 'Queue at the load line', value: slopeWords(passed).value }]),
      { name: 'Probes', value: count(search.probes.length) },
      ...(last === undefined ? [] : [{ name: 'Searched for', value: duration(last.drainedNs - phase.startNs) }]),
    ],
    sentence: loadLineSentence(search),
  };
}

function recoveryHeadline(recovery: RecoverySummary, { hypotheses, phases }: Summary): Headline {
  const told = recoveryWords(recovery);
  const stated = steadyStateCell(hypotheses, recovery.phase);
  return {
    kind: 'recovery',
    kicker: `recovery · in ${namedPhase(phases, recovery.phase)}`,
    title: faultName(recovery),
    primary: told.recover,
    facts: [
      { name: 'Detected', value: told.detect },
      { name: 'Good calls lost', value: recovery.dip === null ? 'not told' : amount(recovery.dip.lostGoodCalls) },
      { name: 'Deepest dip', value: recovery.dip === null ? 'not told' : percent(recovery.dip.depth) },
      { name: 'Drained', value: told.drain },
      ...(stated === null ? [] : [{ name: 'Steady state', value: `${stated.first}, ${stated.second}` }]),
    ],
    sentence:
      stated?.second === 'inconclusive'
        ? `Inconclusive, because there was no steady state before it. ${told.sentence}`
        : told.sentence,
  };
}

export interface RecoveryWords {
  readonly recover: { readonly value: string; readonly label: string };
  readonly detect: string;
  readonly drain: string;
  readonly sentence: string;
}

/** A recovery in words. A recovery that never came is told as a bound, never as a number. */
export function recoveryWords(recovery: RecoverySummary): RecoveryWords {
  const { timeToDetect, timeToRecover, drain, dip } = recovery;
  const lost =
    dip === null || dip.lostGoodCalls <= 0 ? '' : ` ${amount(dip.lostGoodCalls)} good calls were lost on the way.`;
  const detect =
    timeToDetect.kind === 'value'
      ? `after ${duration(timeToDetect.ns)}`
      : timeToDetect.kind === 'not-breached'
        ? 'band never left'
        : 'not told';
  const drained =
    drain === null
      ? 'fault not lifted'
      : drain.ns === null
        ? `not in ${duration(drain.observedNs)}`
        : `in ${duration(drain.ns)}`;
  const left =
    timeToDetect.kind === 'value'
      ? `left its band ${duration(timeToDetect.ns)} after the fault came on`
      : 'left its band';
  switch (timeToRecover.kind) {
    case 'value': {
      const value = recoveryTime(timeToRecover.ns, recovery.windowNs);
      return {
        recover: { value, label: 'to recover after the fault was lifted' },
        detect,
        drain: drained,
        sentence: `Service ${left} and was back to stay ${value} after it was lifted.${lost}`,
      };
    }
    case 'censored':
      return {
        recover: { value: `> ${duration(timeToRecover.ns)}`, label: 'not recovered while it was watched' },
        detect,
        drain: drained,
        sentence: `Service ${left} and was not back to stay within ${duration(timeToRecover.ns)}: the true time is longer.${metastableSentence(recovery.afterFault.metastability)}${lost}`,
      };
    case 'not-breached':
      return {
        recover: { value: 'none', label: 'the band was never left' },
        detect,
        drain: drained,
        sentence: 'The fault never pushed service out of its band.',
      };
    case 'unknown':
      return {
        recover: { value: 'not told', label: 'time to recover' },
        detect,
        drain: drained,
        sentence: recovery.note === null ? 'There was too little to judge this fault by.' : plainText(recovery.note),
      };
  }
}

/** How much longer the tail is than the middle, for a phase's finding; null without both. */
export function tailFactor(
  phase: PhaseSummary,
): { readonly p50: string; readonly tail: string; readonly name: string; readonly factor: string } | null {
  const p50 = quantileOf(phase.responseTime.ok, 0.5);
  const tail = highestQuantile(phase.responseTime.ok);
  if (p50?.kind !== 'value' || tail === null || tail.name === quantileName(0.5) || p50.ns <= 0) return null;
  return { p50: duration(p50.ns), tail: duration(tail.ns), name: tail.name, factor: factor(tail.ns / p50.ns) };
}
