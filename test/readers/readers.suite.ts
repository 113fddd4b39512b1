/** Files of a run, read by the programs of others that they are made for: they agree with the summary. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhaseSummary, Summary } from '../../src/analysis/index.js';
import { numbersOf } from '../../src/compare/index.js';
import { readRecord, SAMPLE_FLAGS, type RunRecord } from '../../src/record/index.js';
import { plimsoll } from '../e2e/plimsoll.js';
import { syntheticRun } from '../recompute/synthetic-run.js';
import { PYTHON } from './folder.mjs';

const READ = new URL('read.py', import.meta.url).pathname;

let record: RunRecord;
let summary: Summary;
let dir = '';
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-readers-'));

beforeAll(async () => {
  ({ dir, summary } = await syntheticRun({ seed: 1, loadLinePerSecond: 380 }));
  record = await readRecord(dir);
});
afterAll(() => {
  rmSync(dirname(dir), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

async function exported(format: string): Promise<string> {
  const path = join(folder, format);
  const { exitCode, stderr } = await plimsoll(['export', dir, '--format', format, '--out', path]);
  expect(exitCode, stderr).toBe(0);
  return path;
}

async function readBy<T>(kind: 'openmetrics' | 'otlp' | 'sql', path: string, input = ''): Promise<T> {
  const { stdout } = await execa(PYTHON, [READ, kind, path], { input, maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout) as T;
}

const okP99 = ({ responseTime: { ok } }: Pick<PhaseSummary, 'responseTime'>): number | null => {
  const found = ok.quantiles.find(({ q }) => q === 0.99);
  return found?.kind === 'value' ? found.ns : null;
};

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

describe('metrics.txt', () => {
  it('is read by the parser of the Prometheus client, every number once', async () => {
    const samples = await readBy<readonly Sample[]>('openmetrics', await exported('openmetrics'));
    const values = numbersOf(summary).filter(({ reading }) => reading.kind === 'value');
    expect(samples).toHaveLength(values.length);
    let compared = 0;
    for (const { metric, stat, tool, where, reading } of values) {
      if (metric !== 'response-time' || stat !== 'p99' || tool !== null || reading.kind !== 'value') continue;
      const read = samples.find(
        ({ name, labels }) =>
          name === 'plimsoll_response_time_seconds' &&
          labels['stat'] === 'p99' &&
          labels['tool'] === undefined &&
          labels['where'] === where,
      );
      expect((read?.value ?? NaN) * 1e9, where).toBeCloseTo(reading.value, -4);
      compared++;
    }
    expect(compared).toBeGreaterThan(1);
  });
});

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'gauge' | 'histogram';
  readonly points: readonly {
    readonly attributes: Readonly<Record<string, string>>;
    readonly count: number;
    readonly sum: number;
    readonly buckets: readonly number[];
    readonly bounds: readonly number[];
    readonly value: number;
    readonly unixSeconds: number;
  }[];
}

describe('metrics of OpenTelemetry', () => {
  it("are read by OTLP's own messages, without an unknown field, and hold every request once", async () => {
    const metrics = await readBy<readonly Metric[]>('otlp', await exported('otlp'));
    const durations = metrics.find(({ name }) => name === 'mcp.client.operation.duration');
    expect(durations).toMatchObject({ unit: 's', kind: 'histogram' });
    const { samples } = record;
    const sent = Array.from({ length: samples.length }, (_, row) => row).filter(
      (row) => Number.isFinite(samples.sentNs[row]) && ((samples.flags[row] ?? 0) & SAMPLE_FLAGS.warmup) === 0,
    );
    const points = durations?.points ?? [];
    expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(sent.length);
    for (const { count, buckets, bounds, attributes } of points) {
      expect(buckets.reduce((sum, each) => sum + each, 0)).toBe(count);
      expect(buckets).toHaveLength(bounds.length + 1);
      expect(attributes['mcp.method.name']).toBe('tools/call');
    }
    const ended = Math.floor((Date.parse(summary.startedUtc) + summary.durationNs / 1e6) / 1000);
    expect(Math.abs((points[0]?.unixSeconds ?? 0) - ended)).toBeLessThanOrEqual(1);
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
  });
});

describe('samples.parquet', () => {
  it('gives DuckDB the p99 of the report by the query of the documentation', async () => {
    const page = readFileSync(new URL('../../docs/run-record.md', import.meta.url), 'utf8');
    const query = /```sql\n(.*?)```/s.exec(page)?.[1] ?? '';
    const rows = await readBy<readonly { phase: string; ok_calls: number; p99_ms: number }[]>('sql', dir, query);
    const known = summary.phases.flatMap((phase) => {
      const p99 = okP99(phase);
      return p99 === null ? [] : [[phase.name, p99] as const];
    });
    expect(known.length).toBeGreaterThan(1);
    for (const [name, p99] of known)
      expect(rows.find(({ phase }) => phase === name)?.p99_ms ?? NaN, name).toBeCloseTo(p99 / 1e6, 6);
  });
});
