/** The shards of a merged run beside each other. */
import { describe, expect, it } from 'vitest';
import { shardsTopic } from '../../src/analysis/shards/index.js';
import type { RunInput } from '../../src/analysis/input.js';
import type { ShardResult } from '../../src/record/index.js';

const shard = (index: number, offered: number, cpuNs: number | null): ShardResult => ({
  index,
  runId: `r${index}`,
  host: 'h',
  machine: 'm',
  samples: offered,
  offered,
  ok: offered - 1,
  lagP99MaxNs: 5,
  cpuNs,
  clock: [],
  driftPpm: index,
  shifts: [],
  uncertaintyNs: 7,
});

const summaryOf = (shards: RunInput['record']['shards']) =>
  shardsTopic.compute({ record: { shards } } as RunInput).summary.shards;

describe('shards of a merged run', () => {
  it('are told apart by their calls, and by the CPU time of each', () => {
    const found = summaryOf({
      schema: 'plimsoll/shards-v1',
      group: 'g',
      shards: [shard(0, 90, 900), shard(1, 110, null)],
    });
    expect(found?.imbalance).toBeCloseTo(0.2, 12);
    expect(found?.shards.map(({ cpuPerCallNs, ok }) => [cpuPerCallNs, ok])).toEqual([
      [10, 89],
      [null, 109],
    ]);
  });

  it('are none where one process made the run', () => {
    expect(summaryOf(null)).toBeNull();
  });
});
