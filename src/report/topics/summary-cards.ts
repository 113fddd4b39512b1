/** One card per phase and one per fault: the number to remember, and the sentence that says what it means. */
import { traitsOf } from '../../catalog/index.js';
import type { FloorSummary, PhaseSummary, RecoverySummary, Summary } from '../../analysis/index.js';
import {
  count,
  counted,
  duration,
  maybeDuration,
  percent,
  quantile,
  rate,
  timeUntil,
  UNKNOWN,
} from '../../format/index.js';
import { highestQuantile, quantileOf, quantileText } from '../quantiles.js';
import { plainText } from '../text.js';
import { capitalised, faultName, FROM_SEND, namedPhase, oldestCall, phaseKind, scheduleWords } from '../words.js';
import { hypothesesCell } from './hypotheses.js';
import { loadLineSentence, loadLineValue, searchOf, slopeWords } from './load-line-words.js';
import { drainSentence } from './queue.js';
import { recoveryWords } from './recovery-words.js';
import type { Card } from './topic.js';
import { growthRate, growthSentence, GROWTH_VERDICT, memoryOf } from './trend.js';

type Body = Pick<Card, 'primary' | 'facts' | 'sentence'>;

/** A larger share of missed calls leads on a card. */
const MOST_MISSED = 0.05;

/** Stages named on a card; all of them are in the tables. */
const MOST_STAGES = 6;

/** Cards of these phases, and of each fault. */
export function cards(summary: Summary, phases: readonly PhaseSummary[]): readonly Card[] {
  return [
    ...phases.map((phase) => ({
      kicker: phaseKind(phase),
      title: plainText(phase.name, 80),
      ...phaseBody(summary, phase),
    })),
    ...summary.recoveries.map((recovery) => recoveryCard(recovery, summary)),
  ];
}

function phaseBody(summary: Summary, phase: PhaseSummary): Body {
  if (phase.offered === 0 && !traitsOf(phase.regime).searches)
    return { primary: null, facts: [], sentence: 'No call of this phase was measured.' };
  return missedFirst(phase, bodyOf(summary, phase));
}

/** Where more than 5 % missed, the share of good calls is the number to remember, and the other number follows. */
function missedFirst({ goodRatio, missRatio, regime }: PhaseSummary, body: Body): Body {
  if (missRatio === null || missRatio <= MOST_MISSED || traitsOf(regime).searches) return body;
  const { primary, facts } = body;
  const next = primary === null ? [] : [{ name: capitalised(primary.label), value: primary.value }];
  return {
    ...body,
    primary: { value: percent(goodRatio ?? 0), label: 'good, of the calls offered' },
    facts: [...next, ...facts.filter(({ name }) => name !== next[0]?.name)],
  };
}

function bodyOf(summary: Summary, phase: PhaseSummary): Body {
  switch (phase.regime) {
    case 'floor':
      return floor(phase, summary.floor?.phase === phase.name ? summary.floor : null);
    case 'soak':
      return soak(summary, phase);
    case 'steady':
      return steady(phase);
    case 'overload':
      return overload(phase);
    case 'stages':
    case 'spike':
    case 'replay':
      return varied(phase);
    case 'capacity':
      return capacity(summary, phase);
  }
}

function usual(phase: PhaseSummary): Body['facts'] {
  return [
    { name: 'p50, ok calls', value: quantileText(phase.responseTime.ok, 0.5) },
    { name: 'p99, ok calls', value: quantileText(phase.responseTime.ok, 0.99) },
    { name: 'p99, all calls', value: quantileText(phase.responseTime.all, 0.99) },
    { name: `p99, ${FROM_SEND}`, value: quantileText(phase.latencyFromSend.ok, 0.99) },
    { name: 'Goodput', value: rate(phase.goodputPerSecond) },
    { name: 'Missed', value: phase.missRatio === null ? 'n/a' : percent(phase.missRatio) },
  ];
}

function noOk(phase: PhaseSummary): Body {
  const [most] = Object.entries(phase.outcomes)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a);
  const ended = most === undefined ? '' : `; ${percent(most[1] / phase.offered)} ended as ${most[0]}`;
  return {
    primary: { value: '0/s', label: 'goodput' },
    facts: [{ name: 'Offered', value: rate(phase.offeredPerSecond) }],
    sentence:
      `None of ${counted(phase.offered, 'call')} succeeded${ended}. Without ok calls there is no ` + `response time.`,
  };
}

function floor(phase: PhaseSummary, found: FloorSummary | null): Body {
  const { ok } = phase.responseTime;
  const p50 = quantileOf(ok, 0.5);
  if (ok.n === 0) return noOk(phase);
  return {
    primary: { value: quantile(p50), label: 'median, idle' },
    facts: [
      { name: 'p90', value: quantileText(ok, 0.9) },
      { name: 'p99', value: quantileText(ok, 0.99) },
      { name: `p99, ${FROM_SEND}`, value: quantileText(phase.latencyFromSend.ok, 0.99) },
      { name: 'Maximum, ok calls', value: maybeDuration(ok.maxNs, UNKNOWN) },
      { name: 'Calls', value: count(phase.offered) },
    ],
    sentence: p50?.kind === 'value' ? floorSentence(p50.ns, found) : 'Too few calls for a median.',
  };
}

/** How much of the median comes from the machine, HTTP and the load generator. */
function floorSentence(p50Ns: number, found: FloorSummary | null): string {
  const reference = found?.loopbackReference ?? null;
  const own = reference?.harnessP50Ns ?? reference?.httpNoopP50Ns ?? null;
  const alone = `With one call in flight the median response time is ${duration(p50Ns)}.`;
  if (reference === null || own === null)
    return `${alone} No loopback reference was measured, so the part of the machine is unknown.`;
  const parts = (
    [
      ['TCP echo', reference.tcpEchoP50Ns],
      ['empty HTTP answer', reference.httpNoopP50Ns],
      ['the same client with a constant answer', reference.harnessP50Ns],
    ] as const
  ).flatMap(([what, ns]) => (ns === null ? [] : [`${what} ${duration(ns)}`]));
  const target = p50Ns - own;
  const rest =
    target > 0
      ? `The target adds about ${duration(target)} (${percent(target / p50Ns)})`
      : 'The target adds less than the loopback reference can resolve';
  return `${alone} Loopback reference on this machine: ${parts.join(', ')}. ${rest}.`;
}

function missedWords({ offered, good }: PhaseSummary): string {
  return good === offered
    ? 'All calls were ok and on time'
    : `${count(offered - good)} of ${count(offered)} calls (${percent((offered - good) / offered)}) missed`;
}

function steady(phase: PhaseSummary): Body {
  const { ok } = phase.responseTime;
  if (ok.n === 0) return noOk(phase);
  const tail = highestQuantile(ok);
  const arrivals =
    phase.loop === 'open'
      ? `Arrival rate ${rate(phase.offeredPerSecond)} (open loop)`
      : `${counted(phase.concurrency ?? 1, 'caller')} made ${rate(phase.offeredPerSecond)} (closed loop)`;
  const caution =
    phase.loop === 'closed'
      ? ' A closed loop sends less when the server slows down: these are not the response times of ' +
        'independent arrivals.'
      : '';
  return {
    primary:
      tail === null
        ? { value: maybeDuration(ok.maxNs, UNKNOWN), label: 'maximum response time, ok calls' }
        : { value: duration(tail.ns), label: `${tail.name} response time, ok calls` },
    facts: usual(phase),
    sentence: `${arrivals}. ${missedWords(phase)}.${caution}`,
  };
}

/** A soak's number is its verdict; the load beside it reads as of a steady phase. */
function soak(summary: Summary, phase: PhaseSummary): Body {
  const load = steady(phase);
  const growth = summary.growth.find((each) => each.phase === phase.name);
  if (growth === undefined) return load;
  const slopes = growth.processes.flatMap((process) => {
    const memory = memoryOf(process)?.slopePerHour ?? null;
    const name = `Memory, ${plainText(process.process, 40)}`;
    return memory === null ? [] : [{ name, value: growthRate('rss', memory.value) }];
  });
  return {
    primary: { value: GROWTH_VERDICT[growth.verdict].words, label: 'memory, descriptors, sessions' },
    facts: [...slopes.slice(0, 4), ...load.facts],
    sentence: `${growthSentence(growth)} ${load.sentence}`,
  };
}

const stageFact = (name: string, goodputPerSecond: number) => ({ name, value: `${rate(goodputPerSecond)} good` });

function overload(phase: PhaseSummary): Body {
  const stage = phase.stages.find((each) => each.label === 'overload');
  const { drain } = phase;
  const drained = drain === null ? null : timeUntil(drain.drainNs, drain.observedNs);
  const facts = [
    ...phase.stages.map(({ label, ratePerSecond, goodputPerSecond }) => {
      const name = label === 'overload' ? 'Overload' : label === 'before' ? 'Before' : 'After';
      return stageFact(`${name}, ${rate(ratePerSecond)}`, goodputPerSecond);
    }),
    ...(drained === null ? [] : [{ name: 'Backlog drained after', value: drained }]),
  ];
  const missed = stage?.missRatio ?? phase.missRatio;
  const during =
    stage === undefined
      ? ''
      : `At ${rate(stage.ratePerSecond)}${missed === null ? '' : ` ${percent(missed)} of calls missed and`} ` +
        `the ${oldestCall([stage.queueAge])} reached an age of ${duration(stage.queueAge.maxNs)}. `;
  return {
    primary:
      drain === null
        ? { value: duration(phase.queueAge.maxNs), label: `age of the ${oldestCall([phase.queueAge])}` }
        : { value: duration(drain.peakWaitNs), label: 'maximum response time, all calls' },
    facts: facts.length > 0 ? facts : usual(phase),
    sentence:
      `${during}${drain === null ? '' : drainSentence(drain)}`.trim() ||
      `${percent(phase.missRatio ?? 0)} of calls missed.`,
  };
}

/** A phase whose rate changes: the goodput of each stage, and where the queue was oldest. */
function varied(phase: PhaseSummary): Body {
  const { stages } = phase;
  const [first, ...rest] = stages;
  if (first === undefined) return steady(phase);
  const worst = rest.reduce((most, each) => (each.queueAge.maxNs > most.queueAge.maxNs ? each : most), first);
  return {
    primary: { value: duration(phase.queueAge.maxNs), label: `age of the ${oldestCall([phase.queueAge])}` },
    facts: [
      ...stages
        .slice(0, MOST_STAGES)
        .map((each) => stageFact(`${plainText(each.label, 40)}, ${scheduleWords(each)}`, each.goodputPerSecond)),
      ...(stages.length > MOST_STAGES ? [{ name: 'More stages', value: count(stages.length - MOST_STAGES) }] : []),
    ],
    sentence:
      `The ${oldestCall([worst.queueAge])} reached an age of ${duration(worst.queueAge.maxNs)} in stage ` +
      `${plainText(worst.label, 60)} (${scheduleWords(worst)}). ${missedWords(phase)}.`,
  };
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
    primary: value === null ? null : { value, label: 'load line: the highest sustained arrival rate' },
    facts: [
      { name: 'Failed at', value: search.failedPerSecond === null ? 'none' : rate(search.failedPerSecond) },
      ...(passed === undefined ? [] : [{ name: 'Queue age slope there', value: slopeWords(passed).value }]),
      { name: 'Probes', value: count(search.probes.length) },
      ...(last === undefined ? [] : [{ name: 'Duration', value: duration(last.drainedNs - phase.startNs) }]),
    ],
    sentence: loadLineSentence(search),
  };
}

function recoveryCard(recovery: RecoverySummary, { hypotheses, phases }: Summary): Card {
  const { recover, detect, drain, sentence, lost } = recoveryWords(recovery);
  const hypothesesText = hypothesesCell(hypotheses, recovery.phase);
  return {
    kicker: `recovery · in ${namedPhase(phases, recovery.phase)}`,
    title: faultName(recovery),
    primary: recover,
    facts: [
      { name: 'Time to detect', value: detect },
      { name: 'Successful calls lost', value: lost },
      { name: 'Goodput lost at the worst', value: recovery.dip === null ? UNKNOWN : percent(recovery.dip.depth) },
      { name: 'Backlog drained after', value: drain },
      ...(hypothesesText === null
        ? []
        : [{ name: 'Steady-state hypotheses', value: `${hypothesesText.first}, ${hypothesesText.second}` }]),
    ],
    sentence:
      hypothesesText?.second === 'inconclusive'
        ? `Inconclusive, because there was no steady state before it. ${sentence}`
        : sentence,
  };
}
