/** What came after each fault: one row a fault, the routes it spared, and what the faults say together. */
import type { Aftermath, Amplification, RecoverySummary, Storm, Summary } from '../../../analysis/index.js';
import { breakerWords, hiddenCapacitySentence, metastabilityWords } from '../../aftermath.js';
import { count, factor, rate, setDuration, share } from '../../format.js';
import { faultName, namedPhase } from '../../words.js';
import type { Markup } from '../markup.js';
import { html, outside, prose } from '../markup.js';
import { table, tag } from '../parts.js';

/** The tables under the recovery's own; none without faults. */
export function aftermathTables({ recoveries, phases, aftermath }: Summary): readonly Markup[] {
  if (recoveries.length === 0) return [];
  const spared = recoveries.filter((recovery) => recovery.aftermath.blastRadius.routes.some(({ touched }) => !touched));
  const hidden = aftermath.hiddenCapacities.flatMap((each) => hiddenCapacitySentence(each) ?? []);
  return [
    html`<div class="block">${table({
      caption: 'After the fault was lifted',
      columns: [
        { name: 'Fault', kind: 'word' },
        { name: 'Stays down?', kind: 'text' },
        { name: html`Attempts per call<small>before, during, after</small>` },
        { name: html`Rush<small>most in a window, after against before</small>` },
        { name: html`Bunching<small>before, after</small>` },
        { name: html`Blast radius<small>loss of untouched routes</small>` },
        { name: html`Breaker<small>inferred</small>`, kind: 'text' },
      ],
      rows: recoveries.map((recovery) => ({ cells: [html`${outside(faultName(recovery))}<small>${outside(recovery.fault)}, in ${outside(namedPhase(phases, recovery.phase))}</small>`, ...cells(recovery)] })),
    })}${hidden.map((sentence) => html`<p>${prose(sentence)}</p>`)}<p class="muted">${prose('Attempts per call, with what independent failures of the same share would make. Bunching: variance over mean of attempts sent in 10 ms, 1 for independent ones. A breaker is inferred from calls refused at once that never reached the upstream.')}</p></div>`,
    ...spared.map((recovery) => routeTable(recovery, phases)),
  ];
}

function cells({ windowNs, aftermath }: RecoverySummary): readonly Markup[] {
  const { metastability, amplification, synchrony, blastRadius, breaker } = aftermath;
  const { words, tone, sign, because } = metastabilityWords(metastability, windowNs);
  const spans = [amplification.before, amplification.during, amplification.after];
  const perCall = (of: (span: Amplification) => number | null): string => spans.map((span) => number(span === null ? null : of(span))).join(', ');
  return [
    html`${tag(words, tone, sign)}<small>${prose(because)}</small>`,
    html`${perCall((span) => span.perCall)}<small>expected ${perCall((span) => span.expectedPerCall)}</small>`,
    rush(aftermath.storm),
    html`${number(synchrony.before)}, ${number(synchrony.after)}`,
    blastRadius.radius === null ? html`not told<small>${radiusReason(blastRadius.reason)}</small>` : html`${share(blastRadius.radius)}`,
    html`${breakerWords(breaker)}`,
  ];
}

const number = (value: number | null): string => (value === null ? 'not told' : String(Number(value.toPrecision(3))));

function rush(storm: Aftermath['storm']): Markup {
  if (storm === null) return html`not told`;
  const told = (each: Storm): string => `${rate(each.peakAfterPerSecond)} against ${rate(each.peakBeforePerSecond)}`;
  return html`${storm.attempts.factor === null ? 'not told' : factor(storm.attempts.factor)}<small>attempts ${told(storm.attempts)}, connections ${told(storm.connections)}${storm.sessions === null ? '' : `, sessions ${told(storm.sessions)}`}</small>`;
}

function radiusReason(reason: Aftermath['blastRadius']['reason']): string {
  switch (reason) {
    case 'no-untouched-route':
      return 'every route is touched';
    case 'wiring-unknown':
      return 'the way of the calls is not known';
    case 'no-baseline':
      return 'no baseline';
    case 'too-few-calls':
      return 'too few calls';
    case null:
      return '';
  }
}

function routeTable(recovery: RecoverySummary, phases: Summary['phases']): Markup {
  return html`<div class="block">${table({
    caption: html`Routes around ${outside(faultName(recovery))}, in ${outside(namedPhase(phases, recovery.phase))}, windows of ${setDuration(recovery.windowNs)}`,
    columns: [{ name: 'Calls', kind: 'word' }, { name: 'Passes the fault', kind: 'word' }, { name: html`Before<small>good of offered</small>` }, { name: html`During<small>good of offered</small>` }, { name: 'Lost' }],
    rows: recovery.aftermath.blastRadius.routes.map((route) => ({
      cells: [
        outside(route.label),
        route.touched ? 'yes' : 'no',
        `${count(route.goodBefore)} of ${count(route.offeredBefore)}`,
        `${count(route.goodDuring)} of ${count(route.offeredDuring)}`,
        route.loss === null ? 'not told' : share(route.loss),
      ],
    })),
  })}</div>`;
}
