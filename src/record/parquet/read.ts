/** Reading samples.parquet back, field by field and row group by row group. */
import { open, type FileHandle } from 'node:fs/promises';
import type { AsyncBuffer, ColumnMetaData, FileMetaData } from 'hyparquet';
import {
  FLAG_COLUMNS,
  NAME_COLUMNS,
  NUMBER_COLUMNS,
  SAMPLES_VERSION,
  SAMPLE_FIELDS,
  SAMPLE_FLAGS,
  emptyColumns,
  namesIn,
  type SampleColumns,
  type SampleField,
  type SampleTables,
} from '../columns.js';
import { rowOfDifference } from '../samples.js';
import { ChunkReader } from './chunk-reader.js';

/** Where what was decoded is put: the rows of one row group, one field at a time. */
type Values = SampleColumns[SampleField];

/** Reads samples back, exactly as they were written. Rejects when the file is not one of ours or is damaged. */
export async function readSamples(path: string): Promise<SampleColumns> {
  return withSamples(path, async (samples) => {
    const columns = emptyColumns(samples.rows, samples.tables);
    for (const group of samples.groups) {
      for (const field of SAMPLE_FIELDS)
        await samples.read(field, group, columns[field].subarray(group.from, group.to));
    }
    return columns;
  });
}

/** First field and row where a file differs from samples (NaN equals NaN), or null. Rejects as `readSamples` does. */
export async function differenceInFile(
  path: string,
  columns: SampleColumns,
): Promise<{ readonly field: string; readonly row: number } | null> {
  return withSamples(path, async (samples) => {
    if (samples.rows !== columns.length) return { field: 'length', row: Math.min(samples.rows, columns.length) };
    const mostRows = samples.groups.reduce((most, { from, to }) => Math.max(most, to - from), 0);
    const scratch = emptyColumns(mostRows, samples.tables);
    for (const group of samples.groups) {
      for (const field of SAMPLE_FIELDS) {
        const back = scratch[field].subarray(0, group.to - group.from);
        await samples.read(field, group, back);
        const row = rowOfDifference(columns[field].subarray(group.from, group.to), back);
        if (row !== null) return { field, row: group.from + row };
      }
    }
    return null;
  });
}

export interface Group {
  readonly from: number;
  readonly to: number;
  readonly columns: ReadonlyMap<string, ColumnMetaData>;
}

/** An open file of samples. */
export class Samples {
  readonly tables: SampleTables;
  readonly rows: number;
  readonly groups: readonly Group[];
  readonly #file: AsyncBuffer;
  readonly #chunks: ChunkReader;

  constructor(file: AsyncBuffer, metadata: FileMetaData, tables: SampleTables) {
    this.#file = file;
    this.tables = tables;
    this.rows = Number(metadata.num_rows);
    let from = 0;
    this.groups = metadata.row_groups.map(({ num_rows: rows, columns }) => {
      const to = from + Number(rows);
      const group = {
        from,
        to,
        columns: new Map(
          columns.flatMap(({ meta_data: facts }) =>
            facts === undefined ? [] : [[facts.path_in_schema.join('.'), facts] as const],
          ),
        ),
      };
      from = to;
      return group;
    });
    this.#chunks = new ChunkReader(this.groups.reduce((most, group) => Math.max(most, group.to - group.from), 0));
  }

  /** Fills `into`, which is as long as the group has rows, with a field's values. */
  async read(field: SampleField, group: Group, into: Values): Promise<void> {
    if (field === 'flags') return this.#readFlags(group, into as Uint8Array);
    const number = NUMBER_COLUMNS.find((column) => column.field === field);
    if (number !== undefined) {
      const { chunk, facts } = await this.chunk(number.name, group);
      this.#chunks.numbersInto(into, chunk, facts, number.absent ?? 0);
      return;
    }
    const names = NAME_COLUMNS.find((column) => column.field === field);
    if (names === undefined) throw new Error(`no column holds ${field}`);
    const codes = new Map(namesIn(names, this.tables).map((text, code) => [text, code]));
    const { chunk, facts } = await this.chunk(names.name, group);
    this.#chunks.codesInto(into, chunk, facts, (text) => {
      const code = codes.get(text);
      if (code === undefined) throw new Error(`column ${names.name} holds a name this program does not know: ${text}`);
      return code;
    });
  }

  async #readFlags(group: Group, into: Uint8Array): Promise<void> {
    into.fill(0);
    for (const { name, flag } of FLAG_COLUMNS) {
      const { chunk, facts } = await this.chunk(name, group);
      this.#chunks.bitInto(into, chunk, facts, SAMPLE_FLAGS[flag]);
    }
  }

  /** The bytes of a column of a group, and what the footer says of them. */
  async chunk(name: string, group: Group): Promise<{ readonly chunk: Uint8Array; readonly facts: ColumnMetaData }> {
    const facts = group.columns.get(name);
    if (facts === undefined) throw new Error(`column ${name} is missing`);
    const from = Number(facts.dictionary_page_offset ?? facts.data_page_offset);
    const bytes = await this.#file.slice(from, from + Number(facts.total_compressed_size));
    return { chunk: new Uint8Array(bytes), facts };
  }
}

/** Opens a file of samples while `use` works with it. Rejects when it is not one of ours. */
export async function withSamples<T>(path: string, use: (samples: Samples) => Promise<T>): Promise<T> {
  const { parquetMetadataAsync } = await import('hyparquet');
  const handle = await open(path, 'r');
  try {
    const file = await asyncBuffer(handle);
    const metadata = await parquetMetadataAsync(file);
    const value = (key: string): string | undefined =>
      metadata.key_value_metadata?.find((pair) => pair.key === key)?.value;
    const version = value('plimsoll.samples_version');
    const tablesJson = value('plimsoll.tables');
    if (version !== SAMPLES_VERSION || tablesJson === undefined)
      throw new Error(`samples version ${version ?? 'unknown'}, this program reads ${SAMPLES_VERSION}`);
    return await use(new Samples(file, metadata, JSON.parse(tablesJson) as SampleTables));
  } finally {
    await handle.close();
  }
}

async function asyncBuffer(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    slice: async (start: number, end = size): Promise<ArrayBuffer> => {
      // Negative offsets count from the end, as those of an ArrayBuffer do.
      const from = start < 0 ? Math.max(0, size + start) : Math.min(start, size);
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - from));
      for (let at = 0; at < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, from + at);
        if (bytesRead === 0) throw new Error('the file ends before it should');
        at += bytesRead;
      }
      return bytes.buffer;
    },
  };
}
