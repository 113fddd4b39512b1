/** Where a shard runs, as far as the others must know. */
import { hostname } from 'node:os';
import { LINUX, networkOfProcess, processNumbers, thisSystem } from '../platform/index.js';
import { processStart } from '../processes/index.js';

export interface Place {
  readonly host: string;
  /** Equal for processes of one machine that was not started anew meanwhile. */
  readonly machine: string;
  /** Equal for those that share a loopback interface. */
  readonly network: string;
  /** Equal for those whose process numbers mean the same. */
  readonly numbers: string;
  readonly pid: number;
  /** When the process began, as its system counts; null where that is not shown. */
  readonly start: string | null;
}

export async function thisPlace(): Promise<Place> {
  const host = hostname();
  const boot = await thisSystem.read(LINUX.bootId).catch(() => '');
  const machine = boot.trim() === '' ? host : boot.trim();
  return {
    ...{ host, machine, pid: process.pid, start: processStart(process.pid) },
    network: `${machine} ${networkOfProcess()}`,
    numbers: `${machine} ${processNumbers()}`,
  };
}
