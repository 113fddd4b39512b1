/** Calls of several shards are told apart by their numbers, and one that is missing is missed. */
import { describe, expect, it } from 'vitest';
import { CALLS_PER_SHARD, joinCalls, shardOfCall } from '../../src/record/index.js';
import { columnsOf, okSample } from './samples.js';

describe('numbers of calls', () => {
  const join = (callIds: readonly number[]) =>
    joinCalls(columnsOf(callIds.map((callId) => okSample({ callId }))), [{ deadlineNs: 1e9 }], 1);

  it('say which shard made a call', () => {
    expect([0, CALLS_PER_SHARD - 1, CALLS_PER_SHARD, 3 * CALLS_PER_SHARD + 7].map(shardOfCall)).toEqual([0, 0, 1, 3]);
  });

  it('have no gap between shards, and one where a shard lost a call', () => {
    expect(join([0, 1, CALLS_PER_SHARD, CALLS_PER_SHARD + 1, 2 * CALLS_PER_SHARD])).toMatchObject({
      length: 5,
      unaccounted: 0,
    });
    expect(join([0, 1, CALLS_PER_SHARD + 1, 2 * CALLS_PER_SHARD]).unaccounted).toBe(1);
  });
});
