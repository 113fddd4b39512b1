/** One column of one row group, decoded without a value boxed: into numbers, codes of names, or bits. */
import type { ColumnMetaData } from 'hyparquet';
import { Cursor } from './bytes.js';
import { takeDeltas } from './delta.js';
import { takeDataHeader, takeDictionaryHeader, type DataPage } from './page.js';
import { takeRuns } from './runs.js';

/** A page of values, and where they begin. */
interface Page extends DataPage {
  readonly values: number;
  readonly body: Cursor;
}

/**
 * Decodes chunks of up to `mostRows` rows; its scratch memory is used again for each of them. Only chunks in the form
 * in which `ChunkWriter` writes them; an Error for any other.
 */
export class ChunkReader {
  readonly #present: Uint16Array;
  readonly #codes: Uint16Array;
  readonly #numbers: Float64Array;

  constructor(mostRows: number) {
    this.#present = new Uint16Array(mostRows);
    this.#codes = new Uint16Array(mostRows);
    this.#numbers = new Float64Array(mostRows);
  }

  /** Reads a chunk into `into` from its first element on, nulls as `absent`. */
  numbersInto(
    into: Float64Array | Int32Array | Uint16Array | Uint8Array,
    chunk: Uint8Array,
    facts: ColumnMetaData,
    absent: number,
  ): void {
    const { rows, values, encoding, body } = this.#page(new Cursor(chunk), facts);
    const numbers = this.#numbers;
    const present = this.#present;
    const whole =
      encoding === 'PLAIN'
        ? takePlain(body, numbers, values)
        : encoding === 'DELTA_BINARY_PACKED' && takeDeltas(body, numbers, values, facts.type === 'INT32');
    if (!whole) throw unreadable(facts);
    let next = 0;
    for (let row = 0; row < rows; row++) into[row] = present[row] === 1 ? (numbers[next++] as number) : absent;
  }

  /** The same for names, as what `codeOf` makes of them; it throws for a name it does not know. */
  codesInto(
    into: Uint8Array | Uint16Array | Int32Array | Float64Array,
    chunk: Uint8Array,
    facts: ColumnMetaData,
    codeOf: (name: string) => number,
  ): void {
    const from = new Cursor(chunk);
    const dictionary = Array.from({ length: takeDictionaryHeader(from) ?? 0 }, () => codeOf(takeText(from)));
    const { rows, values, encoding, body } = this.#page(from, facts);
    if (encoding !== 'RLE_DICTIONARY' || values !== rows) throw unreadable(facts);
    if (!takeRuns(body, this.#codes, values, body.byte())) throw unreadable(facts);
    for (let row = 0; row < rows; row++) {
      const code = dictionary[this.#codes[row] as number];
      if (code === undefined) throw unreadable(facts);
      into[row] = code;
    }
  }

  /** The same for booleans: sets `bit` where they are true. */
  bitInto(into: Uint8Array, chunk: Uint8Array, facts: ColumnMetaData, bit: number): void {
    const { rows, values, encoding, body } = this.#page(new Cursor(chunk), facts);
    body.at += 4; // their length
    if (encoding !== 'RLE' || values !== rows || !takeRuns(body, this.#codes, rows, 1)) throw unreadable(facts);
    for (let row = 0; row < rows; row++) if (this.#codes[row] === 1) (into[row] as number) |= bit;
  }

  /** The page of a chunk; which of its cells are there is in `#present`. */
  #page(from: Cursor, facts: ColumnMetaData): Page {
    const header = takeDataHeader(from);
    const rows = Number(facts.num_values);
    if (header?.rows !== rows || rows > this.#present.length || header.nulls > rows) throw unreadable(facts);
    const levels = new Cursor(from.bytes.subarray(from.at, from.at + header.levelBytes));
    if (!takeRuns(levels, this.#present, rows, 1)) throw unreadable(facts);
    const body = from.bytes.subarray(from.at + header.levelBytes, from.at + header.levelBytes + header.valueBytes);
    return { ...header, values: rows - header.nulls, body: new Cursor(body) };
  }
}

const unreadable = ({ path_in_schema: path }: ColumnMetaData): Error =>
  new Error(`column ${path.join('.')} is damaged, or was not written by this program`);

/** INT64, eight bytes each. */
function takePlain({ bytes, at }: Cursor, values: Float64Array, count: number): boolean {
  if (bytes.length - at < count * 8) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  for (let i = 0; i < count; i++) values[i] = Number(view.getBigInt64(i * 8, true));
  return true;
}

function takeText(from: Cursor): string {
  const length = from.byte() + from.byte() * 2 ** 8 + from.byte() * 2 ** 16 + from.byte() * 2 ** 24;
  from.at += length;
  return Buffer.from(from.bytes.subarray(from.at - length, from.at)).toString();
}
