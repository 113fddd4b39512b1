/** The chapters of the page of a comparison, in reading order. A chapter without content is left out. */
import type { Comparison, Effect } from '../../compare/index.js';
import { statText } from '../../catalog/index.js';
import { count, counted } from '../../format/index.js';
import type { FrameChapter } from '../frame/index.js';
import { html, outside, prose, type Markup } from '../layouts/markup.js';
import { plainText } from '../text.js';
import { percentileFigure, recoveryFigure } from './curves.js';
import { effectTable } from './effects-chapter.js';
import { gatewaysChapter } from './gateways.js';
import { limitsOf } from './limits.js';
import { matrixNotes, matrixTable, type EvidenceLink } from './matrix-page.js';
import { groupOf, isRepeated, matrixOf, toolsOf } from './matrix.js';
import { stackDrawing, stackWords } from './stack-drawing.js';
import { driftWords, stripKey, trialStrip, worseRows } from './strip.js';
import { COMPARISON_VERDICT, designText, valueTexts } from './words.js';

type Maybe = FrameChapter | null;

export function chaptersOf(comparison: Comparison, link: EvidenceLink): readonly FrameChapter[] {
  const isMatrix = comparison.arms.length > 2;
  return [
    isMatrix ? matrix(comparison, link) : effects(comparison),
    gatewaysChapter(comparison),
    isMatrix ? armByArm(comparison) : null,
    responseTime(comparison),
    recovery(comparison),
    tools(comparison, link),
    trials(comparison, link),
    environment(comparison),
    limits(comparison),
    method(comparison),
  ].filter((each) => each !== null);
}

const quiet = { tone: 'quiet' } as const;

function effects(comparison: Comparison): Maybe {
  const candidate = comparison.arms.find(({ verdict }) => verdict !== null);
  const found = candidate === undefined ? null : effectTable(candidate, comparison);
  if (found === null || candidate === undefined) return null;
  return {
    id: 'effects',
    title: 'Effects',
    note: `change from ${plainText(comparison.reference, 40)}, worse to the right; 95 % intervals`,
    short: counted(found.rows, 'number'),
    tone: COMPARISON_VERDICT[candidate.verdict ?? 'invalid'].tone,
    body: html`${effectMarks(comparison)}${found.table}`,
  };
}

/** Whether some gate holds an arm against stored runs. */
const hasBaseline = ({ gates }: Comparison): boolean => gates.some(({ gate }) => gate.versus === 'baseline');

const effectMarks = (comparison: Comparison): Markup => html`<p class="note">Dot: the change, dark
 where its interval excludes no change; square: regress. Line: the 95 % interval, dashed where the gate is inconclusive,
 with an arrow where it goes on beyond the scale. Upright line: limit, hatched beyond. A change that is no ratio has no
 place on the scale.${
   hasBaseline(comparison)
     ? ' Dotted: the change from the mean of the stored sessions, with the interval in which one more is expected.'
     : ''
 }</p>`;

function matrix(comparison: Comparison, link: EvidenceLink): Maybe {
  const parts = matrixOf(comparison);
  if (parts.length === 0) return null;
  const rows = parts.reduce((sum, part) => sum + part.rows.length, 0);
  return {
    id: 'matrix',
    title: 'Matrix',
    note: `value, and change from ${plainText(comparison.reference, 40)} with its 95 % interval; worse to the right`,
    short: counted(rows, 'row'),
    tone: COMPARISON_VERDICT[comparison.verdict].tone,
    body: html`${matrixTable(parts, comparison, { link, heads: true })}${matrixNotes(parts, comparison)}`,
  };
}

function armByArm(comparison: Comparison): Maybe {
  const found = comparison.arms.flatMap((arm) => {
    const table = arm.verdict === null ? null : effectTable(arm, comparison);
    return table === null || arm.verdict === null ? [] : [{ name: arm.name, verdict: arm.verdict, ...table }];
  });
  if (found.length === 0) return null;
  return {
    id: 'arms',
    title: 'Arm by arm',
    note: 'each gate and its effect',
    short: counted(found.length, 'arm'),
    ...quiet,
    body: html`${effectMarks(comparison)}${found.map(
      ({
        name,
        verdict,
        rows,
        table,
      }) => html`<details><summary>${outside(name, 60)}: ${COMPARISON_VERDICT[verdict].words},
 ${counted(rows, 'effect')}</summary>${table}</details>`,
    )}`,
  };
}

function responseTime(comparison: Comparison): Maybe {
  const figures = comparison.curves.percentiles.flatMap((each) => percentileFigure(each, comparison) ?? []);
  if (figures.length === 0) return null;
  return {
    id: 'percentiles',
    title: 'Response time',
    label: 'Latency',
    note: `all calls, by percentile; ${bandWords(comparison)}`,
    short: counted(figures.length, 'phase'),
    ...quiet,
    body: html`<div class="pair">${figures}</div>`,
  };
}

function recovery(comparison: Comparison): Maybe {
  const figures = comparison.curves.recoveries.flatMap((each) => recoveryFigure(each, comparison) ?? []);
  if (figures.length === 0) return null;
  return {
    id: 'recovery',
    title: 'Recovery',
    note: `mean of the trials in each window; ${bandWords(comparison)}`,
    short: counted(figures.length, 'fault'),
    ...quiet,
    body: html`<div class="pair">${figures}</div>`,
  };
}

const bandWords = ({ order: { rows } }: Comparison): string =>
  rows.length < 2
    ? 'one trial, so that there is no interval'
    : `bands: 95 % interval over ${count(rows.length)} trials`;

function tools(comparison: Comparison, link: EvidenceLink): Maybe {
  const parts = toolsOf(comparison);
  if (parts.length === 0) return null;
  return {
    id: 'tools',
    title: 'Tools',
    note: 'each tool by itself',
    short: counted(parts.length, 'tool'),
    ...quiet,
    body: matrixTable(parts, comparison, { link, heads: false }),
  };
}

/** Numbers whose trials are drawn, in order of preference. */
const STRIPS = [
  ['response-time', 'p99'],
  ['response-time', 'p50'],
  ['goodput', 'rate'],
] as const;

/** The number whose trials are drawn: one that regressed, else the first of the list that all arms have. */
function stripEffects({ effects: all, gates, arms, phases }: Comparison): readonly Effect[] {
  const whole = all.filter(({ tool, result }) => tool === null && result.kind === 'estimate');
  const candidates = arms.filter(({ verdict }) => verdict !== null).length;
  const sameAs = (one: Effect): readonly Effect[] =>
    whole.filter(({ metric, stat, where }) => metric === one.metric && stat === one.stat && where === one.where);
  const candidatesOf = (isIdle: boolean): readonly Effect[] =>
    STRIPS.flatMap(([metric, stat]) =>
      whole.filter(
        (each) =>
          each.metric === metric &&
          each.stat === stat &&
          !isRepeated(each, whole) &&
          (groupOf(each, phases) === 'idle') === isIdle,
      ),
    );
  const preferred = [...candidatesOf(false), ...candidatesOf(true)];
  const failed = preferred.filter((effect) =>
    gates.some(
      ({ gate, outcomes }) =>
        gate.metric === effect.metric &&
        gate.stat === effect.stat &&
        outcomes.some((each) => each.verdict === 'regress' && each.arm === effect.arm && each.where === effect.where),
    ),
  );
  const first = [...failed, ...preferred].find((effect) => sameAs(effect).length === candidates);
  return first === undefined ? [] : sameAs(first);
}

/** A line of the list of runs. */
interface TrialLine {
  readonly row: number;
  readonly arm: string;
  readonly folder: string;
  readonly state: string;
}

function trials(comparison: Comparison, link: EvidenceLink): FrameChapter {
  const { arms, leftOut, order } = comparison;
  const shown = stripEffects(comparison);
  const [first] = shown;
  const strip = trialStrip(shown, comparison);
  const used: readonly TrialLine[] = arms.flatMap(({ name, trials: own }) =>
    own.map((trial) => ({ row: trial.row, arm: name, folder: trial.folder, state: trial.validity })),
  );
  const others = leftOut.map(({ row, arm, folder, why }) => ({ row, arm, folder, state: `left out: ${why}` }));
  const all = [...used, ...others].sort((a, b) => a.row - b.row);
  const valid = used.filter(({ state }) => state === 'valid').length;
  const table = html`<div class="wide" tabindex="0" role="group" aria-label="Trials"><table class="trials">
<thead><tr><th class="n">Row</th><th>Arm</th><th>Run</th><th>State</th></tr></thead>
<tbody>${all.map(({ row, arm, folder, state }) => {
    const address = link(folder, null);
    const name = outside(folder, 160);
    return html`<tr><td class="n">${count(row + 1)}</td><td>${outside(arm, 60)}</td>
<td>${address === null ? name : html`<a href="${address}">${name}</a>`}</td>
<td class="thin">${outside(state, 200)}</td></tr>
`;
  })}</tbody></table></div>`;
  return {
    id: 'trials',
    title: 'Trials',
    note: `${counted(order.rows.length, 'row')}${leftOut.length === 0 ? '' : `, ${count(leftOut.length)} left out`}`,
    short: `${count(valid)} of ${count(used.length)} valid`,
    tone: used.some(({ state }) => state === 'invalid') ? 'bad' : valid < used.length ? 'unsure' : 'good',
    body: html`${
      strip === null || first === undefined
        ? null
        : html`<figure class="trialstrip"><figcaption><h3>${statText(first)} of
 ${outside(first.where, 80)}</h3><p class="thin">${prose(shown.map(worseRows).join('; '))}.
 ${prose(driftWords(first))}</p></figcaption>${stripKey(comparison)}${strip}</figure>`
    }<details${all.length <= 12 ? html` open` : null}><summary>All
 ${counted(all.length, 'run')}</summary>${table}</details>`,
  };
}

const STANDING_WORDS = {
  blocking: 'not declared, so that the arms may not be compared',
  declared: 'this is what is compared',
  finding: 'may explain part of an effect',
  information: 'as expected',
} as const;

const valuesOf = (field: Comparison['environment'][number], name: string): string =>
  valueTexts(field.arms.find(({ arm }) => arm === name)?.values ?? []);

function environment({ environment: fields, arms }: Comparison): FrameChapter {
  const shown = fields.filter(({ standing }) => standing !== 'information');
  const expected = fields.filter(({ standing }) => standing === 'information').map(({ field }) => field);
  const blocking = shown.filter(({ standing }) => standing === 'blocking').length;
  const stacks = [...new Set(arms.map(({ stack }) => stackWords(stack)))].length > 1 ? arms : arms.slice(0, 1);
  return {
    id: 'environment',
    title: 'Environment',
    note: shown.length === 0 ? 'no difference' : `${counted(shown.length, 'difference')}`,
    short: shown.length === 1 ? '1 differs' : `${count(shown.length)} differ`,
    tone: blocking > 0 ? 'bad' : shown.some(({ standing }) => standing === 'finding') ? 'unsure' : 'good',
    body: html`${
      shown.length === 0
        ? html`<p>Nothing that could explain an effect differs between the runs.</p>`
        : html`<div class="wide" tabindex="0" role="group" aria-label="Environment"><table class="environment">
<thead><tr><th>Field</th>${arms.map(({ name }) => html`<th>${outside(name, 40)}</th>`)}
<th>Effect on the comparison</th></tr></thead>
<tbody>${shown.map(
            (field) => html`<tr${field.standing === 'blocking' ? html` class="bad"` : null}>
<td class="name">${outside(field.field, 80)}</td>${arms.map(
              ({ name }) => html`<td data-arm="${plainText(name, 40)}">${prose(valuesOf(field, name))}</td>`,
            )}<td class="thin"><b>${field.standing}</b> ${STANDING_WORDS[field.standing]}</td></tr>
`,
          )}</tbody></table></div>`
    }${
      expected.length === 0
        ? null
        : html`<p class="note">As expected, these differ as well: ${outside(expected.join(', '), 900)}.</p>`
    }${arms.every(({ stack }) => stack.length === 0) ? null : stackList(stacks, stacks.length === 1)}`,
  };
}

function stackList(arms: Comparison['arms'], isCommon: boolean): Markup {
  return html`<h3 class="sub">Stack</h3><dl class="stacks">${arms.map(
    ({ name, stack, servers }) =>
      html`<div class="keep"><dt>${isCommon ? 'all arms' : outside(name, 60)}</dt>
<dd>${stackDrawing(stack, 200)}<span>${outside(stackWords(stack), 300)}${
        servers.length === 0 || isCommon ? null : html`; ${outside(servers.join(', '), 80)}`
      }</span></dd></div>`,
  )}</dl>`;
}

function limits(comparison: Comparison): FrameChapter {
  const found = limitsOf(comparison);
  return {
    id: 'limits',
    title: 'What this does not show',
    label: 'Not shown',
    note: '',
    short: '',
    ...quiet,
    body: html`<ul class="plain">${found.map((each) => html`<li>${prose(each)}</li>`)}</ul>`,
  };
}

function method(comparison: Comparison): FrameChapter {
  return {
    id: 'method',
    title: 'Method',
    note: 'how it was measured and judged',
    short: '',
    ...quiet,
    body: html`<p class="note">${designText(comparison)}. One number per trial and metric; the change is the mean
 over the pairs of trials (of a ratio, the geometric mean), with its 95 % t interval. A gate regresses where the change
 for the worse is above 0 (one-sided 2.5 %, Holm over all gates of level error) and its estimate reaches the limit; it
 passes where the whole interval lies within the limit.${
   hasBaseline(comparison)
     ? ' A gate versus the baseline is held against the stored sessions, with the prediction interval of one more.'
     : ''
 } Percentile curves hold all calls: one without an answer
 ranks behind all answers. Every number of every trial is in comparison.json.</p>`,
  };
}
