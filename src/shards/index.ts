/**
 * Shards: several processes, possibly of several machines, that make one run together.
 *
 * Owns which part of a run a process is, the board on which the processes of a run leave each other notes (a shared
 * folder, or shard 0 over HTTP), the common start of each phase, the clocks of the shards against that of shard 0, and
 * noticing that a shard is late or lost. Does not own: the part of the load that a shard makes (`load`), conducting a
 * run (`run`), or putting the records together (`merge`).
 */
export { boardOf } from './boards.js';
export type { Board } from './board.js';
export { shardOf, type NamedShard, type ShardFlags, type ShardName } from './name.js';
export { driftOf, exchangeFrom, readingOf, offsetAt, type Drift, type Exchange } from './clocks.js';
export { joinShards, type JoinedShard, type JoinRequest, type Published } from './join.js';
export { reportRefusal } from './refusal.js';
export { checkShards } from './checks.js';
export { unreadNote } from './notes.js';
