import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet/src/node.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_FLAGS } from '../../src/record/index.js';
import { firstDifference } from '../../src/record/columns.js';
import { readSamples, writeSamples } from '../../src/record/parquet.js';
import type { SamplesMetadata } from '../../src/record/parquet.js';
import { TABLES, anySample, columnsOf, okSample } from './samples.js';

const METADATA: SamplesMetadata = { runId: 'abc', monotonicEpochNs: '123', startedUtc: '2026-11-20T19:00:00.000Z', faultSpans: [] };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-parquet-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('samples.parquet', () => {
  it('gives back every sample exactly, whatever its values', async () => {
    const path = join(folder, 'any.parquet');
    await fc.assert(
      fc.asyncProperty(fc.array(anySample, { maxLength: 40 }), async (samples) => {
        const columns = columnsOf(samples);
        await writeSamples(path, columns, METADATA);
        const back = await readSamples(path);
        expect(firstDifference(back, columns)).toBeNull();
        expect(back.tables).toEqual(TABLES);
      }),
      { numRuns: 60 },
    );
  });

  it('gives back more samples than fit into one row group', async () => {
    const path = join(folder, 'large.parquet');
    const columns = columnsOf(Array.from({ length: 140_000 }, (_, i) => okSample({ callId: i, intendedNs: i * 1000, ...(i % 3 === 0 ? { startedNs: NaN } : {}) })));
    await writeSamples(path, columns, METADATA);
    expect(firstDifference(await readSamples(path), columns)).toBeNull();
  });

  it('is readable by a plain Parquet reader, with names, nulls and units where a query expects them', async () => {
    const path = join(folder, 'plain.parquet');
    const shed = okSample({ callId: 7, spec: 1, phase: 1, session: -1, sentNs: NaN, firstByteNs: NaN, outcome: 3, errorClass: 15, httpStatus: 0, flags: SAMPLE_FLAGS.final | SAMPLE_FLAGS.warmup });
    await writeSamples(path, columnsOf([okSample({ intendedNs: 2 ** 40 }), shed]), METADATA);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    expect(rows[0]).toMatchObject({
      call_id: 0n, retry_no: 0, phase: 'floor', phase_index: 0, call: 'search', tool: 'search', outcome: 'ok', error_class: 'none',
      t_intended_ns: 2n ** 40n, t_done_ns: 2n ** 40n + 10_195_000n, http_status: 200, rpc_code: null, bytes_out: 420n, bytes_in: 611n,
      final: true, reused_connection: true, warmup: false, fault_active: false,
    });
    expect(rows[1]).toMatchObject({
      phase: 'steady state', tool: 'book', session: null, t_sent_ns: null, t_first_byte_ns: null, http_status: null,
      outcome: 'shed', error_class: 'client-queue-full', warmup: true, reused_connection: false,
    });
  });

  it('says which attempts a fault could have touched', async () => {
    const path = join(folder, 'fault.parquet');
    const samples = [okSample({ intendedNs: 0, doneNs: 99 }), okSample({ intendedNs: 50, doneNs: 100 }), okSample({ intendedNs: 200, doneNs: 300 }), okSample({ intendedNs: 201, doneNs: 300 })];
    await writeSamples(path, columnsOf(samples), { ...METADATA, faultSpans: [{ fromNs: 100, toNs: 200 }] });
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path), columns: ['fault_active'] });
    expect(rows.map((row) => (row as { fault_active: boolean }).fault_active)).toEqual([false, true, true, false]);
  });

  it('has a column for every flag', async () => {
    const path = join(folder, 'flags.parquet');
    const samples = Object.values(SAMPLE_FLAGS).map((flag) => okSample({ flags: flag }));
    await writeSamples(path, columnsOf(samples), METADATA);
    expect([...(await readSamples(path)).flags]).toEqual(Object.values(SAMPLE_FLAGS));
  });
});
