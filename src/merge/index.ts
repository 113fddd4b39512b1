/**
 * The merge: the records of all shards of a run as one ordinary record, which everything behind it reads as any other.
 *
 * Owns which records make a run, times of all shards on the axis of shard 0, what of each file is summed, put in order
 * or taken of shard 0 alone, and the table of the shards. Memory does not grow with the samples; merged again, the
 * record is the same to the byte. Does not own: the form of files (`record`), reading clocks (`shards`), or any number
 * of the report (`analysis`).
 */
export { mergeShards, type MergeOrder } from './merge.js';
