/** A body that arrives under a content coding although none was asked for, decoded as it comes. */
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import type { Transform } from 'node:stream';
import type { Coding } from '../../fast-path/index.js';

/** What is decoded so far is given out at once, and a body without its last bytes is what a browser makes of it. */
const ZLIB = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH };

export interface DecodedBody {
  /** A piece of the decoded body, valid for good. */
  readonly piece: (bytes: Buffer) => void;
  /** All of it has been given out. */
  readonly ended: () => void;
  /** It is not what its coding says. */
  readonly failed: () => void;
}

export class BodyDecoder {
  readonly #coding: Exclude<Coding, 'identity' | 'other'>;
  readonly #body: DecodedBody;
  #stream: Transform | null = null;
  #isOver = false;

  constructor(coding: Exclude<Coding, 'identity' | 'other'>, body: DecodedBody) {
    this.#coding = coding;
    this.#body = body;
  }

  /** Bytes that were pushed and are not decoded yet. */
  get waitingBytes(): number {
    return this.#stream?.writableLength ?? 0;
  }

  /** Takes a copy. */
  push(bytes: Buffer, start: number, end: number): void {
    if (start === end) return;
    this.#stream ??= this.#open(bytes[start] ?? 0);
    this.#stream.write(Buffer.from(bytes.subarray(start, end)));
  }

  /** No more comes: `ended` or `failed` follows, later. */
  end(): void {
    if (this.#stream === null) process.nextTick(() => this.#finish(this.#body.ended));
    else this.#stream.end();
  }

  /** Nothing is called any more. */
  cancel(): void {
    this.#isOver = true;
    this.#stream?.destroy();
  }

  #finish(how: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    how();
  }

  #open(firstByte: number): Transform {
    const stream = this.#transform(firstByte);
    stream.on('data', (bytes: Buffer) => {
      if (!this.#isOver) this.#body.piece(bytes);
    });
    stream.on('end', () => this.#finish(this.#body.ended));
    stream.on('error', () => this.#finish(this.#body.failed));
    return stream;
  }

  #transform(firstByte: number): Transform {
    switch (this.#coding) {
      case 'gzip':
        return createGunzip(ZLIB);
      case 'br':
        return createBrotliDecompress(BROTLI);
      case 'deflate':
        // RFC 9110 section 8.4.1.2 means the zlib format; some servers send the bare stream under the same name.
        return (firstByte & 0x0f) === 8 ? createInflate(ZLIB) : createInflateRaw(ZLIB);
    }
  }
}
