/**
 * The columns of a sample, each of them one line: one row is one attempt. The types of a sample in memory
 * (`AttemptSample`) and of all samples (`SampleColumns`), the arrays, samples.parquet and its reader, and the table in
 * docs/run-record.md derive from here. The slot that a call travels in, and the spool, are written by hand for speed:
 * the compiler names the place where a new column is missing.
 *
 * Times are nanoseconds since the run's epoch (see `clock`); NaN means that the moment never came or was not reported.
 */
import { ERROR_CLASSES, OUTCOMES } from './outcome.js';

/** Version of the columns, in the metadata of samples.parquet. */
export const SAMPLES_VERSION = '2';

/** How a column is held in memory. 32 bits and less are INT32 in samples.parquet, doubles INT64. */
interface Arrays {
  readonly uint8: Uint8Array;
  readonly uint16: Uint16Array;
  readonly int32: Int32Array;
  readonly double: Float64Array;
}

interface Column<Name extends string | null, Held extends keyof Arrays> {
  /** In samples.parquet; null: only its names are there (`NAME_COLUMNS`, `FLAG_COLUMNS`). */
  readonly name: Name;
  readonly held: Held;
  /** What stands in memory for null in the file; null when every cell has a value. */
  readonly absent: number | null;
  readonly unit: 'ns' | 'bytes' | 'index' | 'code' | 'number';
  readonly meaning: string;
}

function column<Name extends string | null, Held extends keyof Arrays>(
  name: Name,
  held: Held,
  unit: Column<Name, Held>['unit'],
  meaning: string,
  absent: number | null = null,
): Column<Name, Held> {
  return { name, held, absent, unit, meaning };
}

const time = <Name extends string>(name: Name, meaning: string): Column<Name, 'double'> =>
  column(name, 'double', 'ns', meaning, NaN);

/**
 * One line for each value of an attempt, by its field in memory. A class, because V8 would share the shape of an object
 * literal with those of samples that have the same fields, and keep their numbers in boxes like the columns here.
 */
class Columns {
  readonly callId = column('call_id', 'double', 'number', 'Logical call, counted from 0 over the run.');
  readonly attempt = column(
    'retry_no',
    'uint16',
    'number',
    '0 for the first attempt of a call, then the number of the retry.',
  );
  readonly phase = column('phase_index', 'uint16', 'index', 'Phase in the order of the plan, from 0.');
  readonly stage = column(
    'stage',
    'uint16',
    'index',
    'Stage of the phase, from 0; 0 when it has one stage. Of a capacity search: the probe.',
  );
  readonly spec = column('call_index', 'uint16', 'index', 'Call in the order of the scenario, from 0.');
  readonly session = column('session', 'int32', 'index', 'Session, from 0; null when none was taken.', -1);
  readonly intendedNs = time(
    't_intended_ns',
    'Intended start. First attempt: when the arrival process planned the call (closed loop: when the caller became ' +
      'free). Retry: when the backoff ended.',
  );
  readonly admittedNs = time(
    't_admitted_ns',
    'From when on a session and an in-flight slot were free for it: the intended start, or the later moment at which ' +
      'what it waited for was freed. Sent less admitted is the lateness of the generator itself.',
  );
  readonly sentNs = time('t_sent_ns', 'Handed to the socket or pipe; null when it never was.');
  readonly firstByteNs = time('t_first_byte_ns', 'First byte of the answer.');
  readonly doneNs = time(
    't_done_ns',
    'Outcome known: the answer complete, the failure seen, or the deadline. Never null.',
  );
  readonly receivedNs = time('t_received_ns', 'Received by an upstream that reports its times.');
  readonly startedNs = time('t_started_ns', 'Service begun, as reported by the upstream.');
  readonly finishedNs = time('t_finished_ns', 'Service ended, as reported by the upstream.');
  readonly outcome = column(null, 'uint8', 'code', 'Place in the list of outcomes.');
  readonly errorClass = column(null, 'uint8', 'code', 'Place in the list of error classes.');
  readonly httpStatus = column('http_status', 'uint16', 'code', 'HTTP status; null without an HTTP answer.', 0);
  readonly rpcCode = column('rpc_code', 'int32', 'code', 'Code of the JSON-RPC error; null without one.', 0);
  readonly bytesOut = column('bytes_out', 'double', 'bytes', 'Bytes of the request.');
  readonly bytesIn = column('bytes_in', 'double', 'bytes', 'Bytes of the answer.');
  readonly flags = column(null, 'uint8', 'code', 'Bits of SAMPLE_FLAGS.');
}

export const COLUMNS = new Columns();

/** The values of one attempt by their names in memory. */
export type SampleField = keyof Columns;
export const SAMPLE_FIELDS = Object.keys(COLUMNS) as readonly SampleField[];

/**
 * One attempt, as the generator hands it to the spool. Mutable and reused: nothing on the hot path allocates one per
 * call. A call that was never sent (shed by the client's own queue, or its deadline passed there) is one attempt with
 * `sentNs` NaN.
 */
export type AttemptSample = Record<SampleField, number>;

/** A column of names in samples.parquet, for a field that holds indexes. */
interface NameColumn {
  readonly name: string;
  readonly field: SampleField;
  /** The names by index: a list, or the one of this name in the run's tables. */
  readonly names: string | readonly string[];
  readonly meaning: string;
}

/** One line for each column of names. A list of the run's tables that is named here is part of `SampleTables`. */
export const NAME_COLUMNS = [
  { name: 'phase', field: 'phase', names: 'phases', meaning: 'Name of the phase.' },
  { name: 'call', field: 'spec', names: 'calls', meaning: 'Label of the call.' },
  { name: 'operation', field: 'spec', names: 'operations', meaning: 'MCP method of the call.' },
  { name: 'tool', field: 'spec', names: 'tools', meaning: 'Tool that is called.' },
  { name: 'outcome', field: 'outcome', names: OUTCOMES, meaning: 'What became of the attempt.' },
  { name: 'error_class', field: 'errorClass', names: ERROR_CLASSES, meaning: 'What exactly was seen.' },
] as const satisfies readonly NameColumn[];

type TableName = Extract<(typeof NAME_COLUMNS)[number]['names'], string>;

/** Names behind the indexes in the samples: phases in the order of the plan, the others in the order of the calls. */
export interface SampleTables extends Readonly<Record<TableName, readonly string[]>> {
  /** Deadlines of the calls in scenario order, from the intended start, in ns. Without it no answer is late. */
  readonly deadlinesNs?: readonly number[];
  /** Whether each call is to take effect exactly once, in the same order. */
  readonly exactlyOnce?: readonly boolean[];
}

/** The names by index of a column of names. */
export const namesIn = ({ names }: (typeof NAME_COLUMNS)[number], tables: SampleTables): readonly string[] =>
  typeof names === 'string' ? tables[names] : names;

/** Bits of `flags`. */
export const SAMPLE_FLAGS = { reusedConnection: 1, final: 2, warmup: 4, upstreamLog: 8 } as const;

/** Whether a row is the last attempt of its call: its outcome is the call's. */
export const isFinalAttempt = ({ flags }: Pick<SampleColumns, 'flags'>, row: number): boolean =>
  ((flags[row] ?? 0) & SAMPLE_FLAGS.final) !== 0;

/** One line for each boolean column: a bit of `flags`. */
export const FLAG_COLUMNS = [
  { name: 'reused_connection', flag: 'reusedConnection', meaning: 'Sent on a connection that had carried a call.' },
  { name: 'final', flag: 'final', meaning: "Last attempt of its logical call: its outcome is the call's." },
  { name: 'warmup', flag: 'warmup', meaning: "Intended during the phase's warm-up." },
  {
    name: 'upstream_log',
    flag: 'upstreamLog',
    meaning:
      "No answer brought the upstream's times: they are from its own log of calls. Where one is null, the attempt " +
      'never got so far.',
  },
] as const satisfies readonly { name: string; flag: keyof typeof SAMPLE_FLAGS; meaning: string }[];

/** The boolean column made from the fault events when the file is written; not read back. */
export const FAULT_ACTIVE = {
  name: 'fault_active',
  meaning: 'A fault was active between the intended start and the end of the attempt.',
} as const;

/** A column of numbers in samples.parquet. */
export interface NumberColumn {
  readonly name: string;
  readonly field: SampleField;
  readonly type: 'INT32' | 'INT64';
  readonly absent: number | null;
}

export const NUMBER_COLUMNS: readonly NumberColumn[] = SAMPLE_FIELDS.flatMap((field) => {
  const { name, held, absent } = COLUMNS[field];
  return name === null ? [] : [{ name, field, type: held === 'double' ? 'INT64' : 'INT32', absent }];
});

/** All samples of a run as columns of equal length; row i of each column is one attempt. */
export type SampleColumns = { readonly length: number; readonly tables: SampleTables } & {
  readonly [Field in SampleField]: Arrays[Columns[Field]['held']];
};

const MAKE: { readonly [Held in keyof Arrays]: (length: number) => Arrays[Held] } = {
  uint8: (length) => new Uint8Array(length),
  uint16: (length) => new Uint16Array(length),
  int32: (length) => new Int32Array(length),
  double: (length) => new Float64Array(length),
};

/** Columns for `length` attempts: times NaN, everything else 0. */
export function emptyColumns(length: number, tables: SampleTables): SampleColumns {
  const values = SAMPLE_FIELDS.map((field) => {
    const { held, unit } = COLUMNS[field];
    const made = MAKE[held](length);
    return [field, unit === 'ns' ? made.fill(NaN) : made] as const;
  });
  return { length, tables, ...Object.fromEntries(values) } as SampleColumns;
}
