/**
 * The knee of a load curve: the last rate up to which goodput keeps growing with what is offered. The working
 * definition of the knee capacity in Jain, The Art of Computer Systems Performance Analysis (1991), made decidable by a
 * share.
 */
import type { CapacityProbe, Knee } from './types.js';

/** Fewer different rates make no curve. */
const LEAST_RATES = 6;
/** Share of what is offered more that must come back as goodput. */
const GROWTH_SHARE = 0.9;
/** Of fewer calls, one that ends after its probe is more than half of what may be missing. */
const LEAST_CALLS = 20;

/** Without probes that the generator spoiled, and those of a few calls; probes at one rate count as their mean. */
export function kneeOf(probes: readonly Pick<CapacityProbe, 'ratePerSecond' | 'verdict' | 'evidence'>[]): Knee {
  const usable = probes.filter(({ verdict, evidence: { offered } }) => verdict !== 'invalid' && offered >= LEAST_CALLS);
  const levels = [...new Set(usable.map(({ ratePerSecond }) => ratePerSecond))].sort((a, b) => a - b);
  if (levels.length < LEAST_RATES)
    return { kind: 'none', reason: 'too-few-rates', rates: levels.length, neededRates: LEAST_RATES };
  const curve = levels.map((ratePerSecond) => {
    const here = usable.filter((probe) => probe.ratePerSecond === ratePerSecond).map(({ evidence }) => evidence);
    const mean = (of: (evidence: CapacityProbe['evidence']) => number): number =>
      here.reduce((sum, each) => sum + of(each), 0) / here.length;
    return {
      ratePerSecond,
      offered: mean((each) => each.offeredPerSecond),
      good: mean((each) => each.goodputPerSecond),
    };
  });
  const bend = curve.findIndex((level, at) => {
    const below = curve[at - 1] ?? { offered: 0, good: 0 };
    return level.good - below.good < GROWTH_SHARE * (level.offered - below.offered);
  });
  const knee = bend === -1 ? undefined : curve[bend - 1];
  if (knee === undefined)
    return {
      kind: 'none',
      reason: bend === -1 ? 'still-growing' : 'never-grew',
      rates: levels.length,
      neededRates: LEAST_RATES,
    };
  return { kind: 'found', ratePerSecond: knee.ratePerSecond, goodputPerSecond: knee.good, rates: levels.length };
}
