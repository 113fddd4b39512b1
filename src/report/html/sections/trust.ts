/** Can I trust this run? Before any number about the target, the numbers about the harness. */
import { count, moment } from '../../../format/index.js';
import type { RunView } from '../../input.js';
import { trustFacts, type TrustFact } from '../../trust.js';
import { namedPhase, type Tone } from '../../words.js';
import { html, outside, prose, type Markup } from '../markup.js';
import { section, tag } from '../parts.js';

const STATE: Readonly<
  Record<TrustFact['state'], { readonly words: string; readonly tone: Tone; readonly sign: string }>
> = {
  ok: { words: 'ok', tone: 'good', sign: '✓' },
  warning: { words: 'warning', tone: 'unsure', sign: '?' },
  broken: { words: 'broken', tone: 'bad', sign: '!' },
  unknown: { words: 'not told', tone: 'quiet', sign: '–' },
};
const MOST_WARNINGS = 20;

export function trustSection({ analysis: { summary } }: RunView): Markup {
  const { reasons } = summary.validity;
  const shown = summary.warnings.slice(0, MOST_WARNINGS);
  return section(
    'trust',
    'Can I trust this run?',
    'The harness on itself: whether it offered what it planned, when it planned it, on a machine that let it.',
    html`<dl class="checks">${trustFacts(summary).map((fact) => {
      const state = STATE[fact.state];
      return html`<div class="check"><dt>${fact.name} ${tag(state.words, state.tone, state.sign)}</dt><dd class="value">${fact.value}</dd><dd class="meaning">${prose(fact.meaning)}</dd></div>`;
    })}</dl>
${reasons.length === 0 ? null : html`<ul class="reasons">${reasons.map((reason) => html`<li class="${reason.severity === 'invalid' ? 'bad' : 'unsure'}"><p>${tag(reason.severity === 'invalid' ? 'invalid' : 'warning', reason.severity === 'invalid' ? 'bad' : 'unsure', reason.severity === 'invalid' ? '!' : '?')} <code>${reason.code}</code>${reason.phase === null ? null : html` in ${outside(namedPhase(summary.phases, reason.phase))}`}: ${prose(reason.what)}</p><p>${prose(reason.remedy)}</p></li>`)}</ul>`}
${
  shown.length === 0
    ? null
    : html`<details><summary>${count(summary.warnings.length)} told while the run went on</summary><ul class="reasons">${shown.map((warning) => html`<li class="unsure"><p><code>${outside(warning.code)}</code> at ${moment(warning.atNs)}: ${prose(warning.what)}</p><p>${prose(warning.remedy)}</p></li>`)}</ul>${summary.warnings.length > shown.length ? html`<p class="muted">The first ${shown.length}; all of them are in events.ndjson.</p>` : null}</details>`
}`,
  );
}
