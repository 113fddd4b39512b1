/** `compare FILE`: the trials of a scenario's arms in turn, then the comparison of their runs. */
import { counted, duration } from '../format/index.js';
import { disturbedByOthers } from '../analysis/index.js';
import { EXIT, ProblemError, type ExitCode } from '../problem/index.js';
import { readRecord } from '../record/index.js';
import { conductExperiment, type ExperimentArm } from '../run/index.js';
import { readExperimentScenario, secretValues, type ExperimentScenario } from '../scenario/index.js';
import { keepSecrets } from '../secrets/index.js';
import { clearLeftOvers } from '../checkouts/index.js';
import { compareAndWrite } from './compare-outputs.js';
import type { ExperimentOrder } from './experiment-order.js';
import {
  commitWarnings,
  committed,
  folderOf,
  requireDifferentCommits,
  type CommittedArm,
  type Preparation,
} from './git-arms.js';
import { quietWaiter } from './disturbances.js';
import { machineJudge } from './machine.js';
import { analyseRecord, writeOutputs } from './outputs.js';
import { begun, explainExperiment, plannedExperiment, resumed, trialNs, type Commits } from './plan-experiment.js';
import { printWarnings } from './print.js';
import { startProgress } from './progress.js';
import { listenForInterruption } from './signals.js';
import { writeErr } from './streams.js';
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
  const commits = await commitsOf(scenario);
  printWarnings(commitWarnings([...commits.values()]));
  const planned = plannedExperiment(scenario);
  if (order.explain) {
    explainExperiment(scenario, planned, commits, order.json);
    return EXIT.pass;
  }
  const before = order.resume === null ? null : await resumed(order.resume, scenario, planned, commits);
  const scheduledNs = trialNs(scenario);
  const progress = startProgress(() => null, order.quiet);
  const interruption = listenForInterruption((text) => progress.note(text));
  let dir = order.resume ?? '';
  try {
    const { onEmergency } = interruption;
    const step = (text: string): void => progress.step(text);
    const arms = await madeReady(scenario, commits, { abort: interruption.signal, onEmergency, step });
    if (arms === null) {
      writeErr('interrupted before the first trial; nothing was kept\n');
      return interruption.exitCode() ?? EXIT.interrupted;
    }
    const machine = machineJudge(process.env);
    let experiment = before;
    if (experiment === null) ({ dir, experiment } = begun(order.out, scenario, planned, commits));
    const ended = await conductExperiment({
      ...{ dir, experiment, arms, seeds: planned.seeds, coolDownNs: scenario.coolDownNs },
      repeats: order.repeats,
      engine: order.engine,
      machine,
      untilQuiet: quietWaiter(machine, order.quietWithinNs, interruption.signal, progress),
      environment: process.env,
      argv: process.argv.slice(2),
      interrupt: interruption.signal,
      onEmergency,
      trialBegins: ({ arm, number, of, repeat, leftNs }) => {
        const left = duration(leftNs ?? (of - number + 1) * scheduledNs);
        const again = repeat === 0 ? '' : `, repeated ${counted(repeat, 'time')}`;
        progress.within(`trial ${number} of ${of}, ${arm}${again}, about ${left} left: `);
      },
      judge: async (folder) => {
        const result = analyseRecord(await readRecord(folder), { runsFollow: true });
        await writeOutputs(result, folder);
        const { validity } = result.view.analysis.summary;
        const died = validity.reasons.find(({ code }) => code === 'service-died') ?? null;
        return { disturbed: disturbedByOthers(validity), died };
      },
      listener: {
        step: (text) => progress.step(text),
        phase: (phase) => progress.phase(phase, phase.index + 1),
        note: (text) => progress.note(text),
        live: () => undefined,
        stackStarting: () => undefined,
        loadEnded: () => undefined,
      },
    });
    progress.end();
    if (ended.status === 'interrupted') {
      const finished = ended.experiment.attempts.filter(({ standing }) => standing === 'used').length;
      writeErr(
        `interrupted: ${counted(finished, 'finished trial')} kept in ${dir}\n` +
          `hint: go on with plimsoll compare ${order.file} --resume ${dir}\n`,
      );
      return interruption.exitCode() ?? EXIT.interrupted;
    }
  } finally {
    progress.end();
    interruption.dispose();
  }
  const { comparison, exitCode, print } = await compareAndWrite([dir], order.compare);
  if (order.json) printJson(comparison);
  else print();
  return exitCode;
}

/** The commits of the arms that have one; rejects with a ProblemError (`bad-input`) for what can't be compared. */
async function commitsOf({ arms }: ExperimentScenario): Promise<Commits> {
  const commits = new Map<string, CommittedArm>();
  for (const { name, read } of arms) {
    const arm = await committed(name, (folder) => read(undefined, folder));
    if (arm !== null) commits.set(name, arm);
  }
  requireDifferentCommits(
    arms.map(({ name, read }) => ({ name, digest: read().digest, committed: commits.get(name) })),
  );
  return commits;
}

/** The arms, each with the folder that it runs in; null when interrupted. */
async function madeReady(
  { arms }: ExperimentScenario,
  commits: Commits,
  preparation: Preparation,
): Promise<readonly ExperimentArm[] | null> {
  try {
    await clearLeftOvers(process.env);
    const ready: ExperimentArm[] = [];
    for (const { name, read } of arms) {
      const own = commits.get(name);
      // What prepares a worktree may write them.
      if (own !== undefined) keepSecrets(secretValues(read().scenario, { ...process.env, ...own.environment }));
      const folder = own === undefined ? undefined : await folderOf(own, preparation);
      ready.push({ name, commit: own?.commit.id ?? null, read: (seed) => read(seed, folder) });
    }
    return ready;
  } catch (thrown) {
    if (preparation.abort.aborted && !(thrown instanceof ProblemError)) return null;
    throw thrown;
  }
}
