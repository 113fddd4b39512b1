/** Making and filling sample columns. */
import type { AttemptSample, SampleColumns, SampleTables } from './samples.js';

/** Columns for `length` attempts: counts zero, times NaN. */
export function emptyColumns(length: number, tables: SampleTables): SampleColumns {
  const times = (): Float64Array => new Float64Array(length).fill(NaN);
  return {
    length,
    tables,
    callId: new Float64Array(length),
    attempt: new Uint16Array(length),
    phase: new Uint16Array(length),
    stage: new Uint16Array(length),
    spec: new Uint16Array(length),
    session: new Int32Array(length),
    intendedNs: times(),
    admittedNs: times(),
    sentNs: times(),
    firstByteNs: times(),
    doneNs: times(),
    receivedNs: times(),
    startedNs: times(),
    finishedNs: times(),
    outcome: new Uint8Array(length),
    errorClass: new Uint8Array(length),
    httpStatus: new Uint16Array(length),
    rpcCode: new Int32Array(length),
    bytesOut: new Float64Array(length),
    bytesIn: new Float64Array(length),
    flags: new Uint8Array(length),
  };
}

/** The names of the columns that hold one value an attempt. */
export const SAMPLE_FIELDS = [
  'callId',
  'attempt',
  'phase',
  'stage',
  'spec',
  'session',
  'intendedNs',
  'admittedNs',
  'sentNs',
  'firstByteNs',
  'doneNs',
  'receivedNs',
  'startedNs',
  'finishedNs',
  'outcome',
  'errorClass',
  'httpStatus',
  'rpcCode',
  'bytesOut',
  'bytesIn',
  'flags',
] as const satisfies readonly (keyof AttemptSample & keyof SampleColumns)[];

/** The first `length` rows. */
export function firstRows(columns: SampleColumns, length: number): SampleColumns {
  const kept = emptyColumns(length, columns.tables);
  for (const field of SAMPLE_FIELDS) kept[field].set(columns[field].subarray(0, length));
  return kept;
}

/** The first field and row in which two sets of columns differ (NaN equals NaN), or null. */
export function firstDifference(
  a: SampleColumns,
  b: SampleColumns,
): { readonly field: string; readonly row: number } | null {
  if (a.length !== b.length) return { field: 'length', row: Math.min(a.length, b.length) };
  for (const field of SAMPLE_FIELDS) {
    const row = rowOfDifference(a[field], b[field]);
    if (row !== null) return { field, row };
  }
  return null;
}

type Values = SampleColumns[(typeof SAMPLE_FIELDS)[number]];

/** The first row in which two columns of the same length differ (NaN equals NaN), or null. */
export function rowOfDifference(a: Values, b: Values): number | null {
  for (let row = 0; row < a.length; row++) {
    const x = a[row] as number;
    const y = b[row] as number;
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return row;
  }
  return null;
}

/**
 * For each row, the intended start of its logical call: that of the call's first attempt. NaN when the first attempt
 * was never recorded (a killed run).
 */
export function callIntendedNs(columns: SampleColumns): Float64Array {
  const { callId, attempt, intendedNs, length } = columns;
  // Only calls that were tried again need a look-up, and they are few.
  const first = new Map<number, number>();
  for (let row = 0; row < length; row++) if ((attempt[row] as number) > 0) first.set(callId[row] as number, NaN);
  if (first.size > 0) {
    for (let row = 0; row < length; row++) {
      if (attempt[row] === 0 && first.has(callId[row] as number))
        first.set(callId[row] as number, intendedNs[row] as number);
    }
  }
  const result = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    result[row] = attempt[row] === 0 ? (intendedNs[row] as number) : (first.get(callId[row] as number) ?? NaN);
  }
  return result;
}
