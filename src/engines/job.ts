/** What an engine is to run. */
export const ENGINE_NAMES = ['kubernetes', 'slurm'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** One run of several shards. */
export interface ShardJob {
  /** Name of the run that its shards have in common. */
  readonly group: string;
  readonly shards: number;
  /** The resolved scenario: secrets are in it by name alone. */
  readonly scenarioText: string;
  /** Names of the secrets that it needs. */
  readonly secrets: readonly string[];
  /** Cores of each shard: what it is given, no less and no more. */
  readonly cpus: number;
  readonly memoryMib: number;
  readonly kubernetes: {
    readonly namespace: string | null;
    readonly image: string;
    /** PersistentVolumeClaim that all pods can write. */
    readonly claim: string;
    /** Secret whose keys are the names of the scenario's secrets. */
    readonly secret: string;
  };
  readonly slurm: {
    /** Folder that every node sees under this path. */
    readonly folder: string;
    readonly partition: string | null;
    /** Words that start plimsoll on a node. */
    readonly command: readonly string[];
  };
}

/** Hears how a job goes. */
export interface EngineListener {
  step(text: string): void;
  note(text: string): void;
}

export interface EngineRun {
  readonly job: ShardJob;
  readonly abort: AbortSignal;
  readonly listener: EngineListener;
  /** Environment of the programs that are called. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Engine {
  /** What is submitted, as a person reads it. Pure. */
  written(job: ShardJob): string;
  /**
   * Submits the job, and follows it to its end. Nothing of it is left on the engine when this returns or throws.
   * @param records folder of this machine for the records of the shards.
   * @returns the folder that holds them.
   * @throws ProblemError: `preflight` where the engine is missing or refuses, `invalid` where a shard failed.
   */
  run(run: EngineRun, records: string): Promise<string>;
}
