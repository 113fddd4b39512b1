/** Comparing bytes that arrive with bytes that are known, four at a time: several times faster than one by one. */

let viewed: Buffer | null = null;
let view: DataView = new DataView(new ArrayBuffer(0));

/** A view on these bytes. The one made last is used again: nearly all reads land in one buffer. */
function viewOf(bytes: Buffer): DataView {
  if (bytes !== viewed) {
    viewed = bytes;
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return view;
}

export class TemplateBytes {
  readonly length: number;
  readonly #words: Int32Array;
  readonly #rest: Uint8Array;

  /** Copies `bytes` from `start` to `end`. */
  constructor(bytes: Buffer, start: number, end: number) {
    this.length = end - start;
    const words = this.length >> 2;
    const known = viewOf(bytes);
    this.#words = Int32Array.from({ length: words }, (_, i) => known.getInt32(start + i * 4, true));
    this.#rest = Uint8Array.from(bytes.subarray(start + words * 4, end));
  }

  /** Whether the same bytes stand in `bytes` at `at`, and end by `limit`. */
  standAt(bytes: Buffer, at: number, limit: number): boolean {
    if (limit - at < this.length || limit > bytes.length) return false;
    const words = this.#words;
    const found = viewOf(bytes);
    let from = at;
    for (let i = 0; i < words.length; i++, from += 4) if (found.getInt32(from, true) !== words[i]) return false;
    const rest = this.#rest;
    for (let i = 0; i < rest.length; i++) if (bytes[from + i] !== rest[i]) return false;
    return true;
  }
}
