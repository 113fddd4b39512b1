/**
 * What the process that owns the stack knows of the calls of others: executions in the ledgers, the upstreams' logs,
 * and when faults were active. Each shard judges its own calls by it, so that a record needs no second judgement.
 */
import { shardOfCall, type EffectRow, type LoggedCall, type RunEvent } from '../record/index.js';

/** Null where nothing was written down. */
export interface StackFacts {
  readonly effects: readonly EffectRow[] | null;
  readonly calls: readonly LoggedCall[] | null;
  /** Of faults and services. */
  readonly events: readonly RunEvent[];
}

/** The part of each of `of` shards. Executions of no call of the run are shard 0's. */
export function factsByShard({ effects, calls, events }: StackFacts, of: number): readonly StackFacts[] {
  const ownerOf = (callId: number | null): number => {
    const shard = callId === null ? 0 : shardOfCall(callId);
    return shard > 0 && shard < of ? shard : 0;
  };
  const dealt = <Row extends { readonly callId: number | null }>(rows: readonly Row[] | null): Row[][] | null => {
    if (rows === null) return null;
    const parts = Array.from({ length: of }, (): Row[] => []);
    for (const row of rows) parts[ownerOf(row.callId)]?.push(row);
    return parts;
  };
  const [effectParts, callParts] = [dealt(effects), dealt(calls)];
  return Array.from({ length: of }, (_, shard) => ({
    effects: effectParts?.[shard] ?? null,
    calls: callParts?.[shard] ?? null,
    events,
  }));
}

/** As JSON, where NaN is null. */
export const factsFrom = (heard: unknown): StackFacts => {
  const { calls, ...rest } = heard as StackFacts;
  const ns = (value: number | null): number => value ?? NaN;
  return {
    ...rest,
    calls:
      calls?.map(({ callId, receivedNs, startedNs, finishedNs }) => ({
        ...{ callId, receivedNs: ns(receivedNs), startedNs: ns(startedNs), finishedNs: ns(finishedNs) },
      })) ?? null,
  };
};
