/** Cuts a byte stream into lines, however it was cut before. */

const LF = 10;
const CR = 13;

export class LineReader {
  readonly #line: (text: string, bytes: number) => void;
  readonly #maxLineBytes: number;
  #earlier: Buffer[] = [];
  #earlierBytes = 0;

  /**
   * @param line called for each line, without its end (LF, or CR LF); `bytes` counts the end too.
   * @param maxLineBytes bound on one line.
   */
  constructor(line: (text: string, bytes: number) => void, maxLineBytes: number) {
    this.#line = line;
    this.#maxLineBytes = maxLineBytes;
  }

  /** @returns false when a line exceeds the bound; nothing may be pushed after that. */
  push(chunk: Buffer): boolean {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LF, start);
      if (end === -1) break;
      if (this.#earlierBytes === 0) this.#emit(chunk, start, end);
      else {
        this.#earlier.push(chunk.subarray(start, end));
        const whole = Buffer.concat(this.#earlier);
        this.#earlier = [];
        this.#earlierBytes = 0;
        this.#emit(whole, 0, whole.length);
      }
      start = end + 1;
    }
    if (start < chunk.length) {
      this.#earlier.push(chunk.subarray(start));
      this.#earlierBytes += chunk.length - start;
    }
    return this.#earlierBytes <= this.#maxLineBytes;
  }

  #emit(bytes: Buffer, start: number, end: number): void {
    const textEnd = end > start && bytes[end - 1] === CR ? end - 1 : end;
    this.#line(bytes.toString('utf8', start, textEnd), end - start + 1);
  }
}
