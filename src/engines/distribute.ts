/** A run on an engine, from its scenario to the records of its shards. */
import type { Engine, EngineName, EngineRun, ShardJob } from './job.js';
import { kubernetes } from './kubernetes.js';
import { slurm } from './slurm.js';

const ENGINES: Readonly<Record<EngineName, Engine>> = { kubernetes, slurm };

export interface DistributeOrder extends EngineRun {
  readonly engine: EngineName;
  /** Folder of this machine for the records of the shards. */
  readonly records: string;
}

/** What would be submitted. Pure. */
export const writtenFor = (engine: EngineName, job: ShardJob): string => ENGINES[engine].written(job);

/** Runs the shards. Rejects as `Engine.run` does, or with the reason of `abort`; nothing is left on the engine then. */
export const distribute = ({ engine, records, ...run }: DistributeOrder): Promise<string> =>
  ENGINES[engine].run(run, records);
