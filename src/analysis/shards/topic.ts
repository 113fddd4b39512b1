import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';

/** What one shard of a merged run did. */
export interface ShardSummary {
  readonly shard: number;
  readonly host: string;
  /** Logical calls intended, warm-up included, and those that ended `ok`. */
  readonly offered: number;
  readonly ok: number;
  /** Largest p99 of the schedule lag in any second; null without sends. */
  readonly lagP99MaxNs: number | null;
  /** CPU time of the load generator for each call; null where it was not read. */
  readonly cpuPerCallNs: number | null;
  /** Its clock gains so much on that of shard 0; null where the readings leave open whether it does. */
  readonly driftPpm: number | null;
  /** Times of the shard are off by this at most, against those of shard 0. */
  readonly uncertaintyNs: number;
}

export interface ShardsSummary {
  readonly group: string;
  readonly shards: readonly ShardSummary[];
  /** Most calls of a shard less fewest, as a share of their mean; null without calls. */
  readonly imbalance: number | null;
}

export interface ShardsPart {
  /** Null: one process made the run. */
  readonly shards: ShardsSummary | null;
}

export const shardsTopic: Topic<RunInput, ShardsPart, object> = {
  name: 'shards',
  compute: ({ record: { shards: file } }) => {
    if (file === null) return { summary: { shards: null }, results: {} };
    const offered = file.shards.map((shard) => shard.offered);
    const mean = offered.reduce((sum, calls) => sum + calls, 0) / offered.length;
    return {
      summary: {
        shards: {
          group: file.group,
          shards: file.shards.map(
            ({ index, host, offered: calls, ok, lagP99MaxNs, cpuNs, driftPpm, uncertaintyNs }) => ({
              ...{ shard: index, host, offered: calls, ok, lagP99MaxNs },
              cpuPerCallNs: cpuNs === null || calls === 0 ? null : cpuNs / calls,
              ...{ driftPpm, uncertaintyNs },
            }),
          ),
          imbalance: mean > 0 ? (Math.max(...offered) - Math.min(...offered)) / mean : null,
        },
      },
      results: {},
    };
  },
};
