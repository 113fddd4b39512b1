/** Which column of samples.parquet holds what of the samples. */
import { ERROR_CLASSES, OUTCOMES } from '../outcome.js';
import { SAMPLE_FLAGS, type SampleTables } from '../samples.js';
import type { SAMPLE_FIELDS } from '../columns.js';

/** Version of the columns below, in the file's key-value metadata. */
export const SAMPLES_VERSION = '1';

/** A column that holds the numbers of one field, with `absent` as null. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  readonly field: Exclude<(typeof SAMPLE_FIELDS)[number], 'flags' | 'outcome' | 'errorClass'>;
  readonly type: 'INT32' | 'INT64';
  readonly absent: number | null;
}

/** A column of names for a field of indexes. */
export interface NameColumn {
  readonly kind: 'name';
  readonly name: string;
  readonly field: 'phase' | 'spec' | 'outcome' | 'errorClass';
  readonly namesOf: (tables: SampleTables) => readonly string[];
  /** Whether reading back goes through this column: no column of indexes stands beside it. */
  readonly readBack: boolean;
}

/** A boolean column for one bit of `flags`. */
export interface FlagColumn {
  readonly kind: 'flag';
  readonly name: string;
  readonly bit: number;
}

const number = (
  name: string,
  field: NumberColumn['field'],
  type: NumberColumn['type'],
  absent: number | null,
): NumberColumn => ({ kind: 'number', name, field, type, absent });
const named = (
  name: string,
  field: NameColumn['field'],
  namesOf: NameColumn['namesOf'],
  readBack: boolean,
): NameColumn => ({ kind: 'name', name, field, namesOf, readBack });

export const NUMBER_COLUMNS: readonly NumberColumn[] = [
  number('call_id', 'callId', 'INT64', null),
  number('retry_no', 'attempt', 'INT32', null),
  number('phase_index', 'phase', 'INT32', null),
  number('stage', 'stage', 'INT32', null),
  number('call_index', 'spec', 'INT32', null),
  number('session', 'session', 'INT32', -1),
  number('t_intended_ns', 'intendedNs', 'INT64', NaN),
  number('t_admitted_ns', 'admittedNs', 'INT64', NaN),
  number('t_sent_ns', 'sentNs', 'INT64', NaN),
  number('t_first_byte_ns', 'firstByteNs', 'INT64', NaN),
  number('t_done_ns', 'doneNs', 'INT64', NaN),
  number('t_received_ns', 'receivedNs', 'INT64', NaN),
  number('t_started_ns', 'startedNs', 'INT64', NaN),
  number('t_finished_ns', 'finishedNs', 'INT64', NaN),
  number('http_status', 'httpStatus', 'INT32', 0),
  number('rpc_code', 'rpcCode', 'INT32', 0),
  number('bytes_out', 'bytesOut', 'INT64', null),
  number('bytes_in', 'bytesIn', 'INT64', null),
];

export const NAME_COLUMNS: readonly NameColumn[] = [
  named('phase', 'phase', (tables) => tables.phases, false),
  named('call', 'spec', (tables) => tables.calls, false),
  named('tool', 'spec', (tables) => tables.tools, false),
  named('outcome', 'outcome', () => OUTCOMES, true),
  named('error_class', 'errorClass', () => ERROR_CLASSES, true),
];

export const FLAG_COLUMNS: readonly FlagColumn[] = Object.entries(SAMPLE_FLAGS).map(([name, bit]) => ({
  kind: 'flag',
  name: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  bit,
}));

/**
 * Whether a fault was in force between an attempt's intended start and its end; made from the events, not read back.
 */
export const FAULT_ACTIVE = 'fault_active';
