/** Whether a scenario is right that is not run now: what is not set here may be set where it runs. */
import { ProblemError, type Problem } from '../problem/index.js';
import { readExperimentScenario } from './experiment.js';
import { readScenario, type ReadOptions } from './reader.js';

export interface ValidatedScenario {
  /** Null where it has problems, or a variable of the environment is not set that may change it. */
  readonly name: string | null;
  /** As `ReadScenario.digest`; null as `name`. */
  readonly digest: string | null;
  /** Names of its arms; none without arms. */
  readonly arms: readonly string[];
  readonly problems: readonly Problem[];
  /** What is suspicious without being wrong, and variables and secrets that a run needs and that are not set. */
  readonly warnings: readonly Problem[];
}

/** Reads a scenario file, with all of its arms, and finds all that is wrong with it. */
export function validateScenario(file: string, options: ReadOptions = {}): ValidatedScenario {
  const strict = attempt(file, options);
  if (strict.problems.length === 0) return strict;
  const problems = strict.problems.filter((problem) => !isUnset(problem));
  const unset = strict.problems.filter(isUnset).map(neededByRun);
  if (problems.length > 0) return { ...strict, problems, warnings: unset };
  // Without the values of secrets all is known but these; without those of variables, less.
  const { warnings, ...known } = attempt(file, { ...options, secretsMayBeMissing: true });
  return { ...known, problems: [], warnings: [...unset, ...warnings] };
}

function attempt(file: string, options: ReadOptions): ValidatedScenario {
  try {
    const experiment = readExperimentScenario(file, options);
    if (experiment !== null) {
      const { name, digest, warnings, arms } = experiment;
      return { name, digest, warnings, arms: arms.map((arm) => arm.name), problems: [] };
    }
    const { scenario, digest, warnings } = readScenario(file, options);
    return { name: scenario.name, digest, warnings, arms: [], problems: [] };
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    return { name: null, digest: null, arms: [], problems: thrown.problems, warnings: [] };
  }
}

const isUnset = ({ code }: Problem): boolean => code === 'missing-environment' || code === 'missing-secret';

const neededByRun = (problem: Problem): Problem => ({ ...problem, what: `${problem.what}, and a run needs it` });
