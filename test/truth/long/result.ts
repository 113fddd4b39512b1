/**
 * What a case says: statements with their bounds, pictures with their points, and a verdict. All of it is JSON, so a
 * page can be made of it again.
 */

/**
 * `exact`: holds on any machine, however busy. `chance`: the bounds are those that chance alone leaves once in
 * `falseAlarm`. `timing`: the bounds allow for what a quiet machine adds.
 */
export type Basis = 'exact' | 'chance' | 'timing';

export interface Statement {
  readonly what: string;
  readonly basis: Basis;
  readonly unit: 'ns' | 'ms' | 's' | '/s' | 'share' | 'calls' | '';
  /** Null where there are bounds and no single number. */
  readonly theory: number | null;
  /** Null: not bounded on that side. */
  readonly low: number | null;
  readonly high: number | null;
  /** Null: there was nothing to measure, which is outside. */
  readonly measured: number | null;
}

export interface Series {
  readonly words: string;
  /** How it is drawn. A `band` goes from `y` to `y2` at each point. */
  readonly as: 'theory' | 'band' | 'measured' | 'points' | 'limit';
  readonly points: readonly { readonly x: number; readonly y: number; readonly y2?: number }[];
}

export interface Picture {
  readonly title: string;
  /** One sentence: what is to be seen. */
  readonly finding: string;
  readonly x: string;
  readonly y: string;
  readonly logarithmic: boolean;
  readonly series: readonly Series[];
}

/**
 * Shares of a core that others took: probed before and after a case, and by the hypervisor's account while it ran
 * (null: it keeps none).
 */
export interface LostShare {
  readonly before: number;
  readonly stolen: number | null;
  readonly after: number;
}

/** What a case found, before it is judged. */
export interface Findings {
  readonly statements: readonly Statement[];
  readonly pictures: readonly Picture[];
  /** Reasons why nothing but the exact statements can be judged: the product's own, or the machine's. */
  readonly disturbed: readonly string[];
  readonly calls: number;
}

export type Verdict = 'inside' | 'outside' | 'inconclusive';

export interface CaseResult extends Findings {
  readonly id: string;
  readonly title: string;
  /** What is known beforehand, in a sentence or two. */
  readonly claim: string;
  readonly seed: number;
  readonly startedUtc: string;
  readonly tookS: number;
  /** How often it was run: only noise has it run again, and of several the quietest counts, whatever it found. */
  readonly attempts: number;
  readonly lost: LostShare;
  readonly verdict: Verdict;
}

export interface TruthResults {
  readonly schema: 'plimsoll/truth-v2';
  readonly startedUtc: string;
  readonly mode: Mode;
  readonly seed: number;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly kernel: string;
    readonly node: string;
    readonly plimsoll: string;
  };
  /**
   * Probability that any of the statements of chance of the whole suite is outside though nothing is wrong, and of one
   * of them.
   */
  readonly falseAlarm: { readonly suite: number; readonly statement: number };
  readonly cases: readonly CaseResult[];
}

export type Mode = 'quick' | 'default' | 'long';

export function isInside({ measured, low, high }: Statement): boolean {
  return (
    measured !== null &&
    !Number.isNaN(measured) &&
    (low === null || measured >= low) &&
    (high === null || measured <= high)
  );
}

/**
 * From here on a share says that the machine is not quiet, and that it is contended: the bounds that runs are judged
 * by.
 */
const NOISY_SHARE = 0.02;
const CONTENDED_SHARE = 0.1;
/**
 * Where a case has statements of timing, its p99s among them: half of what a hundredth of the calls needs to be late.
 */
const NOISY_TIMING_SHARE = 0.005;

function noisyFrom(statements: readonly Statement[]): number {
  return statements.some(({ basis }) => basis === 'timing') ? NOISY_TIMING_SHARE : NOISY_SHARE;
}

/** The most that others took of a core at any time of a case. */
export function worstLostShare({ before, stolen, after }: LostShare): number {
  return Math.max(before, stolen ?? 0, after);
}

/** Whether a case may be judged outside, and so needs no further attempt. */
export function isQuiet({
  statements,
  disturbed,
  lost,
}: Pick<CaseResult, 'statements' | 'disturbed' | 'lost'>): boolean {
  return disturbed.length === 0 && worstLostShare(lost) < noisyFrom(statements);
}

/**
 * The verdict. What is exact must hold anywhere. The rest is judged on a machine that is quiet enough: not at all where
 * the run itself says that it is disturbed or the machine was contended, and never as outside where it was noisy for
 * what is outside.
 */
export function verdictOf({ statements, disturbed }: Findings, shares: LostShare): Verdict {
  if (statements.some((each) => each.basis === 'exact' && !isInside(each))) return 'outside';
  const lost = worstLostShare(shares);
  if (disturbed.length > 0 || lost >= CONTENDED_SHARE) return 'inconclusive';
  if (statements.every(isInside)) return 'inside';
  return lost >= noisyFrom(statements.filter((each) => !isInside(each))) ? 'inconclusive' : 'outside';
}

/**
 * Results with the cases of an earlier run that were not run now, in the order of `ids`; none where mode, machine or
 * version differ.
 */
export function withKept(now: TruthResults, before: TruthResults | null, ids: readonly string[]): TruthResults {
  if (before === null || before.mode !== now.mode || JSON.stringify(before.machine) !== JSON.stringify(now.machine))
    return now;
  const ran = new Set(now.cases.map(({ id }) => id));
  const cases = [...now.cases, ...before.cases.filter(({ id }) => !ran.has(id) && ids.includes(id))];
  return { ...now, cases: cases.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id)) };
}
