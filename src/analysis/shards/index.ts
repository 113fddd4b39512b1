/** The shards of a merged run beside each other. Does not own: putting them together (`merge`). */
export { shardsTopic, type ShardSummary, type ShardsPart, type ShardsSummary } from './topic.js';
