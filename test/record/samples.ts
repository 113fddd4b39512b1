/** Samples for tests: typical ones, arbitrary ones, and the columns they should become. */
import fc from 'fast-check';
import {
  ERROR_CLASSES,
  OUTCOMES,
  SAMPLE_FLAGS,
  errorClassCode,
  outcomeCode,
  type AttemptSample,
  type SampleColumns,
  type SampleTables,
} from '../../src/record/index.js';
import { emptyColumns, SAMPLE_FIELDS } from '../../src/record/columns.js';
import { rowOfDifference } from '../../src/record/samples.js';

export const TABLES: SampleTables = {
  phases: ['floor', 'steady state'],
  calls: ['search', 'book'],
  operations: ['tools/call', 'resources/read'],
  tools: ['search', 'book'],
};

/** A call that went well: 10 ms of service, its upstream reporting. */
export function okSample(overrides: Partial<AttemptSample> = {}): AttemptSample {
  const intendedNs = overrides.intendedNs ?? 1_000_000_000;
  return {
    callId: 0,
    attempt: 0,
    phase: 0,
    stage: 0,
    spec: 0,
    session: 0,
    intendedNs,
    admittedNs: intendedNs + 1_000,
    sentNs: intendedNs + 9_000,
    receivedNs: intendedNs + 90_000,
    startedNs: intendedNs + 95_000,
    finishedNs: intendedNs + 10_095_000,
    firstByteNs: intendedNs + 10_190_000,
    doneNs: intendedNs + 10_195_000,
    outcome: outcomeCode('ok'),
    errorClass: errorClassCode('none'),
    httpStatus: 200,
    rpcCode: 0,
    bytesOut: 420,
    bytesIn: 611,
    flags: SAMPLE_FLAGS.final | SAMPLE_FLAGS.reusedConnection,
    ...overrides,
  };
}

const wholeNs = fc.oneof(fc.maxSafeNat(), fc.integer({ min: 0, max: 4_000_000_000 }));
const maybeNs = fc.option(wholeNs, { nil: NaN });
const u16 = fc.integer({ min: 0, max: 0xffff });
const i32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });

/** Any sample within its documented domain. */
export const anySample: fc.Arbitrary<AttemptSample> = fc.record({
  callId: fc.oneof(fc.maxSafeNat(), fc.nat(1000)),
  attempt: fc.oneof(fc.constant(0), u16),
  phase: fc.nat(1),
  stage: u16,
  spec: fc.nat(1),
  session: fc.integer({ min: -1, max: 0x7fffffff }),
  intendedNs: wholeNs,
  admittedNs: maybeNs,
  sentNs: maybeNs,
  firstByteNs: maybeNs,
  doneNs: wholeNs,
  receivedNs: maybeNs,
  startedNs: maybeNs,
  finishedNs: maybeNs,
  outcome: fc.nat(OUTCOMES.length - 1),
  errorClass: fc.nat(ERROR_CLASSES.length - 1),
  httpStatus: fc.oneof(fc.constant(200), u16),
  rpcCode: fc.oneof(fc.constant(0), i32),
  bytesOut: fc.oneof(fc.nat(5000), fc.maxSafeNat()),
  bytesIn: fc.oneof(fc.nat(5000), fc.maxSafeNat()),
  flags: fc.nat(7),
});

export function columnsOf(samples: readonly AttemptSample[], tables: SampleTables = TABLES): SampleColumns {
  const columns = emptyColumns(samples.length, tables);
  samples.forEach((sample, row) => {
    for (const field of SAMPLE_FIELDS) columns[field][row] = sample[field];
  });
  return columns;
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
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
