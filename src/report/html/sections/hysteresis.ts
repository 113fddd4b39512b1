/** Phases whose rate goes up and comes down again: whether the two ways are one. */
import type { Hysteresis } from '../../../analysis/index.js';
import { amount, duration, rate } from '../../../format/index.js';
import { hysteresisChart } from '../../charts/hysteresis.js';
import type { RunView } from '../../input.js';
import { namedPhase } from '../../words.js';
import { html, outside, type Markup } from '../markup.js';
import { figure, section, table } from '../parts.js';

const WHY: Readonly<Record<Exclude<Hysteresis['reason'], null>, string>> = {
  'not-a-loop': 'the rate does not rise to one peak and fall again',
  'too-few-rates': 'fewer than two rates below the peak on a way',
  fault: 'a fault was on',
};

export async function hysteresisSection({ analysis: { summary } }: RunView): Promise<Markup | null> {
  const { hysteresis } = summary.afterFault;
  if (!hysteresis.some(({ reason }) => reason === null)) return null;
  const drawn = await Promise.all(
    hysteresis
      .filter(({ reason }) => reason === null)
      .map((loop) => loopFigure(loop, namedPhase(summary.phases, loop.phase))),
  );
  return section(
    'hysteresis',
    'Up and down',
    'The same rates on the way up and on the way down. A stack that remembers nothing answers alike on both; the area between the two is what it remembers.',
    html`<div class="pair">${drawn}</div><div class="block">${table({
      caption: 'Distance between the way up and the way down, in the mean over the rates both have',
      columns: [
        { name: 'Phase', kind: 'word' },
        { name: 'Rates' },
        { name: html`p99 apart by<small>failures at their deadline</small>` },
        { name: 'Goodput apart by' },
        { name: html`Area<small>p99 over the rate</small>` },
      ],
      rows: hysteresis.map((loop) => ({ cells: [outside(namedPhase(summary.phases, loop.phase)), ...cells(loop)] })),
    })}</div>`,
  );
}

async function loopFigure(loop: Hysteresis, title: string): Promise<Markup | null> {
  const finding = gapSentence(loop);
  const chart = await hysteresisChart(
    loop,
    `p99 of the response time over the rate, up and down, of ${title}. ${finding}`,
  );
  return chart === null ? null : figure({ title, finding, chart, numbers: null });
}

function gapSentence({ p99 }: Hysteresis): string {
  if (p99 === null) return 'The two ways have no rate in common at which a p99 can be told.';
  return `From ${rate(p99.fromPerSecond)} to ${rate(p99.toPerSecond)} the two ways lie ${duration(p99.meanGap)} apart in the mean.`;
}

function cells({ up, reason, p99, goodput }: Hysteresis): readonly (Markup | string)[] {
  if (reason !== null) return ['–', html`not told<small>${WHY[reason]}</small>`, '–', '–'];
  const [lowest, highest] = [up[0]?.ratePerSecond ?? NaN, up.at(-1)?.ratePerSecond ?? NaN];
  const rates = `${rate(lowest)} to ${rate(highest)}`;
  const from =
    p99 === null || p99.fromPerSecond === lowest ? null : html`<small>from ${rate(p99.fromPerSecond)}</small>`;
  if (goodput === null) return [rates, 'no rate in common', '–', '–'];
  return [
    rates,
    p99 === null ? html`not told<small>under 100 calls at a rate</small>` : html`${duration(p99.meanGap)}${from}`,
    rate(goodput.meanGap),
    html`${p99 === null ? '–' : `${duration(p99.area)} × calls/s`}<small>goodput ${amount(goodput.area)} (calls/s)²</small>`,
  ];
}
