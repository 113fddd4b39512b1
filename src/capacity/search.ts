/** The rate to try next: doubling, bisection, confirmation. A state machine whose only input is verdicts. */
import type { ProbePurpose, ProbeVerdict, SearchEnding } from '../record/index.js';

export interface SearchBounds {
  readonly lowPerSecond: number;
  readonly highPerSecond: number;
  /** The bracket is narrow enough when failed / passed - 1 is at most this. */
  readonly resolution: number;
  /** How often the passed rate must pass again. */
  readonly confirmations: number;
}

export interface ProbeOrder {
  readonly ratePerSecond: number;
  readonly purpose: ProbePurpose;
  /** Length in multiples of the phase's step: 1, 2 or 4. */
  readonly steps: number;
}

export interface SearchResult {
  readonly ended: SearchEnding;
  /** Highest rate that stands as passed, lowest above it that stands as failed. */
  readonly passedPerSecond: number | null;
  readonly failedPerSecond: number | null;
  /** Probes made, invalid and undecided ones among them. */
  readonly probes: number;
}

export type SearchStep =
  { readonly kind: 'probe'; readonly order: ProbeOrder } | { readonly kind: 'end'; readonly result: SearchResult };

/** Longest probe, in steps: what is not decided then counts as failed, because passing takes proof. */
const LONGEST_STEPS = 4;
/** A probe the generator spoiled is made again; after this many in a row the generator is the limit. */
const INVALID_IN_A_ROW = 3;
/** One failure may be a hiccup of the machine; a second at the same rate settles it. */
const FAILURES_TO_SETTLE = 2;

interface Tally {
  passes: number;
  failures: number;
}

/** Probes a search may take at most: twice what an undisturbed one needs, and some for what is repeated. */
export function mostProbes({ lowPerSecond, highPerSecond, resolution, confirmations }: SearchBounds): number {
  const doublings = Math.ceil(Math.log2(Math.max(1, highPerSecond / lowPerSecond))) + 1;
  // Each halves the bracket, which a doubling left, on a logarithmic scale.
  const bisections = Math.max(0, Math.ceil(Math.log2(Math.LN2 / Math.log1p(resolution))));
  return 2 * (doublings + bisections + confirmations + FAILURES_TO_SETTLE) + 6;
}

/**
 * The search. Alternate `next` and `learn` until `next` says the end.
 *
 * From the lowest rate it doubles until a probe fails or the highest rate passed; then it takes the geometric middle of
 * the highest passed and the lowest failed rate until the two are within the resolution; then it tries both ends again:
 * the failed one until it has failed twice, the passed one until it was confirmed. A later verdict overrules earlier
 * ones that contradict it (a rate that fails takes back every pass at or above it, and the other way round), and the
 * search goes on from there. Capacity is taken to be monotone: what is sustained at a rate is sustained below it.
 */
export class CapacitySearch {
  readonly #bounds: SearchBounds;
  readonly #limit: number;
  readonly #tallies = new Map<number, Tally>();
  /** Rates that stand: every passed one lies below every failed one. */
  #passed: number[] = [];
  #failed: number[] = [];
  #order: ProbeOrder | null = null;
  #repeat = false;
  #steps = 1;
  #invalidInARow = 0;
  #probes = 0;

  /** RangeError unless 0 < low < high, resolution > 0 and confirmations >= 0. */
  constructor(bounds: SearchBounds) {
    const { lowPerSecond, highPerSecond, resolution, confirmations } = bounds;
    if (!(
      lowPerSecond > 0 &&
      highPerSecond > lowPerSecond &&
      Number.isFinite(highPerSecond) &&
      resolution > 0 &&
      confirmations >= 0
    )) {
      throw new RangeError(
        `no search between ${lowPerSecond}/s and ${highPerSecond}/s to ${resolution} with ${confirmations} ` +
          'confirmations',
      );
    }
    this.#bounds = bounds;
    this.#limit = mostProbes(bounds);
  }

  /** The next probe, or the end. Asking again without learning gives the same answer. */
  next(): SearchStep {
    if (this.#invalidInARow >= INVALID_IN_A_ROW) return this.#end('generator');
    const wanted = this.#wanted();
    if (typeof wanted === 'string') return this.#end(wanted);
    if (this.#probes >= this.#limit) return this.#end('probes-used-up');
    this.#order = { ...wanted, steps: this.#steps };
    return { kind: 'probe', order: this.#order };
  }

  /**
   * Takes the verdict on the last probe asked for, and returns it as it counts: `undecided` on the longest probe is
   * `failed`. Throws when no probe was asked for.
   */
  learn(verdict: ProbeVerdict): ProbeVerdict {
    const order = this.#order;
    if (order === null) throw new Error('no probe was asked for');
    const counted = verdict === 'undecided' && order.steps >= LONGEST_STEPS ? 'failed' : verdict;
    this.#probes++;
    this.#invalidInARow = counted === 'invalid' ? this.#invalidInARow + 1 : 0;
    this.#repeat = counted === 'invalid' || counted === 'undecided';
    // What took longer to decide here may take as long nearby; if it was a moment's noise, the length comes down again.
    if (counted === 'undecided') this.#steps = Math.min(LONGEST_STEPS, this.#steps * 2);
    else if (counted !== 'invalid') this.#steps = Math.max(1, this.#steps / 2);
    if (counted === 'passed' || counted === 'failed') this.#settle(order.ratePerSecond, counted);
    return counted;
  }

  /** The result as far as it is known, when the search is broken off. */
  interrupted(): SearchResult {
    return this.#resultOf('interrupted');
  }

  #settle(rate: number, verdict: 'passed' | 'failed'): void {
    const tally = this.#tallyOf(rate);
    this.#tallies.set(rate, tally);
    if (verdict === 'passed') {
      tally.passes++;
      this.#failed = this.#failed.filter((other) => other > rate);
      if (!this.#passed.includes(rate)) this.#passed.push(rate);
    } else {
      tally.failures++;
      this.#passed = this.#passed.filter((other) => other < rate);
      if (!this.#failed.includes(rate)) this.#failed.push(rate);
    }
  }

  #wanted(): Omit<ProbeOrder, 'steps'> | 'found' | 'high-passed' | 'low-failed' {
    if (this.#repeat && this.#order !== null) return this.#order;
    const { lowPerSecond, highPerSecond, resolution, confirmations } = this.#bounds;
    const { passed, failed } = this.#standing();
    const confirmed = passed !== null && this.#tallyOf(passed).passes > confirmations;
    const settled = failed !== null && this.#tallyOf(failed).failures >= FAILURES_TO_SETTLE;
    const confirm = (ratePerSecond: number) => ({ ratePerSecond, purpose: 'confirm' }) as const;
    if (passed === null) {
      if (failed === null) return { ratePerSecond: lowPerSecond, purpose: 'bracket' };
      if (failed > lowPerSecond) return { ratePerSecond: lowPerSecond, purpose: 'bracket' };
      return settled ? 'low-failed' : confirm(failed);
    }
    if (failed === null) {
      if (passed < highPerSecond) return { ratePerSecond: Math.min(passed * 2, highPerSecond), purpose: 'bracket' };
      return confirmed ? 'high-passed' : confirm(passed);
    }
    const middle = between(passed, failed);
    if (failed / passed - 1 > resolution && middle !== null) return { ratePerSecond: middle, purpose: 'bisect' };
    if (!settled) return confirm(failed);
    return confirmed ? 'found' : confirm(passed);
  }

  #tallyOf(rate: number): Tally {
    return this.#tallies.get(rate) ?? { passes: 0, failures: 0 };
  }

  #standing(): { readonly passed: number | null; readonly failed: number | null } {
    return {
      passed: this.#passed.length === 0 ? null : Math.max(...this.#passed),
      failed: this.#failed.length === 0 ? null : Math.min(...this.#failed),
    };
  }

  #end(ended: SearchEnding): SearchStep {
    return { kind: 'end', result: this.#resultOf(ended) };
  }

  #resultOf(ended: SearchEnding): SearchResult {
    const { passed, failed } = this.#standing();
    return { ended, passedPerSecond: passed, failedPerSecond: failed, probes: this.#probes };
  }
}

/**
 * The geometric middle of two rates, in four digits where that leaves it between them; null where no number lies
 * between.
 */
function between(passed: number, failed: number): number | null {
  const middle = Math.sqrt(passed * failed);
  const short = Number(middle.toPrecision(4));
  for (const rate of [short, middle]) if (rate > passed && rate < failed) return rate;
  return null;
}
