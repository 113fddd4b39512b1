/** `compare FILE`: the trials of a scenario's arms in turn, then the comparison of their runs. */
import { EXIT, ProblemError, type ExitCode } from '../problem/index.js';
import { readBaselines } from '../record/index.js';
import { readExperimentScenario, requireGatesFit, type ExperimentScenario } from '../scenario/index.js';
import { compareAndWrite, type CompareOrder } from './compare-outputs.js';
import { commitsOf, conductTrials } from './conduct-trials.js';
import type { ExperimentOrder } from './experiment-order.js';
import { explainExperiment } from './explain-experiment.js';
import { commitWarnings, requireDifferentCommits } from './git-arms.js';
import { printWarnings } from './print.js';
import { printJson } from './verb.js';

/** @throws ProblemError for a file without arms, an experiment that is not the file's, or a trial that can't be run. */
export async function conductAndCompare(order: ExperimentOrder): Promise<ExitCode> {
  const scenario = readExperimentScenario(order.file, order.read);
  if (scenario === null)
    throw new ProblemError('bad-input', {
      code: 'no-arms',
      what: `${order.file} has no arms to compare`,
      remedy:
        'add "arms:" with two variants or more, name two commits (--baseline git:REF --candidate git:HEAD), or give ' +
        'the folders of runs: plimsoll compare DIR DIR',
    });
  printWarnings(scenario.warnings);
  await requireComparable(scenario, order.compare);
  const commits = await commitsOf(scenario);
  requireDifferentCommits(
    scenario.arms.map(({ name, read }) => ({ name, digest: read().digest, committed: commits.get(name) })),
  );
  printWarnings(commitWarnings([...commits.values()]));
  if (order.explain) {
    const hasGivenArms = (order.read.given?.arms.length ?? 0) > 0;
    await explainExperiment(scenario, commits, { ...order, hasGivenArms });
    return EXIT.pass;
  }
  const ended = await conductTrials(scenario, commits, order);
  if (ended.kind === 'interrupted') return ended.exitCode;
  const { comparison, exitCode, print } = await compareAndWrite([ended.dir], order.compare);
  if (order.json) printJson(comparison);
  else print();
  return exitCode;
}

/** What would be found wrong when the trials are over, found before the first. */
async function requireComparable({ arms }: ExperimentScenario, order: CompareOrder): Promise<void> {
  for (const { read } of arms) requireGatesFit(read(), order.gateTexts, '--gate');
  const own = arms.flatMap(({ read }) => read().scenario.comparativeGates);
  if ([...own, ...order.gates].some(({ versus }) => versus === 'baseline')) await readBaselines(order.baselines);
}
