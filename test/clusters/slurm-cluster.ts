/**
 * A Slurm of three nodes on this machine: its own key, ports, sockets and folders, and nothing that outlives it. Nodes
 * are `slurmd` processes under names of their own, as Slurm's own tests have them.
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { scratchFolder } from '../e2e/plimsoll.js';
import { freePorts } from './ports.js';

export const NODES = 3;

export interface SlurmCluster {
  /** By which the programs of Slurm find this one. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder that all nodes see. */
  readonly shared: string;
  /** Jobs that are waiting or running, a line each. */
  queue(): Promise<string>;
  stop(): Promise<void>;
}

const nodeLine = (port: number, k: number): string =>
  `NodeName=node${k + 1} NodeHostname=localhost NodeAddr=127.0.0.1 Port=${port} CPUs=2 RealMemory=2000\n`;

const configuration = (folder: string, [controller, ...nodes]: readonly number[]): string => `ClusterName=plimsoll
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${controller ?? 0}
SlurmUser=${userInfo().username}
SlurmdUser=${userInfo().username}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool.%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/%n.log
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SlurmdParameters=config_overrides
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
KillWait=5
MinJobAge=300
${nodes.map(nodeLine).join('')}PartitionName=bench Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;

/** Starts it, and waits until its nodes take jobs. Rejects with what its controller wrote when they don't. */
export async function startSlurm(): Promise<SlurmCluster> {
  const folder = scratchFolder();
  // The key's daemon wants folders that others can enter.
  chmodSync(folder, 0o755);
  // Whatever a path may hold: a space, and what sbatch would replace in the name of a log.
  const shared = join(folder, 'shared 50%j');
  for (const each of [shared, join(folder, 'state')]) mkdirSync(each);
  writeFileSync(join(folder, 'munge.key'), randomBytes(1024), { mode: 0o600 });
  writeFileSync(join(folder, 'slurm.conf'), configuration(folder, await freePorts(1 + NODES)));
  const environment = { SLURM_CONF: join(folder, 'slurm.conf') };
  const daemon = (program: string, ...parameters: string[]) =>
    execa(program, parameters, { env: environment, stdio: 'ignore', reject: false, forceKillAfterDelay: 5_000 });
  const answer = async (program: string, ...parameters: string[]): Promise<string> =>
    (await execa(program, parameters, { env: environment, reject: false })).stdout.trim();
  const log = (): string => {
    try {
      return readFileSync(join(folder, 'slurmctld.log'), 'utf8');
    } catch {
      return 'the controller wrote nothing';
    }
  };

  const own = ['key-file=munge.key', 'socket=munge.socket', 'pid-file=munged.pid', 'log-file=munged.log'];
  const daemons = [
    daemon(
      '/usr/sbin/munged',
      ...['--foreground', '--force', '--num-threads=2', `--seed-file=${folder}/munged.seed`],
      ...own.map((flag) => `--${flag.replace('=', `=${folder}/`)}`),
    ),
  ];
  const queue = (): Promise<string> => answer('squeue', '--noheader');
  const stop = async (): Promise<void> => {
    await answer('scancel', `--user=${userInfo().username}`);
    for (let tries = 0; tries < 100 && (await queue()) !== ''; tries++) await sleep(100);
    // Nodes first: they tell the controller.
    for (const each of [...daemons].reverse()) {
      each.kill('SIGTERM');
      await each;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  await sleep(300);
  daemons.push(daemon('/usr/sbin/slurmctld', '-D', '-i'));
  for (let k = 1; k <= NODES; k++) daemons.push(daemon('/usr/sbin/slurmd', '-D', '-N', `node${k}`));
  for (let tries = 0; tries < 200; tries++) {
    if ((await answer('sinfo', '--noheader', '--states=idle', '--format=%D')) === String(NODES))
      return { environment, shared, queue, stop };
    await sleep(100);
  }
  const written = log();
  await stop();
  throw new Error(`the nodes of Slurm did not come up: ${written.slice(-2_000)}`);
}
