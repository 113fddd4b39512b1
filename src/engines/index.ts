/**
 * Engines: clusters of others that can run the shards of a run, through the programs that their users have.
 *
 * Owns the Kubernetes manifest and the Slurm script, what a load of so many processes takes, submitting and following
 * them to their end, fetching the records and leaving nothing behind. Does not own: what a shard does (`shards`,
 * `run`), or putting records together (`merge`).
 */
export { distribute, writtenFor, type DistributeOrder } from './distribute.js';
export { MEASURED_COST, loadCores, sizedLoad, type LoadCost, type SizedLoad } from './sizing.js';
export { ENGINE_NAMES, type EngineName, type ShardJob } from './job.js';
