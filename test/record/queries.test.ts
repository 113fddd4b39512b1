/** The queries of the documentation, done word by word on a record: they give what the report gives. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhaseSummary } from '../../src/analysis/index.js';
import type { SyntheticRun } from '../recompute/synthetic-record.js';
import { syntheticRun } from '../recompute/synthetic-run.js';
import { runQuery, type Cell, type Row } from './sql.js';

const FILE = 'samples.parquet';

/** The only query on a page of the documentation. */
function queryOf(page: string): string {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const [query, ...others] = [...text.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = '']) => sql);
  if (query === undefined || others.length > 0) throw new Error(`${page} has ${others.length + 1} queries`);
  return query;
}

async function rowsOf(path: string): Promise<readonly Row[]> {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const rows = await parquetReadObjects({ file });
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, cell]) => [name, (typeof cell === 'bigint' ? Number(cell) : cell) as Cell]),
    ),
  );
}

let run: SyntheticRun;
let files: ReadonlyMap<string, readonly Row[]>;
beforeAll(async () => {
  run = await syntheticRun({ seed: 1, loadLinePerSecond: 380 });
  files = new Map([[FILE, await rowsOf(join(run.dir, FILE))]]);
}, 60_000);
afterAll(() => rmSync(dirname(run.dir), { recursive: true, force: true }));

const p99Of = ({ responseTime: { ok } }: PhaseSummary): number | null => {
  const found = ok.quantiles.find(({ q }) => q === 0.99);
  return found?.kind === 'value' ? found.ns / 1e6 : null;
};

describe('the query of the p99 in docs/run-record.md', () => {
  it('gives the p99 of the report, for every phase that has one, and counts its calls', () => {
    const rows = runQuery(queryOf('run-record.md'), files);
    const asked = new Map(rows.map((row) => [row['phase'], row]));
    const reported = run.summary.phases.filter((phase) => p99Of(phase) !== null);
    expect(reported.length).toBeGreaterThan(2);
    for (const phase of reported) {
      const row = asked.get(phase.name);
      expect(row, phase.name).toMatchObject({ ok_calls: phase.responseTime.ok.n, p99_ms: p99Of(phase) });
    }
  });

  it('has to look at the warm-up, at retries and at outcomes for that: the record holds all of them', () => {
    const without = (part: string): readonly Row[] => {
      const query = queryOf('run-record.md');
      expect(query).toContain(part);
      return runQuery(query.replace(part, ''), files);
    };
    const whole = runQuery(queryOf('run-record.md'), files);
    for (const part of [' AND NOT warmup', "outcome = 'ok' AND "]) expect(without(part), part).not.toEqual(whole);
    expect(files.get(FILE)?.some((row) => row['retry_no'] === 1)).toBe(true);
  });
});

describe('the query of arrivals in docs/scenarios.md', () => {
  it('gives the offsets of one phase, from its first call, without retries', () => {
    const [phase] = run.summary.phases.filter(({ loop }) => loop === 'open');
    const query = queryOf('scenarios.md').replace(/phase = '[^']+'/, `phase = '${phase?.name}'`);
    const offsets = runQuery(query, files).map((row) => row['offset_ns']);
    const due = (files.get(FILE) ?? [])
      .filter((row) => row['phase'] === phase?.name && row['retry_no'] === 0)
      .map((row) => Number(row['t_intended_ns']))
      .sort((a, b) => a - b);
    expect(offsets.length).toBe((phase?.offered ?? 0) + (phase?.warmupCalls ?? 0));
    expect(offsets).toEqual(due.map((ns) => ns - (due[0] ?? NaN)));
  });
});
