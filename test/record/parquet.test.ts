import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_FLAGS, type SampleColumns } from '../../src/record/index.js';
import { FLAG_COLUMNS, NAME_COLUMNS, NUMBER_COLUMNS, namesIn } from '../../src/record/columns.js';
import { differenceInFile, readSamples, writeSamples, type SamplesMetadata } from '../../src/record/parquet/index.js';
import { firstDifference, TABLES, anySample, columnsOf, okSample } from './samples.js';

const METADATA: SamplesMetadata = {
  runId: 'abc',
  monotonicEpochNs: '123',
  startedUtc: '2026-11-20T19:00:00.000Z',
  faultSpans: [],
};

/** Samples whose times are apart by all magnitudes, forward and back, some of them missing. */
function spreadSamples(count: number): SampleColumns {
  const far = (i: number): number => 2 ** (i % 50) * (i % 3 === 0 ? 1 : 0.5) * (i % 2);
  const at = (i: number, nth: number): number => ((i * 7 + nth) % 11 === 0 ? NaN : Math.floor(far(i + nth)));
  return columnsOf(
    Array.from({ length: count }, (_, i) =>
      okSample({
        callId: i,
        attempt: i % 300 === 0 ? 65_535 : i % 2,
        spec: i % 2,
        phase: i < count / 2 ? 0 : 1,
        stage: Math.floor(i / 40),
        session: (i % 5) - 1,
        intendedNs: Math.floor(far(i)),
        admittedNs: at(i, 1),
        sentNs: at(i, 2),
        firstByteNs: at(i, 3),
        doneNs: Math.floor(far(i + 4)),
        receivedNs: NaN,
        httpStatus: i % 9 === 0 ? 0 : 200 + (i % 4),
        rpcCode: i % 100 === 0 ? -2_147_483_648 + i : i % 101 === 0 ? 2_147_483_647 : 0,
        outcome: Math.floor(i / 30) % 4,
        errorClass: i % 20,
        bytesIn: i * i,
        flags: i % 8,
      }),
    ),
  );
}

/** The cells of the columns as a query should see them, made one by one. */
function cellsOf(columns: SampleColumns): readonly Record<string, unknown>[] {
  return Array.from({ length: columns.length }, (_, row) => ({
    ...Object.fromEntries(
      NUMBER_COLUMNS.map(({ name, field, type, absent }) => {
        const value = columns[field][row] as number;
        return [name, Number.isNaN(value) || value === absent ? null : type === 'INT64' ? BigInt(value) : value];
      }),
    ),
    ...Object.fromEntries(
      NAME_COLUMNS.map((column) => [
        column.name,
        namesIn(column, columns.tables)[columns[column.field][row] as number],
      ]),
    ),
    ...Object.fromEntries(
      FLAG_COLUMNS.map(({ name, flag }) => [name, ((columns.flags[row] as number) & SAMPLE_FLAGS[flag]) !== 0]),
    ),
    fault_active: false,
  }));
}

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
    const columns = columnsOf(
      Array.from({ length: 140_000 }, (_, i) =>
        okSample({ callId: i, intendedNs: i * 1000, ...(i % 3 === 0 ? { startedNs: NaN } : {}) }),
      ),
    );
    await writeSamples(path, columns, METADATA);
    expect(firstDifference(await readSamples(path), columns)).toBeNull();
  });

  it('holds, for a plain Parquet reader, every cell as it was', async () => {
    const path = join(folder, 'cells.parquet');
    const columns = spreadSamples(3000);
    await writeSamples(path, columns, METADATA);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    expect(rows).toEqual(cellsOf(columns));
    expect(firstDifference(await readSamples(path), columns)).toBeNull();
  });

  it('keeps whole numbers too large to be packed as differences', async () => {
    const path = join(folder, 'large-numbers.parquet');
    const columns = columnsOf(
      [2 ** 50, 2 ** 53 - 1, 0].map((bytes, i) => okSample({ callId: 2 ** 53 - 1 - i, bytesIn: bytes })),
    );
    await writeSamples(path, columns, METADATA);
    expect(firstDifference(await readSamples(path), columns)).toBeNull();
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    expect(rows).toEqual(cellsOf(columns));
  });

  it('rejects a file that another program wrote, and one of another version', async () => {
    const path = join(folder, 'foreign.parquet');
    for (const [version, message] of [
      ['2', /column call_id is damaged, or was not written by this program/],
      ['1', /samples version 1, this program reads 2/],
    ] as const) {
      parquetWriteFile({
        filename: path,
        columnData: NUMBER_COLUMNS.map(({ name, type }) => ({ name, type, data: [type === 'INT64' ? 1n : 1] })),
        kvMetadata: [
          { key: 'plimsoll.samples_version', value: version },
          { key: 'plimsoll.tables', value: JSON.stringify(TABLES) },
        ],
      });
      await expect(readSamples(path)).rejects.toThrow(message);
    }
  });

  it('is compared with samples: the first place that differs is named', async () => {
    const path = join(folder, 'differs.parquet');
    const columns = spreadSamples(300);
    await writeSamples(path, columns, METADATA);
    expect(await differenceInFile(path, columns)).toBeNull();
    const sentNs = columns.sentNs[211] as number;
    columns.sentNs[211] = NaN;
    expect(await differenceInFile(path, columns)).toEqual({ field: 'sentNs', row: 211 });
    columns.sentNs[211] = sentNs;
    columns.flags[7] = 7 - (columns.flags[7] as number);
    expect(await differenceInFile(path, columns)).toEqual({ field: 'flags', row: 7 });
    expect(await differenceInFile(path, spreadSamples(299))).toEqual({ field: 'length', row: 299 });
  });

  it('is readable by a plain Parquet reader, with names, nulls and units where a query expects them', async () => {
    const path = join(folder, 'plain.parquet');
    const shed = okSample({
      callId: 7,
      spec: 1,
      phase: 1,
      session: -1,
      sentNs: NaN,
      firstByteNs: NaN,
      outcome: 3,
      errorClass: 15,
      httpStatus: 0,
      flags: SAMPLE_FLAGS.final | SAMPLE_FLAGS.warmup,
    });
    await writeSamples(path, columnsOf([okSample({ intendedNs: 2 ** 40 }), shed]), METADATA);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    expect(rows[0]).toMatchObject({
      call_id: 0n,
      retry_no: 0,
      phase: 'floor',
      phase_index: 0,
      call: 'search',
      operation: 'tools/call',
      tool: 'search',
      outcome: 'ok',
      error_class: 'none',
      t_intended_ns: 2n ** 40n,
      t_done_ns: 2n ** 40n + 10_195_000n,
      http_status: 200,
      rpc_code: null,
      bytes_out: 420n,
      bytes_in: 611n,
      final: true,
      reused_connection: true,
      warmup: false,
      fault_active: false,
    });
    expect(rows[1]).toMatchObject({
      phase: 'steady state',
      operation: 'resources/read',
      tool: 'book',
      session: null,
      t_sent_ns: null,
      t_first_byte_ns: null,
      http_status: null,
      outcome: 'shed',
      error_class: 'client-queue-full',
      warmup: true,
      reused_connection: false,
    });
  });

  it('says which attempts a fault could have touched', async () => {
    const path = join(folder, 'fault.parquet');
    const samples = [
      okSample({ intendedNs: 0, doneNs: 99 }),
      okSample({ intendedNs: 50, doneNs: 100 }),
      okSample({ intendedNs: 200, doneNs: 300 }),
      okSample({ intendedNs: 201, doneNs: 300 }),
    ];
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
