/** What came after each fault: a table a fault, the routes it spared, and what the faults say together. */
import type { AfterFault, Amplification, RecoverySummary, Storm, Summary } from '../../../analysis/index.js';
import { amount, count, duration, factor, percent, rate } from '../../../format/index.js';
import { breakerWords, hiddenCapacitySentence, metastabilityWords } from '../../after-fault.js';
import { faultName, namedPhase } from '../../words.js';
import { html, outside, prose, type Content, type Markup } from '../markup.js';
import { table, tag } from '../parts.js';

/** The tables under the recovery's own; none without faults. */
export function afterFaultTables({ recoveries, phases, afterFault }: Summary): readonly Markup[] {
  const hidden = afterFault.hiddenCapacities.flatMap((each) => hiddenCapacitySentence(each) ?? []);
  const spared = recoveries.filter((recovery) =>
    recovery.afterFault.blastRadius.routes.some(({ touched }) => !touched),
  );
  return [
    ...recoveries.map((recovery) => faultTable(recovery, phases)),
    ...spared.map((recovery) => routeTable(recovery, phases)),
    ...(hidden.length === 0
      ? []
      : [
          html`<div class="block"><h3>Hidden capacity</h3>${hidden.map((sentence) => html`<p>${prose(sentence)}</p>`)}</div>`,
        ]),
  ];
}

const named = (recovery: RecoverySummary, phases: Summary['phases']): Markup =>
  html`${outside(faultName(recovery))}, in ${outside(namedPhase(phases, recovery.phase))}`;

function faultTable(recovery: RecoverySummary, phases: Summary['phases']): Markup {
  return html`<div class="block">${table({
    caption: html`Before, during and after ${named(recovery, phases)}`,
    columns: [
      { name: 'What', kind: 'word' },
      { name: 'Before' },
      { name: 'During' },
      { name: 'After' },
      { name: 'Says', kind: 'text' },
    ],
    rows: rowsOf(recovery).map((cells) => ({ cells })),
  })}</div>`;
}

function rowsOf({ windowNs, afterFault }: RecoverySummary): readonly (readonly Content[])[] {
  const { metastability, amplification, storm, burstiness, blastRadius, breaker } = afterFault;
  const { words, tone, sign, because } = metastabilityWords(metastability, windowNs);
  const goodput = (perSecond: number | null): string => (perSecond === null ? '–' : rate(perSecond));
  return [
    [
      'Goodput',
      goodput(metastability.baselinePerSecond),
      '',
      goodput(metastability.goodputPerSecond),
      html`${tag(words, tone, sign)}<small>${prose(because)}</small>`,
    ],
    [
      'Attempts per call',
      ...[amplification.before, amplification.during, amplification.after].map((span) => attempts(span)),
      'Below: what failures independent of each other would make of the same share of failed attempts.',
    ],
    ...(storm === null
      ? []
      : [
          rush(`Attempts, most in ${duration(windowNs)}`, storm.attempts),
          rush('New connections', storm.connections),
          ...(storm.sessions === null ? [] : [rush('New sessions', storm.sessions)]),
        ]),
    [
      `Bunching in ${duration(burstiness.binNs)}`,
      number(burstiness.before),
      '',
      number(burstiness.after),
      'Variance over mean of the attempts sent: 0 for even sending, 1 for independent, more for bunches.',
    ],
    [
      'Untouched routes',
      '',
      '',
      '',
      blastRadius.radius === null
        ? radiusReason(blastRadius.reason)
        : `Blast radius: they lost ${percent(blastRadius.radius)} of their goodput.`,
    ],
    ['Breaker, inferred', '', '', '', breakerWords(breaker)],
  ];
}

const number = (value: number | null): string => (value === null ? '–' : amount(value));

function attempts(span: Amplification | null): Content {
  return span === null || span.perCall === null
    ? '–'
    : html`${number(span.perCall)}<small>${number(span.expectedPerCall)}</small>`;
}

function rush(what: string, { peakBeforePerSecond, peakAfterPerSecond, factor: times }: Storm): readonly Content[] {
  return [
    what,
    rate(peakBeforePerSecond),
    '',
    rate(peakAfterPerSecond),
    times === null ? '' : `${factor(times)} of before`,
  ];
}

function radiusReason(reason: AfterFault['blastRadius']['reason']): string {
  switch (reason) {
    case 'no-untouched-route':
      return 'There is none: every call passes what the fault is on.';
    case 'wiring-unknown':
      return 'Not told: which way the calls take is not known.';
    case 'no-baseline':
      return 'Not told: there is no calm before the fault.';
    case 'too-few-calls':
      return 'Not told: too few calls.';
    case null:
      return '';
  }
}

function routeTable(recovery: RecoverySummary, phases: Summary['phases']): Markup {
  return html`<div class="block">${table({
    caption: html`Routes around ${named(recovery, phases)}: good of offered`,
    columns: [
      { name: 'Calls', kind: 'word' },
      { name: 'Touched', kind: 'word' },
      { name: 'Before' },
      { name: 'During' },
      { name: 'Lost' },
    ],
    rows: recovery.afterFault.blastRadius.routes.map((route) => ({
      cells: [
        outside(route.label),
        route.touched ? 'yes' : 'no',
        `${count(route.goodBefore)} of ${count(route.offeredBefore)}`,
        `${count(route.goodDuring)} of ${count(route.offeredDuring)}`,
        route.loss === null ? 'not told' : percent(route.loss),
      ],
    })),
  })}</div>`;
}
