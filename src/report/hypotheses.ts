/** Hypotheses in words: what held before the faults of a phase, and what holds again after them. */
import type { HypothesisJudgement, HypothesisResult, PhaseHypotheses } from '../analysis/index.js';
import { exactMoment, inUnit, plural } from '../format/index.js';
import { plainText } from './text.js';
import type { Tone } from './words.js';

export const HYPOTHESIS_VERDICT: Readonly<
  Record<HypothesisJudgement['verdict'], { readonly words: string; readonly tone: Tone; readonly sign: string }>
> = {
  held: { words: 'held', tone: 'good', sign: '✓' },
  broken: { words: 'broken', tone: 'bad', sign: '✗' },
  'not-judged': { words: 'not judged', tone: 'unsure', sign: '?' },
};

/** What was measured, or why there is nothing: the words beside a verdict. */
export function judgementText(
  { verdict, measured, why }: HypothesisJudgement,
  { unit }: Pick<HypothesisResult, 'unit'>,
): string {
  if (verdict === 'not-judged' || measured === null) return plainText(why, 200);
  return inUnit(measured, unit);
}

/** `held before`, `1 of 3 broken after`, ...: one stretch in a few words. */
function stretchWords(found: PhaseHypotheses, stretch: 'before' | 'after'): string {
  const verdicts = found.results.map((result) => result[stretch].verdict);
  const broken = verdicts.filter((verdict) => verdict === 'broken').length;
  if (broken > 0) return `${broken} of ${verdicts.length} broken ${stretch}`;
  return verdicts.every((verdict) => verdict === 'held') ? `held ${stretch}` : `not judged ${stretch}`;
}

/** Both stretches in a few words, for a cell of another table; null where no hypothesis is stated for the phase. */
function steadyStateWords(
  hypotheses: readonly PhaseHypotheses[],
  phase: string,
): { readonly before: string; readonly after: string } | null {
  const found = hypotheses.find((each) => each.phase === phase);
  return found === undefined ? null : { before: stretchWords(found, 'before'), after: stretchWords(found, 'after') };
}

/**
 * The cell of a table of faults: what held, and that a fault without a steady state before it is inconclusive; null as
 * above.
 */
export function steadyStateCell(
  hypotheses: readonly PhaseHypotheses[],
  phase: string,
): { readonly first: string; readonly second: string } | null {
  const words = steadyStateWords(hypotheses, phase);
  if (words === null) return null;
  const baseless = hypotheses.some(
    (each) => each.phase === phase && each.results.some(({ before }) => before.verdict === 'broken'),
  );
  return { first: words.before, second: baseless ? 'inconclusive' : words.after };
}

/** One sentence: what follows from the verdicts. */
export function hypothesesSentence({ results, before, after }: PhaseHypotheses): string {
  const are = (n: number): string =>
    `${n} ${plural(n, 'hypothesis', 'hypotheses')} of ${results.length} ${plural(n, 'was', 'were')}`;
  const brokenBefore = results.filter((result) => result.before.verdict === 'broken').length;
  const brokenAfter = results.filter((result) => result.after.verdict === 'broken').length;
  const open = results.filter(
    (result) => result.before.verdict === 'not-judged' || result.after.verdict === 'not-judged',
  ).length;
  if (brokenBefore > 0)
    return `${are(brokenBefore)} broken before any fault: the experiment had no steady state to begin with, and nothing is concluded from its faults.`;
  if (brokenAfter > 0)
    return `${are(brokenAfter)} broken after the faults: the stack did not come back to what was stated of it.`;
  if (open > 0) return `${are(open)} not judged on both sides of the faults.`;
  const when =
    before === null || after === null
      ? ''
      : `, from ${exactMoment(before.fromNs)} to ${exactMoment(before.toNs)} and from ${exactMoment(after.fromNs)} to ${exactMoment(after.toNs)}`;
  return `What was stated held before the faults and holds again after them${when}.`;
}
