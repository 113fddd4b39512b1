/** The matrix as a table of the page. */
import type { ComparedArm, Comparison } from '../../compare/index.js';
import { count } from '../../format/index.js';
import { armClass, sign } from '../frame/index.js';
import { html, outside, prose, type Markup } from '../layouts/markup.js';
import { plainText } from '../text.js';
import { knownAs } from './gateways.js';
import type { MatrixCell, MatrixPart, MatrixRow } from './matrix.js';
import { cellPlot } from './plots.js';
import { stackDrawing } from './stack-drawing.js';
import { COMPARISON_VERDICT } from './words.js';

/** Where a chapter of a run's report is, as an address; null where the report is not beside the page. */
export type EvidenceLink = (folder: string, chapter: string | null) => string | null;

/** Pixels that the column of an arm needs; with more arms than fit, the table scrolls in its region. */
const MOST_NARROW = 128;
/** And that it has at most. */
const MOST_WIDE = 260;
/** Of the names of the rows. */
const FIRST = 168;

interface Options {
  readonly link: EvidenceLink;
  /** Whether the heads have the picture of the stack and the state of the gates. */
  readonly heads: boolean;
}

export function matrixTable(parts: readonly MatrixPart[], comparison: Comparison, { link, heads }: Options): Markup {
  const { arms } = comparison;
  const columns = arms.length + 1;
  const [least, most] = [MOST_NARROW, MOST_WIDE].map((wide) => FIRST + wide * arms.length);
  return html`<div class="wide" tabindex="0" role="group" aria-label="Arms side by side"><table class="matrix"
 style="min-width:${least}px;max-width:${most}px">
<thead><tr><th scope="col"><span class="unseen">Metric</span></th>${arms.map((arm, index) =>
    head(arm, index, comparison, heads),
  )}</tr></thead>
${parts.map(
  ({
    title,
    rows,
  }) => html`<tbody><tr class="group"><th colspan="${columns}" scope="rowgroup">${outside(title, 80)}</th></tr>
${rows.map((row) => bodyRow(row, link))}</tbody>
`,
)}</table></div>`;
}

function head(
  { name, verdict, stack, trials, ...arm }: ComparedArm,
  index: number,
  comparison: Comparison,
  full: boolean,
): Markup {
  const known = knownAs(arm);
  const outcomes = comparison.gates.flatMap((gate) => gate.outcomes.filter((each) => each.arm === name));
  const met = outcomes.filter((each) => each.verdict === 'pass' || each.verdict === 'improved').length;
  const state =
    verdict === null
      ? html`<span class="state">reference</span>`
      : html`<span class="state">${sign(COMPARISON_VERDICT[verdict].tone)}
 ${COMPARISON_VERDICT[verdict].words}<br>${
   trials.length === 0 ? 'not run' : `${count(met)} of ${count(outcomes.length)} gates met`
 }</span>`;
  return html`<th scope="col" class="${armClass(index)}">${
    full && stack.length > 0 ? stackDrawing(stack, 116) : null
  }<b>${outside(name, 48)}</b>${
    full && known.length > 0 ? html`<small>${outside(known.join(', '), 60)}</small>` : null
  }${full ? state : null}</th>`;
}

function bodyRow(row: MatrixRow, link: EvidenceLink): Markup {
  const { what, where, limit, cells } = row;
  return html`<tr><th scope="row">${outside(what, 60)}<small>${outside(where, 80)}${
    limit === null ? null : html`; limit ${prose(limit)}`
  }</small></th>${cells.map((each) => cell(each, row, link))}</tr>
`;
}

const TONES: Readonly<Record<MatrixCell['standing'], string>> = {
  reference: 'own',
  regress: 'regress',
  worse: 'worse',
  better: 'better',
  'not different': '',
  'no interval': '',
  'only a bound': '',
  'no value': 'empty',
};

function cell(each: MatrixCell, { span, margin }: MatrixRow, link: EvidenceLink): Markup {
  const { arm, value, change, interval, standing, verdict, rank, note, effect, evidence } = each;
  const address = evidence === null ? null : link(evidence.folder, evidence.chapter);
  const number = address === null ? html`<b>${value}</b>` : html`<a href="${address}"><b>${value}</b></a>`;
  const plot = effect === null || span === null ? null : cellPlot(effect, span, margin, verdict);
  const badge = verdict === null || verdict === 'invalid' ? null : sign(COMPARISON_VERDICT[verdict].tone);
  const spoken =
    verdict === null || verdict === standing ? standing : `${COMPARISON_VERDICT[verdict].words}, ${standing}`;
  const behind = interval === null ? (standing === 'only a bound' ? '(a bound)' : '(no interval)') : `[${interval}]`;
  const small = change === null ? note : `${change} ${behind}`;
  return html`<td class="${TONES[standing]}" data-arm="${plainText(arm, 48)}"><span class="first">${number}${badge}<span
 class="unseen">${spoken}</span>${
   rank === null ? null : html`<i title="rank among the arms">${rankText(rank.best, rank.worst)}</i>`
 }${plot}</span>${small === null ? null : html`<small>${prose(plainText(small, 120))}</small>`}</td>`;
}

const rankText = (best: number, worst: number): string => (best === worst ? `#${best}` : `#${best}–${worst}`);

const dotMark = (kind: string): Markup =>
  html`<svg class="cell" width="34" height="16" viewBox="0 0 34 16" aria-hidden="true"><line class="whisker" x1="4"
 y1="8" x2="30" y2="8"/><circle class="${kind}" cx="17" cy="8" r="3.5"/></svg>`;

/** What the marks of the matrix mean, and why rows have no ranks. */
export function matrixNotes(parts: readonly MatrixPart[], { arms }: Comparison): Markup {
  const rows = parts.flatMap((part) => part.rows);
  const reasons = new Map<string, string[]>();
  for (const { notRanked, what, where } of rows) {
    if (notRanked === null) continue;
    reasons.set(notRanked, [...(reasons.get(notRanked) ?? []), `${what} of ${where}`]);
  }
  const ranked = rows.length - [...reasons.values()].flat().length;
  return html`<ul class="marks"><li>${dotMark('dot')}not different from the reference</li>
<li class="worse">${dotMark('dot clear')}worse, not beyond a limit</li><li class="better">better</li>
<li class="regress"><svg class="cell" width="20" height="16" viewBox="0 0 20 16" aria-hidden="true"><rect
 class="mark bad" x="6" y="4" width="8" height="8"/></svg>regress: beyond its limit</li>
<li>dotted: reference</li><li>upright line: limit</li><li>a number links to the run that is nearest to it</li></ul>${
    arms.length < 3
      ? null
      : html`<p class="note">${
          ranked === 0
            ? html`No row is ranked.`
            : html`<b>#1</b> is the best of the row. Arms share ranks where the paired difference of their trials is not
 sure (t tests of all pairs of arms, 5 % over a row by Holm's method).`
        }</p>${[...reasons].map(
          ([why, names]) =>
            html`<p class="note">Not ranked, as ${prose(plainText(why, 200))}: ${outside(names.join('; '), 900)}.</p>`,
        )}`
  }`;
}
