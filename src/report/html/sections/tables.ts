/** Every phase and every tool in it, in numbers. */
import { traitsOf } from '../../../catalog/index.js';
import type { CallStats, PhaseSummary, Quantile } from '../../../analysis/index.js';
import {
  count,
  duration,
  factor,
  interval,
  maybeDuration,
  percent,
  quantile,
  quantileName,
  rate,
} from '../../../format/index.js';
import { phaseFinding } from '../../findings.js';
import { quantileOf } from '../../quantiles.js';
import type { RunView } from '../../input.js';
import { steadySentence } from '../../steadiness.js';
import { OUTCOME_ORDER, OUTCOME_WORDS, phaseKind, scheduleWords } from '../../words.js';
import { html, outside, prose, type Content, type Markup } from '../markup.js';
import { name, nothing, section, table } from '../parts.js';

const MOST_CLASSES = 8;

export function tablesSection({ analysis: { summary } }: RunView): Markup {
  const phases = summary.phases.filter(({ regime }) => !traitsOf(regime).searches);
  return section(
    'tables',
    'Phases and tools',
    'Response times are of ok calls, from the intended start, out of the raw samples; below each, its 95 % interval by order statistics and the same quantile of the service view, from the send. A quantile that the sample cannot carry is not printed.',
    phases.length === 0
      ? nothing(
          summary.phases.length === 0
            ? 'No phase was run.'
            : 'The run was a capacity search alone: its probes are in the section on the load line.',
        )
      : phases.map(phaseTable),
  );
}

function phaseTable(phase: PhaseSummary): Markup {
  const heading = html`${outside(phase.name)} <span class="muted">${phaseKind(phase)}</span>`;
  if (phase.offered === 0)
    return html`<div class="block"><h3>${heading}</h3>${nothing(`No call of this phase was measured${phase.warmupCalls > 0 ? `; ${count(phase.warmupCalls)} were warm-up` : ''}.`)}</div>`;
  const steady = steadySentence(phase);
  const outcomes = OUTCOME_ORDER.filter((outcome) => outcome !== 'ok' && phase.outcomes[outcome] > 0);
  const quantiles = phase.responseTime.ok.quantiles;
  const row = (
    label: Content,
    stats: CallStats,
    total: boolean,
  ): { readonly cells: readonly Content[]; readonly total: boolean } => ({
    total,
    cells: [
      label,
      html`${count(stats.offered)}<small>${percent(stats.offered / phase.offered)}</small>`,
      count(stats.good),
      counted(stats.late),
      ...outcomes.map((outcome) => counted(stats.outcomes[outcome])),
      html`${rate(stats.goodputPerSecond)}<small>${stats.missRatio === null ? 'none offered' : percent(stats.missRatio)}</small>`,
      ...quantiles.map(
        (each) =>
          html`${quantileCell(stats.responseTime.ok.quantiles.find((own) => own.q === each.q))}${serviceCell(quantileOf(stats.latencyFromSend.ok, each.q))}`,
      ),
      stats.responseTime.ok.maxNs === null
        ? html`<span class="none">–</span>`
        : html`${duration(stats.responseTime.ok.maxNs)}<small>service ${prose(maybeDuration(stats.latencyFromSend.ok.maxNs, '–'))}</small>`,
      stats.retryAmplification === null ? '–' : factor(stats.retryAmplification),
    ],
  });
  const stages =
    phase.stages.length > 1
      ? phase.stages.map((stage) =>
          row(
            html`<span class="muted">stage</span> ${outside(stage.label, 60)}<small>${scheduleWords(stage)} scheduled</small>`,
            stage,
            false,
          ),
        )
      : [];
  return html`<div class="block">${table({
    caption: html`${heading}<p>${prose(phaseFinding(phase))}${phase.warmupCalls > 0 ? ` ${count(phase.warmupCalls)} warm-up calls are left out.` : null}</p>${steady === null ? null : html`<p>${prose(steady)}</p>`}`,
    className: 'dense',
    columns: [
      { name: 'Calls', kind: 'word' },
      { name: html`n<small>share</small>` },
      { name: 'Good' },
      { name: 'Late' },
      ...outcomes.map((outcome) => ({ name: OUTCOME_WORDS[outcome] })),
      { name: html`Goodput<small>missed</small>` },
      ...quantiles.map((each) => ({ name: quantileName(each.q) })),
      { name: 'Longest' },
      { name: html`Attempts<small>per call</small>` },
    ],
    rows: [
      row('all', phase, true),
      ...stages,
      ...phase.tools.map((tool) =>
        row(
          html`${name(tool.label)}${tool.tool === tool.label ? null : html`<small>${outside(tool.tool, 60)}</small>`}`,
          tool,
          false,
        ),
      ),
    ],
  })}${phase.errorClasses.length === 0 ? null : html`<p class="muted">Seen in the last attempts: ${errorClasses(phase)}.</p>`}</div>
`;
}

function errorClasses(phase: PhaseSummary): string {
  const shown = phase.errorClasses.slice(0, MOST_CLASSES).map((each) => `${each.errorClass} ${count(each.count)}`);
  const rest = phase.errorClasses.slice(MOST_CLASSES).reduce((sum, each) => sum + each.count, 0);
  return rest > 0 ? `${shown.join(', ')}, others ${count(rest)}` : shown.join(', ');
}

/** The service view under a quantile; what can't be told is said once, by the response time. */
function serviceCell(each: Quantile | undefined): Content {
  return each === undefined || each.kind === 'not-estimable'
    ? null
    : html`<small>service ${prose(quantile(each))}</small>`;
}

const counted = (n: number): Content => (n === 0 ? html`<span class="none">0</span>` : count(n));

function quantileCell(each: Quantile | undefined): Content {
  if (each === undefined) return html`<span class="none">–</span>`;
  switch (each.kind) {
    case 'value': {
      const range = interval(each);
      return html`${quantile(each)}${range === null ? null : html`<small>${prose(range)}</small>`}`;
    }
    case 'censored':
      return html`${quantile(each)}<small>censored</small>`;
    case 'not-estimable':
      return html`<span class="none">not estimable<small>${prose(`${count(each.n)} of ${count(each.needed)} calls`)}</small></span>`;
  }
}
