/**
 * `plimsoll distribute` on a real Slurm of three nodes: a queue whose every wait is known beforehand, loaded by three
 * shards, and the end of a run one shard of which is killed.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { withDefaults } from '../../src/protocol/index.js';
import { readRecord } from '../../src/record/index.js';
import { finished, mockScenario, plimsoll, scenarioFile, scratchFolder, start, until } from '../e2e/plimsoll.js';
import { hasBegun } from '../scale-out/shards.js';
import { drawnAnew } from '../truth/drawn.js';
import { startMockChild } from '../truth/mock-child.js';
import { replayed, reportedWaitNs, splitsThatDiffer, waitsThatDiffer } from '../truth/replayed.js';
import { FULL } from '../whole-runs.js';
import { problemsIn, shardProcesses } from './distributed.js';
import { NODES, startSlurm, type SlurmCluster } from './slurm-cluster.js';
import { SLURM, suite } from './tools.js';

const { skip, title } = suite('a real Slurm', SLURM);

/** M/M/1 at a load of 0.6. */
const QUEUE = { seed: 17, workers: 1, serviceTime: { kind: 'exponential', meanNs: 2e6 } } as const;

const queueScenario = (url: string): string => `version: 1
name: queue
stack: { target: { url: "${url}" } }
protocol: { sessions: 12, in-flight-per-session: 64 }
calls:
  - { tool: search, arguments: { query: hull }, expect: derived, deadline: 30s }
phases:
  - { name: steady, regime: steady, rate: 300/s, arrivals: poisson, for: 4s, warmup: 0s }
`;

describe.skipIf(skip)(title, () => {
  let slurm: SlurmCluster;
  beforeAll(async () => {
    slurm = await startSlurm();
  });
  afterAll(() => slurm.stop());

  const distribution = (file: string, ...more: readonly string[]): readonly string[] => [
    ...['distribute', file, '--on', 'slurm', '--shards', String(NODES), '--shared', slurm.shared],
    ...['--cpus', '1', '--memory', '1GiB', ...more],
  ];

  it('runs three shards as one: every wait of a queue is the one that its arrivals make', async () => {
    const mock = await startMockChild(QUEUE);
    try {
      const folder = scratchFolder();
      const result = await plimsoll(
        distribution(scenarioFile(queueScenario(mock.url)), '--out', folder, '--json'),
        slurm.environment,
      );
      expect(result.exitCode, result.stderr).toBe(0);
      expect(result.leftBehind).toEqual([]);
      const { dir, summary } = JSON.parse(result.stdout) as { readonly dir: string; readonly summary: Summary };
      const { samples, header, shards } = await readRecord(dir);
      expect(shards?.shards.map(({ offered }) => offered)).toHaveLength(NODES);
      const calls = replayed({
        samples,
        truth: await mock.truth(),
        epochNs: header.monotonicEpochNs,
        workers: QUEUE.workers,
        drawn: drawnAnew(withDefaults(QUEUE)),
      });
      expect(calls.length).toBe(summary.phases[0]?.offered);
      expect(calls.length).toBeGreaterThan(1_000);
      expect(waitsThatDiffer(calls)).toEqual([]);
      expect(splitsThatDiffer(calls)).toEqual([]);
      // A queue in which no call waited would prove nothing.
      expect(calls.filter((call) => reportedWaitNs(call) > 0).length).toBeGreaterThan(calls.length / 4);
      expect(await slurm.queue()).toBe('');
      expect(readdirSync(slurm.shared)).toEqual([]);
    } finally {
      await mock.stop();
    }
  });

  it('ends a run one shard of which is killed: it is named, and the queue is empty', async () => {
    const file = scenarioFile(
      mockScenario({ phases: '- { name: steady, regime: steady, rate: 60/s, for: 60s, warmup: 0s }' }),
    );
    const folder = scratchFolder();
    const group = `killed-${randomUUID().slice(0, 8)}`;
    const run = start(distribution(file, '--group', group, '--out', folder, '--json'), slurm.environment);
    const record = join(slurm.shared, `plimsoll-${group}`, 'records', group, 'shard-1');
    const isUnderLoad = await until(() => hasBegun(record), 60_000);
    const task = shardProcesses(run, 'SLURM_PROCID=1');
    for (const pid of task) process.kill(pid, 'SIGKILL');
    const { exitCode, stdout, stderr, leftBehind } = await finished(run);
    expect([isUnderLoad, task.length], stderr).toEqual([true, 1]);
    expect(exitCode).toBe(4);
    expect(problemsIn(stdout)).toMatch(
      /^the run is invalid: shard 1 failed: Slurm job \d+ ended FAILED.*task 1: Killed/s,
    );
    expect(leftBehind).toEqual([]);
    expect(await slurm.queue()).toBe('');
    expect(readdirSync(folder)).toEqual([]);
  });

  if (FULL)
    it('takes the job out of the queue when it is interrupted', async () => {
      const file = scenarioFile(
        mockScenario({ phases: '- { name: steady, regime: steady, rate: 60/s, for: 60s, warmup: 0s }' }),
      );
      const folder = scratchFolder();
      const group = `interrupted-${randomUUID().slice(0, 8)}`;
      const run = start(distribution(file, '--group', group, '--out', folder), slurm.environment);
      const record = join(slurm.shared, `plimsoll-${group}`, 'records', group, 'shard-2');
      const isUnderLoad = await until(() => hasBegun(record), 60_000);
      run.process.kill('SIGINT');
      const { exitCode, stderr, leftBehind } = await finished(run);
      expect([isUnderLoad, exitCode], stderr).toEqual([true, 130]);
      expect(stderr).toContain('the job was cancelled; nothing was merged');
      expect(leftBehind).toEqual([]);
      expect(await slurm.queue()).toBe('');
      expect(readdirSync(folder)).toEqual([]);
    });

  it('refuses in its own words, and nothing is left', async () => {
    const before = readdirSync(slurm.shared);
    const flags = ['--partition', 'none-of-this-name', '--out', scratchFolder(), '--json'];
    const run = await plimsoll(distribution(scenarioFile(mockScenario()), ...flags), slurm.environment);
    expect(run.exitCode).toBe(3);
    expect(problemsIn(run.stdout)).toMatch(/^sbatch .*ended with exit code 1: .*invalid partition/is);
    expect(await slurm.queue()).toBe('');
    expect(readdirSync(slurm.shared)).toEqual(before);
  });
});
