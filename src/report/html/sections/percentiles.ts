/** The shape of the tail, phase by phase, with the view from the send beside the view from the intended start. */
import { traitsOf } from '../../../catalog/index.js';
import type { LagHistogram, PercentileCurves, PhaseSummary } from '../../../analysis/index.js';
import { count, duration, quantile, quantileName, percent } from '../../../format/index.js';
import { lagChart } from '../../charts/lags.js';
import { percentileChart } from '../../charts/percentile.js';
import { lagFinding, percentileFinding } from '../../findings.js';
import type { RunView } from '../../input.js';
import { plainText } from '../../text.js';
import { loopWords } from '../../words.js';
import { html, type Markup } from '../markup.js';
import { figure, nothing, section, table } from '../parts.js';

export async function percentilesSection({ analysis: { summary, figures } }: RunView): Promise<Markup> {
  // A search has a rate a probe, so no one curve: the load line shows it.
  const phases = summary.phases.filter(({ regime }) => !traitsOf(regime).searches);
  const drawn = await Promise.all(
    phases.map(async (phase) => {
      const curves = figures.percentiles.find((each) => each.phase === phase.name);
      const title = `${plainText(phase.name, 100)} (${loopWords(phase)})`;
      if (curves === undefined || [curves.responseOk, curves.responseAll].every((points) => points.length < 2)) {
        return nothing(
          phase.offered === 0 ? `${title}: no call was measured.` : `${title}: too few calls for a curve.`,
        );
      }
      const lags = figures.lags.find((each) => each.phase === phase.name);
      return html`${await phaseFigure(phase, curves, title)}${lags === undefined ? null : await lagFigure(phase, lags, title)}`;
    }),
  );
  return section(
    'percentiles',
    'Response time, percentile by percentile',
    'From the intended start to the answer. The service view starts the clock at the send: it is what an eye that waits for its turn would see, and is never told alone. What lies between the two in an open loop is the wait for a slot and the lag of the generator, which is drawn beside them. Curves end where fewer than ten calls lie beyond.',
    phases.length === 0
      ? nothing(
          summary.phases.length === 0
            ? 'No phase was run.'
            : 'The run was a capacity search alone, and each of its probes has a rate of its own: they are in the section on the load line.',
        )
      : rowsOf(phases, drawn),
  );
}

/** An open loop's curve and its lags in one row; closed loops, which have no lags, two to a row. */
function rowsOf(phases: readonly PhaseSummary[], drawn: readonly Markup[]): readonly Markup[] {
  const rows: Markup[][] = [];
  phases.forEach(({ loop }, index) => {
    const cell = drawn[index] ?? html``;
    const row = rows.at(-1);
    if (loop === 'closed' && phases[index - 1]?.loop === 'closed' && row !== undefined) row.push(cell);
    else rows.push([cell]);
  });
  return rows.map((row) => html`<div class="pair">${row}</div>`);
}

async function lagFigure(phase: PhaseSummary, lags: LagHistogram, title: string): Promise<Markup> {
  const finding = lagFinding(phase, lags);
  const rows = [
    ...(lags.under === 0 ? [] : [{ from: '–', to: duration(lags.underNs), calls: lags.under }]),
    ...lags.bins.map((bin) => ({ from: duration(bin.fromNs), to: duration(bin.toNs), calls: bin.count })),
  ];
  const total = rows.reduce((sum, { calls }) => sum + calls, 0);
  return figure({
    title: `${title}: how late calls left`,
    finding,
    chart: await lagChart(lags, `Histogram of the schedule lag of ${title}. ${finding}`),
    numbers: table({
      caption: 'Calls by schedule lag',
      columns: [{ name: 'From' }, { name: 'To' }, { name: 'Calls' }, { name: 'Share' }],
      rows: rows.map(({ from, to, calls }) => ({ cells: [from, to, count(calls), percent(calls / total)] })),
    }),
  });
}

async function phaseFigure(phase: PhaseSummary, curves: PercentileCurves, title: string): Promise<Markup> {
  const finding = percentileFinding(phase);
  const chart = await percentileChart(curves, `Percentile curve of ${title}. ${finding}`);
  const sets = [
    { name: 'Response time, ok', durations: phase.responseTime.ok },
    { name: 'Response time, all outcomes', durations: phase.responseTime.all },
    { name: 'Service view, ok', durations: phase.latencyFromSend.ok },
    { name: 'Service view, all outcomes', durations: phase.latencyFromSend.all },
  ];
  const quantiles = phase.responseTime.ok.quantiles;
  return figure({
    title,
    finding,
    chart,
    numbers: table({
      caption: 'Quantiles from the raw samples',
      columns: [{ name: 'Set', kind: 'word' }, ...quantiles.map((each) => ({ name: quantileName(each.q) }))],
      rows: sets.map((set) => ({ cells: [set.name, ...set.durations.quantiles.map((each) => quantile(each))] })),
    }),
  });
}
