/** Which shard a process is, and which plans shards can share. */
import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/plan/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { readScenario } from '../../src/scenario/index.js';
import { checkShards, shardOf } from '../../src/shards/index.js';
import { mockScenario, scenarioFile } from '../e2e/plimsoll.js';

const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problems.map(({ what }) => what).join('\n');
    throw thrown;
  }
  return 'no problem';
};

describe('which shard a process is', () => {
  const meeting = { rendezvous: '/shared', group: 'g' };

  it('is what its flags say, else what Kubernetes or Slurm say', () => {
    expect(shardOf({}, {})).toBeNull();
    expect(shardOf({ shard: '2/3', ...meeting }, {})).toEqual({ index: 2, of: 3, ...meeting });
    expect(shardOf(meeting, { JOB_COMPLETION_INDEX: '1', PLIMSOLL_SHARDS: '4' })).toMatchObject({ index: 1, of: 4 });
    const slurm = { SLURM_PROCID: '0', SLURM_NTASKS: '2', SLURM_JOB_ID: '77' };
    expect(shardOf({ rendezvous: '/shared' }, slurm)).toMatchObject({ index: 0, of: 2, group: 'slurm-77' });
    // A job inside of another one.
    expect(shardOf({ shard: '2/3', ...meeting }, slurm)).toMatchObject({ index: 2, of: 3 });
  });

  it.each([
    [{ shard: '3/3', ...meeting }, '3/3 is not a shard'],
    [{ shard: '1-3', ...meeting }, '1-3 is not a shard'],
    [{ shard: '0/9999', ...meeting }, '9999 shards are too many'],
    [{ shard: '0/3', group: 'g' }, 'needs a place where the shards meet'],
    [{ shard: '0/3', rendezvous: '/shared' }, 'needs a name for the run'],
    [{ shard: '0/3', rendezvous: '/shared', group: '../g' }, '../g is no name'],
    [{ group: 'g' }, '--group belongs to --shard'],
    [meeting, 'nothing says which shard this is'],
  ])('is asked for in one message: %j', (flags, what) => {
    expect(messageOf(() => shardOf(flags, {}))).toContain(what);
  });
});

describe('a plan that shards share', () => {
  const against = (of: number, phases: string, more = ''): string => {
    const read = readScenario(scenarioFile(mockScenario({ phases, more })), { environment: {} });
    return messageOf(() => checkShards(planOf(read.scenario), { index: 0, of }));
  };

  it('has sessions, attempts in flight and arrivals for each of them', () => {
    const steady = '- { name: steady, regime: steady, rate: 50/s, for: 2s, warmup: 0s }';
    expect(against(4, steady)).toBe('no problem');
    expect(against(5, steady)).toContain("5 shards can't share 4 sessions");
    expect(against(3, '- { name: few, regime: steady, rate: 1/s, for: 2s, warmup: 0s }')).toContain(
      'phase "few" has 2 arrivals for 3 load workers',
    );
    expect(against(2, steady, 'generator: { workers: 3 }')).toContain('2 shards with 3 load workers each');
  });

  it('may have fewer callers than shards', () => {
    expect(against(3, '- { name: floor, regime: floor, for: 1s }')).toBe('no problem');
  });

  it('may search, where the shortest probe and what follows at the lowest rate have an arrival for each', () => {
    const search = (lowest: string): string =>
      `- { name: limit, regime: capacity, between: [${lowest}, 100/s], step: 2s, budget: 1m }
  - { name: tenth, regime: steady, rate: 0.1x, for: 2s, warmup: 0s }`;
    expect(against(3, search('15/s'))).toBe('no problem');
    expect(against(3, search('2/s'))).toBe(
      'phase "limit" has 2 arrivals in its shortest probe for 3 load workers\n' +
        'phase "tenth" has 1 arrival for 3 load workers',
    );
  });
});
