/** One service's output, capped: the first and the last part of it are what explains a failure. */
import type { AppendFile } from './files.js';

/** Longest line that is held back waiting for its end. */
const MAX_LINE_CHARACTERS = 16_384;
/** Held back of a longer one: a secret may have begun in it. */
const HELD_BACK_CHARACTERS = 4_096;

/** How a line ends whose last word may go on in the next: base64 of MIME has 76 columns, and some logs wrap. */
const MAY_GO_ON = /[\w+/-]{16}\r?$/;
const GOES_ON = /^[ \t]{0,40}[\w+/-]/;

/** Takes text as it comes; `close` writes what was held back. */
export interface ServiceLog {
  write(text: string): void;
}

/**
 * Redacts line by line, so that a secret cut in two by the pipe is still found whole; lines that a long word may go
 * through are redacted together. The first half of the cap goes to the file at once; of the rest the last half is kept
 * and written at the end, with a line that says how much lies between.
 */
export class CappedLog implements ServiceLog {
  readonly #file: AppendFile;
  readonly #redact: (text: string) => string;
  readonly #headBytes: number;
  readonly #tailBytes: number;
  #partial = '';
  /** Whole lines that wait for the next, in which their last word may go on. */
  #waiting = '';
  #written = 0;
  #tail: Buffer[] = [];
  #tailSize = 0;
  #dropped = 0;

  constructor(file: AppendFile, redact: (text: string) => string, capBytes: number) {
    this.#file = file;
    this.#redact = redact;
    this.#headBytes = Math.ceil(capBytes / 2);
    this.#tailBytes = Math.floor(capBytes / 2);
  }

  write(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) this.#whole(line);
    if (this.#partial.length > MAX_LINE_CHARACTERS) {
      // Redacted whole, so that a secret is found wherever the line is cut.
      this.#flush();
      const line = this.#redact(this.#partial);
      this.#line(`${line.slice(0, -HELD_BACK_CHARACTERS)}\n`);
      this.#partial = line.slice(-HELD_BACK_CHARACTERS);
    }
  }

  async close(): Promise<void> {
    if (this.#partial !== '') this.#whole(this.#partial);
    this.#partial = '';
    this.#flush();
    if (this.#dropped > 0) this.#file.append(`[plimsoll: ${this.#dropped} bytes left out here]\n`);
    for (const line of this.#tail) this.#file.append(line);
    this.#tail = [];
    this.#tailSize = 0;
    await this.#file.close();
  }

  #whole(line: string): void {
    if (!GOES_ON.test(line)) this.#flush();
    this.#waiting += `${line}\n`;
    if (!MAY_GO_ON.test(line.slice(-17))) this.#flush();
    else if (this.#waiting.length > MAX_LINE_CHARACTERS) {
      const lines = this.#redact(this.#waiting);
      this.#line(lines.slice(0, -HELD_BACK_CHARACTERS));
      this.#waiting = lines.slice(-HELD_BACK_CHARACTERS);
    }
  }

  #flush(): void {
    if (this.#waiting !== '') this.#line(this.#waiting);
    this.#waiting = '';
  }

  #line(line: string): void {
    const bytes = Buffer.from(this.#redact(line));
    if (this.#tailSize === 0 && this.#dropped === 0 && this.#written + bytes.length <= this.#headBytes) {
      this.#written += bytes.length;
      this.#file.append(bytes);
      return;
    }
    this.#tail.push(bytes);
    this.#tailSize += bytes.length;
    while (this.#tailSize > this.#tailBytes) {
      const oldest = this.#tail.shift();
      if (oldest === undefined) break;
      this.#tailSize -= oldest.length;
      this.#dropped += oldest.length;
    }
  }
}
