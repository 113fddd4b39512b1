/** Reading a scenario as an experiment: each of its arms as a scenario of its own. */
import { ProblemError, type Problem } from '../problem/index.js';
import { chosenArm } from './arms.js';
import { fileSource } from './files.js';
import {
  digestOf,
  filledIn,
  openDocument,
  readArm,
  type GitArm,
  type ReadOptions,
  type ReadScenario,
} from './reader.js';
import { inOrder } from './problem-order.js';
import { valueOf } from './tree.js';

/** An arm of an experiment. */
export interface ArmScenario {
  readonly name: string;
  readonly description: string | null;
  /** Variables of the environment that it sets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Null where it runs in the files as they are. */
  readonly git: GitArm | null;
  /**
   * The arm as a scenario of its own, with another seed and in another folder if they are given.
   * @throws ProblemError as `readScenario`.
   */
  readonly read: (seed?: number, folder?: string) => ReadScenario;
}

export interface ExperimentScenario {
  /** Of the scenario. */
  readonly name: string;
  /** As it was given. */
  readonly file: string;
  /** In the order of the file; two or more. */
  readonly arms: readonly ArmScenario[];
  readonly reference: string;
  /** Trials of each arm. */
  readonly pairs: number;
  readonly coolDownNs: number;
  readonly seed: number;
  /** SHA-256 of the scenario without its arms and trials, as `ReadScenario.digest`. */
  readonly digest: string;
  readonly warnings: readonly Problem[];
}

/**
 * Reads a scenario file with arms: every arm is read once, so that all are known to be right.
 * @returns null for a file without arms.
 * @throws ProblemError (`bad-input`) with the problems of all arms, or when two arms do not differ.
 */
export function readExperimentScenario(file: string, options: ReadOptions = {}): ExperimentScenario | null {
  const document = openDocument(fileSource(file), options);
  const { experiment } = document;
  if (experiment === null) return null;
  const problems: Problem[] = [];
  const arms = experiment.arms.map((arm) => {
    const read = (seed?: number, folder?: string): ReadScenario =>
      readArm(document, arm, readIn(options, seed, folder));
    try {
      return { arm, read, first: read() };
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown;
      problems.push(...thrown.problems.map((problem) => ({ ...problem, what: `in arm ${arm.name}: ${problem.what}` })));
      return { arm, read, first: null };
    }
  });
  const alike = alikeArms(arms.flatMap(({ arm, first }) => (first === null ? [] : [{ name: arm.name, read: first }])));
  if (alike !== null) problems.push(alike);
  const [some] = arms.flatMap(({ first }) => (first === null ? [] : [first]));
  if (problems.length > 0 || some === undefined) throw new ProblemError('bad-input', problems);
  return {
    name: some.scenario.name,
    file: document.source.file,
    arms: arms.map(({ arm: { name, description, environment }, read, first }) => ({
      ...{ name, description, environment, read },
      git: first?.git ?? null,
    })),
    ...{ reference: experiment.reference, ...document.trials },
    seed: some.scenario.seed,
    digest: digestOf(valueOf(filledIn(document.common, options.environment ?? process.env, []))),
    warnings: inOrder(
      arms.flatMap(({ first }) => first?.warnings ?? []),
      document.source.file,
    ),
  };
}

/** A target against itself, and how many pairs its comparisons have. */
export interface SelfComparison extends ExperimentScenario {
  /** The arm of the file that both arms are; null for a file without arms. */
  readonly ofArm: string | null;
  /** Pairs of the comparisons of this scenario, as its file says. */
  readonly comparedPairs: number;
}

/** Arms of an experiment whose arms are the same. */
const SAME_ARMS = ['first', 'second'] as const;

/**
 * Reads a scenario as an experiment of its target against itself, in `pairs` pairs: what it shows is noise. Of a file
 * with arms it is the one that `options` names, or else the reference.
 * @throws ProblemError as `readScenario`.
 */
export function readSelfComparison(file: string, options: ReadOptions, pairs: number): SelfComparison {
  const document = openDocument(fileSource(file), options);
  const { experiment, trials } = document;
  const arm = chosenArm(document, options.arm ?? experiment?.reference, document.source.file);
  const read = (seed?: number, folder?: string): ReadScenario => readArm(document, arm, readIn(options, seed, folder));
  const first = read();
  const { git, environment, digest, scenario, warnings } = first;
  const [reference] = SAME_ARMS;
  return {
    ...{ name: scenario.name, file: document.source.file, reference, pairs, coolDownNs: trials.coolDownNs },
    ...{ seed: scenario.seed, digest, warnings, ofArm: arm?.name ?? null, comparedPairs: trials.pairs },
    arms: SAME_ARMS.map((name) => ({ name, description: null, environment, git, read })),
  };
}

/** With the seed and the folder of one trial. */
const readIn = (options: ReadOptions, seed?: number, folder?: string): ReadOptions => ({
  ...options,
  ...(seed === undefined ? {} : { seed }),
  ...(folder === undefined ? {} : { folder }),
});

/** A comparison of a target with itself says nothing about a change. */
function alikeArms(arms: readonly { readonly name: string; readonly read: ReadScenario }[]): Problem | null {
  for (const [index, { name, read }] of arms.entries()) {
    const other = arms
      .slice(0, index)
      .find((each) => each.read.digest === read.digest && each.read.git?.ref === read.git?.ref);
    if (other !== undefined)
      return {
        code: 'arms-alike',
        what: `the arms ${other.name} and ${name} do not differ in anything`,
        remedy: 'name in "stack", "protocol", "environment" or "git" of the arm what changes',
      };
  }
  return null;
}
