/**
 * DELTA_BINARY_PACKED of Apache Parquet, for whole numbers that a double holds: differences in blocks of 128, less the
 * smallest of the block, bit-packed in four parts of 32. All in doubles: a bigint a cell would cost many times as much.
 */
import type { Bytes, Cursor } from './bytes.js';

const BLOCK = 128;
const PARTS = 4;
const PART = BLOCK / PARTS;
/** Bits that fit beside seven pending ones into an integer of 32. */
const PIECE_BITS = 24;
const PIECE = 2 ** PIECE_BITS;

/** Numbers below this in magnitude are encoded exactly: their differences, less the smallest, stay below 2^52. */
export const DELTA_LIMIT = 2 ** 50;
const DELTA_BITS = 52;

const deltas = new Float64Array(BLOCK);

const bitsOf = (value: number): number =>
  value < 2 ** 32 ? 32 - Math.clz32(value) : 32 + bitsOf(Math.floor(value / 2 ** 32));

/**
 * Appends the first `count` of `values`, each of magnitude below DELTA_LIMIT.
 * @param wrap whether differences wrap around at 32 bits, as those of INT32 do.
 */
export function putDeltas(out: Bytes, values: Float64Array, count: number, wrap: boolean): void {
  out.varint(BLOCK);
  out.varint(PARTS);
  out.varint(count);
  out.zigzag(count === 0 ? 0 : (values[0] as number));
  for (let from = 1; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from);
    let smallest = Infinity;
    for (let i = 0; i < size; i++) {
      const difference = (values[from + i] as number) - (values[from + i - 1] as number);
      const delta = wrap ? difference | 0 : difference;
      deltas[i] = delta;
      if (delta < smallest) smallest = delta;
    }
    out.zigzag(smallest);
    // Four widths, and at most 52 bits a number.
    out.reserve(PARTS + BLOCK * 8);
    const widthsAt = out.at;
    out.at += PARTS;
    for (let part = 0; part < PARTS; part++) {
      const end = Math.min((part + 1) * PART, size);
      let largest = 0;
      for (let i = part * PART; i < end; i++) {
        const rest = (deltas[i] as number) - smallest;
        deltas[i] = rest;
        if (rest > largest) largest = rest;
      }
      // The last block is filled up with the smallest difference.
      for (let i = Math.max(end, part * PART); i < (part + 1) * PART; i++) deltas[i] = 0;
      const width = bitsOf(largest);
      out.buffer[widthsAt + part] = width;
      if (width > 0) pack(out, part * PART, width);
    }
  }
}

/** Appends 32 of the deltas, `width` bits each, lowest bit first. There is room for them. */
function pack(out: Bytes, from: number, width: number): void {
  const { buffer } = out;
  let { at } = out;
  let pending = 0;
  let pendingBits = 0;
  for (let i = from; i < from + PART; i++) {
    let rest = deltas[i] as number;
    for (let left = width; left > 0; left -= PIECE_BITS) {
      const bits = left < PIECE_BITS ? left : PIECE_BITS;
      let piece = rest;
      if (left > PIECE_BITS) {
        const high = Math.floor(rest / PIECE);
        piece = rest - high * PIECE;
        rest = high;
      }
      pending |= piece << pendingBits;
      pendingBits += bits;
      while (pendingBits >= 8) {
        buffer[at++] = pending;
        pending >>>= 8;
        pendingBits -= 8;
      }
    }
  }
  out.at = at;
}

/**
 * Reads `count` numbers into `values`. False, with `values` undefined, when the bytes are of another form than promised
 * or hold numbers that doubles could not be trusted with.
 */
export function takeDeltas(from: Cursor, values: Float64Array, count: number, wrap: boolean): boolean {
  const block = from.varint();
  const parts = from.varint();
  const part = block / parts;
  if (from.varint() !== count || !Number.isInteger(part) || part % 32 !== 0) return false;
  let value = from.zigzag();
  if (!Number.isSafeInteger(value)) return false;
  if (count > 0) values[0] = value;
  const { bytes } = from;
  for (let row = 1; row < count;) {
    const smallest = from.zigzag();
    if (Math.abs(smallest) > 2 ** DELTA_BITS) return false;
    const widthsAt = from.at;
    let at = widthsAt + parts;
    for (let p = 0; p < parts && row < count; p++) {
      const width = bytes[widthsAt + p] ?? 0;
      const behind = at + (part * width) / 8;
      if (width > DELTA_BITS || behind > bytes.length) return false;
      const end = Math.min(row + part, count);
      let pending = 0;
      let pendingBits = 0;
      for (; row < end; row++) {
        let rest = 0;
        let scale = 1;
        for (let left = width; left > 0; left -= PIECE_BITS) {
          const bits = left < PIECE_BITS ? left : PIECE_BITS;
          while (pendingBits < bits) {
            pending |= (bytes[at++] as number) << pendingBits;
            pendingBits += 8;
          }
          rest += (pending & ((1 << bits) - 1)) * scale;
          scale *= PIECE;
          pending >>>= bits;
          pendingBits -= bits;
        }
        value += smallest + rest;
        if (wrap) value |= 0;
        values[row] = value;
      }
      at = behind;
    }
    from.at = at;
  }
  return true;
}
