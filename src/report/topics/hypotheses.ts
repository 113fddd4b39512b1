/** Steady-state hypotheses: what the scenario states of a phase, before its faults and after them. */
import type { HypothesisJudgement, HypothesisResult, PhaseHypotheses, Summary } from '../../analysis/index.js';
import { count, exactMoment, inUnit, plural } from '../../format/index.js';
import { plainText } from '../text.js';
import { namedPhase, type Badge, type Tone } from '../words.js';
import { lines, verdictCell, type Line, type Table, type Topic } from './topic.js';

const VERDICT: Readonly<Record<HypothesisJudgement['verdict'], Badge>> = {
  passed: { words: 'passed', tone: 'good', sign: '✓' },
  failed: { words: 'failed', tone: 'bad', sign: '✗' },
  'not-judged': { words: 'not judged', tone: 'unsure', sign: '?' },
};

/** What was measured, or why there is nothing: the words beside a verdict. */
function judgementText({ verdict, measured, why }: HypothesisJudgement, { unit }: HypothesisResult): string {
  return verdict === 'not-judged' || measured === null ? plainText(why, 200) : inUnit(measured, unit);
}

/** One stretch in a few words: `passed before`, `1 of 3 failed after`. */
function stretchWords({ results }: PhaseHypotheses, stretch: 'before' | 'after'): string {
  const verdicts = results.map((result) => result[stretch].verdict);
  const failed = verdicts.filter((verdict) => verdict === 'failed').length;
  if (failed > 0) return `${failed} of ${verdicts.length} failed ${stretch}`;
  return verdicts.every((verdict) => verdict === 'passed') ? `passed ${stretch}` : `not judged ${stretch}`;
}

/**
 * Both stretches in a few words, for a table of faults; `inconclusive` where there was no steady state before the
 * faults. Null where the phase has no hypothesis.
 */
export function hypothesesCell(
  hypotheses: readonly PhaseHypotheses[],
  phase: string,
): { readonly first: string; readonly second: string } | null {
  const found = hypotheses.find((each) => each.phase === phase);
  if (found === undefined) return null;
  const baseless = found.results.some(({ before }) => before.verdict === 'failed');
  return { first: stretchWords(found, 'before'), second: baseless ? 'inconclusive' : stretchWords(found, 'after') };
}

/** What follows from the verdicts. */
function hypothesesSentence({ results, before, after }: PhaseHypotheses): string {
  const number = (matches: (result: HypothesisResult) => boolean): number => results.filter(matches).length;
  const some = (n: number): string => `${n} of ${results.length} ${plural(results.length, 'hypothesis', 'hypotheses')}`;
  const failedBefore = number((result) => result.before.verdict === 'failed');
  if (failedBefore > 0)
    return (
      `${some(failedBefore)} failed before any fault: there was no steady state, so nothing can be ` +
      `concluded from the faults.`
    );
  const failedAfter = number((result) => result.after.verdict === 'failed');
  if (failedAfter > 0)
    return `${some(failedAfter)} failed after the faults: the stack did not return to its steady state.`;
  const open = number((result) => [result.before, result.after].some(({ verdict }) => verdict === 'not-judged'));
  if (open > 0) return `${some(open)} not judged both before and after the faults.`;
  const when =
    before === null || after === null
      ? ''
      : ` (${exactMoment(before.fromNs)} to ${exactMoment(before.toNs)}, ${exactMoment(after.fromNs)} to ` +
        `${exactMoment(after.toNs)})`;
  return `All passed before and after the faults${when}.`;
}

function stretchText(stretch: PhaseHypotheses['before']): string {
  return stretch === null
    ? 'no such part'
    : `${exactMoment(stretch.fromNs)} to ${exactMoment(stretch.toNs)}, ${count(stretch.offered)} calls`;
}

function table(found: PhaseHypotheses, phase: string): Table {
  return {
    kind: 'table',
    caption: `Before and after the faults of ${phase}`,
    notes: [hypothesesSentence(found)],
    columns: [
      { name: 'Hypothesis', kind: 'word' },
      { name: 'Before', below: stretchText(found.before), kind: 'text' },
      { name: 'After', below: stretchText(found.after), kind: 'text' },
    ],
    rows: found.results.map((result) => ({
      cells: [
        plainText(result.text, 180),
        ...[result.before, result.after].map((judged) =>
          verdictCell(VERDICT[judged.verdict], judgementText(judged, result)),
        ),
      ],
    })),
  };
}

const tables = ({ hypotheses, phases }: Summary): readonly Table[] =>
  hypotheses.map((found) => table(found, namedPhase(phases, found.phase)));

/** The sentence of a phase, and each hypothesis that failed. */
function phaseLines(found: PhaseHypotheses, phase: string, columns: number): readonly Line[] {
  const judged = found.results.flatMap((result) =>
    (['before', 'after'] as const).map((when) => ({ when, result, judgement: result[when] })),
  );
  const failed = judged.filter(({ judgement }) => judgement.verdict === 'failed');
  const tone: Tone =
    failed.length > 0 ? 'bad' : judged.every(({ judgement }) => judgement.verdict === 'passed') ? 'good' : 'unsure';
  const sign = { good: '✓ ', bad: '✗ ', unsure: '? ', quiet: '– ' }[tone];
  return [
    ...lines([{ text: sign, tone }], `Steady-state hypotheses of ${phase}: ${hypothesesSentence(found)}`, columns),
    ...failed.flatMap(({ when, result, judgement }) =>
      lines(
        [{ text: '    ' }],
        `${when}: ${plainText(result.text)}, ${judgementText(judgement, result)}`,
        columns,
        'quiet',
      ),
    ),
  ];
}

export const hypotheses = {
  id: 'hypotheses',
  title: 'Steady-state hypotheses',
  label: 'Hypotheses',
  place: 'results',
  lead: () =>
    'What the scenario states of the stack without a fault. Before: from the end of the warm-up to the last ' +
    'window before the first fault. After: from the recovery, or from a hold time after the last fault was removed.',
  headline: ({ analysis: { summary } }) => {
    const all = summary.hypotheses.flatMap(({ results }) => results.flatMap(({ before, after }) => [before, after]));
    const number = (verdict: HypothesisJudgement['verdict']): number =>
      all.filter((each) => each.verdict === verdict).length;
    const failing = summary.hypotheses.find(({ results }) =>
      results.some(({ before, after }) => before.verdict === 'failed' || after.verdict === 'failed'),
    );
    const shown = failing ?? summary.hypotheses[0];
    const [passed, judged] = [count(number('passed')), count(all.length)];
    return {
      state: failing !== undefined ? 'bad' : number('not-judged') > 0 ? 'unsure' : 'good',
      finding: shown === undefined ? '' : `${namedPhase(summary.phases, shown.phase)}: ${hypothesesSentence(shown)}`,
      key: { name: 'passed', value: `${passed} of ${judged}`, brief: `${passed}/${judged} passed` },
    };
  },
  applies: ({ analysis }) => analysis.summary.hypotheses.length > 0,
  page: ({ analysis }) => tables(analysis.summary),
  markdown: ({ analysis }) => tables(analysis.summary),
  terminal: ({ analysis: { summary } }, columns) =>
    summary.hypotheses.flatMap((found) => phaseLines(found, namedPhase(summary.phases, found.phase, 30), columns)),
} as const satisfies Topic;
