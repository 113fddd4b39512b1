/** The load line: each capacity search with its probes and what they rest on. */
import type { CapacityProbe, CapacitySummary, StageStats } from '../../../analysis/index.js';
import { count, duration, maybeDuration, quantile, rate, percent } from '../../../format/index.js';
import { goodputChart, slopeChart } from '../../charts/load-line.js';
import type { RunView } from '../../input.js';
import { quantileOf } from '../../quantiles.js';
import { kneeSentence, loadLineSentence, PROBE_VERDICT, slopeWords } from '../../load-line.js';
import { plainText } from '../../text.js';
import { html, outside, prose, type Markup } from '../markup.js';
import { figure, nothing, section, table, tag } from '../parts.js';

export async function loadLineSection({ analysis: { summary } }: RunView): Promise<Markup | null> {
  if (summary.capacities.length === 0) return null;
  const searches = await Promise.all(
    summary.capacities.map((found) =>
      search(found, summary.phases.find(({ name }) => name === found.phase)?.stages ?? []),
    ),
  );
  return section(
    'load-line',
    'Load line',
    'A rate is sustained when the age of the oldest waiting call does not grow (upper 95 % bound of its slope at most 1 ms/s) and at most 1 % of the calls miss, while the generator keeps its schedule.',
    searches,
  );
}

/** `slices`: the calls of each probe, in the same order. */
async function search(found: CapacitySummary, slices: readonly StageStats[]): Promise<Markup> {
  const name = plainText(found.phase, 100);
  const sentence = loadLineSentence(found);
  if (found.probes.length === 0) return nothing(`${name}: no probe was judged. ${sentence}`);
  const blind = found.probes.some((probe) => probe.evidence.queueAge.source === 'answers');
  const [goodput, slopes] = await Promise.all([
    goodputChart(found, `Goodput against offered rate of each probe of ${name}. ${sentence}`),
    slopeChart(found, `Slope of the queue age of each probe of ${name}. ${sentence}`),
  ]);
  return html`<div class="pair">${figure({ title: `${name}: goodput against offered`, finding: `${sentence} ${kneeSentence(found)}`, chart: goodput, numbers: null })}${figure(
    {
      title: `${name}: did the queue grow?`,
      finding: slopeFinding(found),
      chart: slopes,
      numbers: null,
      ...(blind
        ? {
            note: 'The upstream gives no stamps, so this is the age of the oldest call not yet answered: what waits inside it can be seen in no other way.',
          }
        : {}),
    },
  )}</div><div class="block">${table({
    caption: html`Probes of ${outside(found.phase, 100)}, in the order they were made`,
    className: 'dense',
    columns: [
      { name: 'Probe', kind: 'word' },
      { name: 'Rate' },
      { name: 'Verdict', kind: 'word' },
      { name: html`Offered<small>calls</small>` },
      { name: 'Completed' },
      { name: html`Goodput<small>missed</small>` },
      { name: html`p99<small>service view</small>` },
      { name: 'Oldest waiting' },
      { name: html`Slope<small>95 % interval</small>` },
      { name: html`Schedule lag<small>p99</small>` },
      { name: 'Why', kind: 'text' },
    ],
    rows: found.probes.map((probe, index) => ({ cells: cells(probe, slices[index]) })),
  })}</div>
`;
}

function cells(probe: CapacityProbe, slice: StageStats | undefined) {
  const { evidence, purpose, ratePerSecond, verdict, why } = probe;
  const look = PROBE_VERDICT[verdict];
  const { value, interval } = slopeWords(probe);
  return [
    html`${count(probe.probe + 1)}<small>${purpose}, ${duration(probe.scheduledEndNs - probe.startNs)}</small>`,
    rate(ratePerSecond),
    tag(look.words, look.tone, look.sign),
    html`${rate(evidence.offeredPerSecond)}<small>${count(evidence.offered)}</small>`,
    rate(evidence.completedPerSecond),
    html`${rate(evidence.goodputPerSecond)}<small>${evidence.missRatio === null ? 'none offered' : percent(evidence.missRatio)}</small>`,
    evidence.responseP99Ns === null
      ? html`<span class="none">n < 662</span>`
      : html`${duration(evidence.responseP99Ns)}<small>${slice === undefined ? 'not told' : prose(quantile(quantileOf(slice.latencyFromSend.all, 0.99)))}</small>`,
    duration(evidence.queueAge.maxNs),
    html`${value}${interval === null ? null : html`<small>${prose(interval)}</small>`}`,
    maybeDuration(evidence.scheduleLagP99Ns, 'nothing sent'),
    // What a pass rests on stands in the columns; a failure is worth its words.
    verdict === 'passed' ? '' : outside(why.join('; '), 400),
  ];
}

/** The steepest growth that still passed, beside the gentlest that did not. */
function slopeFinding({ probes }: CapacitySummary): string {
  const told = (verdict: CapacityProbe['verdict']) =>
    probes.filter((probe) => probe.verdict === verdict && probe.evidence.queueAge.slope !== null);
  const bound = (probe: CapacityProbe): number => probe.evidence.queueAge.slope?.high ?? 0;
  const steepest = told('passed').reduce<CapacityProbe | null>(
    (most, probe) => (most === null || bound(probe) > bound(most) ? probe : most),
    null,
  );
  const gentlest = told('failed').reduce<CapacityProbe | null>(
    (least, probe) => (least === null || bound(probe) < bound(least) ? probe : least),
    null,
  );
  const parts = [
    ...(steepest === null
      ? []
      : [
          `of the probes that passed, the one at ${rate(steepest.ratePerSecond)} grew most: ${slopeWords(steepest).value} (${slopeWords(steepest).interval ?? ''})`,
        ]),
    ...(gentlest === null
      ? []
      : [
          `of those that failed, the one at ${rate(gentlest.ratePerSecond)} grew least: ${slopeWords(gentlest).value} (${slopeWords(gentlest).interval ?? ''})`,
        ]),
  ];
  const text = parts.join('; ');
  return text === '' ? 'No probe was long enough for a trend.' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
