/** `experiment.json`: which runs belong to an experiment, as what, and in which order they were made. */
import { join } from 'node:path';
import { ProblemError, errorCode, fileErrorAdvice } from '../problem/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import { jsonText, textIfThere, writeWhole } from './files.js';

/** Name of the file in the folder of an experiment. */
export const EXPERIMENT_FILE = 'experiment.json';

/** One run that was made for an experiment, whatever became of it. */
export interface ExperimentAttempt {
  /** From 0: the trials of a row are compared with each other. */
  readonly row: number;
  /** From 0: how often the whole row had been run before. */
  readonly repeat: number;
  readonly arm: string;
  /** Folder of the run, relative to the experiment. */
  readonly run: string;
  /** `disturbed`: another process took part of the machine, so that the whole row was run again. */
  readonly standing: 'used' | 'disturbed' | 'interrupted';
  /** Why it is not used; null when it is. */
  readonly reason: string | null;
}

/** A row that was run again, for the sake of the machine alone. */
export interface DisturbedBlock {
  readonly row: number;
  readonly repeat: number;
  /** The trials that were disturbed. */
  readonly arms: readonly string[];
  readonly reason: string;
}

/** An arm that could not be run: its stack did not come up, or its target can't be used. It is not tried again. */
export interface StoppedArm {
  readonly arm: string;
  /** The row in which that was found; trials of rows before are not compared. */
  readonly row: number;
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
}

/** The whole of `experiment.json`. */
export interface ExperimentFile {
  readonly schema: 'plimsoll/experiment-v1';
  readonly experimentId: string;
  /** Of the scenario. */
  readonly name: string;
  readonly startedUtc: string;
  readonly plimsollVersion: string;
  /** Of what the arms have in common. */
  readonly scenarioDigest: string;
  /** The order is drawn from it, and the seeds of the runs. */
  readonly seed: number;
  readonly arms: readonly {
    readonly name: string;
    readonly isReference: boolean;
    /** Of the scenario in this arm. */
    readonly scenarioDigest: string;
    /** The commit whose worktree its commands ran in; null where they ran in the files as they were. */
    readonly git: {
      /** As it was given, by a name of git. */
      readonly ref: string;
      /** Its full id. */
      readonly commit: string;
      /** Command that made the worktree ready; null where nothing had to be done. */
      readonly prepare: string | null;
    } | null;
  }[];
  /** Fields of the environment that are what the arms differ in: `identity.scenarioDigest`. */
  readonly variables: readonly string[];
  /** How many trials each arm was to have; fixed before the first began. */
  readonly trials: number;
  /** The planned order: names of arms, row by row. */
  readonly order: readonly (readonly string[])[];
  readonly carryOverBalanced: boolean;
  /** How long it has been run so far, with what is between its trials; not while it was interrupted. */
  readonly elapsedNs: number;
  /** Every run, in the order in which they were made. */
  readonly attempts: readonly ExperimentAttempt[];
  readonly disturbedBlocks: readonly DisturbedBlock[];
  /** Absent where every arm could be run. */
  readonly stoppedArms?: readonly StoppedArm[];
}

/**
 * Writes `experiment.json`, so that a reader sees the old or the new one and never half of it. Rejects with a
 * ProblemError (`output`) when it can't be written.
 */
export function writeExperiment(dir: string, experiment: ExperimentFile): Promise<void> {
  return writeWhole(join(dir, EXPERIMENT_FILE), jsonText(experiment));
}

/**
 * Reads the `experiment.json` of a folder; null where there is none. Rejects with a ProblemError (`bad-input`) when it
 * is not one, or names arms, rows or folders that can't be.
 */
export async function readExperiment(dir: string): Promise<ExperimentFile | null> {
  const path = join(dir, EXPERIMENT_FILE);
  const text = await textIfThere(path).catch((error: unknown) => {
    // Something that is no folder has no files.
    if (errorCode(error) === 'ENOTDIR') return null;
    const { code, why, mend } = fileErrorAdvice(error);
    throw new ProblemError('bad-input', { code, what: `${path} can't be read: ${why}`, remedy: mend });
  });
  if (text === null) return null;
  const found = parsedOrUndefined(text);
  const wrong = (what: string): ProblemError =>
    new ProblemError('bad-input', {
      code: 'not-an-experiment',
      what: `${path} ${what}`,
      remedy: 'restore it from a copy of the experiment, or compare the folders of its runs',
    });
  if (!isObject(found)) throw wrong('is not JSON of an object');
  if (found['schema'] !== 'plimsoll/experiment-v1') throw wrong('is not of the format plimsoll/experiment-v1');
  const lists = ['arms', 'variables', 'order', 'attempts', 'disturbedBlocks'];
  const missing = lists.find((key) => !Array.isArray(found[key]));
  if (missing !== undefined) throw wrong(`has no list "${missing}"`);
  const experiment = found as unknown as ExperimentFile;
  const fault = faultOf(experiment);
  if (fault !== null) throw wrong(fault);
  return experiment;
}

function faultOf({ arms, order, attempts, variables, elapsedNs, stoppedArms = [] }: ExperimentFile): string | null {
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
  if (!arms.every((arm) => isObject(arm) && isText(arm.name))) return 'has an arm without a name';
  const names = arms.map(({ name }) => name);
  if (new Set(names).size !== names.length) return 'names an arm twice';
  if (arms.filter(({ isReference }) => isReference === true).length !== 1) return 'does not have one reference';
  if (!(elapsedNs >= 0)) return 'does not say how long it has been run';
  if (!variables.every(isText)) return 'has a variable that is no name of a field';
  if (
    !order.every(
      (row) => Array.isArray(row) && row.length === names.length && names.every((name) => row.includes(name)),
    )
  )
    return 'has a row in its order that does not hold each arm once';
  if (!Array.isArray(stoppedArms)) return 'has stopped arms that are no list';
  for (const stopped of stoppedArms as readonly StoppedArm[])
    if (!isObject(stopped) || !names.includes(stopped.arm) || !isText(stopped.reason))
      return 'has a stopped arm without its name or its reason';
  for (const attempt of attempts) {
    if (!isObject(attempt) || !isText(attempt.run)) return 'has an attempt without the folder of its run';
    if (!names.includes(attempt.arm)) return `has an attempt of an unknown arm "${attempt.arm}"`;
    if (order[attempt.row] === undefined) return `has an attempt in a row ${attempt.row} that its order does not have`;
    if (attempt.run.startsWith('/') || attempt.run.split(/[/\\]/).includes('..'))
      return 'names a run outside of its folder';
  }
  const used = attempts.filter(({ standing }) => standing === 'used').map(({ row, arm }) => JSON.stringify([row, arm]));
  return new Set(used).size === used.length ? null : 'uses two runs as the same trial';
}
