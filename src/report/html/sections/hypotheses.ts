/** The stated steady state, before and after the faults of each phase. */
import type { HypothesisJudgement, HypothesisResult, PhaseHypotheses } from '../../../analysis/index.js';
import { count, exactMoment } from '../../../format/index.js';
import { HYPOTHESIS_VERDICT, hypothesesSentence, judgementText } from '../../hypotheses.js';
import type { RunView } from '../../input.js';
import { namedPhase } from '../../words.js';
import { html, outside, type Content, type Markup } from '../markup.js';
import { section, table, tag } from '../parts.js';

/** Null where the scenario states none. */
export function hypothesesSection({ analysis: { summary } }: RunView): Markup | null {
  if (summary.hypotheses.length === 0) return null;
  return section(
    'hypotheses',
    'Steady state',
    'What the scenario states of the stack while nothing is wrong. Before: from the end of the warm-up to the last window before the first fault. After: from the recovery on, or from a hold time after the last fault was lifted.',
    summary.hypotheses.map((found) => phaseBlock(found, namedPhase(summary.phases, found.phase))),
  );
}

function phaseBlock(found: PhaseHypotheses, phase: string): Markup {
  return html`<div class="block">${table({
    caption: html`${outside(phase)}<p>${hypothesesSentence(found)}</p>`,
    columns: [
      { name: 'Hypothesis', kind: 'word' },
      { name: html`Before<small>${stretchText(found.before)}</small>`, kind: 'text' },
      { name: html`After<small>${stretchText(found.after)}</small>`, kind: 'text' },
    ],
    rows: found.results.map((result) => ({
      cells: [outside(result.text, 180), verdictCell(result.before, result), verdictCell(result.after, result)],
    })),
  })}</div>`;
}

function stretchText(stretch: PhaseHypotheses['before']): Content {
  return stretch === null
    ? 'no such stretch'
    : `${exactMoment(stretch.fromNs)} to ${exactMoment(stretch.toNs)}, ${count(stretch.offered)} calls`;
}

function verdictCell(judged: HypothesisJudgement, result: HypothesisResult): Markup {
  const { words, tone, sign } = HYPOTHESIS_VERDICT[judged.verdict];
  return html`${tag(words, tone, sign)}<small>${outside(judgementText(judged, result), 200)}</small>`;
}
