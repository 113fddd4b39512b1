/** What the probes of a search show together of the rate that the target sustains. */
import type { ProbeVerdict } from '../../record/index.js';
import type { CapacityInterval, CapacityProbe, Fitted } from './types.js';
import { shownBy } from './verdict.js';

/** What of a probe counts here. */
export type RatedProbe = Pick<CapacityProbe, 'ratePerSecond' | 'verdict' | 'evidence'>;

/** A rate with what all valid probes at it, and those at its neighbours, show of it. */
export interface Pool {
  readonly ratePerSecond: number;
  /** Probes that were judged together. */
  readonly probes: number;
  readonly verdict: ProbeVerdict;
}

/** Rates further apart than this are not judged together. */
const NEIGHBOURS = 1.1;

/**
 * The rates that were probed, from the lowest; the probes that the generator spoiled are left out. A rate has passed
 * when the probes at it show so, alone or with those at its next higher neighbours, and failed when those at it do,
 * alone or with lower ones: capacity is monotone, so a neighbour on that side is no weaker evidence.
 */
export function poolsOf(probes: readonly RatedProbe[], limitNsPerSecond: number): readonly Pool[] {
  const valid = probes.filter(({ verdict }) => verdict !== 'invalid').sort((a, b) => a.ratePerSecond - b.ratePerSecond);
  const verdictOf = (some: readonly RatedProbe[]): ProbeVerdict =>
    shownBy(
      some.map(({ evidence }) => evidence),
      limitNsPerSecond,
    ).verdict;
  const own = [...new Set(valid.map((probe) => probe.ratePerSecond))].map((ratePerSecond) => {
    const here = valid.filter((probe) => probe.ratePerSecond === ratePerSecond);
    return { ratePerSecond, here, verdict: verdictOf(here) };
  });
  /** The most probes that show `wanted` together, from a rate on in the order given; 0 when none do. */
  const showing = (wanted: ProbeVerdict, opposite: ProbeVerdict, rates: typeof own): number => {
    let most = 0;
    const together: RatedProbe[] = [];
    const from = rates[0]?.ratePerSecond ?? NaN;
    for (const { ratePerSecond: at, here, verdict } of rates) {
      if (verdict === opposite || Math.max(at / from, from / at) > NEIGHBOURS) break;
      together.push(...here);
      if (verdictOf(together) === wanted) most = together.length;
    }
    return most;
  };
  return own.map(({ ratePerSecond, here }, i) => {
    const passing = showing('passed', 'failed', own.slice(i));
    const failing = showing('failed', 'passed', own.slice(0, i + 1).reverse());
    const verdict = passing > 0 === failing > 0 ? 'undecided' : passing > 0 ? 'passed' : 'failed';
    return { ratePerSecond, verdict, probes: Math.max(passing, failing) || here.length };
  });
}

/**
 * Rates that passed although a lower one failed, and those that failed although a higher one passed: capacity is
 * monotone, so one of them is wrong, and none of them is decided.
 */
export function contradictions(pools: readonly Pool[]): readonly Pool[] {
  const lowestFailed = Math.min(...ratesOf(pools, 'failed'));
  const highestPassed = Math.max(...ratesOf(pools, 'passed'));
  return pools.filter(
    ({ verdict, ratePerSecond: at }) =>
      (verdict === 'passed' && at > lowestFailed) || (verdict === 'failed' && at < highestPassed),
  );
}

const ratesOf = (pools: readonly Pool[], wanted: ProbeVerdict): readonly number[] =>
  pools.filter(({ verdict }) => verdict === wanted).map(({ ratePerSecond }) => ratePerSecond);

/**
 * The interval that the probes support: from the highest rate that passed to the lowest that failed, each by all probes
 * at that rate, and no contradiction among them. Rates tried between the two are undecided.
 */
export function intervalOf(probes: readonly RatedProbe[], limitNsPerSecond: number): CapacityInterval {
  const pools = poolsOf(probes, limitNsPerSecond);
  const contradictory = contradictions(pools);
  const clear = pools.filter((pool) => !contradictory.includes(pool));
  const passed = clear.findLast(({ verdict }) => verdict === 'passed');
  const failed = clear.find(({ verdict }) => verdict === 'failed');
  return {
    passedPerSecond: passed?.ratePerSecond ?? null,
    failedPerSecond: failed?.ratePerSecond ?? null,
    passedProbes: passed?.probes ?? 0,
    failedProbes: failed?.probes ?? 0,
    undecidedPerSecond: pools
      .map(({ ratePerSecond }) => ratePerSecond)
      .filter((at) => at > (passed?.ratePerSecond ?? 0) && at < (failed?.ratePerSecond ?? Infinity)),
    fitted: fitOf(probes),
  };
}

/** Rates that the fit tries lie so far apart. */
const FIT_STEP = 1.001;
/** Least standard error of a slope: one queue in front of equal workers is a model. */
const LEAST_ERROR = 0.002;
/** Most that one probe adds to the misfit: a standstill of the machine in one of them does not carry the fit. */
const MOST_MISFIT = 9;
/** Half a 95 % interval of a slope in standard errors. */
const HALF_WIDTH = 2.1;

/**
 * Capacity by all probes at once: above a capacity C the age of the oldest queued call grows by 1 - C / rate seconds a
 * second, below it does not. C is where the squared misfit is least, its interval where it is at most 4 above that
 * (95 %). Null unless a probe shows growth. Where calls were given up, the age can't grow on: such probes are left out.
 */
function fitOf(probes: readonly RatedProbe[]): Fitted | null {
  const points = probes.flatMap(({ verdict, ratePerSecond, evidence: { queueAge, abandoned } }) => {
    if (verdict === 'invalid' || queueAge.slope === null || abandoned > 0) return [];
    const { nsPerSecond, low, high } = queueAge.slope;
    const half = low > 0 ? nsPerSecond - low : high - nsPerSecond;
    return [{ ratePerSecond, growth: nsPerSecond / 1e9, error: Math.hypot(half / (HALF_WIDTH * 1e9), LEAST_ERROR) }];
  });
  if (!points.some(({ growth, error }) => growth > HALF_WIDTH * error)) return null;
  const rates = points.map(({ ratePerSecond }) => ratePerSecond);
  const misfits: { readonly at: number; readonly misfit: number }[] = [];
  for (let at = Math.min(...rates) / 2; at <= Math.max(...rates); at *= FIT_STEP) {
    const misfit = points.reduce(
      (sum, { ratePerSecond, growth, error }) =>
        sum + Math.min(MOST_MISFIT, ((growth - Math.max(0, 1 - at / ratePerSecond)) / error) ** 2),
      0,
    );
    misfits.push({ at, misfit });
  }
  const best = misfits.reduce((least, each) => (each.misfit < least.misfit ? each : least));
  const near = misfits.filter(({ misfit }) => misfit <= best.misfit + 4);
  return { value: best.at, low: near[0]?.at ?? best.at, high: near.at(-1)?.at ?? best.at };
}
