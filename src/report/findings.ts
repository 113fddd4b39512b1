/** The one sentence under each figure: what it shows, computed from the numbers it is drawn from. */
import { traitsOf } from '../catalog/index.js';
import type { Figures, Heatmap, LagHistogram, PhaseSummary, StageBars, Summary } from '../analysis/index.js';
import { count, duration, moment, quantile, rate, percent, slope } from '../format/index.js';
import { quantileOf } from './quantiles.js';
import { recoveryWords, tailFactor } from './headline.js';
import { faultName, phaseName, STAGE_WORDS } from './words.js';

export function timelineFinding(summary: Summary, figures: Figures): string {
  const { timeline } = figures;
  const parts: string[] = [];
  const oldest = indexOfMax(timeline.queueAgeMaxNs);
  if (oldest >= 0) {
    const at = timeline.fromNs[oldest] ?? 0;
    const phase = figures.phases.find((band) => at >= band.startNs - timeline.windowNs && at <= band.drainedNs);
    parts.push(
      `The oldest waiting call was ${duration(timeline.queueAgeMaxNs[oldest] ?? 0)} old, at ${moment(at)}${phase === undefined ? '' : ` in ${phaseName({ name: phase.phase, loop: phase.loop })}`}`,
    );
  }
  for (const recovery of summary.recoveries.slice(0, 2)) {
    const words = recoveryWords(recovery);
    parts.push(
      `${faultName(recovery)}: ${words.recover.value === 'none' ? 'band never left' : recovery.timeToRecover.kind === 'unknown' ? 'time to recover not told' : `${words.recover.value} ${words.recover.label}`}`,
    );
  }
  return parts.length === 0 ? 'No call was recorded.' : `${parts.join('; ')}.`;
}

export function percentileFinding(phase: PhaseSummary): string {
  const tail = tailFactor(phase);
  if (tail === null) return `Too few ok calls (${count(phase.responseTime.ok.n)}) to tell the middle from the tail.`;
  const first = `Half of the ok calls took at most ${tail.p50}, and the ${tail.name} is ${tail.tail}, ${tail.factor} the median.`;
  if (traitsOf(phase.regime).measuresIdleLatency) return first;
  if (phase.loop === 'closed')
    return `${first} Closed loop: a caller that waits asks for nothing, so waiting is under-counted.`;
  const response = quantileOf(phase.responseTime.ok, 0.99);
  const service = quantileOf(phase.latencyFromSend.ok, 0.99);
  if (response?.kind !== 'value' || service?.kind !== 'value' || response.ns <= service.ns * 1.1) return first;
  return `${first} Counted from the send alone the p99 would read ${duration(service.ns)} in place of ${duration(response.ns)}.`;
}

export function lagFinding(phase: PhaseSummary, lags: LagHistogram): string {
  const { n, maxNs } = phase.scheduleLag;
  const over = lags.bins.reduce((sum, bin) => (bin.fromNs >= lags.limitNs ? sum + bin.count : sum), 0);
  const p99 = quantileOf(phase.scheduleLag, 0.99);
  const told =
    p99?.kind === 'value'
      ? `99 % of ${count(n)} calls left at most ${duration(p99.ns)} late, the latest ${duration(maxNs ?? 0)}`
      : `${count(n)} calls left late by at most ${duration(maxNs ?? 0)}`;
  return `${told}${over === 0 ? '' : `; at least ${count(over)} later than the ${duration(lags.limitNs)} that the p99 may have`}. The wait for a slot is not in it.`;
}

/** Growth that a sustained rate may have, in ns per second: a queue that surely grew grew faster. */
const SUSTAINED_NS_PER_S = 1e6;

export function queueFinding(phase: PhaseSummary): string {
  const { slope: trend } = phase.queueAge;
  // A trend says something of one rate: over a rate that climbs and falls again it is a line through a hill.
  const grew =
    trend !== null && trend.low > SUSTAINED_NS_PER_S && phase.stages.length === 0
      ? ` It grew by ${slope(trend.nsPerSecond)}.`
      : '';
  const blind =
    phase.queueAge.source === 'generator'
      ? ' The upstream reports no stamps: what waits inside it is not seen here.'
      : '';
  return `The oldest call not yet in service was at most ${duration(phase.queueAge.maxNs)} old.${grew}${blind}`;
}

export function stagesFinding(bars: readonly StageBars[]): string {
  const largest = bars.flatMap((bar) => {
    const total = bar.stages.reduce((sum, stage) => sum + stage.meanNs, 0);
    const top = bar.stages.reduce<StageBars['stages'][number] | null>(
      (most, stage) => (most === null || stage.meanNs > most.meanNs ? stage : most),
      null,
    );
    return top === null || total <= 0
      ? []
      : [
          `${STAGE_WORDS[top.stage]} in ${phaseName({ name: bar.phase, loop: bar.loop })} (${percent(Math.round((top.meanNs / total) * 100) / 100)} of ${duration(total)})`,
        ];
  });
  return largest.length === 0
    ? 'No ok call carried a split.'
    : `The largest part of the mean response time was ${largest.join(', ')}.`;
}

export function heatmapFinding(heatmap: Heatmap): string {
  const total = heatmap.cells.reduce((sum, cell) => sum + cell.count, 0);
  const slowest = heatmap.cells.reduce<Heatmap['cells'][number] | null>(
    (top, cell) => (top === null || cell.row > top.row ? cell : top),
    null,
  );
  if (slowest === null) return 'No call was recorded.';
  return `${count(total)} calls; the slowest took ${duration(heatmap.latencyEdgesNs[slowest.row] ?? 0)} to ${duration(heatmap.latencyEdgesNs[slowest.row + 1] ?? 0)} and were meant to start at ${moment(slowest.fromNs)}.`;
}

export function phaseFinding(phase: PhaseSummary): string {
  return `${count(phase.offered)} calls offered at ${rate(phase.offeredPerSecond)}, ${rate(phase.goodputPerSecond)} good; ok p99 ${quantile(quantileOf(phase.responseTime.ok, 0.99))}.`;
}

function indexOfMax(values: readonly number[]): number {
  return values.reduce(
    (best, value, index) => (value > (values[best] ?? -Infinity) ? index : best),
    values.length > 0 ? 0 : -1,
  );
}
