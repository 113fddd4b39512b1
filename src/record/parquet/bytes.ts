/** Bytes that grow as a page is encoded. */

/** Writers make room first, then store at `at` themselves and move it: a call a byte would cost more than the byte. */
export class Bytes {
  buffer = new Uint8Array(1 << 20);
  at = 0;

  /** Room for `more` bytes behind `at`. */
  reserve(more: number): void {
    if (this.at + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.at + more));
    larger.set(this.buffer.subarray(0, this.at));
    this.buffer = larger;
  }

  /** What was written, valid until the next write. */
  written(): Uint8Array {
    return this.buffer.subarray(0, this.at);
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.at++] = value;
  }

  uint32(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.byte(value >>> shift);
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** A whole number from 0 to 2^53 in groups of seven bits, lowest first. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      const high = Math.floor(rest / 128);
      this.buffer[this.at++] = rest - high * 128 + 128;
      rest = high;
    }
    this.buffer[this.at++] = rest;
  }

  /** A whole number of either sign, its magnitude below 2^52. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }
}

/** A place in bytes that are read. Reading past the end gives zeros and leaves `at` behind the end. */
export class Cursor {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  /** Exact up to 2^53; a larger one comes back as some number above that. */
  varint(): number {
    let value = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    return value;
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
