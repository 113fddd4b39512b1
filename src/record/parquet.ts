/**
 * samples.parquet: one row an attempt, for DuckDB, pandas and this package. The only module that knows the Parquet
 * libraries; they are loaded when first used, because the generator's thread opens this room too and needs none of it.
 *
 * Times are INT64 nanoseconds since the run's epoch and null where the moment never came. Names stand beside the indexes
 * they are the names of (`phase` and `phase_index`), so that a query needs no other file; reading back uses the indexes.
 * http_status and rpc_code are null, not 0, without an answer that had one; session is null, not -1, without one.
 */
import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import type { BasicType, ColumnSource, Writer } from 'hyparquet-writer';
import type { DecodedArray } from 'hyparquet';
import { messageOf } from '../problem/index.js';
import { emptyColumns } from './columns.js';
import { ERROR_CLASSES, OUTCOMES } from './outcome.js';
import { SAMPLE_FLAGS } from './samples.js';
import type { SampleColumns, SampleTables } from './samples.js';

/** Rows encoded at a time: bounds memory, and is what a reader can skip. */
const ROW_GROUP_ROWS = 131_072;

/** Version of the columns below, in the file's key-value metadata. */
const SAMPLES_VERSION = '1';

type NumberField = { [K in keyof SampleColumns]: SampleColumns[K] extends SampleColumns['length'] | SampleTables ? never : K }[keyof SampleColumns];

/** A column that holds the numbers of one field, with `absent` as null. */
interface NumberColumn {
  readonly name: string;
  readonly field: NumberField;
  readonly type: 'INT32' | 'INT64';
  readonly absent: number | null;
}

const NUMBER_COLUMNS: readonly NumberColumn[] = [
  { name: 'call_id', field: 'callId', type: 'INT64', absent: null },
  { name: 'retry_no', field: 'attempt', type: 'INT32', absent: null },
  { name: 'phase_index', field: 'phase', type: 'INT32', absent: null },
  { name: 'stage', field: 'stage', type: 'INT32', absent: null },
  { name: 'call_index', field: 'spec', type: 'INT32', absent: null },
  { name: 'session', field: 'session', type: 'INT32', absent: -1 },
  { name: 't_intended_ns', field: 'intendedNs', type: 'INT64', absent: NaN },
  { name: 't_admitted_ns', field: 'admittedNs', type: 'INT64', absent: NaN },
  { name: 't_sent_ns', field: 'sentNs', type: 'INT64', absent: NaN },
  { name: 't_first_byte_ns', field: 'firstByteNs', type: 'INT64', absent: NaN },
  { name: 't_done_ns', field: 'doneNs', type: 'INT64', absent: NaN },
  { name: 't_received_ns', field: 'receivedNs', type: 'INT64', absent: NaN },
  { name: 't_started_ns', field: 'startedNs', type: 'INT64', absent: NaN },
  { name: 't_finished_ns', field: 'finishedNs', type: 'INT64', absent: NaN },
  { name: 'http_status', field: 'httpStatus', type: 'INT32', absent: 0 },
  { name: 'rpc_code', field: 'rpcCode', type: 'INT32', absent: 0 },
  { name: 'bytes_out', field: 'bytesOut', type: 'INT64', absent: null },
  { name: 'bytes_in', field: 'bytesIn', type: 'INT64', absent: null },
];

/** A column of names for a field of indexes. */
interface NameColumn {
  readonly name: string;
  readonly field: 'phase' | 'spec' | 'outcome' | 'errorClass';
  readonly namesOf: (tables: SampleTables) => readonly string[];
  /** Whether reading back goes through this column: no column of indexes stands beside it. */
  readonly readBack: boolean;
}

const NAME_COLUMNS: readonly NameColumn[] = [
  { name: 'phase', field: 'phase', namesOf: (tables) => tables.phases, readBack: false },
  { name: 'call', field: 'spec', namesOf: (tables) => tables.calls, readBack: false },
  { name: 'tool', field: 'spec', namesOf: (tables) => tables.tools, readBack: false },
  { name: 'outcome', field: 'outcome', namesOf: () => OUTCOMES, readBack: true },
  { name: 'error_class', field: 'errorClass', namesOf: () => ERROR_CLASSES, readBack: true },
];

/** One boolean column a bit of `flags`. */
const FLAG_COLUMNS: readonly { readonly name: string; readonly bit: number }[] = Object.entries(SAMPLE_FLAGS).map(
  ([name, bit]) => ({ name: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), bit }),
);

/** What else goes into the file. */
export interface SamplesMetadata {
  readonly runId: string;
  /** Decimal nanoseconds on the host's monotonic clock. */
  readonly monotonicEpochNs: string;
  readonly startedUtc: string;
  /** Spans in which a fault was in force. An attempt whose [intended, done] meets one has `fault_active` true. */
  readonly faultSpans: readonly { readonly fromNs: number; readonly toNs: number }[];
}

/** Writes all samples to `path`, row group by row group. Rejects with the file system's error. */
export async function writeSamples(path: string, columns: SampleColumns, metadata: SamplesMetadata): Promise<void> {
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer');
  const file = await open(path, 'w');
  try {
    const writer = fileBacked(new ByteWriter(1 << 20), file);
    const firstGroup = rowGroup(columns, metadata, 0);
    const parquet = new ParquetWriter({
      writer,
      schema: schemaFromColumnData({ columnData: firstGroup }),
      createdBy: 'plimsoll',
      kvMetadata: [
        { key: 'plimsoll.samples_version', value: SAMPLES_VERSION },
        { key: 'plimsoll.run_id', value: metadata.runId },
        { key: 'plimsoll.monotonic_epoch_ns', value: metadata.monotonicEpochNs },
        { key: 'plimsoll.started_utc', value: metadata.startedUtc },
        { key: 'plimsoll.tables', value: JSON.stringify(columns.tables) },
      ],
    });
    for (let from = 0; from < columns.length; from += ROW_GROUP_ROWS) {
      // The schema is in the writer; a column's own type would be ignored, its encoding is not.
      await parquet.write({ columnData: from === 0 ? firstGroup : rowGroup(columns, metadata, from), rowGroupSize: ROW_GROUP_ROWS });
    }
    await parquet.finish();
  } finally {
    await file.close();
  }
}

/** A byte writer that is emptied into the file after each row group. */
function fileBacked(bytes: Writer & { index: number }, file: FileHandle): Writer {
  const empty = async (): Promise<void> => {
    const pending = new Uint8Array(bytes.buffer, 0, bytes.index);
    for (let at = 0; at < pending.length; ) at += (await file.write(pending, at)).bytesWritten;
    bytes.index = 0;
  };
  bytes.flush = empty;
  bytes.finish = empty;
  return bytes;
}

function rowGroup(columns: SampleColumns, metadata: SamplesMetadata, from: number): ColumnSource[] {
  const to = Math.min(from + ROW_GROUP_ROWS, columns.length);
  const sources: ColumnSource[] = [];
  for (const { name, field, type, absent } of NUMBER_COLUMNS) {
    const data = numbers(columns[field].subarray(from, to), type, absent);
    sources.push(type === 'INT64' ? { name, data, type, encoding: 'DELTA_BINARY_PACKED' } : { name, data, type });
  }
  for (const { name, field, namesOf } of NAME_COLUMNS) {
    const names = namesOf(columns.tables);
    const codes = columns[field].subarray(from, to);
    sources.push(source(name, 'STRING', Array.from(codes, (code) => names[code] ?? null)));
  }
  for (const { name, bit } of FLAG_COLUMNS) {
    sources.push(source(name, 'BOOLEAN', Array.from(columns.flags.subarray(from, to), (flags) => (flags & bit) !== 0)));
  }
  const active: boolean[] = [];
  for (let row = from; row < to; row++) {
    const intended = columns.intendedNs[row] as number;
    const done = columns.doneNs[row] as number;
    active.push(metadata.faultSpans.some((span) => done >= span.fromNs && intended <= span.toNs));
  }
  sources.push(source('fault_active', 'BOOLEAN', active));
  return sources;
}

/** The cells of a number column. A typed array where nothing is null: a boxed bigint a cell is most of the cost of writing. */
function numbers(values: SampleColumns[NumberField], type: 'INT32' | 'INT64', absent: number | null): DecodedArray {
  const isAbsent = (value: number): boolean => Number.isNaN(value) || value === absent;
  if (values.some(isAbsent)) {
    return Array.from<number, number | bigint | null>(values, (value) => (isAbsent(value) ? null : type === 'INT64' ? BigInt(value) : value));
  }
  return type === 'INT64' ? int64s(values) : Int32Array.from(values);
}

const TWO_TO_32 = 2 ** 32;
const IS_LITTLE_ENDIAN = endianness() === 'LE';

/** Whole numbers as 64-bit ones, by their halves: a bigint made for each would cost several times as much. */
function int64s(values: SampleColumns[NumberField]): BigInt64Array {
  const out = new BigInt64Array(values.length);
  if (!IS_LITTLE_ENDIAN) {
    for (let i = 0; i < values.length; i++) out[i] = BigInt(values[i] as number);
    return out;
  }
  const halves = new Int32Array(out.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const high = Math.floor(value / TWO_TO_32);
    halves[2 * i] = (value - high * TWO_TO_32) | 0;
    halves[2 * i + 1] = high;
  }
  return out;
}

function source(name: string, type: BasicType, data: DecodedArray): ColumnSource {
  return { name, type, data };
}

/** Reads samples back, exactly as they were written. Rejects when the file is not one of ours or is damaged. */
export async function readSamples(path: string): Promise<SampleColumns> {
  const { parquetMetadataAsync, parquetRead } = await import('hyparquet');
  const content = await readFile(path);
  const file = {
    byteLength: content.byteLength,
    slice: (start: number, end?: number): ArrayBuffer => new Uint8Array(content.subarray(start, end)).buffer,
  };
  const metadata = await parquetMetadataAsync(file);
  const value = (key: string): string | undefined => metadata.key_value_metadata?.find((pair) => pair.key === key)?.value;
  const version = value('plimsoll.samples_version');
  const tablesJson = value('plimsoll.tables');
  if (version !== SAMPLES_VERSION || tablesJson === undefined) {
    throw new Error(`samples version ${version ?? 'unknown'}, this program reads ${SAMPLES_VERSION}`);
  }
  const columns = emptyColumns(Number(metadata.num_rows), JSON.parse(tablesJson) as SampleTables);
  const take = new Map<string, (data: DecodedArray, rowStart: number) => void>();
  for (const { name, field, absent } of NUMBER_COLUMNS) {
    const into = columns[field];
    take.set(name, (data, rowStart) => {
      for (let i = 0; i < data.length; i++) {
        const cell: unknown = data[i];
        into[rowStart + i] = cell === null || cell === undefined ? (absent ?? 0) : Number(cell);
      }
    });
  }
  for (const { name, field, namesOf, readBack } of NAME_COLUMNS) {
    if (!readBack) continue;
    const codes = new Map<unknown, number>(namesOf(columns.tables).map((text, code) => [text, code]));
    take.set(name, (data, rowStart) => {
      for (let i = 0; i < data.length; i++) {
        const code = codes.get(data[i]);
        if (code === undefined) throw new Error(`column ${name} holds a name this program does not know: ${String(data[i])}`);
        columns[field][rowStart + i] = code;
      }
    });
  }
  for (const { name, bit } of FLAG_COLUMNS) {
    take.set(name, (data, rowStart) => {
      for (let i = 0; i < data.length; i++) if (data[i] === true) (columns.flags[rowStart + i] as number) |= bit;
    });
  }
  for (const [name, fill] of take) {
    // One column at a time: the decoded form of a whole file would be many times its size.
    let failure: Error | null = null;
    await parquetRead({
      file,
      metadata,
      columns: [name],
      onChunk: ({ columnData, rowStart }) => {
        try {
          fill(columnData, rowStart);
        } catch (error) {
          failure ??= error instanceof Error ? error : new Error(messageOf(error));
        }
      },
    });
    if (failure !== null) throw failure as Error;
  }
  return columns;
}
