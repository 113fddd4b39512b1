/** The chapter of the servers' own metrics: each value in the unit at the end of its name. */
import { describe, expect, it } from 'vitest';
import type { MetricSeries, ServerMetric } from '../../src/analysis/index.js';
import { serverMetricChart, serverMetrics } from '../../src/report/topics/server-metrics.js';
import { svgOf } from './drawn.js';
import { fixtureFigures, fixtureInput, fixtureSummary, PLAIN_NAMES, S } from './fixture.js';

const metric = (name: string, kind: ServerMetric['kind'], value: number): ServerMetric => ({
  ...{ service: 'server', metric: name, kind },
  phases: [{ phase: 'steady', polls: 3, mean: value, min: value, max: value }],
});

function findingOf(name: string, kind: ServerMetric['kind'], value: number): string {
  const input = fixtureInput(PLAIN_NAMES, { serverMetrics: [metric(name, kind, value)] });
  return serverMetrics.headline(input).finding;
}

async function drawn(name: string, values: readonly number[]): Promise<string> {
  const points = values.map((value, at) => ({ atNs: (at + 1) * S, value }));
  const series: MetricSeries = { service: 'server', metric: name, kind: 'gauge', points };
  return svgOf(serverMetricChart(fixtureFigures(fixtureSummary()), series));
}

describe('a metric of a server', () => {
  it.each([
    ['heap_bytes', 'gauge', 6_650_712, '6.34 MiB'],
    ['heap_bytes{space="old"}', 'gauge', 512, '512 B'],
    ['queue_age_seconds', 'gauge', 0.25, '250 ms'],
    ['process_start_time_seconds', 'gauge', 1_764_000_000, '1,764,000,000'],
    ['queue_depth', 'gauge', 12, '12'],
    ['sent_bytes', 'counter', 2, '2/s'],
  ] as const)('%s, a %s of %d, is written as %s', (name, kind, value, text) => {
    expect(findingOf(name, kind, value)).toMatch(new RegExp(`: ${text.replaceAll('.', '\\.')}\\.$`));
  });

  it('is drawn in the unit of its highest value, under a title that stands there once', async () => {
    expect(await drawn('heap_bytes', [1 << 20, 6 << 20])).toMatch(/>[246] MiB</);
    expect(await drawn('queue_age_seconds', [0.002, 0.01])).toMatch(/>[\d.]+ ms</);
    const plain = await drawn('queue_depth', [1, 2]);
    expect(plain).not.toMatch(/ms<|MiB<|queue_depth/);
  });
});
