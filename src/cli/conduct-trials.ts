/** The trials of an experiment in turn: commits made ready, progress, signals, and going on where one was left. */
import { disturbedByOthers } from '../analysis/index.js';
import { clearLeftOvers } from '../checkouts/index.js';
import { counted, duration } from '../format/index.js';
import { EXIT, ProblemError, type ExitCode } from '../problem/index.js';
import { readExperiment, readRecord } from '../record/index.js';
import { conductExperiment, type ExperimentArm } from '../run/index.js';
import { secretValues, type ExperimentScenario } from '../scenario/index.js';
import { keepSecrets } from '../secrets/index.js';
import type { EngineChoice } from '../toxiproxy/index.js';
import { quietWaiter, type Disturbances } from './disturbances.js';
import { committed, folderOf, type CommittedArm, type Preparation } from './git-arms.js';
import { machineJudge } from './machine.js';
import { analyseRecord, writeOutputs } from './outputs.js';
import { begun, plannedExperiment, plansOf, resumed, trialNs, type Commits } from './plan-experiment.js';
import { startProgress } from './progress.js';
import { listenForInterruption } from './signals.js';
import { writeErr } from './streams.js';

export interface TrialsOrder extends Disturbances {
  readonly file: string;
  readonly engine: EngineChoice;
  /** Folder that experiments go into. */
  readonly out: string;
  /** Folder of an experiment that is to be finished; null for a new one. */
  readonly resume: string | null;
  readonly quiet: boolean;
}

/** The folder of the experiment whose trials are all there, or how the command ends without them. */
export type ConductedTrials =
  { readonly kind: 'complete'; readonly dir: string } | { readonly kind: 'interrupted'; readonly exitCode: ExitCode };

/**
 * Runs the trials that are left of an experiment. Rejects with a ProblemError for an experiment to be resumed that is
 * another one, and for a trial that can't be run.
 */
export async function conductTrials(
  scenario: ExperimentScenario,
  commits: Commits,
  order: TrialsOrder,
): Promise<ConductedTrials> {
  const planned = plannedExperiment(scenario);
  let held = order.resume === null ? null : await resumed(order.resume, scenario, planned, commits);
  const plans = plansOf(scenario);
  const scheduledNs = trialNs(plans, scenario);
  let phasesOfTrial = 0;
  const progress = startProgress(() => null, order.quiet);
  const interruption = listenForInterruption((text) => progress.note(text));
  const interrupted = (text: string): ConductedTrials => {
    progress.end();
    writeErr(text);
    return { kind: 'interrupted', exitCode: interruption.exitCode() ?? EXIT.interrupted };
  };
  try {
    const { onEmergency } = interruption;
    const step = (text: string): void => progress.step(text);
    const arms = await madeReady(scenario, commits, { abort: interruption.signal, onEmergency, step });
    if (arms === null) return interrupted('interrupted before the first trial; nothing was kept\n');
    const machine = machineJudge(process.env);
    held ??= begun(order.out, scenario, planned, commits);
    const { dir, experiment } = held;
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
        phasesOfTrial = plans.get(arm)?.phases.length ?? 0;
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
        phase: (phase) => progress.phase(phase, phasesOfTrial),
        note: (text) => progress.note(text),
        live: () => undefined,
        stackStarting: () => undefined,
        loadEnded: () => undefined,
      },
    });
    if (ended.status === 'complete') return { kind: 'complete', dir };
    const finished = ended.experiment.attempts.filter(({ standing }) => standing === 'used').length;
    return interrupted(
      `interrupted: ${counted(finished, 'finished trial')} kept in ${dir}\n` +
        `hint: go on with the same command and --resume ${dir}\n`,
    );
  } catch (thrown) {
    throw thrown instanceof ProblemError && held !== null ? await withKept(thrown, held.dir) : thrown;
  } finally {
    held?.hold.release();
    progress.end();
    interruption.dispose();
  }
}

/** Says how to go on with what is there, once the cause is gone. */
async function withKept(thrown: ProblemError, dir: string): Promise<ProblemError> {
  const attempts = (await readExperiment(dir))?.attempts ?? [];
  const finished = attempts.filter(({ standing }) => standing === 'used').length;
  const [first, ...rest] = thrown.problems;
  if (first === undefined || finished === 0) return thrown;
  const kept = `${counted(finished, 'finished trial')} kept; then go on with the same command and --resume ${dir}`;
  return new ProblemError(thrown.kind, [{ ...first, remedy: `${first.remedy} (${kept})` }, ...rest]);
}

/** The commits of the arms that have one. Rejects with a ProblemError (`bad-input`) for one that can't be run. */
export async function commitsOf({ arms }: Pick<ExperimentScenario, 'arms'>): Promise<Commits> {
  const commits = new Map<string, CommittedArm>();
  for (const { name, read } of arms) {
    const arm = await committed(name, (folder) => read(undefined, folder));
    if (arm !== null) commits.set(name, arm);
  }
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
