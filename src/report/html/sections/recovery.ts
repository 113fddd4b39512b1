/** What each fault did and how the stack came back. */
import type { RecoverySummary, Summary } from '../../../analysis/index.js';
import { amount, duration, exactMoment, maybeDuration, rate, percent } from '../../../format/index.js';
import { recoveryChart } from '../../charts/recovery.js';
import { recoveryWords } from '../../headline.js';
import { steadyStateCell } from '../../hypotheses.js';
import type { RunView } from '../../input.js';
import { plainText } from '../../text.js';
import { unknownToFluid } from '../../after-fault.js';
import { faultName, namedPhase } from '../../words.js';
import { html, outside, type Markup } from '../markup.js';
import { figure, nothing, section, table } from '../parts.js';
import { afterFaultTables } from './after-fault.js';

export async function recoverySection({ analysis: { summary, figures }, plan }: RunView): Promise<Markup | null> {
  if (summary.recoveries.length === 0 && plan.faults.length === 0) return null;
  const drawn = await Promise.all(
    summary.recoveries.map(async (recovery) => {
      const windows = figures.recoveries.find((each) => each.fault === recovery.fault)?.windows ?? [];
      const { sentence } = recoveryWords(recovery);
      const title = `${faultName(recovery)}, in ${namedPhase(summary.phases, recovery.phase)}`;
      if (windows.length === 0)
        return nothing(
          `${title}: ${recovery.note === null ? 'no window of this fault holds calls.' : plainText(recovery.note)}`,
        );
      const chart = await recoveryChart(recovery, windows, `Recovery from ${title}. ${sentence}`);
      return figure({ title, finding: sentence, chart, wide: true, numbers: null, note: noteOf(recovery) });
    }),
  );
  return section(
    'recovery',
    'Faults and recovery',
    'Windows are aligned to the moment the fault was confirmed. Recovered means: back inside the band and there to stay for the hold time.',
    html`${drawn}${summary.recoveries.length === 0 ? nothing('A fault was planned, and no edge of it was recorded.') : [recoveryTable(summary), ...afterFaultTables(summary)]}`,
  );
}

function noteOf(recovery: RecoverySummary): string {
  const band =
    recovery.band === null
      ? 'No band'
      : `Band: p99 up to ${duration(recovery.band.maxP99Ns)}, goodput from ${rate(recovery.band.minGoodputPerSecond)}`;
  const unknown = unknownToFluid(recovery.drain?.fluidIgnores ?? []);
  const fluid = unknown === null ? '' : ` The fluid prediction of the drain does not know ${unknown}.`;
  return `${band}; windows of ${duration(recovery.windowNs)}, hold ${duration(recovery.holdNs)}.${fluid}${recovery.note === null ? '' : ` ${plainText(recovery.note)}`}`;
}

function recoveryTable({ recoveries, phases, hypotheses }: Summary): Markup {
  const stated = hypotheses.length > 0;
  const steadyState = (phase: string): Markup => {
    const cell = steadyStateCell(hypotheses, phase);
    return cell === null ? html`not stated` : html`${cell.first}<small>${cell.second}</small>`;
  };
  return html`<div class="block">${table({
    caption: 'Recovery in numbers',
    columns: [
      { name: 'Fault', kind: 'word' },
      { name: 'On' },
      { name: 'Off' },
      { name: 'Baseline' },
      { name: 'Detected' },
      { name: 'Recovered' },
      { name: 'Drained' },
      { name: 'Lost good calls' },
      { name: 'Deepest dip' },
      ...(stated ? [{ name: 'Steady state', kind: 'word' as const }] : []),
    ],
    rows: recoveries.map((recovery) => {
      const words = recoveryWords(recovery);
      return {
        cells: [
          html`${outside(faultName(recovery))}<small>${outside(recovery.fault)}, in ${outside(namedPhase(phases, recovery.phase))}</small>`,
          html`${exactMoment(recovery.onsetNs)}<small>within ${duration(recovery.onsetUncertaintyNs)}</small>`,
          recovery.clearNs === null
            ? 'never'
            : html`${exactMoment(recovery.clearNs)}<small>within ${maybeDuration(recovery.clearUncertaintyNs, 'unknown')}</small>`,
          recovery.baseline === null
            ? 'not told'
            : html`${rate(recovery.baseline.goodputPerSecond)}<small>p99 ${duration(recovery.baseline.p99Ns)}, ${recovery.baseline.windows} windows</small>`,
          words.detect,
          recovery.timeToRecover.kind === 'censored'
            ? html`${words.recover.value}<small>not recovered</small>`
            : words.recover.value,
          html`${words.drain}<small>${recovery.drain?.fluidNs == null ? 'no fluid prediction' : `fluid ${duration(recovery.drain.fluidNs)}`}</small>`,
          recovery.dip === null ? 'not told' : amount(recovery.dip.lostGoodCalls),
          recovery.dip === null ? 'not told' : percent(recovery.dip.depth),
          ...(stated ? [steadyState(recovery.phase)] : []),
        ],
      };
    }),
  })}</div>`;
}
