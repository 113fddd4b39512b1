/**
 * Page headers of Apache Parquet, in Thrift's compact protocol: of the two kinds of page that samples.parquet has. Both
 * are structs of fields in ascending order, nearly all of them 32-bit integers.
 */
import type { Bytes, Cursor } from './bytes.js';

/** Encodings by their number in the format. */
export const ENCODINGS = { PLAIN: 0, RLE: 3, DELTA_BINARY_PACKED: 5, RLE_DICTIONARY: 8 } as const;
export type PageEncoding = keyof typeof ENCODINGS;

const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
/** One field behind the one before it: a 32-bit integer, or false. */
const NEXT_INTEGER = 0x15;
const NEXT_FALSE = 0x12;
/** A struct, four or five fields behind field 3: field 7 (dictionary) or 8 (data). */
const DICTIONARY_STRUCT = 0x4c;
const DATA_STRUCT = 0x5c;
const END = 0;

/** A page of names that indexes refer to. */
export function putDictionaryHeader(out: Bytes, pageBytes: number, names: number): void {
  putIntegers(out, [DICTIONARY_PAGE, pageBytes, pageBytes]);
  out.byte(DICTIONARY_STRUCT);
  putIntegers(out, [names, ENCODINGS.PLAIN]);
  out.byte(END);
  out.byte(END);
}

export interface DataPage {
  readonly rows: number;
  readonly nulls: number;
  readonly encoding: PageEncoding;
  /** Bytes of the definition levels, and of the values behind them. */
  readonly levelBytes: number;
  readonly valueBytes: number;
}

/** A page of values, not compressed. */
export function putDataHeader(out: Bytes, { rows, nulls, encoding, levelBytes, valueBytes }: DataPage): void {
  const pageBytes = levelBytes + valueBytes;
  putIntegers(out, [DATA_PAGE_V2, pageBytes, pageBytes]);
  out.byte(DATA_STRUCT);
  putIntegers(out, [rows, nulls, rows, ENCODINGS[encoding], levelBytes, 0]);
  out.byte(NEXT_FALSE);
  out.byte(END);
  out.byte(END);
}

function putIntegers(out: Bytes, values: readonly number[]): void {
  for (const value of values) {
    out.byte(NEXT_INTEGER);
    out.zigzag(value);
  }
}

/** Number of names of the dictionary page at `from`, or null when there is none. */
export function takeDictionaryHeader(from: Cursor): number | null {
  const start = from.at;
  const [type] = takeIntegers(from, 3);
  if (type !== DICTIONARY_PAGE || from.byte() !== DICTIONARY_STRUCT) {
    from.at = start;
    return null;
  }
  const [names = -1, encoding] = takeIntegers(from, 2);
  const whole = from.byte() === END && from.byte() === END;
  return whole && encoding === ENCODINGS.PLAIN ? names : null;
}

/** The header of the data page at `from`; null when there is no page of ours. */
export function takeDataHeader(from: Cursor): DataPage | null {
  const [type, pageBytes = -1] = takeIntegers(from, 3);
  if (type !== DATA_PAGE_V2 || from.byte() !== DATA_STRUCT) return null;
  const [rows = -1, nulls = -1, , code, levelBytes = -1] = takeIntegers(from, 6);
  const encoding = (Object.keys(ENCODINGS) as PageEncoding[]).find((name) => ENCODINGS[name] === code);
  const whole = from.byte() === NEXT_FALSE && from.byte() === END && from.byte() === END;
  if (!whole || encoding === undefined || Math.min(rows, nulls, levelBytes, pageBytes - levelBytes) < 0) return null;
  return { rows, nulls, encoding, levelBytes, valueBytes: pageBytes - levelBytes };
}

/** The next `count` integers; fewer where something else stands. */
function takeIntegers(from: Cursor, count: number): readonly number[] {
  const values: number[] = [];
  while (values.length < count && from.byte() === NEXT_INTEGER) values.push(from.zigzag());
  return values;
}
