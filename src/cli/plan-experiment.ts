/** An experiment before its first trial: its order and seeds, its file, and what --explain says of it. */
import { randomBytes } from 'node:crypto';
import { count, counted, duration, percent } from '../format/index.js';
import { plimsollVersion } from '../package/index.js';
import { isBalanced, planOf, rowsPerDesign, trialOrder, type Plan } from '../plan/index.js';
import { gatewaysOf, minimumDetectableEffect, type ArmGateway } from '../compare/index.js';
import { ProblemError } from '../problem/index.js';
import { canonicalJson } from '../protocol/index.js';
import { seededRandom } from '../random/index.js';
import { EXPERIMENT_FILE, makeRunFolder, readExperiment, type ExperimentFile } from '../record/index.js';
import type { ExperimentScenario } from '../scenario/index.js';
import { gitOf, shortId, type CommittedArm } from './git-arms.js';
import { writeOut } from './streams.js';
import { printJson } from './verb.js';

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

const armsOf = ({ arms, reference }: ExperimentScenario, commits: Commits): ExperimentFile['arms'] =>
  arms.map((arm) => ({
    name: arm.name,
    isReference: arm.name === reference,
    scenarioDigest: arm.read().digest,
    git: gitOf(commits.get(arm.name)),
  }));

/** A new experiment, with its folder. */
export function begun(
  out: string,
  scenario: ExperimentScenario,
  planned: PlannedExperiment,
  commits: Commits,
): { readonly dir: string; readonly experiment: ExperimentFile } {
  const identity = { runId: randomBytes(6).toString('hex'), startedUtc: new Date().toISOString(), name: scenario.name };
  return {
    dir: makeRunFolder(out, identity),
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

/** The experiment of a folder. Rejects with a ProblemError (`bad-input`) when it is not the one of the scenario. */
export async function resumed(
  dir: string,
  scenario: ExperimentScenario,
  { order }: PlannedExperiment,
  commits: Commits,
): Promise<ExperimentFile> {
  const found = await readExperiment(dir);
  const refusal = (what: string, remedy: string): ProblemError =>
    new ProblemError('bad-input', { code: 'not-resumable', what, remedy });
  if (found === null)
    throw refusal(`${dir} has no ${EXPERIMENT_FILE}`, 'give the folder that was printed when it was interrupted');
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
      ['order of trials', JSON.stringify(found.order) === JSON.stringify(order)],
      ['version of plimsoll', found.plimsollVersion === plimsollVersion()],
    ] as const
  )
    .filter(([, isSame]) => !isSame)
    .map(([what]) => what);
  if (differs.length > 0)
    throw refusal(
      `${scenario.file} is not what ${dir} was begun with: another ${differs.join(', ')}`,
      'give the file, arms, profile and --set that it was begun with, or begin a new experiment',
    );
  return found;
}

/** Time of one trial as scheduled, the pause behind it included; of the arm that takes longest. */
export function trialNs({ arms, coolDownNs }: ExperimentScenario): number {
  const scheduledNs = (plan: Plan): number => plan.phases.reduce((sum, { forNs }) => sum + forNs, 0);
  return Math.max(...arms.map((arm) => scheduledNs(planOf(arm.read().scenario)))) + coolDownNs;
}

/** Spreads between pairs for which it is printed what could be seen: a quiet machine, and a shared one. */
const SPREADS = [0.02, 0.05] as const;

export function explainExperiment(
  scenario: ExperimentScenario,
  planned: PlannedExperiment,
  commits: Commits,
  isJson: boolean,
): void {
  const { arms, reference, pairs, name, seed } = scenario;
  const trials = arms.length * pairs;
  const forNs = trials * trialNs(scenario);
  const detectable = SPREADS.map((spread) => ({
    spread,
    share: pairs < 2 ? null : Math.expm1(minimumDetectableEffect(Math.log1p(spread), pairs, 0)),
  }));
  if (isJson) {
    const described = armsOf(scenario, commits);
    const facts = { name, seed, reference, arms: described, pairs, forNs, detectable };
    printJson({ schema: 'plimsoll/experiment-plan-v1', ...planned, ...facts });
    return;
  }
  const period = rowsPerDesign(arms.length);
  const lines = [
    `${name}: ${counted(arms.length, 'arm')}, ${counted(pairs, 'pair')}, ${counted(trials, 'trial')}, ` +
      `at least ${duration(forNs)} and what starting and stopping ${counted(trials, 'stack')} takes; seed ${seed}`,
    '',
    'arms',
    ...arms.flatMap(({ name: arm, description, read }) => {
      const isReference = arm === reference ? ' (reference)' : '';
      return [
        `  ${arm}${isReference}${commitText(commits.get(arm))}  ${description ?? ''}`.trimEnd(),
        ...gatewaysOf(read().scenario.stack, new Map()).flatMap(gatewayLines),
      ];
    }),
    '',
    planned.carryOverBalanced
      ? 'order'
      : `order (carry-over not balanced: ${count(pairs)} is no multiple of ${period})`,
    ...planned.order.map((row, index) => `  ${String(index + 1).padStart(3)}  ${row.join('  ')}`),
    '',
    'detectable effect (with a probability of 80 %), by the spread of the differences between pairs',
    ...detectable.map(
      ({ spread, share }) => `  spread ${percent(spread)}: ${share === null ? 'none with one pair' : percent(share)}`,
    ),
    '',
    'each arm: plimsoll run FILE --arm NAME --explain',
  ];
  writeOut(`${lines.join('\n')}\n`);
}

/** What its adapter says of a gateway: how it is set, and what it can't do. */
const gatewayLines = ({ title, tried, tuning, lacks, licenceNote }: ArmGateway): readonly string[] => [
  `      ${title} (adapter made with ${tried}): ${tuning}`,
  ...lacks.map((each) => `      ${each}`),
  ...(licenceNote === null ? [] : [`      licence: ${licenceNote}`]),
];

function commitText(arm: CommittedArm | undefined): string {
  const git = gitOf(arm);
  if (git === null) return '';
  return `  ${git.ref} (${shortId(git.commit)})${git.prepare === null ? '' : `, prepared by: ${git.prepare}`}`;
}
