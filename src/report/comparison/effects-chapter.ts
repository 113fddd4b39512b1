/** The effects on one arm as a table: values, change on its line with the limit, interval, by group. */
import { METRIC_GROUPS, statText } from '../../catalog/index.js';
import type { ComparedArm, ComparedGate, Comparison, Effect, GateOutcome } from '../../compare/index.js';
import { sign } from '../frame/index.js';
import { html, outside, type Markup } from '../layouts/markup.js';
import { plainText } from '../text.js';
import { groupOf, groupTitle, isRepeated, isRepeatedOutcome, isShown, judgedOf, type RowGroup } from './matrix.js';
import { baselinePlot, effectPlot, effectScale } from './plots.js';
import { outcomeCells, valueCells } from './words.js';

interface EffectRow {
  readonly effect: Effect | null;
  readonly gate: ComparedGate | null;
  readonly outcome: GateOutcome | null;
}

/** Gates without an effect first, then the effects that gates judge or that are read first. */
function rowsOf({ name }: ComparedArm, { effects, gates }: Comparison): readonly EffectRow[] {
  const own = effects.filter(({ arm }) => arm === name);
  const judged = own.flatMap((effect) =>
    judgedOf(effect, gates).map(({ gate, outcome }): EffectRow => ({ effect, gate, outcome })),
  );
  const judgedOutcomes = new Set(judged.map(({ outcome }) => outcome));
  const without = gates.flatMap((gate) =>
    gate.outcomes
      .filter((outcome) => outcome.arm === name && !judgedOutcomes.has(outcome))
      .map((outcome): EffectRow => ({ effect: null, gate, outcome })),
  );
  const isJudged = (effect: Effect): boolean => judged.some((row) => row.effect === effect);
  const others = own.filter(
    (effect) =>
      effect.result.kind === 'estimate' &&
      effect.tool === null &&
      !isJudged(effect) &&
      isShown(effect) &&
      effect.pairs.some(({ reference, candidate }) => reference !== 0 || candidate !== 0),
  );
  const shown = [...judged, ...others.map((effect): EffectRow => ({ effect, gate: null, outcome: null }))];
  const isTwin = ({ effect, gate, outcome }: EffectRow): boolean =>
    gate === null || outcome === null
      ? effect !== null && isRepeated(effect, own)
      : isRepeatedOutcome(gate, outcome, effects);
  return [...without, ...shown.filter((row) => !isTwin(row))];
}

/** Null where the arm has no number. */
export function effectTable(
  arm: ComparedArm,
  comparison: Comparison,
): { readonly rows: number; readonly table: Markup } | null {
  const rows = rowsOf(arm, comparison);
  if (rows.length === 0) return null;
  const of = (group: RowGroup | null): readonly EffectRow[] =>
    rows.filter(({ effect }) => (effect === null ? null : groupOf(effect, comparison.phases)) === group);
  const groups = [null, 'idle' as const, ...METRIC_GROUPS].filter((group) => of(group).length > 0);
  const table = html`<div class="wide" tabindex="0" role="group" aria-label="Effects"><table class="effects">
<thead><tr><th><span class="unseen">Verdict</span></th><th>Metric</th>
<th class="n">${outside(comparison.reference, 24)}</th>
<th class="n">${outside(arm.name, 24)}</th><th class="scale">${effectScale()}</th><th class="n">Change</th>
<th class="n">95 % interval</th><th class="n">Limit</th></tr></thead>
${groups.map(
  (group) => html`<tbody>${
    group === null ? null : html`<tr class="group"><th colspan="8" scope="rowgroup">${groupTitle(group)}</th></tr>`
  }${of(group).map((row) => bodyRow(row, comparison))}</tbody>
`,
)}</table></div>`;
  return { rows: rows.length, table };
}

function bodyRow({ effect, gate, outcome }: EffectRow, { effects }: Comparison): Markup | null {
  if (gate === null || outcome === null) return effect === null ? null : unjudgedRow(effect);
  const cells = outcomeCells(gate, outcome, effects);
  const isBaseline = gate.gate.versus === 'baseline';
  const ofReference = effect === null ? null : effectPlot(effect, gate, outcome.verdict);
  const plot = isBaseline ? baselinePlot(gate, outcome) : ofReference;
  const lacks = isBaseline ? outcome.change === null : effect === null || effect.result.kind === 'none';
  return html`<tr${outcome.verdict === 'regress' ? html` class="bad"` : null}>
<td class="state" title="${plainText(outcome.why, 300)}">${sign(cells.badge.tone)}<span
 class="unseen">${cells.badge.words}</span></td>
<td class="name">${outside(cells.what, 80)}<small>${outside(cells.where, 80)}</small></td>
<td class="n" data-of="reference">${cells.reference}</td><td class="n" data-of="candidate">${cells.candidate}</td>
<td class="line">${lacks ? html`<small>${outside(outcome.why, 200)}</small>` : plot}</td>${changeCells(cells.change)}
<td class="limit thin" data-of="limit">${cells.limit}</td></tr>
`;
}

/** The estimate, and its interval apart. */
function changeCells(change: string): Markup {
  const [estimate = '', interval = ''] = change.split(/ \[|\]/);
  return html`<td class="n" data-of="change">${estimate}</td><td class="n thin"
 data-of="95 %">${interval.replace(', ', ' to ')}</td>`;
}

function unjudgedRow(effect: Effect): Markup {
  const { reference, candidate, change } = valueCells(effect);
  return html`<tr><td class="state"></td>
<td class="name">${statText(effect)}<small>${outside(effect.where, 80)}</small></td>
<td class="n" data-of="reference">${reference}</td><td class="n" data-of="candidate">${candidate}</td>
<td class="line">${effectPlot(effect, null, null)}</td>${changeCells(change)}<td></td></tr>
`;
}
