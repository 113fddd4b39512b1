/** Files of a run, read by the programs of others that they are made for: they agree with the summary. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhaseSummary, Summary } from '../../src/analysis/index.js';
import { numbersOf } from '../../src/compare/index.js';
import { readRecord, SAMPLE_FLAGS, type RunRecord } from '../../src/record/index.js';
import { plimsoll } from '../e2e/plimsoll.js';
import { syntheticRun } from '../recompute/synthetic-run.js';
import { HDR_HISTOGRAM, PYTHON } from './folder.mjs';

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

/** What HdrHistogram's log processor finds in all intervals together. */
interface Processed {
  readonly count: number;
  readonly byQuantile: ReadonlyMap<number, number>;
}

/** Its reading of a log: of the intervals with a tag, or of those without one. */
async function processed(log: string, tag: string | null): Promise<Processed> {
  const [path, out] = [join(folder, 'some.hlog'), join(folder, 'processed')];
  writeFileSync(path, log);
  const options = ['-csv', '-i', path, '-o', out, '-outputValueUnitRatio', '1', ...(tag === null ? [] : ['-tag', tag])];
  await execa('java', ['-cp', HDR_HISTOGRAM, 'org.HdrHistogram.HistogramLogProcessor', ...options]);
  const rows = readFileSync(out, 'utf8').trim().split('\n');
  const names = (rows.findLast((row) => row.startsWith('"Timestamp"')) ?? '').replaceAll('"', '').split(',');
  const last = (rows.at(-1) ?? '').split(',').map(Number);
  const found = (name: string): number => last[names.indexOf(name)] ?? NaN;
  const quantiles = [
    [0.5, 'Total_50%'],
    [0.9, 'Total_90%'],
    [0.99, 'Total_99%'],
    [0.999, 'Total_99.9%'],
  ] as const;
  return { count: found('Total_Count'), byQuantile: new Map(quantiles.map(([q, name]) => [q, found(name)])) };
}

/** Values that stand in one bucket: to three digits, in buckets of a power of two. */
const bucketNs = (ns: number): number => 2 ** Math.max(0, Math.floor(Math.log2(ns)) - 10);

describe('histograms.hlog', () => {
  const log = (): string => readFileSync(join(dir, 'histograms.hlog'), 'utf8');
  /** The slug of a name, as the comments of the log say. */
  const slugOf = (kind: 'phase' | 'tool', name: string): string =>
    Array.from(log().matchAll(/^#\[Slug (phase|tool)=([^:]+): (.+)\]$/gm)).find(
      ([, of, , named]) => of === kind && JSON.parse(named ?? '""') === name,
    )?.[2] ?? 'not named';

  /** Both take the value at rank ceil(q n); the processor then says the upper end of the bucket that it lies in. */
  function expectSame({ count, byQuantile }: Processed, { ok }: PhaseSummary['responseTime'], of: string): number {
    expect(count, of).toBe(ok.n);
    let compared = 0;
    for (const [q, ns] of byQuantile) {
      const own = ok.quantiles.find((each) => each.q === q);
      if (own?.kind !== 'value') continue;
      expect(ns, `${of}, ${q}`).toBeGreaterThanOrEqual(own.ns - 1);
      expect(ns, `${of}, ${q}`).toBeLessThanOrEqual(own.ns + bucketNs(own.ns));
      compared++;
    }
    return compared;
  }

  it("gives HdrHistogram's log processor the report's quantiles of a tool, to the bucket", async () => {
    let compared = 0;
    for (const { name, tools } of summary.phases.slice(0, 6)) {
      const search = tools.find(({ label }) => label === 'search');
      if (search === undefined || search.responseTime.ok.n === 0) continue;
      const tag = `phase=${slugOf('phase', name)};tool=${slugOf('tool', 'search')};calls=ok`;
      compared += expectSame(await processed(log(), tag), search.responseTime, `search in ${name}`);
    }
    expect(compared).toBeGreaterThan(6);
  });

  it('and those of a phase, of the intervals of its tools together', async () => {
    let compared = 0;
    for (const { name, responseTime } of summary.phases.slice(0, 6)) {
      if (responseTime.ok.n === 0) continue;
      const own = new RegExp(`^Tag=phase=${slugOf('phase', name)};tool=[^;]+;calls=ok,`);
      const lines = log()
        .split('\n')
        .filter((line) => !line.startsWith('Tag=') || own.test(line));
      const together = await processed(lines.map((line) => line.replace(/^Tag=[^,]+,/, '')).join('\n'), null);
      compared += expectSame(together, responseTime, name);
    }
    expect(compared).toBeGreaterThan(6);
  });
});
