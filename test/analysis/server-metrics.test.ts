/** Metrics of the servers: their series on the clock of the run, and their numbers by phase. */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.js';
import { seriesOf } from '../../src/analysis/server-metrics/index.js';
import type { ServerMetricRow } from '../../src/record/index.js';
import { recordOf, type Attempt } from './fixtures/record.js';
import { sketchPlan, stage } from './fixtures/scenario.js';

const S = 1e9;
const row = (atS: number, metric: string, kind: ServerMetricRow['kind'], value: number, service = 'server') => ({
  ...{ atNs: atS * S, metric, kind, value, service },
});

describe('the series of a metric', () => {
  it('of a gauge are its values', () => {
    const rows = [row(1, 'jobs', 'gauge', 4), row(1, 'ready', 'gauge', 1), row(2, 'jobs', 'gauge', -7)];
    expect(seriesOf(rows).map(({ metric, points }) => [metric, points.map(({ value }) => value)])).toEqual([
      ['jobs', [4, -7]],
      ['ready', [1]],
    ]);
  });

  it('of a counter are rates since the poll before, and none at a restart', () => {
    const rows = [10, 30, 5, 8].map((value, at) => row([0, 2, 3, 3.5][at] ?? NaN, 'calls_total', 'counter', value));
    expect(seriesOf(rows)).toEqual([
      {
        ...{ service: 'server', metric: 'calls_total', kind: 'counter' },
        points: [
          { atNs: 2 * S, value: 10 },
          { atNs: 3.5 * S, value: 6 },
        ],
      },
    ]);
  });

  it('are apart by service', () => {
    expect(seriesOf([row(1, 'jobs', 'gauge', 1), row(1, 'jobs', 'gauge', 2, 'other')])).toHaveLength(2);
  });
});

it('has its numbers by phase, without the warm-up and what came between', () => {
  const plan = sketchPlan({
    phases: [
      { name: 'calm', warmupNs: 2 * S, stages: [stage('main', 1, 4 * S)] },
      { name: 'busy', stages: [stage('main', 1, 2 * S)] },
    ],
  });
  const attempts = Array.from({ length: 6 }, (_, n): Attempt => ({
    ...{ callId: n, intendedNs: n * S, doneNs: n * S + 1e6, phase: n < 4 ? 0 : 1, warmup: n < 2 },
  }));
  const values = [90, 80, 4, 6, 12];
  const serverMetrics = values.map((value, at) => row(at + 0.5, 'jobs', 'gauge', value));
  const { summary, figures } = analyse({ record: { ...recordOf(plan, attempts), serverMetrics }, plan });
  expect(summary.serverMetrics).toEqual([
    {
      ...{ service: 'server', metric: 'jobs', kind: 'gauge' },
      phases: [
        { phase: 'calm', polls: 2, mean: 5, min: 4, max: 6 },
        { phase: 'busy', polls: 1, mean: 12, min: 12, max: 12 },
      ],
    },
  ]);
  expect(figures.metricSeries).toEqual(seriesOf(serverMetrics));
  expect(analyse({ record: recordOf(plan, attempts), plan }).summary.serverMetrics).toEqual([]);
});
