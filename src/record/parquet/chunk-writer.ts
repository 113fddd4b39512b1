/** One column of one row group on its way into the file: levels, values, page headers and the facts for the footer. */
import type { ColumnChunk, Encoding } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer';
import { Bytes } from './bytes.js';
import { DELTA_LIMIT, putDeltas } from './delta.js';
import { putRuns } from './runs.js';
import type { SampleColumns } from '../samples.js';
import type { NumberColumn } from './table.js';

/** What is used of the Parquet library, loaded when first used. */
export async function loadCodec() {
  const [
    { ByteWriter, ParquetWriter, schemaFromColumnData },
    { writePageHeader },
    { snappyCompress },
    { deltaBinaryPack },
  ] = await Promise.all([
    import('hyparquet-writer'),
    import('hyparquet-writer/src/datapage.js'),
    import('hyparquet-writer/src/snappy.js'),
    import('hyparquet-writer/src/delta.js'),
  ]);
  return { ByteWriter, ParquetWriter, schemaFromColumnData, writePageHeader, snappyCompress, deltaBinaryPack };
}

export type Codec = Awaited<ReturnType<typeof loadCodec>>;

interface Bounds<T> {
  readonly smallest: T;
  readonly largest: T;
}

/** The cells of a page but for its values: how many there are, and which of them are null. */
interface Cells {
  readonly rows: number;
  readonly nulls: number;
}

/** Encodes column chunks of up to `mostRows` rows, one page each; its scratch memory is used again for each of them. */
export class ChunkWriter {
  readonly #codec: Codec;
  readonly #out: ByteWriter;
  readonly #present: Uint16Array;
  readonly #codes: Uint16Array;
  readonly #numbers: Float64Array;
  readonly #levels = new Bytes();
  readonly #page = new Bytes();

  constructor(codec: Codec, out: ByteWriter, mostRows: number) {
    this.#codec = codec;
    this.#out = out;
    this.#present = new Uint16Array(mostRows);
    this.#codes = new Uint16Array(mostRows);
    this.#numbers = new Float64Array(mostRows);
  }

  /** Whole numbers; NaN and `absent` are null. */
  numberChunk({ name, type, absent }: NumberColumn, values: SampleColumns[NumberColumn['field']]): ColumnChunk {
    const present = this.#present;
    const numbers = this.#numbers;
    const page = this.#page;
    let count = 0;
    let smallest = Infinity;
    let largest = -Infinity;
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      const isAbsent = value === absent || Number.isNaN(value);
      present[row] = isAbsent ? 0 : 1;
      if (isAbsent) continue;
      numbers[count++] = value;
      if (value < smallest) smallest = value;
      if (value > largest) largest = value;
    }
    page.at = 0;
    if (smallest > -DELTA_LIMIT && largest < DELTA_LIMIT) putDeltas(page, numbers, count, type === 'INT32');
    else if (count === 0) putDeltas(page, numbers, 0, false);
    else {
      // Differences of such numbers are not exact in a double.
      const slow = new this.#codec.ByteWriter();
      this.#codec.deltaBinaryPack(
        slow,
        BigInt64Array.from(numbers.subarray(0, count), (value) => BigInt(value)),
        'INT64',
      );
      page.append(slow.getBytes());
    }
    const bound = (value: number): number | bigint => (type === 'INT64' ? BigInt(value) : value);
    const bounds = count === 0 ? null : { smallest: bound(smallest), largest: bound(largest) };
    return this.#finish(
      name,
      type,
      'DELTA_BINARY_PACKED',
      { rows: values.length, nulls: values.length - count },
      bounds,
    );
  }

  /** Names by their codes, through a dictionary of those that occur; a code without a name is null. */
  nameChunk(name: string, codes: Uint8Array | Uint16Array, names: readonly string[]): ColumnChunk {
    const present = this.#present;
    const page = this.#page;
    const placeOf = new Int32Array(names.length).fill(-1);
    const used: string[] = [];
    let count = 0;
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row] as number;
      const text = names[code];
      present[row] = text === undefined ? 0 : 1;
      if (text === undefined) continue;
      let place = placeOf[code] as number;
      if (place < 0) {
        // Two codes may have the same name.
        place = used.indexOf(text);
        if (place < 0) place = used.push(text) - 1;
        placeOf[code] = place;
      }
      this.#codes[count++] = place;
    }
    const started = this.#out.offset;
    const inOrder = used.map((text) => Buffer.from(text)).sort((a, b) => Buffer.compare(a, b));
    const width = used.length < 2 ? 0 : 32 - Math.clz32(used.length - 1);
    const dictionaryBytes = used.length === 0 ? 0 : this.#dictionary(used);
    page.at = 0;
    page.byte(width);
    putRuns(page, this.#codes, count, width);
    const bounds =
      count === 0 ? null : { smallest: inOrder[0]?.toString() ?? '', largest: inOrder.at(-1)?.toString() ?? '' };
    return this.#finish(
      name,
      'BYTE_ARRAY',
      'RLE_DICTIONARY',
      { rows: codes.length, nulls: codes.length - count },
      bounds,
      { started, bytes: dictionaryBytes },
    );
  }

  /** True where `holds` says so of a row. */
  booleanChunk(name: string, rows: number, holds: (row: number) => boolean): ColumnChunk {
    const present = this.#present;
    const codes = this.#codes;
    const page = this.#page;
    present.fill(1, 0, rows);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const bit = holds(row) ? 1 : 0;
      codes[row] = bit;
      count += bit;
    }
    page.at = 0;
    page.uint32(0);
    putRuns(page, codes, rows, 1);
    // The length of the runs stands before them.
    const end = page.at;
    page.at = 0;
    page.uint32(end - 4);
    page.at = end;
    return this.#finish(name, 'BOOLEAN', 'RLE', { rows, nulls: 0 }, { smallest: count === rows, largest: count > 0 });
  }

  /** Writes the page of names that indexes refer to: its uncompressed size, header included. */
  #dictionary(used: readonly string[]): number {
    const page = this.#page;
    const out = this.#out;
    page.at = 0;
    for (const text of used) {
      const bytes = Buffer.from(text);
      page.uint32(bytes.length);
      page.append(bytes);
    }
    const compressed = this.#codec.snappyCompress(page.written());
    const from = out.offset;
    this.#codec.writePageHeader(out, {
      type: 'DICTIONARY_PAGE',
      uncompressed_page_size: page.at,
      compressed_page_size: compressed.length,
      dictionary_page_header: { num_values: used.length, encoding: 'PLAIN' },
    });
    const headerBytes = out.offset - from;
    out.appendBytes(compressed);
    return headerBytes + page.at;
  }

  /** Writes the page that was encoded, behind its levels, and tells of the chunk. */
  #finish(
    name: string,
    type: 'INT32' | 'INT64' | 'BYTE_ARRAY' | 'BOOLEAN',
    encoding: Encoding,
    { rows, nulls }: Cells,
    bounds: Bounds<number | bigint | string | boolean> | null,
    dictionary: { readonly started: number; readonly bytes: number } | null = null,
  ): ColumnChunk {
    const out = this.#out;
    const page = this.#page;
    const levels = this.#levels;
    levels.at = 0;
    putRuns(levels, this.#present, rows, 1);
    const compressed = this.#codec.snappyCompress(page.written());
    const pageAt = out.offset;
    this.#codec.writePageHeader(out, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: levels.at + page.at,
      compressed_page_size: levels.at + compressed.length,
      data_page_header_v2: {
        num_values: rows,
        num_nulls: nulls,
        num_rows: rows,
        encoding,
        definition_levels_byte_length: levels.at,
        repetition_levels_byte_length: 0,
        is_compressed: true,
      },
    });
    const headerBytes = out.offset - pageAt;
    out.appendBytes(levels.written());
    out.appendBytes(compressed);
    const startedAt = dictionary?.started ?? pageAt;
    return {
      file_offset: BigInt(startedAt),
      meta_data: {
        type,
        encodings: [...new Set<Encoding>([...(dictionary === null ? [] : (['PLAIN'] as const)), encoding, 'RLE'])],
        path_in_schema: [name],
        codec: 'SNAPPY',
        num_values: BigInt(rows),
        total_compressed_size: BigInt(out.offset - startedAt),
        total_uncompressed_size: BigInt((dictionary?.bytes ?? 0) + headerBytes + levels.at + page.at),
        data_page_offset: BigInt(pageAt),
        ...(dictionary !== null && dictionary.bytes > 0 ? { dictionary_page_offset: BigInt(startedAt) } : {}),
        statistics: {
          null_count: BigInt(nulls),
          ...(bounds === null ? {} : { min_value: bounds.smallest, max_value: bounds.largest }),
        },
      },
    };
  }
}
