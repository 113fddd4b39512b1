/** The page of a run that goes on. It holds nothing of the run: what it draws comes as events. */
import { OUTCOME_DEFS, outcomeFill } from '../charts/outcome-patterns.js';
import { CALL_CLASSES, CLASS_OF, CLASS_STYLE, type CallClass } from '../charts/theme.js';
import { FRAME_STYLE } from '../frame/index.js';
import { COLOUR_RULES } from '../layouts/colours.js';
import { htmlDocument } from '../layouts/document.js';
import { html } from '../layouts/markup.js';
import { LIVE_SCRIPT } from './script.js';
import { LIVE_STYLE } from './style.js';

/** What calls that end so are called in the events. */
function endsOf(drawn: CallClass): string {
  if (drawn === 'good' || drawn === 'late') return drawn;
  return Object.entries(CLASS_OF)
    .flatMap(([outcome, own]) => (own === drawn ? [outcome] : []))
    .join(' ');
}

export const livePage = (): string =>
  htmlDocument({
    title: 'Live',
    style: `${FRAME_STYLE}${COLOUR_RULES}${LIVE_STYLE}`,
    script: LIVE_SCRIPT,
    connects: true,
    // A browser asks a server for an icon, unless there is one.
    meta: html`<link rel="icon" href="data:,">`,
    body: html`${OUTCOME_DEFS}<main class="live">
<h1><span id="name">Plimsoll</span><small id="state" role="status">connecting</small></h1>
<dl class="now">${NUMBERS.map(([id, words]) => html`<div><dt>${words}</dt><dd id="${id}">–</dd></div>`)}</dl>
<p id="faults" class="thin"></p>
<noscript><p>This page draws with a script. The report that is written at the end of the run reads without one.</p>
</noscript>
${PANES.map(
  ([id, words]) => html`<figure><figcaption><h2>${words}</h2></figcaption>
<svg id="${id}" viewBox="0 0 960 170" role="img" aria-label="${words}, of each second"></svg></figure>`,
)}
<ul class="key" aria-label="Key">${CALL_CLASSES.map(
      (each) => html`<li data-ends="${endsOf(each)}" data-fill="${outcomeFill(each)}"><svg width="14" height="12"
 aria-hidden="true"><rect width="14" height="12" fill="${outcomeFill(each)}"/></svg>${CLASS_STYLE[each].short}</li>`,
    )}</ul>
<p class="note">Of each second: the calls that ended in it. p50 is of these, p99 of the last 662 calls at least; a call
 without a good answer counts as at least its deadline, and a dot marks a quantile that is such a lower bound. Shaded: a
 fault is active. These numbers are for watching; those of the report are made from all samples.</p>
</main>`,
  });

const NUMBERS = [
  ['phase', 'phase'],
  ['left', 'left'],
  ['rate', 'calls ended'],
  ['p50', 'p50'],
  ['p99', 'p99'],
  ['errors', 'errors'],
  ['waiting', 'in flight, queued'],
] as const;

const PANES = [
  ['times', 'Response time: p50, p99'],
  ['outcomes', 'Calls by outcome'],
  ['queues', 'Attempts in flight, calls queued'],
] as const;
