/** One column of one row group, decoded without a value boxed: into numbers, codes of names, or bits. */
import type { ColumnMetaData } from 'hyparquet';
import { Cursor } from './bytes.js';
import { takeDeltas } from './delta.js';
import { takeRuns } from './runs.js';

/** What is used of the Parquet library, loaded when first used. */
export async function loadDecoder() {
  const [{ parquetMetadataAsync, parquetRead, snappyUncompress }, { parquetHeader }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet/src/column.js'),
  ]);
  return { parquetMetadataAsync, parquetRead, snappyUncompress, parquetHeader };
}

export type Decoder = Awaited<ReturnType<typeof loadDecoder>>;

/** A page of values, uncompressed, and which of its cells there are. */
interface Page {
  readonly encoding: string;
  readonly rows: number;
  readonly values: number;
  readonly body: Cursor;
}

/** Decodes chunks of up to `mostRows` rows; its scratch memory is used again for each of them. */
export class ChunkReader {
  readonly #decoder: Decoder;
  readonly #present: Uint16Array;
  readonly #codes: Uint16Array;
  readonly #numbers: Float64Array;

  constructor(decoder: Decoder, mostRows: number) {
    this.#decoder = decoder;
    this.#present = new Uint16Array(mostRows);
    this.#codes = new Uint16Array(mostRows);
    this.#numbers = new Float64Array(mostRows);
  }

  /**
   * Reads a chunk into `into` from its first element on, nulls as `absent`. False, with anything in `into`, when it is
   * not of a form that can be read here; then the library has to.
   */
  numbersInto(
    into: Float64Array | Int32Array | Uint16Array | Uint8Array,
    chunk: Uint8Array,
    facts: ColumnMetaData,
    absent: number,
  ): boolean {
    return this.#pages(chunk, facts, null, (page, from) => {
      const numbers = this.#numbers;
      const present = this.#present;
      if (
        page.encoding !== 'DELTA_BINARY_PACKED' ||
        !takeDeltas(page.body, numbers, page.values, facts.type === 'INT32')
      )
        return false;
      let next = 0;
      for (let row = 0; row < page.rows; row++)
        into[from + row] = present[row] === 1 ? (numbers[next++] as number) : absent;
      return true;
    });
  }

  /**
   * The same for names, as what `codeOf` makes of them; it throws for a name it does not know. A null is not known
   * either.
   */
  codesInto(
    into: Uint8Array | Uint16Array,
    chunk: Uint8Array,
    facts: ColumnMetaData,
    codeOf: (name: string) => number,
  ): boolean {
    const dictionary: number[] = [];
    return this.#pages(
      chunk,
      facts,
      (name) => dictionary.push(codeOf(name)),
      (page, from) => {
        if (page.encoding !== 'RLE_DICTIONARY' || page.values !== page.rows) return false;
        if (!takeRuns(page.body, this.#codes, page.values, page.body.byte())) return false;
        for (let row = 0; row < page.rows; row++) {
          const code = dictionary[this.#codes[row] as number];
          if (code === undefined) return false;
          into[from + row] = code;
        }
        return true;
      },
    );
  }

  /** The same for booleans: sets `bit` where they are true. */
  bitInto(into: Uint8Array, chunk: Uint8Array, facts: ColumnMetaData, bit: number): boolean {
    return this.#pages(chunk, facts, null, (page, from) => {
      if (page.encoding !== 'RLE' || page.values !== page.rows) return false;
      page.body.at += 4; // their length
      if (!takeRuns(page.body, this.#codes, page.values, 1)) return false;
      for (let row = 0; row < page.rows; row++) if (this.#codes[row] === 1) (into[from + row] as number) |= bit;
      return true;
    });
  }

  /** Walks the pages of a chunk; false when one of them is of another form, or `take` did not take it. */
  #pages(
    chunk: Uint8Array,
    facts: ColumnMetaData,
    name: ((text: string) => void) | null,
    take: (page: Page, from: number) => boolean,
  ): boolean {
    const rows = Number(facts.num_values);
    if ((facts.codec !== 'SNAPPY' && facts.codec !== 'UNCOMPRESSED') || rows > this.#present.length) return false;
    const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
    let row = 0;
    while (row < rows) {
      if (reader.offset >= chunk.length) return false;
      const header = this.#decoder.parquetHeader(reader);
      const stored = chunk.subarray(reader.offset, reader.offset + header.compressed_page_size);
      reader.offset += header.compressed_page_size;
      if (header.type === 'DICTIONARY_PAGE' && name !== null) {
        const body = new Cursor(this.#uncompressed(stored, header.uncompressed_page_size, facts));
        for (let i = 0; i < (header.dictionary_page_header?.num_values ?? 0); i++) name(text(body));
        continue;
      }
      const page = header.data_page_header_v2;
      if (
        header.type !== 'DATA_PAGE_V2' ||
        page === undefined ||
        page.repetition_levels_byte_length !== 0 ||
        row + page.num_values > rows
      )
        return false;
      const levelBytes = page.definition_levels_byte_length;
      if (!takeRuns(new Cursor(stored.subarray(0, levelBytes)), this.#present, page.num_values, 1)) return false;
      const rest = stored.subarray(levelBytes);
      const body =
        page.is_compressed === false
          ? rest
          : this.#uncompressed(rest, header.uncompressed_page_size - levelBytes, facts);
      if (
        !take(
          {
            encoding: page.encoding,
            rows: page.num_values,
            values: page.num_values - page.num_nulls,
            body: new Cursor(body),
          },
          row,
        )
      )
        return false;
      row += page.num_values;
    }
    return true;
  }

  #uncompressed(stored: Uint8Array, bytes: number, { codec }: ColumnMetaData): Uint8Array {
    if (codec === 'UNCOMPRESSED') return stored;
    const plain = new Uint8Array(bytes);
    this.#decoder.snappyUncompress(stored, plain);
    return plain;
  }
}

function text(body: Cursor): string {
  const length = body.byte() + body.byte() * 2 ** 8 + body.byte() * 2 ** 16 + body.byte() * 2 ** 24;
  body.at += length;
  return Buffer.from(body.bytes.subarray(body.at - length, body.at)).toString();
}
