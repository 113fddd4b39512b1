/** `fetch` for the SDK, which reads whatever a server sends to its end: bounded as the client that measures is. */
import { MAX_ANSWER_BYTES } from '../limits.js';

/** An answer, or one event of a stream, exceeds what is read. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';

  constructor() {
    super(`an answer larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB`);
  }
}

/** A body under a coding that `fetch` leaves as it is. */
export class UnknownCoding extends Error {
  override readonly name = 'UnknownCoding';
}

const DECODED = new Set(['', 'identity', 'gzip', 'x-gzip', 'deflate', 'br']);

const LF = 10;
const CR = 13;

/**
 * `inner`, bounded.
 *
 * @param exceeded called when an answer is cut for its size: the SDK may go on waiting for the rest of a stream.
 */
export function boundedFetch(inner: typeof fetch, exceeded: () => void): typeof fetch {
  return async (input, init) => {
    const response = await inner(input, init);
    const { body, status, statusText, headers } = response;
    if (body === null || status < 200 || status > 299) return response;
    const coding = headers.get('content-encoding') ?? '';
    if (!DECODED.has(coding.toLowerCase())) throw new UnknownCoding(`a body under the content coding ${coding}`);
    if (announcesFew(coding, headers.get('content-length'))) return response;
    const isStream = (headers.get('content-type') ?? '').toLowerCase().startsWith('text/event-stream');
    return new Response(body.pipeThrough(bound(isStream, exceeded)), { status, statusText, headers });
  };
}

/**
 * Whether an answer says itself that it is within the bound, and is read no further than that: it needs no counting,
 * which costs a call of `driver: sdk` a tenth of a millisecond and more.
 */
function announcesFew(coding: string, contentLength: string | null): boolean {
  const isAsSent = coding === '' || coding.toLowerCase() === 'identity';
  return isAsSent && contentLength !== null && /^\d{1,10}$/.test(contentLength) && +contentLength <= MAX_ANSWER_BYTES;
}

/** Passes bytes on up to the bound: on the whole body, or on what comes between two blank lines of a stream. */
function bound(isStream: boolean, exceeded: () => void): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  let last = 0;
  return new TransformStream({
    transform(chunk: Uint8Array, controller) {
      bytes += chunk.length;
      if (isStream) {
        const end = lastBlankLine(chunk, last);
        if (end !== -1) bytes = chunk.length - end;
        last = chunk[chunk.length - 1] ?? last;
      }
      if (bytes > MAX_ANSWER_BYTES) {
        exceeded();
        controller.error(new AnswerTooLarge());
      } else controller.enqueue(chunk);
    },
  });
}

/** Behind the last blank line of a piece, or -1 when it has none. */
function lastBlankLine(chunk: Uint8Array, before: number): number {
  for (let at = chunk.length - 1; at >= 0; at--) {
    const byte = chunk[at];
    if (byte !== LF && byte !== CR) continue;
    const previous = at === 0 ? before : chunk[at - 1];
    if (previous === byte || (byte === LF && previous === CR && (chunk[at - 2] ?? LF) === LF)) return at + 1;
  }
  return -1;
}
