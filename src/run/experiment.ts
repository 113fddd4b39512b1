/**
 * Conducts an experiment: the trials of its arms in turn, each an ordinary run, and `experiment.json` kept up to date
 * after each, so that what is finished counts whenever it ends.
 */
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { planOf } from '../plan/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import {
  writeExperiment,
  type DisturbedBlock,
  type ExperimentAttempt,
  type ExperimentFile,
  type StoppedArm,
} from '../record/index.js';
import type { ReadScenario } from '../scenario/index.js';
import { conductRun } from './conduct.js';
import type { RunRequest } from './context.js';

/** A trial that is about to begin. */
export interface BeginningTrial {
  readonly arm: string;
  /** From 0. */
  readonly row: number;
  readonly repeat: number;
  /** From 1, of all that are planned; repeated ones count once. */
  readonly number: number;
  readonly of: number;
  /** How long this one and those after it will take, by what those before took; null while none has ended. */
  readonly leftNs: number | null;
}

/** An arm, ready to run. */
export interface ExperimentArm {
  readonly name: string;
  /** Id of the commit whose worktree it runs in; null where it runs in the files as they are. */
  readonly commit: string | null;
  /** The arm as a scenario of its own, with this seed. */
  readonly read: (seed?: number) => ReadScenario;
}

export interface ExperimentRequest extends Omit<RunRequest, 'read' | 'commit' | 'plan' | 'parentFolder' | 'folder'> {
  /** Folder of the experiment; it exists. */
  readonly dir: string;
  /** As planned, or as it was left: finished rows are not run again. */
  readonly experiment: ExperimentFile;
  readonly arms: readonly ExperimentArm[];
  /** Seed of each row: its trials draw the same arrivals and arguments. */
  readonly seeds: readonly number[];
  readonly coolDownNs: number;
  /** How often a row may be run again because others disturbed it, and for how long in all. */
  readonly repeats: { readonly most: number; readonly withinNs: number };
  readonly trialBegins: (trial: BeginningTrial) => void;
  /** Waits until others leave the machine alone, as long as that is wanted. */
  readonly untilQuiet: () => Promise<void>;
  /** Writes what is made from a run. */
  readonly judge: (dir: string) => Promise<JudgedTrial>;
}

/** What stands against a trial that was run to its end. */
export interface JudgedTrial {
  /** Why others on the machine disturbed it; null when they did not. */
  readonly disturbed: string | null;
  /** The service of its stack that ended by itself; null when none did. */
  readonly died: Problem | null;
}

export interface ConductedExperiment {
  readonly experiment: ExperimentFile;
  readonly status: 'complete' | 'interrupted';
}

/** What became of a trial: its attempt, and what stands against it. */
export interface EndedTrial extends JudgedTrial {
  readonly attempt: ExperimentAttempt;
}

/** Why a trial could not be begun: its arm can't be run here. */
export interface StoppedTrial {
  readonly stopped: ProblemError;
}

/**
 * Runs what is left of an experiment. An arm whose stack or target can't be used is left out from then on, as long as
 * the reference and another arm remain.
 * @throws ProblemError of the trial that could not be run, its arm and number named; what was finished is kept.
 */
export function conductExperiment(request: ExperimentRequest): Promise<ConductedExperiment> {
  // Of the trial that runs: those of the ones before have nothing left to do.
  const emergencies: (() => Promise<void>)[] = [];
  request.onEmergency(async () => {
    await Promise.allSettled(emergencies.map((act) => act()));
  });
  return conductTrials(request, (trial) => {
    emergencies.length = 0;
    return runTrial({ ...request, onEmergency: (act) => emergencies.push(act) }, trial);
  });
}

/** The order of trials, which of them are repeated, and what is kept. `run` runs one; null: nothing was measured. */
export async function conductTrials(
  request: Pick<ExperimentRequest, 'dir' | 'experiment' | 'coolDownNs' | 'repeats' | 'interrupt'>,
  run: (trial: BeginningTrial) => Promise<EndedTrial | StoppedTrial | null>,
): Promise<ConductedExperiment> {
  const { dir, interrupt, repeats } = request;
  let experiment = leftOver(request.experiment);
  const beganMs = performance.now() - experiment.elapsedNs / 1e6;
  const elapsedNs = (): number => (performance.now() - beganMs) * 1e6;
  const keep = async (changed: ExperimentFile): Promise<void> => {
    experiment = { ...changed, elapsedNs: Math.round(elapsedNs()) };
    await writeExperiment(dir, experiment);
  };
  await keep(experiment);
  let begun = 0;
  for (const [row, names] of experiment.order.entries()) {
    for (let repeat = repeatOf(experiment, row); !isComplete(experiment, row); repeat++) {
      const reasons = new Map<string, string>();
      for (const [place, arm] of names.entries()) {
        if (isStopped(experiment, arm)) continue;
        if (begun++ > 0) await coolDown(request);
        if (interrupt.aborted) return { experiment, status: 'interrupted' };
        const number = row * names.length + place + 1;
        const of = experiment.order.flat().length;
        const leftNs = leftOf(experiment, of - number + 1);
        const ended = await run({ arm, row, repeat, number, of, leftNs });
        if (ended === null) return { experiment, status: 'interrupted' };
        if ('stopped' in ended) {
          const [problem] = ended.stopped.problems;
          if (problem === undefined || !canDoWithout(experiment, arm)) throw ended.stopped;
          await keep(withoutArm(experiment, arm, row, problem));
          continue;
        }
        await keep({ ...experiment, attempts: [...experiment.attempts, ended.attempt] });
        if (ended.attempt.standing === 'interrupted') return { experiment, status: 'interrupted' };
        if (ended.died !== null && canDoWithout(experiment, arm)) {
          // What it would measure from now on is not the arm; the others are compared all the same.
          await keep(withoutArm(experiment, arm, row, ended.died));
          continue;
        }
        if (ended.disturbed !== null) reasons.set(arm, ended.disturbed);
      }
      const [first] = reasons.values();
      const isLate = elapsedNs() > repeats.withinNs;
      if (first === undefined || experiment.disturbedBlocks.length >= repeats.most || isLate) break;
      await keep(withoutBlock(experiment, { row, repeat, arms: [...reasons.keys()], reason: first }));
    }
  }
  return { experiment, status: 'complete' };
}

/** Start and stop of the stack, the pauses, and what was repeated are in it. */
function leftOf({ attempts, elapsedNs }: ExperimentFile, trials: number): number | null {
  const ended = attempts.filter(({ standing }) => standing !== 'interrupted').length;
  return ended === 0 ? null : (trials * elapsedNs) / ended;
}

const isStopped = ({ stoppedArms = [] }: ExperimentFile, arm: string): boolean =>
  stoppedArms.some((stopped) => stopped.arm === arm);

const isComplete = (experiment: ExperimentFile, row: number): boolean =>
  (experiment.order[row] ?? []).every(
    (arm) =>
      isStopped(experiment, arm) ||
      experiment.attempts.some((each) => each.row === row && each.arm === arm && each.standing === 'used'),
  );

/** Whether the reference and another arm are left without it. */
function canDoWithout(experiment: ExperimentFile, arm: string): boolean {
  const left = experiment.arms.filter(({ name }) => name !== arm && !isStopped(experiment, name));
  return left.length >= 2 && left.some(({ isReference }) => isReference);
}

function withoutArm(
  experiment: ExperimentFile,
  arm: string,
  row: number,
  { code, what: reason, remedy }: Problem,
): ExperimentFile {
  const added: StoppedArm = { arm, row, code, reason, remedy };
  return { ...experiment, stoppedArms: [...(experiment.stoppedArms ?? []), added] };
}

const repeatOf = ({ attempts }: ExperimentFile, row: number): number =>
  Math.max(-1, ...attempts.filter((each) => each.row === row).map(({ repeat }) => repeat)) + 1;

/** A row that was cut off is run again as a whole: its trials are compared because they ran one after the other. */
function leftOver(experiment: ExperimentFile): ExperimentFile {
  return {
    ...experiment,
    attempts: experiment.attempts.map((attempt) =>
      attempt.standing !== 'used' || isComplete(experiment, attempt.row)
        ? attempt
        : { ...attempt, standing: 'interrupted', reason: 'another trial of its row was interrupted' },
    ),
  };
}

/** All trials of the block are set aside, whichever of them was disturbed: the rule favours no arm. */
function withoutBlock(experiment: ExperimentFile, block: DisturbedBlock): ExperimentFile {
  const attempts = experiment.attempts.map((attempt): ExperimentAttempt => {
    if (attempt.row !== block.row || attempt.repeat !== block.repeat) return attempt;
    const own = block.arms.includes(attempt.arm);
    const reason = own ? block.reason : `its row was run again: ${block.arms.join(' and ')} was disturbed`;
    return { ...attempt, standing: 'disturbed', reason };
  });
  return { ...experiment, attempts, disturbedBlocks: [...experiment.disturbedBlocks, block] };
}

async function coolDown({ coolDownNs, interrupt }: Pick<ExperimentRequest, 'coolDownNs' | 'interrupt'>): Promise<void> {
  await sleep(coolDownNs / 1e6, undefined, { signal: interrupt }).catch(() => undefined);
}

/** Null when it was interrupted before anything was measured. */
async function runTrial(request: ExperimentRequest, trial: BeginningTrial): Promise<EndedTrial | StoppedTrial | null> {
  const { arms, seeds, dir, judge } = request;
  const { arm, row, repeat } = trial;
  request.trialBegins(trial);
  await request.untilQuiet();
  const name = `${arm}-${row + 1}${repeat === 0 ? '' : `-${repeat + 1}`}`;
  try {
    const scenario = arms.find((each) => each.name === arm);
    if (scenario === undefined) throw new RangeError(`an order of unknown arms: ${arm}`);
    const read = scenario.read(seeds[row]);
    const plan = planOf(read.scenario);
    const commit = scenario.commit === null ? {} : { commit: scenario.commit };
    const run = await conductRun({ ...request, ...commit, read, plan, parentFolder: join(dir, 'runs'), folder: name });
    if (run === null) return null;
    // Not always `name`: a trial that was killed may have left a folder under it.
    const attempt = { row, repeat, arm, run: `runs/${basename(run.dir)}`, reason: null } as const;
    const judged = await judge(run.dir);
    if (run.failure !== undefined) throw run.failure;
    return run.status === 'interrupted'
      ? { attempt: interrupted(attempt), disturbed: null, died: null }
      : { attempt: { ...attempt, standing: 'used' }, ...judged };
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    const stopped = named(thrown, trial);
    // Nothing was measured: the record of such a trial is not kept.
    if (thrown.kind !== 'preflight') throw stopped;
    // Of two arms neither can be left out: the problem ends the experiment, and is said then.
    if (request.experiment.arms.length > 2)
      request.listener.note(stopped.problems[0]?.what ?? `arm ${arm} could not be run`);
    return { stopped };
  }
}

const interrupted = (attempt: Omit<ExperimentAttempt, 'standing'>): ExperimentAttempt => ({
  ...attempt,
  standing: 'interrupted',
  reason: 'it was interrupted',
});

function named({ kind, problems }: ProblemError, { arm, number, of }: BeginningTrial): ProblemError {
  const inTrial = (problem: Problem): Problem => ({
    ...problem,
    what: `trial ${number} of ${of}, arm ${arm}: ${problem.what}`,
  });
  const [first, ...rest] = problems;
  return new ProblemError(kind, first === undefined ? problems : [inTrial(first), ...rest]);
}
