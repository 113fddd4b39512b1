/**
 * The spool: samples on their way to disk while a run goes on. Chunks of variable-length rows, each chunk complete in
 * itself and guarded by a checksum, so that a killed run loses at most the chunk it was filling.
 *
 * Chunk, little-endian: magic `PLSP` | version u16 | 0 u16 | rows u32 | payload bytes u32 | CRC-32 u32 over the header
 * before it and the payload | payload.
 *
 * Row: mask u16, then the fields the mask asks for. Integers are LEB128 varints, signed ones zigzag first (as in Protocol
 * Buffers). The call id, the intended time and the byte counts are differences to the previous row of the chunk; each
 * later stamp is the difference to the stamp before it on the way of a call (intended, admitted, sent, received, started,
 * finished, first byte, done), which keeps most of them at two or three bytes.
 */
import { crc32 } from 'node:zlib';
import { emptyColumns, firstRows } from './columns.js';
import type { AttemptSample, SampleColumns, SampleTables } from './samples.js';

const MAGIC = 0x50534c50; // "PLSP" read as a little-endian u32
const VERSION = 1;
const HEADER_BYTES = 20;
const CRC_OFFSET = 16;
/** Upper bound of one row: mask, flags, codes, and 17 numbers of at most 8 bytes each. */
const MAX_ROW_BYTES = 192;
/** No row is shorter: mask, spec, session, call id, two byte counts, two times. */
const MIN_ROW_BYTES = 9;
const MIN_CHUNK_BYTES = 1024;
const DEFAULT_CHUNK_BYTES = 65_536;

/** Below this magnitude (26 days in ns) a difference of two numbers, zigzag-coded, is exact in a double. */
const NARROW = 2 ** 51;

const HAS_ADMITTED = 1 << 0;
const HAS_SENT = 1 << 1;
const HAS_FIRST_BYTE = 1 << 2;
const HAS_RECEIVED = 1 << 3;
const HAS_STARTED = 1 << 4;
const HAS_FINISHED = 1 << 5;
/** Outcome and error class are the previous row's; else two bytes follow. */
const SAME_OUTCOME = 1 << 6;
const SAME_STATUS = 1 << 7;
const SAME_PHASE = 1 << 8;
const SAME_FLAGS = 1 << 9;
const HAS_RPC_CODE = 1 << 10;
const IS_RETRY = 1 << 11;
/** Times, call id and byte counts are plain float64: one of them is too large, or not a number. */
const WIDE = 1 << 12;

/** The previous row's values, from which differences are taken. Reset at each chunk. */
class Previous {
  callId = 0;
  intendedNs = 0;
  bytesOut = 0;
  bytesIn = 0;
  outcome = -1;
  errorClass = -1;
  httpStatus = -1;
  phase = -1;
  stage = -1;
  flags = -1;

  reset(): void {
    this.callId = 0;
    this.intendedNs = 0;
    this.bytesOut = 0;
    this.bytesIn = 0;
    this.outcome = -1;
    this.errorClass = -1;
    this.httpStatus = -1;
    this.phase = -1;
    this.stage = -1;
    this.flags = -1;
  }
}

function isNarrow(value: number): boolean {
  return value > -NARROW && value < NARROW;
}

/**
 * Turns samples into chunks. `append` is on the generator's hot path and allocates nothing; a full chunk is copied out and
 * given to `onChunk`, which owns it (its buffer may be transferred to another thread).
 *
 * Times are kept in whole nanoseconds: a fractional one is rounded, one that is not finite counts as never happened.
 */
export class SpoolEncoder {
  private readonly onChunk: (chunk: Uint8Array) => void;
  private readonly buffer: Uint8Array;
  private readonly view: DataView;
  private readonly fullAt: number;
  private readonly previous = new Previous();
  private position = HEADER_BYTES;
  private rows = 0;

  /** @param chunkBytes size at which a chunk is handed over, at least 1 KiB; RangeError below that. */
  constructor(onChunk: (chunk: Uint8Array) => void, chunkBytes = DEFAULT_CHUNK_BYTES) {
    if (!Number.isInteger(chunkBytes) || chunkBytes < MIN_CHUNK_BYTES) {
      throw new RangeError(`chunkBytes must be a whole number of at least ${MIN_CHUNK_BYTES}`);
    }
    this.onChunk = onChunk;
    this.buffer = new Uint8Array(chunkBytes);
    this.view = new DataView(this.buffer.buffer);
    this.fullAt = chunkBytes - MAX_ROW_BYTES;
  }

  /** Adds one attempt. The sample is read, not kept. */
  append(sample: AttemptSample): void {
    if (this.position > this.fullAt) this.flush();
    const previous = this.previous;
    const intended = Math.round(sample.intendedNs);
    const admitted = Math.round(sample.admittedNs);
    const sent = Math.round(sample.sentNs);
    const firstByte = Math.round(sample.firstByteNs);
    const done = Math.round(sample.doneNs);
    const received = Math.round(sample.receivedNs);
    const started = Math.round(sample.startedNs);
    const finished = Math.round(sample.finishedNs);

    let mask = 0;
    let narrow =
      isNarrow(intended) && isNarrow(done) && isNarrow(sample.callId) && isNarrow(sample.bytesOut) && isNarrow(sample.bytesIn);
    if (Number.isFinite(admitted)) { mask |= HAS_ADMITTED; narrow = narrow && isNarrow(admitted); }
    if (Number.isFinite(sent)) { mask |= HAS_SENT; narrow = narrow && isNarrow(sent); }
    if (Number.isFinite(firstByte)) { mask |= HAS_FIRST_BYTE; narrow = narrow && isNarrow(firstByte); }
    if (Number.isFinite(received)) { mask |= HAS_RECEIVED; narrow = narrow && isNarrow(received); }
    if (Number.isFinite(started)) { mask |= HAS_STARTED; narrow = narrow && isNarrow(started); }
    if (Number.isFinite(finished)) { mask |= HAS_FINISHED; narrow = narrow && isNarrow(finished); }
    if (!narrow) mask |= WIDE;
    if (sample.outcome === previous.outcome && sample.errorClass === previous.errorClass) mask |= SAME_OUTCOME;
    if (sample.httpStatus === previous.httpStatus) mask |= SAME_STATUS;
    if (sample.phase === previous.phase && sample.stage === previous.stage) mask |= SAME_PHASE;
    if (sample.flags === previous.flags) mask |= SAME_FLAGS;
    if (sample.rpcCode !== 0) mask |= HAS_RPC_CODE;
    if (sample.attempt !== 0) mask |= IS_RETRY;

    this.byte(mask);
    this.byte(mask >>> 8);
    if ((mask & SAME_OUTCOME) === 0) {
      this.byte((previous.outcome = sample.outcome));
      this.byte((previous.errorClass = sample.errorClass));
    }
    if ((mask & SAME_STATUS) === 0) this.unsigned((previous.httpStatus = sample.httpStatus));
    if ((mask & SAME_PHASE) === 0) {
      this.unsigned((previous.phase = sample.phase));
      this.unsigned((previous.stage = sample.stage));
    }
    if ((mask & SAME_FLAGS) === 0) this.byte((previous.flags = sample.flags));
    if ((mask & HAS_RPC_CODE) !== 0) this.signed(sample.rpcCode);
    if ((mask & IS_RETRY) !== 0) this.unsigned(sample.attempt);
    this.unsigned(sample.spec);
    this.signed(sample.session);

    if (narrow) {
      this.signed(sample.callId - previous.callId);
      this.signed(sample.bytesOut - previous.bytesOut);
      this.signed(sample.bytesIn - previous.bytesIn);
      this.signed(intended - previous.intendedNs);
      previous.callId = sample.callId;
      previous.bytesOut = sample.bytesOut;
      previous.bytesIn = sample.bytesIn;
      previous.intendedNs = intended;
      let last = intended;
      if ((mask & HAS_ADMITTED) !== 0) { this.signed(admitted - last); last = admitted; }
      if ((mask & HAS_SENT) !== 0) { this.signed(sent - last); last = sent; }
      if ((mask & HAS_RECEIVED) !== 0) { this.signed(received - last); last = received; }
      if ((mask & HAS_STARTED) !== 0) { this.signed(started - last); last = started; }
      if ((mask & HAS_FINISHED) !== 0) { this.signed(finished - last); last = finished; }
      if ((mask & HAS_FIRST_BYTE) !== 0) { this.signed(firstByte - last); last = firstByte; }
      this.signed(done - last);
    } else {
      this.double(sample.callId);
      this.double(sample.bytesOut);
      this.double(sample.bytesIn);
      this.double(Number.isFinite(intended) ? intended : NaN);
      if ((mask & HAS_ADMITTED) !== 0) this.double(admitted);
      if ((mask & HAS_SENT) !== 0) this.double(sent);
      if ((mask & HAS_RECEIVED) !== 0) this.double(received);
      if ((mask & HAS_STARTED) !== 0) this.double(started);
      if ((mask & HAS_FINISHED) !== 0) this.double(finished);
      if ((mask & HAS_FIRST_BYTE) !== 0) this.double(firstByte);
      this.double(Number.isFinite(done) ? done : NaN);
    }
    this.rows++;
  }

  /** Hands over what is there, however little; nothing when nothing is. */
  flush(): void {
    if (this.rows === 0) return;
    const { buffer, view, position } = this;
    view.setUint32(0, MAGIC, true);
    view.setUint16(4, VERSION, true);
    view.setUint16(6, 0, true);
    view.setUint32(8, this.rows, true);
    view.setUint32(12, position - HEADER_BYTES, true);
    view.setUint32(CRC_OFFSET, checksum(buffer.subarray(0, position)), true);
    const chunk = buffer.slice(0, position);
    this.position = HEADER_BYTES;
    this.rows = 0;
    this.previous.reset();
    this.onChunk(chunk);
  }

  private byte(value: number): void {
    this.buffer[this.position++] = value;
  }

  /** A whole number from 0 to 2^53. */
  private unsigned(value: number): void {
    const buffer = this.buffer;
    let position = this.position;
    let rest = value;
    // Bit operations work on 32 bits only: larger numbers shed their low groups by division first.
    while (rest >= 0x80000000) {
      const high = Math.floor(rest / 128);
      buffer[position++] = (rest - high * 128) | 0x80;
      rest = high;
    }
    while (rest >= 0x80) {
      buffer[position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[position++] = rest;
    this.position = position;
  }

  private signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  private double(value: number): void {
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }
}

function checksum(chunk: Uint8Array): number {
  return crc32(chunk.subarray(HEADER_BYTES), crc32(chunk.subarray(0, CRC_OFFSET)));
}

/** What was read from a spool. */
export interface DecodedSpool {
  readonly columns: SampleColumns;
  /** Bytes from the first chunk that is cut short or corrupt to the end; 0 for a whole spool. */
  readonly damagedTailBytes: number;
}

/**
 * Reads a spool, in the order the samples were appended. Never throws on damaged input: reading stops before the first
 * chunk that is cut short, fails its checksum, or does not hold the rows it promises.
 */
export function decodeSpool(bytes: Uint8Array, tables: SampleTables): DecodedSpool {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: { readonly rows: number; readonly from: number; readonly to: number }[] = [];
  let length = 0;
  let offset = 0;
  while (offset + HEADER_BYTES <= bytes.length) {
    const rows = view.getUint32(offset + 8, true);
    const end = offset + HEADER_BYTES + view.getUint32(offset + 12, true);
    if (view.getUint32(offset, true) !== MAGIC || view.getUint16(offset + 4, true) !== VERSION || end > bytes.length) break;
    if (view.getUint32(offset + CRC_OFFSET, true) !== checksum(bytes.subarray(offset, end))) break;
    if (rows * MIN_ROW_BYTES > end - offset) break;
    chunks.push({ rows, from: offset + HEADER_BYTES, to: end });
    length += rows;
    offset = end;
  }
  const columns = emptyColumns(length, tables);
  let row = 0;
  for (const chunk of chunks) {
    const reader = new RowReader(bytes.subarray(chunk.from, chunk.to));
    for (let i = 0; i < chunk.rows; i++) reader.row(columns, row + i);
    if (!reader.exhausted) {
      // The checksum holds, so this was written by something that is not this encoder; trust nothing from here on.
      return { columns: firstRows(columns, row), damagedTailBytes: bytes.length - (chunk.from - HEADER_BYTES) };
    }
    row += chunk.rows;
  }
  return { columns, damagedTailBytes: bytes.length - offset };
}

/** Reads the rows of one chunk's payload. Reading past the end yields zeros and leaves `exhausted` false. */
class RowReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly previous = new Previous();
  private position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get exhausted(): boolean {
    return this.position === this.bytes.length;
  }

  row(columns: SampleColumns, row: number): void {
    const previous = this.previous;
    const mask = this.byte() | (this.byte() << 8);
    if ((mask & SAME_OUTCOME) === 0) {
      previous.outcome = this.byte();
      previous.errorClass = this.byte();
    }
    if ((mask & SAME_STATUS) === 0) previous.httpStatus = this.unsigned();
    if ((mask & SAME_PHASE) === 0) {
      previous.phase = this.unsigned();
      previous.stage = this.unsigned();
    }
    if ((mask & SAME_FLAGS) === 0) previous.flags = this.byte();
    columns.rpcCode[row] = (mask & HAS_RPC_CODE) !== 0 ? this.signed() : 0;
    columns.attempt[row] = (mask & IS_RETRY) !== 0 ? this.unsigned() : 0;
    columns.spec[row] = this.unsigned();
    columns.session[row] = this.signed();
    columns.outcome[row] = previous.outcome;
    columns.errorClass[row] = previous.errorClass;
    columns.httpStatus[row] = previous.httpStatus;
    columns.phase[row] = previous.phase;
    columns.stage[row] = previous.stage;
    columns.flags[row] = previous.flags;

    if ((mask & WIDE) === 0) {
      columns.callId[row] = previous.callId += this.signed();
      columns.bytesOut[row] = previous.bytesOut += this.signed();
      columns.bytesIn[row] = previous.bytesIn += this.signed();
      let last = (columns.intendedNs[row] = previous.intendedNs += this.signed());
      if ((mask & HAS_ADMITTED) !== 0) columns.admittedNs[row] = last += this.signed();
      if ((mask & HAS_SENT) !== 0) columns.sentNs[row] = last += this.signed();
      if ((mask & HAS_RECEIVED) !== 0) columns.receivedNs[row] = last += this.signed();
      if ((mask & HAS_STARTED) !== 0) columns.startedNs[row] = last += this.signed();
      if ((mask & HAS_FINISHED) !== 0) columns.finishedNs[row] = last += this.signed();
      if ((mask & HAS_FIRST_BYTE) !== 0) columns.firstByteNs[row] = last += this.signed();
      columns.doneNs[row] = last + this.signed();
    } else {
      columns.callId[row] = this.double();
      columns.bytesOut[row] = this.double();
      columns.bytesIn[row] = this.double();
      columns.intendedNs[row] = this.double();
      if ((mask & HAS_ADMITTED) !== 0) columns.admittedNs[row] = this.double();
      if ((mask & HAS_SENT) !== 0) columns.sentNs[row] = this.double();
      if ((mask & HAS_RECEIVED) !== 0) columns.receivedNs[row] = this.double();
      if ((mask & HAS_STARTED) !== 0) columns.startedNs[row] = this.double();
      if ((mask & HAS_FINISHED) !== 0) columns.finishedNs[row] = this.double();
      if ((mask & HAS_FIRST_BYTE) !== 0) columns.firstByteNs[row] = this.double();
      columns.doneNs[row] = this.double();
    }
  }

  private byte(): number {
    return this.bytes[this.position++] ?? 0;
  }

  private unsigned(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  private signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  private double(): number {
    const at = this.position;
    this.position += 8;
    return this.position <= this.bytes.length ? this.view.getFloat64(at, true) : 0;
  }
}
