/** Bytes that arrived in parts, put together in one buffer that grows and is used again. */

const SMALLEST = 1_024;
/** A rare giant must not stay in memory with every connection that once met one. */
const LARGEST_KEPT = 1_048_576;

export class GatheredBytes {
  length = 0;
  #bytes: Buffer | null = null;

  /** What has been gathered, from 0 to `length`; valid until the next change. */
  get bytes(): Buffer {
    return (this.#bytes ??= Buffer.allocUnsafe(SMALLEST));
  }

  append(bytes: Buffer, start: number, end: number): void {
    const length = this.length + (end - start);
    let own = this.bytes;
    if (own.length < length) {
      const larger = Buffer.allocUnsafe(length * 2);
      own.copy(larger, 0, 0, this.length);
      own = this.#bytes = larger;
    }
    bytes.copy(own, this.length, start, end);
    this.length = length;
  }

  clear(): void {
    this.length = 0;
    if (this.#bytes !== null && this.#bytes.length > LARGEST_KEPT) this.#bytes = null;
  }
}
