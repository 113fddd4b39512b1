/** Which of several arms is better in one number, as far as that is sure. */
import type { Effect } from './effects.js';
import { holmAdjusted, pValueAboveZero } from './statistics/index.js';

/** The places that an arm may take, 1 the best: `best` equals `worst` where its interval parts from all others. */
export interface Rank {
  readonly arm: string;
  readonly best: number;
  readonly worst: number;
}

export type Ranking =
  | { readonly kind: 'ranks'; readonly ranks: readonly Rank[] }
  /** Why there is none. */
  | { readonly kind: 'none'; readonly why: string };

/** Chance of any wrong order among the pairs of arms of one number. */
const ERROR = 0.05;

/**
 * Ranks the reference and the arms by the effects on one subject, each arm once. Two arms are in order where the paired
 * difference of their trials is surely above or below 0: t tests of both directions, adjusted over all pairs of arms by
 * Holm's method. An arm's ranks reach from 1 + the number of arms that are surely better to n - those surely worse.
 */
export function rankingOf(reference: string, effects: readonly Effect[]): Ranking {
  const [first] = effects;
  if (first === undefined || effects.length < 2) return { kind: 'none', why: 'fewer than three arms' };
  const missing = effects.find(({ result }) => result.kind === 'none');
  if (missing?.result.kind === 'none')
    return { kind: 'none', why: `no value of ${missing.arm}: ${missing.result.why}` };
  if (effects.some(({ result }) => result.kind === 'estimate' && result.precision !== 'exact'))
    return { kind: 'none', why: 'of an arm only a bound is known' };
  if (first.pairs.length < 2) return { kind: 'none', why: 'one trial of each arm has no interval' };
  const values = effects.flatMap(({ pairs }) =>
    pairs.flatMap(({ reference: a, candidate: b }) => [a ?? NaN, b ?? NaN]),
  );
  // A value of 0 has no logarithm.
  const isLog = first.change === 'ratio' && values.every((value) => value > 0);
  const worse = (value: number | null): number => {
    const scaled = isLog ? Math.log(value ?? NaN) : (value ?? NaN);
    return first.better === 'lower' ? scaled : -scaled;
  };
  const arms = [
    { arm: reference, values: first.pairs.map((pair) => worse(pair.reference)) },
    ...effects.map(({ arm, pairs }) => ({ arm, values: pairs.map(({ candidate }) => worse(candidate)) })),
  ];
  const ordered = arms.flatMap((a) =>
    arms.filter((b) => b !== a).map((b) => ({ better: a.arm, worse: b.arm, harms: differences(b.values, a.values) })),
  );
  const adjusted = holmAdjusted(ordered.map(({ harms }) => pValueAboveZero(harms)));
  const sure = ordered.filter((_, index) => (adjusted[index] ?? 1) <= ERROR);
  const ranks = arms.map(({ arm }) => ({
    arm,
    best: 1 + sure.filter((each) => each.worse === arm).length,
    worst: arms.length - sure.filter((each) => each.better === arm).length,
  }));
  return sure.length === 0 ? { kind: 'none', why: 'no two arms differ surely' } : { kind: 'ranks', ranks };
}

const differences = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.map((value, index) => value - (b[index] ?? NaN));
