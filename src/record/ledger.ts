/** What the ledger of an upstream says of the calls: how often each was executed, so which right answers are wrong. */
import type { Calls } from './calls.js';
import { SAMPLE_FLAGS, type SampleColumns } from './columns.js';
import { errorClassCode, outcomeCode } from './outcome.js';
import type { EffectRow } from './rows.js';

/** Executions of each call in the ledger, by call number. */
export type Executions = ReadonlyMap<number, number>;

/** Counts executions by call; rows that name no call of `calls`, or another tool than it, are counted apart. */
export function countExecutions(
  { length, callId, spec }: Pick<Calls, 'length' | 'callId' | 'spec'>,
  tools: readonly (string | null)[],
  rows: readonly EffectRow[],
): { readonly executions: Executions; readonly unattributed: number } {
  const byCall = new Map<number, string | null>();
  for (let i = 0; i < length; i++) byCall.set(callId[i] ?? -1, tools[spec[i] ?? 0] ?? null);
  const executions = new Map<number, number>();
  let unattributed = 0;
  for (const row of rows) {
    if (row.callId === null || byCall.get(row.callId) !== row.tool) unattributed++;
    else executions.set(row.callId, (executions.get(row.callId) ?? 0) + 1);
  }
  return { executions, unattributed };
}

/**
 * Turns `ok` into `effect`, in place, for the last attempt of each call due exactly once that was executed never or
 * more than once. Every file and number of the run is made from the outcomes after this.
 */
export function judgeByLedger(columns: SampleColumns, rows: readonly EffectRow[]): void {
  const { callId, spec, flags, outcome, errorClass, tables } = columns;
  if (tables.exactlyOnce?.includes(true) !== true) return;
  const { executions } = countExecutions(columns, tables.tools, rows);
  for (let row = 0; row < columns.length; row++) {
    const isLast = ((flags[row] ?? 0) & SAMPLE_FLAGS.final) !== 0;
    if (!isLast || outcome[row] !== outcomeCode('ok') || tables.exactlyOnce[spec[row] ?? 0] !== true) continue;
    const times = executions.get(callId[row] ?? -1) ?? 0;
    if (times === 1) continue;
    outcome[row] = outcomeCode('effect');
    errorClass[row] = errorClassCode(times === 0 ? 'lost-effect' : 'duplicate-effect');
  }
}
