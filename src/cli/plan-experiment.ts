/** An experiment before its first trial: its order and seeds, and its file. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { plimsollVersion } from '../package/index.js';
import { isBalanced, planOf, trialOrder, type Plan } from '../plan/index.js';
import { ProblemError } from '../problem/index.js';
import { canonicalJson } from '../protocol/index.js';
import { seededRandom } from '../random/index.js';
import {
  EXPERIMENT_FILE,
  HOLDER_FILE,
  holdFolder,
  makeRunFolder,
  readExperiment,
  type ExperimentFile,
  type Hold,
} from '../record/index.js';
import type { ExperimentScenario } from '../scenario/index.js';
import { gitOf, shortId, type CommittedArm } from './git-arms.js';

export interface PlannedExperiment {
  /** Names of arms, row by row. */
  readonly order: readonly (readonly string[])[];
  readonly carryOverBalanced: boolean;
  /** One a row: its trials draw the same arrivals and arguments. */
  readonly seeds: readonly number[];
}

export function plannedExperiment({ arms, pairs, seed }: ExperimentScenario): PlannedExperiment {
  const random = seededRandom(seed, 'experiment');
  const order = trialOrder(arms.length, pairs, random.fork('order'));
  return {
    order: order.map((row) => row.map((arm) => arms[arm]?.name ?? '')),
    carryOverBalanced: isBalanced(order),
    seeds: Array.from({ length: pairs }, (_, row) => random.fork(`row ${row}`).below(2 ** 32)),
  };
}

/** Arms by name, those that have a commit. */
export type Commits = ReadonlyMap<string, CommittedArm>;

export const armsOf = ({ arms, reference }: ExperimentScenario, commits: Commits): ExperimentFile['arms'] =>
  arms.map((arm) => ({
    name: arm.name,
    isReference: arm.name === reference,
    scenarioDigest: arm.read().digest,
    git: gitOf(commits.get(arm.name)),
  }));

/** An experiment that this process alone works on, until `hold` is released. */
export interface HeldExperiment {
  readonly dir: string;
  readonly experiment: ExperimentFile;
  readonly hold: Hold;
}

/** A new experiment, with its folder. */
export function begun(
  out: string,
  scenario: ExperimentScenario,
  planned: PlannedExperiment,
  commits: Commits,
): HeldExperiment {
  const identity = { runId: randomBytes(6).toString('hex'), startedUtc: new Date().toISOString(), name: scenario.name };
  const dir = makeRunFolder(out, identity);
  return {
    dir,
    hold: held(dir),
    experiment: {
      schema: 'plimsoll/experiment-v1',
      experimentId: identity.runId,
      name: scenario.name,
      startedUtc: identity.startedUtc,
      plimsollVersion: plimsollVersion(),
      scenarioDigest: scenario.digest,
      seed: scenario.seed,
      arms: armsOf(scenario, commits),
      variables: ['identity.scenarioDigest'],
      trials: scenario.pairs,
      order: planned.order,
      carryOverBalanced: planned.carryOverBalanced,
      elapsedNs: 0,
      attempts: [],
      disturbedBlocks: [],
    },
  };
}

const refusal = (what: string, remedy: string): ProblemError =>
  new ProblemError('bad-input', { code: 'not-resumable', what, remedy });

/** @throws ProblemError (`bad-input`) where another process works on the experiment. */
function held(dir: string): Hold {
  const result = holdFolder(dir);
  if (result.kind === 'held') return result;
  const { pid, host } = result.holder;
  throw host === hostname()
    ? refusal(`${dir} is being run by process ${pid}`, 'wait until it ends, or stop it with Ctrl-C')
    : refusal(
        `${dir} is being run by process ${pid} of ${host}`,
        `wait until it ends; if it has ended there, delete ${join(dir, HOLDER_FILE)}`,
      );
}

/** The experiment of a folder. Rejects with a ProblemError (`bad-input`) when it is not the one of the scenario. */
export async function resumed(
  dir: string,
  scenario: ExperimentScenario,
  planned: PlannedExperiment,
  commits: Commits,
): Promise<HeldExperiment> {
  const printed = 'give the folder that was printed when it was interrupted';
  const nothing = refusal(`${dir} has no ${EXPERIMENT_FILE}`, printed);
  if ((await readExperiment(dir)) === null) throw nothing;
  const hold = held(dir);
  try {
    // As it is now that no other process writes it.
    const found = await readExperiment(dir);
    if (found === null) throw nothing;
    requireSame(found, { dir, scenario, planned, commits });
    return { dir, experiment: found, hold };
  } catch (thrown) {
    hold.release();
    throw thrown;
  }
}

interface Resumption {
  readonly dir: string;
  readonly scenario: ExperimentScenario;
  readonly planned: PlannedExperiment;
  readonly commits: Commits;
}

/** @throws ProblemError (`bad-input`) for another experiment than that of the scenario. */
function requireSame(found: ExperimentFile, { dir, scenario, planned: { order }, commits }: Resumption): void {
  const arms = armsOf(scenario, commits);
  // By what name the commit was given is no part of what the arm is.
  const known = (all: ExperimentFile['arms']): string =>
    canonicalJson(all.map(({ git, ...arm }) => ({ ...arm, git: git && { ...git, ref: '' } })));
  for (const { name, git } of arms) {
    const before = found.arms.find((arm) => arm.name === name)?.git ?? null;
    if (git === null || before === null || git.commit === before.commit) continue;
    throw refusal(
      `arm ${name} of ${dir} is the commit ${shortId(before.commit)}, and ${git.ref} is now ${shortId(git.commit)}`,
      `give that commit: --arm ${name}=git:${before.commit}`,
    );
  }
  const differs = (
    [
      ['scenario', found.scenarioDigest === scenario.digest],
      ['arms', known(found.arms) === known(arms)],
      ['seed', found.seed === scenario.seed],
      ['order of trials', JSON.stringify(found.order) === JSON.stringify(order)],
      ['version of plimsoll', found.plimsollVersion === plimsollVersion()],
    ] as const
  )
    .filter(([, isSame]) => !isSame)
    .map(([what]) => what);
  if (differs.length > 0)
    throw refusal(
      `${scenario.file} is not what ${dir} was begun with: another ${differs.join(', ')}`,
      'give the file, arms, profile, --set and --seed that it was begun with, or begin a new experiment',
    );
}

/** Plans of the arms, by name. */
export type ArmPlans = ReadonlyMap<string, Plan>;

export const plansOf = ({ arms }: Pick<ExperimentScenario, 'arms'>): ArmPlans =>
  new Map(arms.map(({ name, read }) => [name, planOf(read().scenario)]));

/** Time of one trial as scheduled, the pause behind it included; of the arm that takes longest. */
export function trialNs(plans: ArmPlans, { coolDownNs }: Pick<ExperimentScenario, 'coolDownNs'>): number {
  const scheduledNs = ({ phases }: Plan): number => phases.reduce((sum, { forNs }) => sum + forNs, 0);
  return Math.max(...[...plans.values()].map(scheduledNs)) + coolDownNs;
}
