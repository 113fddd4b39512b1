/** A comparison as one page that opens anywhere, without script, network or installation. */
import type { ComparedArm, ComparedGate, Comparison, Effect, GateOutcome } from '../../compare/index.js';
import { count, counted } from '../../format/index.js';
import { htmlDocument } from '../layouts/document.js';
import { html, outside, prose, type Content, type Markup } from '../layouts/markup.js';
import { plainText } from '../text.js';
import type { Tone } from '../words.js';
import { effectPlot, effectScale, HATCH, trialStrip } from './plots.js';
import { COMPARISON_STYLE } from './style.js';
import { COMPARISON_VERDICT, designText, fieldText, outcomeCells, SHOWN, valueCells } from './words.js';

interface Chapter {
  readonly id: string;
  readonly title: string;
  /** What stands beside the title. */
  readonly note: string;
  /** And in the contents. */
  readonly short: string;
  readonly body: Content;
}

/**
 * The text of `comparison.html`. Every name and message is data, never markup.
 * @param linkOf where the folder of a run lies, from the page.
 */
export function comparisonPage(comparison: Comparison, linkOf: (folder: string) => string): string {
  const chapters = [
    ...effectChapters(comparison),
    trials(comparison, linkOf),
    environment(comparison),
    method(comparison),
  ];
  const name = plainText(comparison.name, 80);
  return htmlDocument({
    title: `${name}: ${COMPARISON_VERDICT[comparison.verdict].words}`,
    style: COMPARISON_STYLE,
    body: html`${HATCH}
<div class="frame">
<nav aria-label="Chapters"><div class="stay"><p>Plimsoll<span>${name}</span></p>
<ol><li><a href="#summary">Summary</a></li>${chapters.map(
      ({ id, title, short }) => html`<li><a href="#${id}">${title}<span>${short}</span></a></li>`,
    )}</ol></div></nav>
<main>
${summary(comparison)}
${chapters.map(
  ({ id, title, note, body }) => html`<section id="${id}"><h2>${title}<small>${note}</small></h2>${body}</section>`,
)}
<footer>Made by Plimsoll from the run records alone: the same records give the same page.</footer>
</main></div>`,
  });
}

/** State by shape first, then by colour. */
function sign(tone: Tone): Markup {
  const shape =
    tone === 'good'
      ? html`<circle cx="7" cy="7" r="7" fill="currentColor"/><path d="M3.5 7.2 6 9.6 10.5 4.8" fill="none"
 stroke="var(--paper)" stroke-width="1.6"/>`
      : tone === 'bad'
        ? html`<rect width="14" height="14" fill="currentColor"/><path d="M4 4 10 10M10 4 4 10" stroke="var(--paper)"
 stroke-width="1.6"/>`
        : html`<circle cx="7" cy="7" r="6" fill="none" stroke="currentColor" stroke-width="2"/>
<path d="M7 1A6 6 0 0 0 7 13Z"
 fill="currentColor"/>`;
  return html`<svg class="${tone}" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">${shape}</svg>`;
}

function summary(comparison: Comparison): Markup {
  const { verdict, gates, arms, environment: fields, reasons } = comparison;
  const badge = COMPARISON_VERDICT[verdict];
  const blocking = fields.filter(({ standing }) => standing === 'blocking').length;
  const candidates = arms.filter((arm) => arm.verdict !== null);
  const finding = (arm: ComparedArm): Markup | null =>
    arm.verdict === null
      ? null
      : html`<p class="finding"><b class="${COMPARISON_VERDICT[arm.verdict].tone}">${outside(arm.name, 60)}
 ${COMPARISON_VERDICT[arm.verdict].words}</b>: ${prose(plainText(arm.finding, 600))}</p>`;
  return html`<section id="summary"><h1>${sign(badge.tone)}<span>${capitalised(badge.words)}</span>
<small>${gateCounts(gates)}</small></h1>
${candidates.map(finding)}
${reasons.slice(1).map((reason) => html`<p class="finding thin">${prose(plainText(reason, 600))}</p>`)}
<p class="arms">${arms.map(
    ({ name, verdict: own }) =>
      html`<span>${own === null ? '○ ' : '● '}<b>${outside(name, 60)}</b>
${own === null ? '(reference)' : null}</span>`,
  )}<span>${designText(comparison)}</span>${
    blocking === 0 ? null : html`<span class="bad">${counted(blocking, 'undeclared difference')} in environment</span>`
  }</p></section>`;
}

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

const VERDICTS = ['regress', 'invalid', 'inconclusive', 'improved', 'pass'] as const;

/** `1 of 12 gates regress, 3 inconclusive, 8 pass`. */
function gateCounts(gates: readonly ComparedGate[]): string {
  const outcomes = gates.flatMap((gate) => gate.outcomes);
  const parts = VERDICTS.flatMap((verdict) => {
    const n = outcomes.filter((each) => each.verdict === verdict).length;
    return n === 0 ? [] : [`${count(n)} ${verdict}`];
  });
  return outcomes.length === 0 ? 'no gate was judged' : `${counted(outcomes.length, 'gate')}: ${parts.join(', ')}`;
}

/** The effects of each arm: those that gates judge first. */
function effectChapters({ arms, effects, gates }: Comparison): readonly Chapter[] {
  const candidates = arms.filter(({ verdict }) => verdict !== null);
  return candidates.flatMap(({ name }, index): Chapter[] => {
    const judged = gates.flatMap((gate) =>
      gate.outcomes.filter(({ arm }) => arm === name).map((outcome) => ({ gate, outcome })),
    );
    const rows = judged.map(({ gate, outcome }) => judgedRow(gate, outcome, effects));
    const isJudged = (effect: Effect): boolean =>
      judged.some(({ gate, outcome }) => sameSubject(gate, outcome, effect));
    const others = effects.filter(
      (effect) =>
        effect.arm === name &&
        effect.result.kind === 'estimate' &&
        !isJudged(effect) &&
        !isRepeated(effect, effects) &&
        effect.pairs.some(({ reference, candidate }) => reference !== 0 || candidate !== 0) &&
        SHOWN.some(([metric, stats]) => metric === effect.metric && stats.includes(effect.stat)),
    );
    if (rows.length + others.length === 0) return [];
    return [
      {
        id: `effects-${index + 1}`,
        title: candidates.length === 1 ? 'Effects' : `Effects of ${plainText(name, 40)}`,
        note: 'change from the reference, worse to the right; 95 % intervals',
        short: count(rows.length + others.length),
        body: html`<div class="wide"><table><thead><tr><th><span class="unseen">Verdict</span></th>
<th>Metric</th><th>Where</th><th class="n">Reference</th>
<th class="n">Candidate</th><th>${effectScale()}</th><th class="n">Change</th><th class="n">95 % interval</th>
<th class="n">Limit</th></tr></thead>
<tbody>${rows}${others.map(otherRow)}</tbody></table></div>`,
      },
    ];
  });
}

/** Where every call was ok, the numbers of ok calls are those of all calls. */
function isRepeated(effect: Effect, effects: readonly Effect[]): boolean {
  const where = effect.where.replace(/\bok calls\b/, 'all calls');
  if (where === effect.where) return false;
  const { arm, metric, stat, tool, pairs } = effect;
  const isSame = (other: Effect): boolean =>
    other.arm === arm && other.metric === metric && other.stat === stat && other.tool === tool && other.where === where;
  return effects.some((other) => isSame(other) && JSON.stringify(other.pairs) === JSON.stringify(pairs));
}

const sameSubject = ({ gate }: ComparedGate, { arm, where }: GateOutcome, effect: Effect): boolean =>
  effect.arm === arm &&
  effect.metric === gate.metric &&
  effect.stat === gate.stat &&
  effect.tool === gate.tool &&
  effect.where === where;

function judgedRow(gate: ComparedGate, outcome: GateOutcome, effects: readonly Effect[]): Markup {
  const cells = outcomeCells(gate, outcome, effects);
  const effect = effects.find((each) => sameSubject(gate, outcome, each));
  // The plot is of the change from the reference.
  const isPlotted = effect !== undefined && gate.gate.versus === 'reference';
  const plot = !isPlotted ? null : effectPlot(effect, gate, outcome.verdict);
  return html`<tr${outcome.verdict === 'regress' ? html` class="bad"` : null}>
<td title="${plainText(outcome.why, 300)}">${sign(cells.badge.tone)}
<span class="unseen">${cells.badge.words}</span></td>
<td class="name">${outside(cells.what, 80)}</td><td class="thin where">${outside(cells.where, 80)}</td>
<td class="n">${cells.reference}</td><td class="n">${cells.candidate}</td><td>${plot}</td>${changeCells(cells.change)}
<td class="limit thin">${cells.limit}</td></tr>`;
}

/** The estimate, and its interval apart. */
function changeCells(change: string): Markup {
  const [estimate = '', interval = ''] = change.split(/ \[|\]/);
  return html`<td class="n">${estimate}</td><td class="n thin">${interval.replace(', ', ' to ')}</td>`;
}

function otherRow(effect: Effect): Markup {
  const { reference, candidate, change } = valueCells(effect);
  return html`<tr><td></td><td class="name">${effect.metric} ${effect.stat}</td>
<td class="thin where">${outside(effect.where, 80)}</td><td class="n">${reference}</td><td class="n">${candidate}</td>
<td>${effectPlot(effect, null, null)}</td>${changeCells(change)}<td></td></tr>`;
}

/** Metrics whose trials are drawn: the first of them that an arm has. */
const STRIPS = [
  ['response-time', 'p99'],
  ['response-time', 'p50'],
  ['goodput', 'rate'],
] as const;

function trials({ arms, effects, leftOut, order }: Comparison, linkOf: (folder: string) => string): Chapter {
  const strips = arms.flatMap(({ name, verdict }) => {
    if (verdict === null) return [];
    for (const [metric, stat] of STRIPS) {
      const effect = effects.find(
        (each) => each.arm === name && each.metric === metric && each.stat === stat && each.result.kind === 'estimate',
      );
      const strip = effect === undefined ? null : trialStrip(effect);
      if (effect !== undefined && strip !== null)
        return [html`<h3>${metric} ${stat} of ${outside(effect.where, 80)}: ${outside(name, 60)}</h3>${strip}`];
    }
    return [];
  });
  const used = arms.flatMap(({ name, trials: own }) =>
    own.map((trial) => ({ row: trial.row, arm: name, folder: trial.folder, state: trial.validity })),
  );
  const others = leftOut.map(({ row, arm, folder, why }) => ({ row, arm, folder, state: `left out: ${why}` }));
  const all = [...used, ...others].sort((a, b) => a.row - b.row);
  return {
    id: 'trials',
    title: 'Trials',
    note: `${counted(order.rows.length, 'row')}${leftOut.length === 0 ? '' : `, ${count(leftOut.length)} left out`}`,
    short: count(all.length),
    body: html`${strips}<div class="wide"><table>
<thead><tr><th class="n">Row</th><th>Arm</th><th>Run</th><th>State</th></tr></thead>
<tbody>${all.map(
      ({ row, arm, folder, state }) => html`<tr><td class="n">${count(row + 1)}</td><td>${outside(arm, 60)}</td>
<td><a href="${hrefOf(linkOf(folder))}">${outside(folder, 160)}</a></td>
<td class="thin">${outside(state, 200)}</td></tr>`,
    )}</tbody></table></div>`,
  };
}

/** The report of a run, as an address relative to this page; each part is encoded, so that no name is a scheme. */
const hrefOf = (folder: string): string =>
  `${folder.startsWith('/') ? '' : './'}${folder.split('/').map(encodeURIComponent).join('/')}/report.html`;

function environment({ environment: fields }: Comparison): Chapter {
  const shown = fields.filter(({ standing }) => standing !== 'information');
  const expected = fields.filter(({ standing }) => standing === 'information').map(({ field }) => field);
  return {
    id: 'environment',
    title: 'Environment',
    note: shown.length === 0 ? 'no difference' : counted(shown.length, 'difference'),
    short: count(shown.length),
    body: html`${
      shown.length === 0
        ? html`<p>Nothing that could explain an effect differs between the runs.</p>`
        : html`<div class="wide"><table><thead><tr><th>Field</th><th>Values</th><th>Standing</th></tr></thead>
<tbody>${shown.map(
            (field) => html`<tr${field.standing === 'blocking' ? html` class="bad"` : null}>
<td>${outside(field.field, 80)}</td>
<td class="thin">${prose(fieldText(field))}</td><td>${field.standing}</td></tr>`,
          )}</tbody></table></div>`
    }${
      expected.length === 0
        ? null
        : html`<p class="thin">As expected, these differ as well:
 ${expected.join(', ')}.</p>`
    }`,
  };
}

function method(comparison: Comparison): Chapter {
  return {
    id: 'method',
    title: 'Method',
    note: 'how it was measured and judged',
    short: '',
    body: html`<p>${designText(comparison)}. One number per trial and metric; the change is the mean over the pairs of
 trials (of a ratio, the geometric mean), with its 95 % t interval. A gate regresses where the change for the worse is
 above 0 (one-sided 2.5 %, Holm over all gates of level error) and its estimate reaches the limit; it passes where the
 whole interval lies within the limit. Worse is to the right: a filled dot has an interval that excludes no change, a
 square is a regress, a dashed line is inconclusive, the upright tick is the limit.</p>`,
  };
}
