/** The batch script of a run on Slurm: one task a node, and the end of one is the end of all. Pure. */
import type { ShardJob } from './job.js';

/** Paths below the folder that all nodes share. */
export const slurmPaths = ({ group, slurm: { folder } }: ShardJob) => {
  const own = `${folder.replace(/\/+$/, '')}/plimsoll-${group}`;
  return {
    own,
    scenario: `${own}/scenario.yaml`,
    script: `${own}/job.sh`,
    log: `${own}/job.log`,
    rendezvous: `${own}/rendezvous`,
    records: `${own}/records`,
  };
};

/** A word of a shell command. */
export const quoted = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A path in a line that sbatch reads: "%" stands for itself, and so does all else between quotes. */
const directive = (path: string): string => {
  const plain = path.replaceAll('%', '%%');
  return quoted(plain) === plain ? plain : `"${plain.replaceAll(/["\\]/g, '\\$&')}"`;
};

export function slurmScript(job: ShardJob): string {
  const { group, shards, cpus, memoryMib, slurm } = job;
  const { scenario, log, rendezvous, records } = slurmPaths(job);
  const words = [
    ...slurm.command,
    ...['run', scenario, '--rendezvous', rendezvous, '--group', group, '--out', records, '--quiet'],
  ];
  return `#!/bin/sh
#SBATCH --job-name=plimsoll-${group}
#SBATCH --nodes=${shards}
#SBATCH --ntasks=${shards}
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=${cpus}
#SBATCH --mem=${memoryMib}M
#SBATCH --no-requeue
#SBATCH --output=${directive(log)}
${slurm.partition === null ? '' : `#SBATCH --partition=${slurm.partition}\n`}\
# SLURM_PROCID and SLURM_NTASKS say which shard each task is.
exec srun --kill-on-bad-exit=1 --label ${words.map(quoted).join(' ')}
`;
}
