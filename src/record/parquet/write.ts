/** Writing samples.parquet, row group by row group. */
import { open, type FileHandle } from 'node:fs/promises';
import type { ColumnChunk, KeyValue } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer';
import {
  FAULT_ACTIVE,
  FLAG_COLUMNS,
  NAME_COLUMNS,
  NUMBER_COLUMNS,
  SAMPLES_VERSION,
  SAMPLE_FLAGS,
  namesIn,
  type SampleColumns,
  type SampleTables,
} from '../columns.js';
import { ChunkWriter } from './chunk-writer.js';

/** Rows encoded at a time: bounds memory, and is what a reader can skip. */
export const ROW_GROUP_ROWS = 131_072;

/** What else goes into the file. */
export interface SamplesMetadata {
  readonly runId: string;
  /** Decimal nanoseconds on the host's monotonic clock. */
  readonly monotonicEpochNs: string;
  readonly startedUtc: string;
  /** Spans in which a fault was active. An attempt whose [intended, done] meets one has `fault_active` true. */
  readonly faultSpans: readonly { readonly fromNs: number; readonly toNs: number }[];
}

/** Writes all samples to `path`. Rejects with the file system's error. */
export async function writeSamples(path: string, columns: SampleColumns, metadata: SamplesMetadata): Promise<void> {
  const library = await import('hyparquet-writer');
  const file = await open(path, 'w');
  try {
    const out = fileBacked(new library.ByteWriter(1 << 20), file);
    const parquet = new library.ParquetWriter({
      writer: out,
      schema: library.schemaFromColumnData({ columnData: emptyChunks() }),
      createdBy: 'plimsoll',
      kvMetadata: keyValues(metadata, columns.tables),
    });
    const writer = new ChunkWriter(out, Math.min(ROW_GROUP_ROWS, columns.length));
    for (let from = 0; from < columns.length; from += ROW_GROUP_ROWS) {
      const to = Math.min(from + ROW_GROUP_ROWS, columns.length);
      // The library writes header and footer; the row groups themselves it would make of a bigint a cell.
      const chunks = chunksOf(writer, columns, metadata, from, to);
      parquet.row_groups.push({
        columns: chunks,
        num_rows: BigInt(to - from),
        total_byte_size: sumOf(chunks, 'total_uncompressed_size'),
        total_compressed_size: sumOf(chunks, 'total_compressed_size'),
      });
      parquet.num_rows += BigInt(to - from);
      await out.flush();
    }
    await parquet.finish();
  } finally {
    await file.close();
  }
}

/** What the footer says of the whole file. */
export function keyValues(
  metadata: Pick<SamplesMetadata, 'runId' | 'monotonicEpochNs' | 'startedUtc'>,
  tables: SampleTables,
): KeyValue[] {
  return [
    { key: 'plimsoll.samples_version', value: SAMPLES_VERSION },
    { key: 'plimsoll.run_id', value: metadata.runId },
    { key: 'plimsoll.monotonic_epoch_ns', value: metadata.monotonicEpochNs },
    { key: 'plimsoll.started_utc', value: metadata.startedUtc },
    { key: 'plimsoll.tables', value: JSON.stringify(tables) },
  ];
}

/** Bytes of the chunks of a row group. */
export const sumOf = (
  chunks: readonly ColumnChunk[],
  size: 'total_uncompressed_size' | 'total_compressed_size',
): bigint => chunks.reduce((bytes, { meta_data: facts }) => bytes + (facts?.[size] ?? 0n), 0n);

type FileWriter = ByteWriter & { readonly flush: () => Promise<void> };

/** A byte writer that can be emptied into the file. */
export function fileBacked(bytes: ByteWriter, file: FileHandle): FileWriter {
  const empty = async (): Promise<void> => {
    const pending = new Uint8Array(bytes.buffer, 0, bytes.index);
    for (let at = 0; at < pending.length;) at += (await file.write(pending, at)).bytesWritten;
    bytes.index = 0;
  };
  return Object.assign(bytes, { flush: empty, finish: empty });
}

/** The columns by name and type, in the order of the chunks. */
export function emptyChunks() {
  const data: never[] = [];
  return [
    ...NUMBER_COLUMNS.map(({ name, type }) => ({ name, type, data })),
    ...NAME_COLUMNS.map(({ name }) => ({ name, type: 'STRING' as const, data })),
    ...[...FLAG_COLUMNS, FAULT_ACTIVE].map(({ name }) => ({ name, type: 'BOOLEAN' as const, data })),
  ];
}

/** The column chunks of the rows `from` to `to`, in the order of the schema. */
function chunksOf(
  writer: ChunkWriter,
  columns: SampleColumns,
  { faultSpans }: SamplesMetadata,
  from: number,
  to: number,
) {
  const { flags, intendedNs, doneNs, tables } = columns;
  return [
    ...NUMBER_COLUMNS.map((column) => writer.numberChunk(column, columns[column.field].subarray(from, to))),
    ...NAME_COLUMNS.map((column) =>
      writer.nameChunk(column.name, columns[column.field].subarray(from, to), namesIn(column, tables)),
    ),
    ...FLAG_COLUMNS.map(({ name, flag }) =>
      writer.booleanChunk(name, to - from, (row) => ((flags[from + row] as number) & SAMPLE_FLAGS[flag]) !== 0),
    ),
    writer.booleanChunk(FAULT_ACTIVE.name, to - from, (row) => {
      const done = doneNs[from + row] as number;
      const intended = intendedNs[from + row] as number;
      return faultSpans.some((span) => done >= span.fromNs && intended <= span.toNs);
    }),
  ];
}
