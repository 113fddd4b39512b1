/**
 * The spool: the encoder on the generator's hot path, and the decoder beside it. `spool-format` describes the bytes.
 */
import {
  CRC_OFFSET,
  HEADER_BYTES,
  MAGIC,
  VERSION,
  HAS_ADMITTED,
  HAS_FINISHED,
  HAS_FIRST_BYTE,
  HAS_RECEIVED,
  HAS_RPC_CODE,
  HAS_SENT,
  HAS_STARTED,
  IS_RETRY,
  SAME_FLAGS,
  SAME_OUTCOME,
  SAME_PHASE,
  SAME_STATUS,
  WIDE,
  Previous,
  checksum,
} from './spool-format.js';
import type { AttemptSample } from './columns.js';

export { decodeSpool, type DecodedSpool } from './spool-format.js';

/** Upper bound of one row: mask, flags, codes, and 17 numbers of at most 8 bytes each. */
const MAX_ROW_BYTES = 192;
const MIN_CHUNK_BYTES = 1024;
const DEFAULT_CHUNK_BYTES = 65_536;
/** Mask of a row that is like the one before it but for its numbers. */
const LIKE_LAST = HAS_ADMITTED | HAS_SENT | HAS_FIRST_BYTE | SAME_OUTCOME | SAME_STATUS | SAME_PHASE | SAME_FLAGS;
/** Below this magnitude (26 days in ns) a difference of two numbers, zigzag-coded, is exact in a double. */
const NARROW = 2 ** 51;

function isNarrow(value: number): boolean {
  return value > -NARROW && value < NARROW;
}

/**
 * Turns samples into chunks. `append` is on the generator's hot path and allocates nothing; a full chunk is copied out
 * and given to `onChunk`, which owns it.
 *
 * Times are kept in whole nanoseconds: a fractional one is rounded, one that is not finite counts as never happened.
 */
export class SpoolEncoder {
  readonly #onChunk: (chunk: Uint8Array) => void;
  readonly #buffer: Uint8Array;
  readonly #view: DataView;
  readonly #fullAt: number;
  readonly #previous = new Previous();
  #position = HEADER_BYTES;
  #rows = 0;

  /** @param chunkBytes size at which a chunk is handed over, at least 1 KiB; RangeError below that. */
  constructor(onChunk: (chunk: Uint8Array) => void, chunkBytes = DEFAULT_CHUNK_BYTES) {
    if (!Number.isInteger(chunkBytes) || chunkBytes < MIN_CHUNK_BYTES) {
      throw new RangeError(`chunkBytes must be a whole number of at least ${MIN_CHUNK_BYTES}`);
    }
    this.#onChunk = onChunk;
    this.#buffer = new Uint8Array(chunkBytes);
    this.#view = new DataView(this.#buffer.buffer);
    this.#fullAt = chunkBytes - MAX_ROW_BYTES;
  }

  /** Adds one attempt. The sample is read, not kept. */
  append(sample: AttemptSample): void {
    if (this.#position > this.#fullAt) this.flush();
    this.#rows++;
    if (!this.#appendedLikeLast(sample)) this.#appendAny(sample);
  }

  /**
   * The row nearly all rows are: a first attempt that was sent and answered, with the outcome, status, phase and flags
   * of the row before, no stamps of the upstream, and steps of at most 31 bits. What is read back is what `appendAny`
   * would have kept, in half of its time: no number is rounded or looked at twice, since only a whole one that is there
   * equals its own low bits.
   *
   * @returns whether it was such a row; nothing is written if not
   */
  #appendedLikeLast(sample: AttemptSample): boolean {
    const previous = this.#previous;
    const buffer = this.#buffer;
    const { callId, bytesOut, bytesIn, intendedNs, admittedNs, sentNs, firstByteNs, doneNs } = sample;
    const call = callId - previous.callId;
    const out = bytesOut - previous.bytesOut;
    const into = bytesIn - previous.bytesIn;
    const intended = intendedNs - previous.intendedNs;
    const admitted = admittedNs - intendedNs;
    const sent = sentNs - admittedNs;
    const firstByte = firstByteNs - sentNs;
    const done = doneNs - firstByteNs;
    if (
      sample.outcome !== previous.outcome ||
      sample.errorClass !== previous.errorClass ||
      sample.httpStatus !== previous.httpStatus ||
      sample.phase !== previous.phase ||
      sample.stage !== previous.stage ||
      sample.flags !== previous.flags ||
      sample.rpcCode !== 0 ||
      sample.attempt !== 0 ||
      Number.isFinite(sample.receivedNs) ||
      Number.isFinite(sample.startedNs) ||
      Number.isFinite(sample.finishedNs) ||
      (call | 0) !== call ||
      (out | 0) !== out ||
      (into | 0) !== into ||
      (intended | 0) !== intended ||
      (admitted | 0) !== admitted ||
      (sent | 0) !== sent ||
      (firstByte | 0) !== firstByte ||
      (done | 0) !== done
    )
      return false;
    let at = this.#position;
    buffer[at++] = LIKE_LAST & 0xff;
    buffer[at++] = LIKE_LAST >>> 8;
    at = putInt32(buffer, at, sample.spec);
    at = putInt32(buffer, at, sample.session);
    at = putInt32(buffer, at, call);
    at = putInt32(buffer, at, out);
    at = putInt32(buffer, at, into);
    at = putInt32(buffer, at, intended);
    at = putInt32(buffer, at, admitted);
    at = putInt32(buffer, at, sent);
    at = putInt32(buffer, at, firstByte);
    this.#position = putInt32(buffer, at, done);
    previous.callId = callId;
    previous.bytesOut = bytesOut;
    previous.bytesIn = bytesIn;
    previous.intendedNs = intendedNs;
    return true;
  }

  #appendAny(sample: AttemptSample): void {
    const previous = this.#previous;
    const intended = Math.round(sample.intendedNs);
    const admitted = Math.round(sample.admittedNs);
    const sent = Math.round(sample.sentNs);
    const firstByte = Math.round(sample.firstByteNs);
    const done = Math.round(sample.doneNs);
    const received = Math.round(sample.receivedNs);
    const started = Math.round(sample.startedNs);
    const finished = Math.round(sample.finishedNs);

    let mask = 0;
    if (!(
      isNarrow(intended) &&
      isNarrow(done) &&
      isNarrow(sample.callId) &&
      isNarrow(sample.bytesOut) &&
      isNarrow(sample.bytesIn)
    ))
      mask = WIDE;
    if (isNarrow(admitted)) mask |= HAS_ADMITTED;
    else if (Number.isFinite(admitted)) mask |= HAS_ADMITTED | WIDE;
    if (isNarrow(sent)) mask |= HAS_SENT;
    else if (Number.isFinite(sent)) mask |= HAS_SENT | WIDE;
    if (isNarrow(firstByte)) mask |= HAS_FIRST_BYTE;
    else if (Number.isFinite(firstByte)) mask |= HAS_FIRST_BYTE | WIDE;
    if (isNarrow(received)) mask |= HAS_RECEIVED;
    else if (Number.isFinite(received)) mask |= HAS_RECEIVED | WIDE;
    if (isNarrow(started)) mask |= HAS_STARTED;
    else if (Number.isFinite(started)) mask |= HAS_STARTED | WIDE;
    if (isNarrow(finished)) mask |= HAS_FINISHED;
    else if (Number.isFinite(finished)) mask |= HAS_FINISHED | WIDE;
    if (sample.outcome === previous.outcome && sample.errorClass === previous.errorClass) mask |= SAME_OUTCOME;
    if (sample.httpStatus === previous.httpStatus) mask |= SAME_STATUS;
    if (sample.phase === previous.phase && sample.stage === previous.stage) mask |= SAME_PHASE;
    if (sample.flags === previous.flags) mask |= SAME_FLAGS;
    if (sample.rpcCode !== 0) mask |= HAS_RPC_CODE;
    if (sample.attempt !== 0) mask |= IS_RETRY;

    const buffer = this.#buffer;
    let at = this.#position;
    buffer[at++] = mask;
    buffer[at++] = mask >>> 8;
    if ((mask & SAME_OUTCOME) === 0) {
      buffer[at++] = previous.outcome = sample.outcome;
      buffer[at++] = previous.errorClass = sample.errorClass;
    }
    if ((mask & SAME_STATUS) === 0) at = putSigned(buffer, at, (previous.httpStatus = sample.httpStatus));
    if ((mask & SAME_PHASE) === 0) {
      at = putSigned(buffer, at, (previous.phase = sample.phase));
      at = putSigned(buffer, at, (previous.stage = sample.stage));
    }
    if ((mask & SAME_FLAGS) === 0) buffer[at++] = previous.flags = sample.flags;
    if ((mask & HAS_RPC_CODE) !== 0) at = putSigned(buffer, at, sample.rpcCode);
    if ((mask & IS_RETRY) !== 0) at = putSigned(buffer, at, sample.attempt);
    at = putSigned(buffer, at, sample.spec);
    at = putSigned(buffer, at, sample.session);

    if ((mask & WIDE) === 0) {
      at = putSigned(buffer, at, sample.callId - previous.callId);
      at = putSigned(buffer, at, sample.bytesOut - previous.bytesOut);
      at = putSigned(buffer, at, sample.bytesIn - previous.bytesIn);
      at = putSigned(buffer, at, intended - previous.intendedNs);
      previous.callId = sample.callId;
      previous.bytesOut = sample.bytesOut;
      previous.bytesIn = sample.bytesIn;
      previous.intendedNs = intended;
      let last = intended;
      if ((mask & HAS_ADMITTED) !== 0) {
        at = putSigned(buffer, at, admitted - last);
        last = admitted;
      }
      if ((mask & HAS_SENT) !== 0) {
        at = putSigned(buffer, at, sent - last);
        last = sent;
      }
      if ((mask & HAS_RECEIVED) !== 0) {
        at = putSigned(buffer, at, received - last);
        last = received;
      }
      if ((mask & HAS_STARTED) !== 0) {
        at = putSigned(buffer, at, started - last);
        last = started;
      }
      if ((mask & HAS_FINISHED) !== 0) {
        at = putSigned(buffer, at, finished - last);
        last = finished;
      }
      if ((mask & HAS_FIRST_BYTE) !== 0) {
        at = putSigned(buffer, at, firstByte - last);
        last = firstByte;
      }
      at = putSigned(buffer, at, done - last);
    } else {
      at = this.#putDouble(at, sample.callId);
      at = this.#putDouble(at, sample.bytesOut);
      at = this.#putDouble(at, sample.bytesIn);
      at = this.#putDouble(at, Number.isFinite(intended) ? intended : NaN);
      if ((mask & HAS_ADMITTED) !== 0) at = this.#putDouble(at, admitted);
      if ((mask & HAS_SENT) !== 0) at = this.#putDouble(at, sent);
      if ((mask & HAS_RECEIVED) !== 0) at = this.#putDouble(at, received);
      if ((mask & HAS_STARTED) !== 0) at = this.#putDouble(at, started);
      if ((mask & HAS_FINISHED) !== 0) at = this.#putDouble(at, finished);
      if ((mask & HAS_FIRST_BYTE) !== 0) at = this.#putDouble(at, firstByte);
      at = this.#putDouble(at, Number.isFinite(done) ? done : NaN);
    }
    this.#position = at;
  }

  /** Hands over what is there, however little; nothing when nothing is. */
  flush(): void {
    const chunk = this.take();
    if (chunk !== null) this.#onChunk(chunk);
  }

  /** What is there, however little, as a chunk for the caller alone, without `onChunk`; null when there is nothing. */
  take(): Uint8Array | null {
    if (this.#rows === 0) return null;
    const buffer = this.#buffer;
    const view = this.#view;
    const position = this.#position;
    view.setUint32(0, MAGIC, true);
    view.setUint16(4, VERSION, true);
    view.setUint16(6, 0, true);
    view.setUint32(8, this.#rows, true);
    view.setUint32(12, position - HEADER_BYTES, true);
    view.setUint32(CRC_OFFSET, checksum(buffer.subarray(0, position)), true);
    const chunk = buffer.slice(0, position);
    this.#position = HEADER_BYTES;
    this.#rows = 0;
    this.#previous.reset();
    return chunk;
  }

  #putDouble(at: number, value: number): number {
    this.#view.setFloat64(at, value, true);
    return at + 8;
  }
}

/** Writes a whole number of magnitude up to 2^52 as a zigzag varint at `at`; returns the position behind it. */
function putSigned(buffer: Uint8Array, at: number, value: number): number {
  if ((value | 0) === value) return putInt32(buffer, at, value);
  return putLarge(buffer, at, value < 0 ? -2 * value - 1 : 2 * value);
}

/** The same for a whole number of 32 bits with its sign. */
function putInt32(buffer: Uint8Array, at: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  while (rest > 0x7f) {
    buffer[at++] = rest | 0x80; // the store keeps the low eight bits
    rest >>>= 7;
  }
  buffer[at++] = rest;
  return at;
}

/** The same for numbers beyond 32 bits, on which bit operations don't work: their groups are shed by division. */
function putLarge(buffer: Uint8Array, at: number, zigzag: number): number {
  let rest = zigzag;
  while (rest > 0x7f) {
    const high = Math.floor(rest / 128);
    buffer[at++] = (rest - high * 128) | 0x80;
    rest = high;
  }
  buffer[at++] = rest;
  return at;
}
