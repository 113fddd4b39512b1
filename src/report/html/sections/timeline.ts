/** The run on one clock. */
import type { Timeline } from '../../../analysis/index.js';
import { amount, duration, exactMoment, maybeDuration, moment, rate } from '../../../format/index.js';
import { timelineChart } from '../../charts/timeline.js';
import { timelineFinding } from '../../findings.js';
import type { RunView } from '../../input.js';
import { closedAmong, faultName, namedPhase } from '../../words.js';
import { html, outside, type Content, type Markup } from '../markup.js';
import { figure, nothing, section, table } from '../parts.js';

/** Rows that the table of a picture may have. */
const MOST_ROWS = 60;

export async function timelineSection({ analysis: { summary, figures } }: RunView): Promise<Markup> {
  const { timeline } = figures;
  if (timeline.fromNs.length === 0) return section('timeline', 'Timeline', null, nothing('No call was recorded.'));
  const finding = timelineFinding(summary, figures);
  const chart = await timelineChart(
    figures,
    `Calls per second, response time, queue age and calls in flight over the run. ${finding}`,
  );
  return section(
    'timeline',
    'Timeline',
    `Windows of ${duration(timeline.windowNs)}, warm-up included. A call belongs to the window it was meant to start in, whatever became of it later.`,
    [
      figure({
        title: 'The run on one clock',
        finding,
        chart,
        wide: true,
        numbers: html`${timelineTable(timeline, closedAmong(summary.phases))}${figures.faults.length === 0 ? null : faultTable(figures.faults, summary.phases)}`,
      }),
    ],
  );
}

function timelineTable(timeline: Timeline, closed: string): Markup {
  const every = Math.ceil(timeline.fromNs.length / MOST_ROWS);
  const rows: { readonly cells: readonly Content[] }[] = [];
  for (let from = 0; from < timeline.fromNs.length; from += every) {
    const mean = (values: readonly number[]): number => {
      const part = values.slice(from, from + every);
      return part.reduce((sum, value) => sum + value, 0) / Math.max(1, part.length);
    };
    const worst = (values: readonly (number | null)[]): number | null =>
      values
        .slice(from, from + every)
        .reduce<number | null>((top, value) => (value === null ? top : Math.max(top ?? 0, value)), null);
    const failed = timeline.failedPerSecond.reduce((sum, series) => sum + mean(series.perSecond), 0);
    rows.push({
      cells: [
        moment(timeline.fromNs[from] ?? 0),
        rate(mean(timeline.offeredPerSecond)),
        rate(mean(timeline.goodputPerSecond)),
        rate(mean(timeline.latePerSecond)),
        rate(mean(timeline.shedPerSecond)),
        rate(failed),
        maybeDuration(worst(timeline.responseOk.p50Ns), '–'),
        maybeDuration(worst(timeline.serviceOk.p50Ns), '–'),
        maybeDuration(worst(timeline.responseOk.maxNs), '–'),
        maybeDuration(worst(timeline.serviceOk.maxNs), '–'),
        maybeDuration(worst(timeline.responseAll.maxNs), '–'),
        duration(worst(timeline.queueAgeMaxNs) ?? 0),
        amount(mean(timeline.inFlightMean)),
      ],
    });
  }
  return table({
    caption: `${every === 1 ? 'Every window.' : `Windows in groups of ${every}: mean rates, slowest times.`}${closed === '' ? '' : ` ${closed}`}`,
    columns: [
      'From',
      'Offered',
      'Good',
      'Late',
      'Shed',
      'Failed',
      'p50, ok',
      'p50, ok, service view',
      'Longest, ok',
      'Longest, ok, service view',
      'Longest, failures at deadline',
      'Queue age',
      'In flight',
    ].map((name) => ({ name })),
    rows,
  });
}

function faultTable(
  faults: RunView['analysis']['figures']['faults'],
  phases: RunView['analysis']['summary']['phases'],
): Markup {
  return table({
    caption: 'Faults: when they were planned and when the fault engine confirmed them',
    columns: [
      { name: 'Fault', kind: 'word' },
      { name: 'Phase', kind: 'word' },
      { name: 'On, planned' },
      { name: 'On, confirmed' },
      { name: 'Off, planned' },
      { name: 'Off, confirmed' },
    ],
    rows: faults.map((fault) => ({
      cells: [
        html`${outside(faultName(fault))}<small>${outside(fault.fault)}</small>`,
        outside(namedPhase(phases, fault.phase)),
        exactMoment(fault.plannedOnNs),
        fault.confirmedOnNs === null ? 'never' : exactMoment(fault.confirmedOnNs),
        fault.plannedOffNs === null ? 'never' : exactMoment(fault.plannedOffNs),
        fault.confirmedOffNs === null ? 'never' : exactMoment(fault.confirmedOffNs),
      ],
    })),
  });
}
