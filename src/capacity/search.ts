/** Which rate to probe next, for how long, and when to stop: a state machine whose only input is judged probes. */
import {
  contradictions,
  intervalOf,
  poolsOf,
  type CapacityInterval,
  type Pool,
  type RatedProbe,
} from '../analysis/index.js';
import type { Search } from '../catalog/index.js';
import { NS_PER_S } from '../clock/index.js';
import type { SearchEnding } from '../record/index.js';
import { WARMUP_SHARE, coolDownNs, type ProbeOrder } from './probe.js';

export type SearchBounds = Pick<
  Search,
  'between' | 'resolution' | 'confirmations' | 'stepNs' | 'longestSteps' | 'budgetNs' | 'slopeLimitNsPerSecond'
>;

export interface SearchResult extends CapacityInterval {
  readonly ended: SearchEnding;
  /** Probes made, invalid and undecided ones among them. */
  readonly probes: number;
}

export type SearchStep =
  { readonly kind: 'probe'; readonly order: ProbeOrder } | { readonly kind: 'end'; readonly result: SearchResult };

/** A bracketing probe has only to show gross overload. */
const BRACKET_STEPS = 0.5;
/** A probe the generator spoiled is made again; after this many in a row the generator is the limit. */
const INVALID_IN_A_ROW = 3;
/** One failure may be a hiccup of the machine; a second probe settles it. */
const PROBES_TO_FAIL = 2;
/** Least distance of a probe from the likely capacity, as a share of the resolution. */
const LEAST_AWAY = 0.45;
/** And where the ends of the interval leave less. */
const NEAREST = 0.25;
/** How much further away each probe is tried on a side where the ones before could not decide. */
const RETREAT = 1.25;
/** Probes that each length must leave time for: one for each end, and one to confirm it. */
const PROBES_TO_COME = 4;
/** Standard deviations by which a change stands out in nine of ten probes. */
const STAND_OUT = 3.2;
/** Half a 95 % interval of a slope in standard errors. */
const HALF_WIDTH = 2.1;

/** Where the fit lies outside the interval, its next neighbour inside counts. */
const BARELY = 1.001;

/** How far below the likely capacity a first rate is tried that is to pass, as a share of it: there it soon does. */
const FIRST_BELOW = 0.5;
/** Length of such a probe and of what may delay it, in lengths of it. */
const SPARE_FOR_PASS = 1.2;

type Side = 'below' | 'above';
type Made = RatedProbe & { readonly order: ProbeOrder };

/**
 * The search. Alternate `next` and `learn` until `next` says the end.
 *
 * From the lowest rate it doubles until a probe fails or the highest rate passed. The capacity that fits all probes,
 * and how much the queue wanders in overload, then say how far below and above it a probe of a length can decide: there
 * the next ones are made. Both ends of the interval are tried again until they are confirmed. It ends when the interval
 * is narrow enough and confirmed, or when the budget of time is used up.
 */
export class CapacitySearch {
  readonly #bounds: SearchBounds;
  readonly #probes: Made[] = [];
  #order: ProbeOrder | null = null;
  #interval: CapacityInterval;

  /** RangeError unless 0 < low < high, resolution > 0 and confirmations >= 0. */
  constructor(bounds: SearchBounds) {
    const { between, resolution, confirmations } = bounds;
    const { lowPerSecond: low, highPerSecond: high } = between;
    if (!(low > 0 && high > low && Number.isFinite(high) && resolution > 0 && confirmations >= 0))
      throw new RangeError(
        `no search between ${low}/s and ${high}/s to ${resolution} with ${confirmations} confirmations`,
      );
    this.#bounds = bounds;
    this.#interval = intervalOf([], bounds.slopeLimitNsPerSecond);
  }

  /** The next probe, or the end, `elapsedNs` after the search began. */
  next(elapsedNs: number): SearchStep {
    const last = this.#probes.slice(-INVALID_IN_A_ROW);
    if (last.length === INVALID_IN_A_ROW && last.every(({ verdict }) => verdict === 'invalid'))
      return this.#end('generator');
    const leftNs = this.#bounds.budgetNs - elapsedNs;
    const repeated = last.at(-1)?.verdict === 'invalid' ? last.at(-1)?.order : undefined;
    const wanted = repeated ?? this.#wanted(leftNs);
    if (typeof wanted === 'string') return this.#end(wanted);
    let { steps } = wanted;
    while (steps > 1 && this.#costNs({ ...wanted, steps }) > leftNs) steps /= 2;
    this.#order = { ...wanted, steps };
    return this.#costNs(this.#order) > leftNs ? this.#end('budget') : { kind: 'probe', order: this.#order };
  }

  /** Takes the verdict on the last probe asked for. Throws when none was. */
  learn({ verdict, evidence }: Pick<RatedProbe, 'verdict' | 'evidence'>): void {
    const order = this.#order;
    if (order === null) throw new Error('no probe was asked for');
    this.#probes.push({ ratePerSecond: order.ratePerSecond, order, verdict, evidence });
    this.#interval = intervalOf(this.#probes, this.#bounds.slopeLimitNsPerSecond);
  }

  /** The result as far as it is known, when the search is broken off. */
  interrupted(): SearchResult {
    return this.#resultOf('interrupted');
  }

  #wanted(leftNs: number): ProbeOrder | 'found' | 'high-passed' | 'low-failed' {
    const { between, resolution, confirmations, slopeLimitNsPerSecond } = this.#bounds;
    const { lowPerSecond: low, highPerSecond: high } = between;
    const contradictory = contradictions(poolsOf(this.#probes, slopeLimitNsPerSecond));
    if (contradictory.length > 0) return this.#again(fewest(contradictory).ratePerSecond);
    const { passedPerSecond: passed, failedPerSecond: failed, passedProbes, failedProbes } = this.#interval;
    if (failed === null) {
      const top = Math.max(0, ...this.#valid().map(({ ratePerSecond }) => ratePerSecond));
      if (top < high)
        return { ratePerSecond: top === 0 ? low : Math.min(2 * top, high), purpose: 'bracket', steps: BRACKET_STEPS };
      return passed === high && passedProbes > confirmations ? 'high-passed' : this.#again(high);
    }
    if (failed <= low) return failedProbes >= PROBES_TO_FAIL ? 'low-failed' : this.#again(failed);
    const open = [
      ...(passed !== null && passedProbes <= confirmations ? [this.#again(passed)] : []),
      ...(failedProbes < PROBES_TO_FAIL ? [this.#again(failed)] : []),
    ];
    const [confirm] = open;
    if (passed !== null && failed / passed - 1 <= resolution) return confirm ?? 'found';
    const narrow = this.#narrowed(passed, failed, leftNs);
    const neededNs = [narrow, ...open].reduce((sum, order) => sum + this.#costNs(order), 0);
    return passed !== null && confirm !== undefined && neededNs > leftNs ? confirm : narrow;
  }

  /** A rate between two others: on the side of the likely capacity where the interval is wider and can be narrowed. */
  #narrowed(passed: number | null, failed: number, leftNs: number): ProbeOrder {
    const { between, resolution, longestSteps, stepNs } = this.#bounds;
    const least = passed ?? between.lowPerSecond;
    const capacity = this.#capacity(least, failed);
    // The shortest probes that can decide as near as is asked for; else the longest for which there is time.
    let steps = 1;
    while (
      steps < longestSteps &&
      this.#away('below', steps) + this.#away('above', steps) > resolution &&
      2 * steps * stepNs * PROBES_TO_COME <= leftNs
    )
      steps *= 2;
    // Half a result needs a lower end more than a narrow upper one: the longest probe that leaves time for it.
    if (passed === null)
      while (
        steps < longestSteps &&
        this.#away('below', steps) > resolution &&
        2 * steps * stepNs * SPARE_FOR_PASS <= leftNs
      )
        steps *= 2;
    const sides = (passed === null ? (['below'] as const) : (['below', 'above'] as const)).map((side) => {
      const [from, to] = side === 'below' ? [least, capacity] : [capacity, failed];
      const tries = this.#tries(from, to);
      // Nearer than that to the capacity no probe decides; further than half-way to the end it gains little.
      const away = Math.max(this.#away(side, steps), passed === null ? FIRST_BELOW : 0);
      const far = Math.min(away * RETREAT ** tries, (to / from) ** 0.75 - 1);
      const times = 1 + Math.max(NEAREST * resolution, far);
      const rate = side === 'below' ? Math.max(least, capacity / times) : capacity * times;
      const gains = (rate > least || passed === null) && rate < failed;
      return { rate, tries, gain: gains ? Math.log(to / from) / (1 + tries) : -1 };
    });
    const best = sides.reduce((most, each) => (each.gain > most.gain ? each : most));
    if (best.gain < 0) return this.#again(least);
    // What keeps undecided takes longer probes, whatever the queue was seen to wander.
    const longer = Math.min(longestSteps, Math.max(steps, 2 ** (best.tries - 1)));
    return { ratePerSecond: short(best.rate, least, failed), purpose: 'narrow', steps: longer };
  }

  /**
   * How far from the capacity, as a share of it, a probe of so many steps is likely to decide: as far as the growth of
   * the queue, or what drains it, stands out from what it wanders by itself in that time.
   */
  #away(side: Side, steps: number): number {
    const { resolution, stepNs, slopeLimitNsPerSecond } = this.#bounds;
    const seconds = ((1 - WARMUP_SHARE) * steps * stepNs) / NS_PER_S;
    const limit = side === 'above' ? slopeLimitNsPerSecond / NS_PER_S : 0;
    return Math.max(LEAST_AWAY * resolution, limit + (STAND_OUT * this.#wandering()) / Math.sqrt(seconds));
  }

  /**
   * What the queue's age wanders in a second at capacity, in seconds: by the widths of the slopes seen in overload,
   * where it wanders less in proportion to the rate.
   */
  #wandering(): number {
    const { stepNs } = this.#bounds;
    const { fitted } = this.#interval;
    const seen = this.#probes.flatMap(({ verdict, order, evidence: { queueAge, abandoned } }) => {
      const { slope } = queueAge;
      if (verdict === 'invalid' || slope === null || abandoned > 0 || fitted === null) return [];
      if (order.ratePerSecond < fitted.value) return [];
      const seconds = ((1 - WARMUP_SHARE) * order.steps * stepNs) / NS_PER_S;
      const error = (slope.nsPerSecond - slope.low) / (HALF_WIDTH * NS_PER_S);
      return [{ seconds, variance: seconds * ((error * order.ratePerSecond) / fitted.value) ** 2 }];
    });
    const total = seen.reduce((sum, { seconds }) => sum + seconds, 0);
    return Math.sqrt(seen.reduce((sum, { seconds, variance }) => sum + seconds * variance, 0) / Math.max(1e-9, total));
  }

  /** Probes between two rates that were to decide, and did not. */
  #tries(from: number, to: number): number {
    return this.#valid().filter(
      ({ ratePerSecond: at, verdict, order }) =>
        verdict === 'undecided' && order.purpose === 'narrow' && at > from && at < to,
    ).length;
  }

  /** Where the capacity is likely to be, between two rates: by the fit, else by the answers of an overloaded probe. */
  #capacity(passed: number, failed: number): number {
    const { fitted } = this.#interval;
    if (fitted !== null) return Math.min(failed / BARELY, Math.max(passed * BARELY, fitted.value));
    const answered = Math.max(...this.#valid().map(({ evidence }) => evidence.completedPerSecond));
    return answered > passed && answered < failed ? answered : Math.sqrt(passed * failed);
  }

  /** A rate once more, as long as before; longer where that did not decide it. */
  #again(ratePerSecond: number): ProbeOrder {
    const here = this.#valid().filter((probe) => probe.ratePerSecond === ratePerSecond);
    const longest = Math.max(1, ...here.map(({ order }) => order.steps));
    const isOpen = here.at(-1)?.verdict === 'undecided';
    const steps = Math.min(this.#bounds.longestSteps, isOpen ? 2 * longest : longest);
    return { ratePerSecond, purpose: 'confirm', steps };
  }

  #valid(): readonly Made[] {
    return this.#probes.filter(({ verdict }) => verdict !== 'invalid');
  }

  /** What a probe takes with the drain and the pause behind it. */
  #costNs({ ratePerSecond, steps }: ProbeOrder): number {
    const { stepNs } = this.#bounds;
    const { fitted } = this.#interval;
    const over = fitted === null ? 0 : Math.max(0, ratePerSecond / fitted.value - 1);
    return steps * stepNs * (1 + over) + coolDownNs({ abandoned: 0, completedPerSecond: 0 }, stepNs);
  }

  #end(ended: SearchEnding): SearchStep {
    return { kind: 'end', result: this.#resultOf(ended) };
  }

  #resultOf(ended: SearchEnding): SearchResult {
    return { ended, ...this.#interval, probes: this.#probes.length };
  }
}

const fewest = (pools: readonly Pool[]): Pool =>
  pools.reduce((least, pool) => (pool.probes < least.probes ? pool : least));

/** A rate in four digits where that leaves it between two others. */
function short(rate: number, low: number, high: number): number {
  const rounded = Number(rate.toPrecision(4));
  return rounded > low && rounded < high ? rounded : rate;
}
