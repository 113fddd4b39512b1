/** Phases whose rate goes up and comes down again: whether the two ways are one. */
import type { Hysteresis } from '../../../analysis/index.js';
import { duration, rate } from '../../format.js';
import type { ReportInput } from '../../input.js';
import { namedPhase } from '../../words.js';
import type { Markup } from '../markup.js';
import { html, outside } from '../markup.js';
import { section, table } from '../parts.js';

const WHY: Readonly<Record<Exclude<Hysteresis['reason'], null>, string>> = {
  'not-a-loop': 'the rate does not rise to one peak and fall again',
  'too-few-rates': 'fewer than two rates below the peak on a way',
  fault: 'a fault was on',
};

export function hysteresisSection({ analysis: { summary } }: ReportInput): Markup | null {
  const { hysteresis } = summary.aftermath;
  if (!hysteresis.some(({ reason }) => reason === null)) return null;
  return section(
    'hysteresis',
    'Up and down',
    'The same rates on the way up and on the way down. A stack that remembers nothing answers alike on both; the area between the two is what it remembers.',
    html`<div class="block">${table({
      caption: 'Distance between the way up and the way down, in the mean over the rates both have',
      columns: [{ name: 'Phase', kind: 'word' }, { name: 'Rates' }, { name: html`p99 apart by<small>failures at their deadline</small>` }, { name: 'Goodput apart by' }, { name: html`Areas<small>over the rate</small>` }],
      rows: hysteresis.map((loop) => ({ cells: [outside(namedPhase(summary.phases, loop.phase)), ...cells(loop)] })),
    })}</div>`,
  );
}

function cells({ up, reason, p99, goodput }: Hysteresis): readonly (Markup | string)[] {
  if (reason !== null) return ['–', html`not told<small>${WHY[reason]}</small>`, '–', '–'];
  const [lowest, highest] = [up[0]?.ratePerSecond ?? NaN, up.at(-1)?.ratePerSecond ?? NaN];
  const rates = `${rate(lowest)} to ${rate(highest)}`;
  const from = p99 === null || p99.fromPerSecond === lowest ? null : html`<small>from ${rate(p99.fromPerSecond)}</small>`;
  if (goodput === null) return [rates, 'no rate in common', '–', '–'];
  return [rates, p99 === null ? html`not told<small>under 100 calls at a rate</small>` : html`${duration(p99.meanGap)}${from}`, rate(goodput.meanGap), html`${p99 === null ? '–' : `${duration(p99.area)} · /s`}<small>${rate(goodput.area)} · /s</small>`];
}
