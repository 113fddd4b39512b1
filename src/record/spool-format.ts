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
import type { SampleField } from './columns.js';

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
