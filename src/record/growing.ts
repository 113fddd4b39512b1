/** The files of a record that grow while its run goes on. */
import type { FILES } from './layout.js';
import type { RecordRows } from './rows.js';

const ROW_FILES = [
  'resources',
  'machine',
  'workers',
  'effects',
  'gateways',
  'faultHits',
  'tools',
  'work',
  'upstreamCalls',
  'toolLists',
  'spans',
  'serverMetrics',
] as const;

/** A file of rows, by its name in FILES. */
export type RowFile = (typeof ROW_FILES)[number];
export type RowsOf<File extends RowFile> = readonly RecordRows[(typeof FILES)[File]][];

/** All files that grow, by their names in FILES. */
export const GROWING = ['spool', 'events', 'health', ...ROW_FILES] as const;
