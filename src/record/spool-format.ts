/**
 * The form of the spool: samples on their way to disk while a run goes on. Chunks of variable-length rows, each chunk
 * complete in itself and guarded by a checksum, so that a killed run loses at most the chunk it was filling.
 *
 * Chunk, little-endian: magic `PLSP` | version u16 | 0 u16 | rows u32 | payload bytes u32 | CRC-32 u32 over the header
 * before it and the payload | payload.
 *
 * Row: mask u16, then the fields the mask asks for. Integers are zigzag varints (as in Protocol Buffers). The call id,
 * the intended time and the byte counts are differences to the previous row of the chunk; each later stamp is the
 * difference to the stamp before it on the way of a call (intended, admitted, sent, received, started, finished, first
 * byte, done), which keeps most of them at two or three bytes.
 */
import { crc32 } from 'node:zlib';
import { emptyColumns, type SampleColumns, type SampleField, type SampleTables } from './columns.js';
import { firstRows } from './samples.js';

export const MAGIC = 0x50534c50; // "PLSP" read as a little-endian u32
export const VERSION = 2;
export const HEADER_BYTES = 20;
export const CRC_OFFSET = 16;

export const HAS_ADMITTED = 1 << 0;
export const HAS_SENT = 1 << 1;
export const HAS_FIRST_BYTE = 1 << 2;
export const HAS_RECEIVED = 1 << 3;
export const HAS_STARTED = 1 << 4;
export const HAS_FINISHED = 1 << 5;
/** Outcome and error class are the previous row's; else two bytes follow. */
export const SAME_OUTCOME = 1 << 6;
export const SAME_STATUS = 1 << 7;
export const SAME_PHASE = 1 << 8;
export const SAME_FLAGS = 1 << 9;
export const HAS_RPC_CODE = 1 << 10;
export const IS_RETRY = 1 << 11;
/** Times, call id and byte counts are plain float64: one of them is too large, or not a number. */
export const WIDE = 1 << 12;

/**
 * The bit of the mask that says whether a column is written in a row; 0: it always is. A column of the table that is
 * missing here does not compile: it needs its place in `SpoolEncoder`, `RowReader` and `Previous` too.
 */
export const MASK_BITS = {
  callId: 0,
  attempt: IS_RETRY,
  phase: SAME_PHASE,
  stage: SAME_PHASE,
  spec: 0,
  session: 0,
  intendedNs: 0,
  admittedNs: HAS_ADMITTED,
  sentNs: HAS_SENT,
  firstByteNs: HAS_FIRST_BYTE,
  doneNs: 0,
  receivedNs: HAS_RECEIVED,
  startedNs: HAS_STARTED,
  finishedNs: HAS_FINISHED,
  outcome: SAME_OUTCOME,
  errorClass: SAME_OUTCOME,
  httpStatus: SAME_STATUS,
  rpcCode: HAS_RPC_CODE,
  bytesOut: 0,
  bytesIn: 0,
  flags: SAME_FLAGS,
} as const satisfies Readonly<Record<SampleField, number>>;

/** The previous row's values, from which differences are taken. Reset at each chunk. */
export class Previous {
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

export function checksum(chunk: Uint8Array): number {
  return crc32(chunk.subarray(HEADER_BYTES), crc32(chunk.subarray(0, CRC_OFFSET)));
}

/** No row is shorter: mask, spec, session, call id, two byte counts, two times. */
const MIN_ROW_BYTES = 9;

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
    if (view.getUint32(offset, true) !== MAGIC || view.getUint16(offset + 4, true) !== VERSION || end > bytes.length)
      break;
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
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #previous = new Previous();
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get exhausted(): boolean {
    return this.#position === this.#bytes.length;
  }

  row(columns: SampleColumns, row: number): void {
    const previous = this.#previous;
    const mask = this.#byte() | (this.#byte() << 8);
    if ((mask & SAME_OUTCOME) === 0) {
      previous.outcome = this.#byte();
      previous.errorClass = this.#byte();
    }
    if ((mask & SAME_STATUS) === 0) previous.httpStatus = this.#signed();
    if ((mask & SAME_PHASE) === 0) {
      previous.phase = this.#signed();
      previous.stage = this.#signed();
    }
    if ((mask & SAME_FLAGS) === 0) previous.flags = this.#byte();
    columns.rpcCode[row] = (mask & HAS_RPC_CODE) !== 0 ? this.#signed() : 0;
    columns.attempt[row] = (mask & IS_RETRY) !== 0 ? this.#signed() : 0;
    columns.spec[row] = this.#signed();
    columns.session[row] = this.#signed();
    columns.outcome[row] = previous.outcome;
    columns.errorClass[row] = previous.errorClass;
    columns.httpStatus[row] = previous.httpStatus;
    columns.phase[row] = previous.phase;
    columns.stage[row] = previous.stage;
    columns.flags[row] = previous.flags;

    if ((mask & WIDE) === 0) {
      columns.callId[row] = previous.callId += this.#signed();
      columns.bytesOut[row] = previous.bytesOut += this.#signed();
      columns.bytesIn[row] = previous.bytesIn += this.#signed();
      let last = (columns.intendedNs[row] = previous.intendedNs += this.#signed());
      if ((mask & HAS_ADMITTED) !== 0) columns.admittedNs[row] = last += this.#signed();
      if ((mask & HAS_SENT) !== 0) columns.sentNs[row] = last += this.#signed();
      if ((mask & HAS_RECEIVED) !== 0) columns.receivedNs[row] = last += this.#signed();
      if ((mask & HAS_STARTED) !== 0) columns.startedNs[row] = last += this.#signed();
      if ((mask & HAS_FINISHED) !== 0) columns.finishedNs[row] = last += this.#signed();
      if ((mask & HAS_FIRST_BYTE) !== 0) columns.firstByteNs[row] = last += this.#signed();
      columns.doneNs[row] = last + this.#signed();
    } else {
      columns.callId[row] = this.#double();
      columns.bytesOut[row] = this.#double();
      columns.bytesIn[row] = this.#double();
      columns.intendedNs[row] = this.#double();
      if ((mask & HAS_ADMITTED) !== 0) columns.admittedNs[row] = this.#double();
      if ((mask & HAS_SENT) !== 0) columns.sentNs[row] = this.#double();
      if ((mask & HAS_RECEIVED) !== 0) columns.receivedNs[row] = this.#double();
      if ((mask & HAS_STARTED) !== 0) columns.startedNs[row] = this.#double();
      if ((mask & HAS_FINISHED) !== 0) columns.finishedNs[row] = this.#double();
      if ((mask & HAS_FIRST_BYTE) !== 0) columns.firstByteNs[row] = this.#double();
      columns.doneNs[row] = this.#double();
    }
  }

  #byte(): number {
    return this.#bytes[this.#position++] ?? 0;
  }

  #signed(): number {
    let value = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = this.#byte();
      value += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #double(): number {
    const at = this.#position;
    this.#position += 8;
    return this.#position <= this.#bytes.length ? this.#view.getFloat64(at, true) : 0;
  }
}
