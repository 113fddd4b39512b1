/**
 * Engines: clusters of others that can run the shards of a run, through the programs that their users have.
 *
 * Owns the Kubernetes manifest and the Slurm script, submitting them, following them to their end, fetching the records
 * and leaving nothing behind. Does not own: what a shard does (`shards`, `run`), or putting records together (`merge`).
 */
export { distribute, writtenFor, type DistributeOrder } from './distribute.js';
export { ENGINE_NAMES, type EngineName, type ShardJob } from './job.js';
