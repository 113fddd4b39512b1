/** What --explain says of an experiment: arms, order, duration, and which effect it could detect. */
import type { ComparativeGate } from '../catalog/index.js';
import {
  calibrationFor,
  defaultComparativeGates,
  detectableEffects,
  gatewaysOf,
  keyOf,
  minimumDetectableEffect,
  type ArmGateway,
  type DetectableEffect,
} from '../compare/index.js';
import { captureLastingFacts } from '../envelope/index.js';
import { count, counted, duration, estimatedChange, percent } from '../format/index.js';
import { PACKAGE_ROOT, plimsollVersion } from '../package/index.js';
import { rowsPerDesign } from '../plan/index.js';
import { readCalibrations, type CalibrationFile } from '../record/index.js';
import type { ExperimentScenario } from '../scenario/index.js';
import { columns } from './columns.js';
import { gitOf, shortId, type CommittedArm } from './git-arms.js';
import { machineJudge } from './machine.js';
import { armsOf, plannedExperiment, plansOf, trialNs, type Commits } from './plan-experiment.js';
import { installedGateways } from './installed-gateways.js';
import { printable } from './print.js';
import { writeOut } from './streams.js';
import { printJson } from './verb.js';

export interface Explained {
  readonly json: boolean;
  readonly compare: { readonly gates: readonly ComparativeGate[]; readonly baselines: string };
  /** Whether an arm was named on the command line, which "run --arm" does not know. */
  readonly hasGivenArms?: boolean;
  /** Its arms are the same target, and no arms of a file. */
  readonly isCalibration?: boolean;
}

/** What the calibration of this scenario on this machine says of the comparison. */
interface Foreseen {
  readonly file: CalibrationFile;
  readonly effects: readonly DetectableEffect[];
}

/** Prints it; nothing of the experiment is started. Gateways are asked for their versions. */
export async function explainExperiment(
  scenario: ExperimentScenario,
  commits: Commits,
  { json, compare, hasGivenArms = false, isCalibration = false }: Explained,
): Promise<void> {
  const planned = plannedExperiment(scenario);
  const { arms, reference, pairs, name, seed } = scenario;
  const trials = arms.length * pairs;
  const forNs = trials * trialNs(plansOf(scenario), scenario);
  const bySpread = SPREADS.map((spread) => ({
    spread,
    share: pairs < 2 ? null : Math.expm1(minimumDetectableEffect(Math.log1p(spread), pairs, 0)),
  }));
  const foreseen = pairs < 2 || isCalibration ? null : await foreseenOf(scenario, compare);
  if (json) {
    const facts = { name, seed, reference, arms: armsOf(scenario, commits), pairs, forNs, detectable: bySpread };
    const calibration = foreseen === null || typeof foreseen === 'string' ? null : described(foreseen);
    printJson({ schema: 'plimsoll/experiment-plan-v1', ...planned, ...facts, calibration });
    return;
  }
  const period = rowsPerDesign(arms.length);
  const texts: string[] = [];
  for (const { name: arm, description, read } of arms) {
    const isReference = arm === reference ? ' (reference)' : '';
    const { stack } = read().scenario;
    const installed = await installedGateways(stack, process.env);
    texts.push(
      `  ${arm}${isReference}${commitText(commits.get(arm))}  ${description ?? ''}`.trimEnd(),
      ...gatewaysOf(stack, new Map()).flatMap((gateway) => gatewayLines(gateway, installed.get(gateway.service) ?? [])),
    );
  }
  const lines = [
    `${name}: ${counted(arms.length, 'arm')}, ${counted(pairs, 'pair')}, ${counted(trials, 'trial')}, ` +
      `at least ${duration(forNs)} and what starting and stopping ${counted(trials, 'stack')} takes; seed ${seed}`,
    '',
    'arms',
    ...texts,
    '',
    planned.carryOverBalanced
      ? 'order'
      : `order (carry-over not balanced: ${count(pairs)} is no multiple of ${period})`,
    ...planned.order.map((row, index) => `  ${String(index + 1).padStart(3)}  ${row.join('  ')}`),
    ...(isCalibration ? [] : ['', ...detectableText(foreseen, bySpread)]),
    ...(isCalibration || hasGivenArms
      ? []
      : ['', `each arm: plimsoll run ${printable(scenario.file)} --arm NAME --explain`]),
  ];
  writeOut(`${lines.join('\n')}\n`);
}

/** Spreads between pairs for which it is printed what could be seen: a quiet machine, and a shared one. */
const SPREADS = [0.02, 0.05] as const;

type BySpread = readonly { readonly spread: number; readonly share: number | null }[];

/** By the calibration; without one by spreads that are usual, with the reason. */
function detectableText(foreseen: Foreseen | string | null, bySpread: BySpread): readonly string[] {
  const title = 'detectable effect (with a probability of 80 %), by the';
  if (foreseen === null || typeof foreseen === 'string')
    return [
      `${title} spread of the differences between pairs`,
      ...bySpread.map(
        ({ spread, share }) => `  spread ${percent(spread)}: ${share === null ? 'none with one pair' : percent(share)}`,
      ),
      ...(foreseen === null ? [] : [`  ${printable(foreseen)}`]),
    ];
  const { file, effects } = foreseen;
  return [
    `${title} calibration of ${file.startedUtc.slice(0, 10)} (${counted(file.measuredPairs, 'pair')})`,
    ...columns(
      effects.map(({ gate, text, calibrated, effect }) => [
        `  ${printable(text)}`,
        printable(calibrated?.where ?? ''),
        effect === null ? 'not calibrated' : estimatedChange(effect, gate),
      ]),
    ),
  ];
}

/** By the stored calibration of the reference on this machine; why there is none, as a text. */
async function foreseenOf(
  { arms, reference, pairs, file }: ExperimentScenario,
  { gates: added, baselines }: Explained['compare'],
): Promise<Foreseen | string> {
  const read = arms.find(({ name }) => name === reference)?.read();
  if (read === undefined) throw new RangeError(`there is no arm ${reference}`);
  const calibrations = await readCalibrations(baselines);
  const measure = `; plimsoll gate --calibrate ${file} measures it`;
  if (calibrations.length === 0) return `the spread on this machine is not known${measure}`;
  const identity = {
    ...{ runId: '', startedUtc: '', monotonicEpochNs: '', argv: [] },
    ...{ plimsollVersion: plimsollVersion(), scenarioDigest: read.digest, seed: read.scenario.seed },
  };
  const lasting = await captureLastingFacts({ identity, packageFolder: PACKAGE_ROOT, workingFolder: process.cwd() });
  const noise = { source: { value: machineJudge(process.env).source } };
  const key = keyOf({ summary: { name: read.scenario.name }, envelope: { ...lasting, noise } });
  const choice = calibrationFor(
    calibrations.map((stored) => stored.file),
    key,
  );
  if (choice.kind !== 'found') return `${choice.why}${measure}`;
  const asked = [...read.scenario.comparativeGates, ...added].filter(({ versus }) => versus === 'reference');
  const effects = detectableEffects(choice.file, asked.length > 0 ? asked : defaultComparativeGates(), pairs);
  // A gate that holds wherever there is something of it says nothing here where there is nothing.
  return { file: choice.file, effects: effects.filter(({ effect }) => asked.length > 0 || effect !== null) };
}

const described = ({ file: { startedUtc, measuredPairs, falseAlarms }, effects }: Foreseen) => ({
  ...{ startedUtc, measuredPairs, falseAlarms },
  detectable: effects.map(({ text, calibrated, gate: { change, unit }, effect }) => ({
    ...{ text, where: calibrated?.where ?? null, change, unit, effect },
  })),
});

/**
 * What its adapter says of a gateway: how it is set, and what it can't do.
 * @param installed what is on this machine.
 */
const gatewayLines = (
  { title, tried, tuning, lacks, licenceNote }: ArmGateway,
  installed: readonly string[],
): readonly string[] => [
  `      ${title} (adapter made with ${tried}): ${tuning}`,
  ...installed.map((each) => `      ${printable(each)}`),
  ...lacks.map((each) => `      ${each}`),
  ...(licenceNote === null ? [] : [`      licence: ${licenceNote}`]),
];

function commitText(arm: CommittedArm | undefined): string {
  const git = gitOf(arm);
  if (git === null) return '';
  return `  ${git.ref} (${shortId(git.commit)})${git.prepare === null ? '' : `, prepared by: ${git.prepare}`}`;
}
