/** Which shard ended a run, from what an engine knows and what the shards have printed. */
import { describe, expect, it } from 'vitest';
import { indexesIn, shardsNamed } from '../../src/engines/culprit.js';
import { jobStatusOf } from '../../src/engines/kubernetes.js';
import { failedTasks } from '../../src/engines/slurm.js';

const KILLED = `0: machine not judged: assumed by a test
srun: error: node2: task 1: Killed
srun: launch/slurm: _step_signal: Terminating StepId=2.0
srun: error: node1: task 0: Exited with exit code 143
srun: error: node3: task 2: Terminated
`;

describe('the shard that ended a run on Slurm', () => {
  it('is the first that srun says has failed, and none that it has ended by that', () => {
    expect(failedTasks(KILLED, 3)).toBe('shard 1');
    expect(failedTasks('srun: error: node3: task 2: Terminated\n', 3)).toBe('one of 3 shards');
    expect(failedTasks('srun: error: node[1-3]: tasks 0-2: Exited with exit code 3\n', 3)).toBe('shards 0-2');
    expect(failedTasks('', 3)).toBe('one of 3 shards');
  });

  it('is the one that the others name, where they were sooner to end', () => {
    const named =
      '0: error shard 2 was lost: its process has ended\nsrun: error: node1: task 0: Exited with exit code 4\n';
    expect(failedTasks(named, 3)).toBe('shard 2');
    expect(failedTasks('1: error shard 0 failed: the target refused\n', 3)).toBe('shard 0');
    expect(failedTasks('1: error shard 3 heard of the start of a phase 12 ms too late\n', 4)).toBe('shard 3');
  });
});

describe('the status of an Indexed Job', () => {
  it('is what its conditions and counts say', () => {
    const status = {
      ...{ active: 0, succeeded: 1, failed: 2, failedIndexes: '1' },
      conditions: [
        { type: 'FailureTarget', status: 'True', reason: 'MaxFailedIndexesExceeded' },
        { type: 'Failed', status: 'True', reason: 'MaxFailedIndexesExceeded', message: 'Job has exceeded them' },
      ],
    };
    expect(jobStatusOf(JSON.stringify({ status }))).toEqual({
      ...{ active: 0, succeeded: 1, failedIndexes: '1', ended: 'Failed' },
      reason: 'MaxFailedIndexesExceeded: Job has exceeded them',
    });
  });

  it('is that of a job which has not begun where there is none yet', () => {
    const none = { active: 0, succeeded: 0, failedIndexes: '', ended: null, reason: '' };
    expect(jobStatusOf('{}')).toEqual(none);
    expect(jobStatusOf('no JSON')).toEqual(none);
  });
});

describe('a list of shards', () => {
  it.each([
    ['1', [1], 'shard 1'],
    ['0-2,5', [0, 1, 2, 5], 'shards 0-2,5'],
  ])('%j is read as engines write it', (list, indexes, words) => {
    expect(indexesIn(list)).toEqual(indexes);
    expect(shardsNamed(list)).toBe(words);
  });
});
