/** The numbers of the first screen: at most four, of one kind, each with its interval and the gate that judges it. */
import { traitsOf } from '../../catalog/index.js';
import { duration, lowerBound, percent, quantileName, rate, timeUntil } from '../../format/index.js';
import {
  proportionInterval,
  type CallStats,
  type PhaseSummary,
  type Quantile,
  type Summary,
  worstRecovery,
} from '../../analysis/index.js';
import type { RunView } from '../input.js';
import { phaseOfTail, quantileOf, tailOf } from '../quantiles.js';
import { plainText } from '../text.js';
import { recoveryNote, stayedWords } from '../topics/recovery-words.js';
import { faultInPhase, loopWords, phaseName } from '../words.js';
import { numberOf, unknown, type Gated, type HeadlineNumber } from './number-form.js';
import { offeredWords, stageRates, wholeName } from './offered-words.js';

const MOST_NUMBERS = 4;
/** A larger share of missed calls is worth a number. */
const WORTH_A_LOOK = 0.05;

/** The numbers that apply, in order of how a reader asks for them. */
export function headlineNumbers(run: RunView): readonly HeadlineNumber[] {
  const { summary } = run.analysis;
  return [idle(run), loadLine(run), steadyTail(run), overload(run), recovery(run), goodput(run, summary)]
    .filter((each) => each !== null)
    .slice(0, MOST_NUMBERS);
}

const measuredPhases = ({ phases }: Summary): readonly PhaseSummary[] =>
  phases.filter(({ offered, regime }) => offered > 0 && !traitsOf(regime).searches);

function idle(run: RunView): HeadlineNumber | null {
  const phase = measuredPhases(run.analysis.summary).find(({ regime }) => traitsOf(regime).measuresIdleLatency);
  const median = phase === undefined ? undefined : quantileOf(phase.responseTime.ok, 0.5);
  if (phase === undefined || median === undefined) return null;
  // The phase is named as one: its name stands on the timeline, and may be another word for idle.
  return ofQuantile(run, median, 'Median, idle', `phase ${phaseName(phase, 24)}`, phase.name);
}

function loadLine(run: RunView): HeadlineNumber | null {
  const [search] = run.analysis.summary.capacities;
  if (search === undefined) return null;
  const { passedPerSecond: passed, failedPerSecond: failed } = search;
  const value = passed ?? failed;
  const context = plainText(search.phase, 24);
  if (value === null) return unknown('Load line', context, 'no rate was decided');
  const text = passed === null ? `< ${rate(value)}` : failed === null ? `≥ ${rate(value)}` : rate(value);
  return numberOf(run, {
    name: 'Load line',
    context,
    measured: { value, low: passed, high: failed, unit: 'per-second', text },
    // A gate bounds what a run did at its rates, not the rate that a search found.
    gated: () => false,
  });
}

/** The tail under load, of all calls: one without an answer is slower than its deadline. */
function steadyTail(run: RunView): HeadlineNumber | null {
  const phase = phaseOfTail(measuredPhases(run.analysis.summary));
  const shown = phase === undefined ? undefined : tailOf(phase.responseTime.all);
  if (phase === undefined || shown === undefined) return null;
  return ofQuantile(run, shown, `${quantileName(shown.q)}, ${wholeName(phase)}`, offeredWords(phase), phase.name);
}

/** A phase, or a stage of one, and the rate it was offered. */
interface Slice {
  readonly phase: PhaseSummary;
  readonly slice: CallStats;
  readonly label: string;
  readonly perSecond: number;
}

/** The share that was answered on time where most was offered; null where nearly all was. */
function overload(run: RunView): HeadlineNumber | null {
  const slices = measuredPhases(run.analysis.summary).flatMap((phase): readonly Slice[] =>
    phase.stages.length < 2
      ? [{ phase, slice: phase, label: phase.name, perSecond: phase.offeredPerSecond }]
      : phase.stages.map((slice) => ({ phase, slice, label: slice.label, perSecond: slice.ratePerSecond })),
  );
  const [worst] = slices
    .filter(({ slice }) => (slice.missRatio ?? 0) > WORTH_A_LOOK)
    .sort((a, b) => (b.slice.missRatio ?? 0) - (a.slice.missRatio ?? 0));
  if (worst === undefined) return null;
  const { good, offered } = worst.slice;
  const within = deadlineWords(run.plan.scenario);
  const { low, high } = proportionInterval(good, offered);
  return numberOf(run, {
    name: `On time, ${plainText(worst.label, 20)}`,
    context: [worst.phase.loop === 'open' ? rate(worst.perSecond) : loopWords(worst.phase), within]
      .filter((each) => each !== null)
      .join(', '),
    measured: { value: good / offered, low, high, unit: 'ratio' },
    gated: ({ gate }) => gate.metric === 'deadline-miss-ratio' && gate.phase === worst.phase.name,
    mirrored: true,
  });
}

/** Why there is no time, after `not within 28 s` and what that counts from. */
const ENDED_FIRST = 'observation ended';

function recovery(run: RunView): HeadlineNumber | null {
  const worst = worstRecovery(run.analysis.summary.recoveries);
  if (worst === null) return drained(run);
  const { timeToRecover, windowNs } = worst;
  const context = `after ${plainText(faultInPhase(worst, run.analysis.summary.phases), 48)}`;
  const name = 'Recovery';
  const gated: Gated = ({ gate }) => gate.metric === 'time-to-recover';
  switch (timeToRecover.kind) {
    case 'value': {
      const isFirst = timeToRecover.ns === 0;
      const measured = {
        value: isFirst ? windowNs : timeToRecover.ns,
        low: Math.max(0, timeToRecover.ns - windowNs),
        high: isFirst ? windowNs : timeToRecover.ns,
        unit: 'ns',
        text: isFirst ? `< ${duration(windowNs)}` : duration(timeToRecover.ns),
      } as const;
      return numberOf(run, { name, context, measured, gated, interval: `in windows of ${duration(windowNs)}` });
    }
    case 'censored': {
      const measured = { value: timeToRecover.ns, low: timeToRecover.ns, high: null, unit: 'ns' } as const;
      const text = timeUntil(null, timeToRecover.ns);
      const interval = ENDED_FIRST;
      return numberOf(run, { name, context, measured: { ...measured, text }, gated, interval, otherwise: 'bad' });
    }
    case 'not-degraded':
      return {
        ...unknown(name, context, stayedWords(worst)),
        value: 'none needed',
        state: 'good',
        bound: 'by check, no gate',
      };
    case 'not-observed':
    case 'unknown':
      return unknown(name, context, recoveryNote(worst));
  }
}

/** Of a run without a fault: how long the backlog of its overload took to drain. */
function drained(run: RunView): HeadlineNumber | null {
  const phase = run.analysis.summary.phases.find(({ drain }) => drain !== null);
  if (phase?.drain === undefined || phase.drain === null) return null;
  const { drainNs, observedNs, emptyWhen, ageAsBefore } = phase.drain;
  // A run that was cut off before saw nothing of it.
  if (observedNs <= 0) return null;
  const gated: Gated = ({ gate }) => gate.metric === 'backlog-drain' && gate.phase === phase.name;
  const context = `backlog of ${plainText(phase.name, 32)}`;
  // An empty queue that can't be seen is no finding, unless a gate asks for it.
  if (drainNs === null && ageAsBefore !== null && !run.gates.results.some(gated)) {
    const { ns, maxNs } = ageAsBefore;
    const oldest = `oldest unanswered call ≤ ${duration(maxNs)}`;
    return numberOf(run, {
      name: 'Recovery',
      context,
      measured: { value: ns ?? observedNs, low: null, high: null, unit: 'ns', text: timeUntil(ns, observedNs) },
      gated,
      interval: `${oldest}, as before${ns === null ? `; ${ENDED_FIRST}` : ''}`,
      ...(ns === null ? { otherwise: 'look' } : {}),
    });
  }
  const value = drainNs ?? observedNs;
  // Without times of the upstream a call in service counts too, and a server that always has one is never empty.
  const censored =
    emptyWhen === 'none-waiting' ? `after the overload; ${ENDED_FIRST}` : 'at no time without a call in progress';
  return numberOf(run, {
    name: 'Recovery',
    context,
    measured: {
      ...{ value, low: null, high: null, unit: 'ns' },
      text: timeUntil(drainNs, observedNs),
    },
    gated,
    interval: drainNs === null ? censored : 'after the overload, until drained',
    ...(drainNs === null ? { otherwise: 'look' } : {}),
  });
}

/** What is left where a run has little else: the calls that were answered well. */
function goodput(run: RunView, summary: Summary): HeadlineNumber | null {
  const phase = phaseOfTail(measuredPhases(summary));
  if (phase === undefined) return null;
  const within = deadlineWords(run.plan.scenario);
  const words = offeredWords(phase);
  return numberOf(run, {
    name: `Goodput, ${wholeName(phase)}`,
    context: phase.loop === 'closed' || stageRates(phase) !== null ? words : `of ${words} offered`,
    measured: { value: phase.goodputPerSecond, low: null, high: null, unit: 'per-second' },
    gated: ({ gate }) => gate.metric === 'goodput' && gate.stat === 'rate' && gate.phase === phase.name,
    interval: `${percent(phase.goodRatio ?? 0)} on time${within === null ? '' : ` (${within})`}`,
    ...(phase.goodRatio === null ? {} : { share: phase.goodRatio }),
  });
}

/** `within 2 s`; null where calls have deadlines of their own. */
function deadlineWords({ calls }: RunView['plan']['scenario']): string | null {
  const [only, ...others] = new Set(calls.map(({ deadlineNs }) => deadlineNs));
  return only === undefined || others.length > 0 ? null : `within ${duration(only)}`;
}

function ofQuantile(run: RunView, found: Quantile, name: string, context: string, phase: string): HeadlineNumber {
  const stat = quantileName(found.q);
  const gated: Gated = ({ gate }) =>
    gate.metric === 'response-time' && gate.stat === stat && gate.phase === phase && gate.tool === null;
  switch (found.kind) {
    case 'not-estimable':
      return unknown(name, context, `too few samples (${found.n} of ${found.needed} needed)`);
    case 'censored': {
      const measured = {
        value: found.ns,
        low: found.ns,
        high: null,
        unit: 'ns',
        text: lowerBound(duration(found.ns)),
      } as const;
      return numberOf(run, { name, context, measured, gated, interval: 'a lower bound: no answer' });
    }
    case 'value':
      return numberOf(run, {
        name,
        context,
        measured: { value: found.ns, low: found.lowNs, high: found.highNs, unit: 'ns' },
        gated,
      });
  }
}
