/**
 * What was stated of the phases with faults, on the stretch before their first fault and on the one after their last.
 */
import type { HypothesisJudgement, PhaseHypotheses } from '../../src/analysis/index.js';
import { toolsOff } from './drift-numbers.js';
import { durationsOf } from './durations.js';
import type { Frame } from './frames.js';
import { isGivenUp, isGood, isOk, responseNs, type Call } from './logical-calls.js';
import { lineOf, queueAge } from './queue.js';
import type { Edges } from './recovery-numbers.js';
import type { RecordedEvent } from './run-files.js';
import type { HypothesisFacts, ScenarioFacts } from './scenario-facts.js';

type Judged = Omit<HypothesisJudgement, 'why'>;
type Result = Omit<PhaseHypotheses['results'][number], 'text' | 'before' | 'after'> & {
  readonly before: Judged;
  readonly after: Judged;
};
export type HypothesisNumbers = Omit<PhaseHypotheses, 'results'> & { readonly results: readonly Result[] };

export interface HypothesisInput {
  readonly frame: Frame;
  /** Of the phase. */
  readonly calls: readonly Call[];
  readonly edges: readonly Edges[];
  readonly recoveries: readonly {
    readonly fault: string;
    readonly timeToRecover: { readonly kind: string; readonly ns?: number };
  }[];
  readonly events: readonly RecordedEvent[];
  readonly scenario: ScenarioFacts;
}

/** A number, one that is at least so large, one that too few samples tell, or none at all. */
type Seen = { readonly n: number } | { readonly atLeast: number } | 'too few' | 'none';

interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
  readonly calls: readonly Call[];
}

const UNITS: Readonly<Record<string, 'ns' | 'per-second' | 'ratio' | 'count'>> = {
  count: 'count',
  rate: 'per-second',
  ratio: 'ratio',
};
const QUANTILES: Readonly<Record<string, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, 'p99.9': 0.999 };

function lengthSeen(stat: string, lengths: readonly { readonly ns: number; readonly givenUp: boolean }[]): Seen {
  const told = durationsOf(lengths);
  if (told.n === 0) return 'none';
  if (stat === 'mean' || stat === 'max') {
    const ns = (stat === 'mean' ? told.meanNs : told.maxNs) ?? NaN;
    return told.censored > 0 ? { atLeast: ns } : { n: ns };
  }
  const quantile = told.quantiles.find(({ q }) => q === QUANTILES[stat]);
  if (quantile === undefined) throw new Error(`${stat} is not recomputed`);
  return quantile.kind === 'value'
    ? { n: quantile.ns }
    : quantile.kind === 'censored'
      ? { atLeast: quantile.ns }
      : 'too few';
}

/** Sessions that were open all through, as a share of those there were. */
function sessionsOpen(events: readonly RecordedEvent[], { fromNs, toNs }: Stretch): Seen {
  const told = events.filter((event) => event.type === 'session').filter(({ atNs }) => atNs < toNs);
  const ids = [
    ...new Set(told.filter(({ edge }) => edge === 'opened' || edge === 'reopened').map(({ session }) => session)),
  ];
  if (ids.length === 0) return 'none';
  const openAt = (momentNs: number): number =>
    ids.filter((id) =>
      /opened/.test(told.findLast(({ session, atNs }) => session === id && atNs <= momentNs)?.edge ?? ''),
    ).length;
  const moments = [fromNs - 1, ...told.map(({ atNs }) => atNs).filter((atNs) => atNs >= fromNs)];
  return { n: Math.min(...moments.map(openAt)) / ids.length };
}

function seen(hypothesis: HypothesisFacts, stretch: Stretch, input: HypothesisInput): readonly Seen[] {
  const { metric, stat, tool } = hypothesis;
  const { fromNs, toNs } = stretch;
  const calls = stretch.calls.filter(({ spec }) => tool === null || input.scenario.calls[spec]?.label === tool);
  const seconds = (toNs - fromNs) / 1e9;
  const share = (of: (call: Call) => boolean): readonly Seen[] => [
    calls.length === 0 ? 'none' : { n: calls.filter(of).length / calls.length },
  ];
  switch (metric) {
    case 'response-time':
      return [calls.filter(isOk), calls].map((each) =>
        lengthSeen(
          stat,
          each.map((call) => ({ ns: responseNs(call), givenUp: isGivenUp(call) })),
        ),
      );
    case 'goodput':
      return stat === 'ratio'
        ? share(isGood)
        : [calls.length === 0 ? 'none' : { n: calls.filter(isGood).length / seconds }];
    case 'error-ratio':
      return [calls.length === 0 ? 'none' : { n: 1 - calls.filter(isOk).length / calls.length }];
    case 'error-classes':
      return [
        calls.length === 0
          ? 'none'
          : {
              n: new Set(calls.map(({ errorClass }) => errorClass).filter((errorClass) => errorClass !== 'none')).size,
            },
      ];
    case 'retry-amplification':
      return [
        calls.length === 0 ? 'none' : { n: calls.reduce((sum, { attempts }) => sum + attempts, 0) / calls.length },
      ];
    case 'throughput':
      return [
        calls.length === 0
          ? 'none'
          : {
              n:
                input.calls.filter((call) => isOk(call) && call.doneNs >= fromNs && call.doneNs < toNs).length /
                seconds,
            },
      ];
    case 'queue-age': {
      const age = queueAge(lineOf(input.calls), fromNs, toNs);
      return [calls.length === 0 ? 'none' : { n: stat === 'max' ? age.maxNs : age.p99Ns }];
    }
    case 'sessions-open':
      return [sessionsOpen(input.events, stretch)];
    case 'contract-drift':
      return [
        input.events.some((event) => event.type === 'contract') ? { n: toolsOff(input.events, fromNs, toNs) } : 'none',
      ];
    default:
      throw new Error(`${metric} is not recomputed`);
  }
}

/** How far a number is beyond its bound; below zero: that far within. */
const beyond = ({ min, max }: HypothesisFacts, n: number): number => Math.max(n - max, min - n);

function judged(hypothesis: HypothesisFacts, stretch: Stretch | null, input: HypothesisInput): Judged {
  if (stretch === null) return { verdict: 'not-judged', measured: null };
  const all = seen(hypothesis, stretch, input);
  const worst = (numbers: readonly number[]): number | null =>
    numbers.reduce<number | null>(
      (most, n) => (most === null || beyond(hypothesis, n) > beyond(hypothesis, most) ? n : most),
      null,
    );
  const known = all.flatMap((each) => (typeof each === 'object' && 'n' in each ? [each.n] : []));
  const bounds = all.flatMap((each) => (typeof each === 'object' && 'atLeast' in each ? [each.atLeast] : []));
  const broken = worst([
    ...known.filter((n) => beyond(hypothesis, n) > 0),
    ...bounds.filter((n) => n > hypothesis.max),
  ]);
  if (broken !== null) return { verdict: 'broken', measured: broken };
  if (all.includes('none')) return { verdict: 'not-judged', measured: null };
  const open = bounds.filter((n) => hypothesis.max !== Infinity || n < hypothesis.min);
  if (open.length > 0 || all.includes('too few')) return { verdict: 'not-judged', measured: worst(open) };
  return { verdict: 'held', measured: worst([...known, ...bounds]) };
}

/** The hypotheses of one phase: one entry, or none where it has no fault or nothing is stated. */
export function hypothesisNumbers(input: HypothesisInput): readonly HypothesisNumbers[] {
  const { frame, scenario } = input;
  const stated = [...scenario.hypotheses, ...frame.facts.hypotheses];
  if (stated.length === 0 || scenario.faults.every(({ phase }) => phase !== frame.facts.name)) return [];
  const { windowNs, holdNs } = scenario.recovery;
  const own = input.edges.filter(({ phase }) => phase === frame.index);
  const others = input.edges.filter(({ phase }) => phase !== frame.index);

  const stretch = (fromNs: number, toNs: number): Stretch | null => {
    const undisturbed = others.every(
      ({ onsetNs, clearNs }) => onsetNs >= toNs || (clearNs !== null && clearNs <= fromNs),
    );
    return fromNs < toNs && undisturbed
      ? {
          fromNs,
          toNs,
          calls: input.calls.filter(({ warmup, intendedNs }) => !warmup && intendedNs >= fromNs && intendedNs < toNs),
        }
      : null;
  };
  const over = own.map(({ fault, clearNs }) => {
    const recover = input.recoveries.find((recovery) => recovery.fault === fault)?.timeToRecover;
    return clearNs === null ? Infinity : clearNs + (recover?.kind === 'value' ? (recover.ns ?? NaN) : holdNs);
  });
  const before =
    own.length === 0 ? null : stretch(frame.measuredFromNs, Math.min(...own.map(({ onsetNs }) => onsetNs)) - windowNs);
  const after = own.length === 0 ? null : stretch(Math.max(...over), frame.scheduledEndNs);
  const told = (each: Stretch | null): PhaseHypotheses['before'] =>
    each === null ? null : { fromNs: each.fromNs, toNs: each.toNs, offered: each.calls.length };
  return [
    {
      phase: frame.facts.name,
      faults: own.map(({ fault }) => fault),
      before: told(before),
      after: told(after),
      results: stated.map((hypothesis) => ({
        metric: hypothesis.metric as Result['metric'],
        unit: hypothesis.metric === 'retry-amplification' ? 'multiple' : (UNITS[hypothesis.stat] ?? 'ns'),
        before: judged(hypothesis, before, input),
        after: judged(hypothesis, after, input),
      })),
    },
  ];
}
