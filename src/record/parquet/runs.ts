/**
 * The hybrid of runs and bit-packing of Apache Parquet, for small codes: whether a cell is there, an index into a
 * dictionary, a boolean. Eight or more of the same are a run; everything else is packed in groups of eight.
 */
import type { Bytes, Cursor } from './bytes.js';

const GROUP = 8;

/** Appends the first `count` codes, each below 2^width; `width` is at most 16. */
export function putRuns(out: Bytes, codes: Uint16Array, count: number, width: number): void {
  let packedFrom = 0;
  let at = 0;
  while (at < count) {
    const code = codes[at] as number;
    let end = at + 1;
    while (end < count && codes[end] === code) end++;
    if (end - at < GROUP) {
      at += GROUP;
      continue;
    }
    if (at > packedFrom) pack(out, codes, packedFrom, at, count, width);
    out.varint((end - at) * 2);
    for (let bits = 0; bits < width; bits += 8) out.byte(code >>> bits);
    at = end;
    packedFrom = at;
  }
  if (at > packedFrom) pack(out, codes, packedFrom, at, count, width);
}

/** Appends whole groups of eight; those behind `count` are filled with zeros. */
function pack(out: Bytes, codes: Uint16Array, from: number, to: number, count: number, width: number): void {
  out.varint(((to - from) / GROUP) * 2 + 1);
  out.reserve(((to - from) / GROUP) * width);
  const { buffer } = out;
  let { at } = out;
  let pending = 0;
  let pendingBits = 0;
  for (let i = from; i < to; i++) {
    pending |= (i < count ? (codes[i] as number) : 0) << pendingBits;
    pendingBits += width;
    while (pendingBits >= 8) {
      buffer[at++] = pending;
      pending >>>= 8;
      pendingBits -= 8;
    }
  }
  out.at = at;
}

/** Reads `count` codes of `width` bits; false when they are not all there. */
export function takeRuns(from: Cursor, codes: Uint16Array, count: number, width: number): boolean {
  if (width > 16) return false;
  const { bytes } = from;
  const mask = 2 ** width - 1;
  for (let row = 0; row < count;) {
    if (from.at >= bytes.length) return false;
    const header = from.varint();
    if (header % 2 === 0) {
      let code = 0;
      for (let bits = 0; bits < width; bits += 8) code |= from.byte() << bits;
      const end = Math.min(count, row + header / 2);
      if (end === row) return false;
      codes.fill(code, row, end);
      row = end;
      continue;
    }
    const groups = (header - 1) / 2;
    const behind = from.at + groups * width;
    const end = Math.min(count, row + groups * GROUP);
    if (end === row || behind > bytes.length) return false;
    let { at } = from;
    let pending = 0;
    let pendingBits = 0;
    for (; row < end; row++) {
      while (pendingBits < width) {
        pending |= (bytes[at++] as number) << pendingBits;
        pendingBits += 8;
      }
      codes[row] = pending & mask;
      pending >>>= width;
      pendingBits -= width;
    }
    from.at = behind;
  }
  return from.at <= bytes.length;
}
