/** What of a run needs no scenario, and is begun before it is read. */
import type { MachineJudge } from '../calibration/index.js';
import { startLoadThread, type LoadThread } from '../load/index.js';
import { machineJudge } from './machine.js';

/** Flags of a run that decide whether it begins at once. */
export interface BeginningFlags {
  readonly explain?: true;
  readonly waitUntilQuiet?: string;
  readonly shard?: string;
  readonly rendezvous?: string;
}

export interface Begun {
  readonly machine: MachineJudge;
  /** Undefined where the run does not begin at once, or not at all. */
  readonly loadThread: LoadThread | undefined;
}

/**
 * Probes the noise, before anything of ours runs, and then starts the thread of the load, which loads and compiles its
 * code while this one reads the scenario.
 */
export async function beginEarly({ explain, waitUntilQuiet, shard, rendezvous }: BeginningFlags): Promise<Begun> {
  const machine = machineJudge(process.env);
  if (explain === true || [waitUntilQuiet, shard, rendezvous].some((flag) => flag !== undefined))
    return { machine, loadThread: undefined };
  await machine.begin();
  return { machine, loadThread: startLoadThread() };
}
