/** What is submitted to an engine: each shard once, and the end of one is the end of all. */
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { writtenFor, type ShardJob } from '../../src/engines/index.js';

const JOB: ShardJob = {
  group: 'nightly-7',
  shards: 3,
  scenarioText: 'version: 1\nname: "x: y"\n',
  secrets: ['API_KEY'],
  cpus: 2,
  memoryMib: 512,
  kubernetes: { namespace: 'load', image: 'r/plimsoll:1', claim: 'records', secret: 'keys' },
  slurm: { folder: '/scratch/my load', partition: null, command: ['plimsoll'] },
};

interface Manifest {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

describe('the Kubernetes manifest', () => {
  const objects = parseAllDocuments(writtenFor('kubernetes', JOB)).map((each) => each.toJSON() as Manifest);

  it('is an Indexed Job that ends with its first failure, and what its pods read', () => {
    expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Secret', 'Service', 'Job']);
    expect(objects[0]?.data).toEqual({ 'scenario.yaml': JOB.scenarioText });
    expect(objects[3]?.spec).toMatchObject({
      ...{ completionMode: 'Indexed', completions: 3, parallelism: 3 },
      ...{ backoffLimitPerIndex: 0, maxFailedIndexes: 0 },
    });
  });

  it('gives each pod as much as it asks for, and secrets by reference alone', () => {
    const text = JSON.stringify(objects[3]);
    const amount = '{"cpu":"2","memory":"512Mi"}';
    expect(text).toContain(`"requests":${amount},"limits":${amount}`);
    expect(text).toContain('{"name":"API_KEY","valueFrom":{"secretKeyRef":{"name":"keys","key":"API_KEY"}}}');
    expect(text).toContain('"--rendezvous","http://plimsoll-nightly-7-0.plimsoll-nightly-7:7070"');
  });
});

describe('the Slurm script', () => {
  it('is a task a node, all of which end with the first that fails', () => {
    const script = writtenFor('slurm', JOB);
    for (const line of ['--nodes=3', '--ntasks=3', '--ntasks-per-node=1', '--no-requeue'])
      expect(script).toContain(`#SBATCH ${line}\n`);
    expect(script).toContain('exec srun --kill-on-bad-exit=1 --label plimsoll run ');
    expect(script).toContain("--rendezvous '/scratch/my load/plimsoll-nightly-7/rendezvous' --group nightly-7");
    expect(script).toContain('#SBATCH --output="/scratch/my load/plimsoll-nightly-7/job.log"\n');
    // "%j" would be the number of the job.
    const odd = { ...JOB, slurm: { ...JOB.slurm, folder: '/scratch/50%j' } };
    expect(writtenFor('slurm', odd)).toContain('#SBATCH --output=/scratch/50%%j/plimsoll-nightly-7/job.log\n');
  });
});
