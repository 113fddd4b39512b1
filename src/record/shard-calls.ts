/** Numbers of calls in a run that several processes shared: each counts its own from 0, behind its shard's number. */

/** Calls that a shard can number; a call's number stays below 2^48, which every file and request of a run can hold. */
export const CALLS_PER_SHARD = 2 ** 36;
export const MOST_SHARDS = 2 ** 12;

/** The shard that made a call; 0 where the run was not shared. */
export const shardOfCall = (callId: number): number => Math.floor(callId / CALLS_PER_SHARD);

/** Where calls stand in a sequence without gaps: those of shard 0, then those of shard 1, and so on. */
export interface CallSequence {
  /** Calls that the highest number of each shard stands for. */
  readonly length: number;
  readonly placeOf: (callId: number) => number;
}

/** The sequence that numbers of calls belong to. Numbers of no shard, as in a damaged record, are taken as they are. */
export function callSequence(callIds: Float64Array): CallSequence {
  let highest = -1;
  for (const callId of callIds) if (callId > highest) highest = callId;
  if (highest < CALLS_PER_SHARD || shardOfCall(highest) >= MOST_SHARDS)
    return { length: highest + 1, placeOf: (callId) => callId };
  const counts = new Float64Array(shardOfCall(highest) + 1);
  for (const callId of callIds) {
    const shard = shardOfCall(callId);
    const count = callId - shard * CALLS_PER_SHARD + 1;
    if (shard >= 0 && count > (counts[shard] as number)) counts[shard] = count;
  }
  const from = new Float64Array(counts.length);
  let length = 0;
  for (const [shard, count] of counts.entries()) {
    from[shard] = length;
    length += count;
  }
  return {
    length,
    placeOf: (callId) => {
      const shard = shardOfCall(callId);
      return callId - shard * CALLS_PER_SHARD + (from[shard] ?? 0);
    },
  };
}
