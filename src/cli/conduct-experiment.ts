/** `compare FILE`: the trials of a scenario's arms in turn, then the comparison of their runs. */
import { randomBytes } from 'node:crypto';
import { count, counted, duration, percent } from '../format/index.js';
import { plimsollVersion } from '../package/index.js';
import { isBalanced, planOf, rowsPerDesign, trialOrder, type Plan } from '../plan/index.js';
import { minimumDetectableEffect } from '../compare/index.js';
import { disturbedByOthers } from '../analysis/index.js';
import { EXIT, ProblemError, type ExitCode } from '../problem/index.js';
import { seededRandom } from '../random/index.js';
import { EXPERIMENT_FILE, makeRunFolder, readExperiment, readRecord, type ExperimentFile } from '../record/index.js';
import { conductExperiment } from '../run/index.js';
import { readExperimentScenario, type ExperimentScenario, type ReadOptions } from '../scenario/index.js';
import type { EngineChoice } from '../toxiproxy/index.js';
import { compareAndWrite, type CompareOptions } from './compare-outputs.js';
import { durationNsOf, engineChoice, seedOf, wholeOf } from './choices.js';
import { machineJudge } from './machine.js';
import { analyseRecord, writeOutputs } from './outputs.js';
import { printWarnings } from './print.js';
import { startProgress } from './progress.js';
import { listenForInterruption } from './signals.js';
import { writeErr, writeOut } from './streams.js';
import { printJson } from './verb.js';

export interface ExperimentFlags extends CompareOptions {
  readonly profile?: string;
  readonly set: readonly string[];
  readonly seed?: string;
  readonly explain?: true;
  readonly resume?: string;
  readonly repeatDisturbed: string;
  readonly within: string;
  readonly out: string;
  readonly toxiproxy?: string;
  readonly faultEngine: string;
  readonly quiet?: true;
  readonly json?: true;
}

const MOST_REPEATS = 100;

/** What the flags ask for. @throws ProblemError (`bad-input`) for a flag that says nothing. */
export function experimentOrder(file: string, flags: ExperimentFlags): ExperimentOrder {
  const seed = seedOf(flags.seed);
  return {
    file,
    read: {
      set: flags.set,
      ...(flags.profile === undefined ? {} : { profile: flags.profile }),
      ...(seed === undefined ? {} : { seed }),
    },
    engine: engineChoice(flags),
    out: flags.out,
    resume: flags.resume ?? null,
    repeats: {
      most: wholeOf('--repeat-disturbed', flags.repeatDisturbed, MOST_REPEATS),
      withinNs: durationNsOf('--within', flags.within),
    },
    // Into the experiment, beside its runs.
    compare: {
      ...{ gate: flags.gate, variable: flags.variable },
      ...(flags.baselines === undefined ? {} : { baselines: flags.baselines }),
      ...(flags.inconclusive === undefined ? {} : { inconclusive: flags.inconclusive }),
    },
    explain: flags.explain === true,
    quiet: flags.quiet === true,
    json: flags.json === true,
  };
}

export interface ExperimentOrder {
  readonly file: string;
  readonly read: ReadOptions;
  readonly engine: EngineChoice;
  /** Folder that experiments go into. */
  readonly out: string;
  /** Folder of an experiment that is to be finished; null for a new one. */
  readonly resume: string | null;
  readonly repeats: { readonly most: number; readonly withinNs: number };
  readonly compare: CompareOptions;
  readonly explain: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

/** @throws ProblemError for a file without arms, an experiment that is not the file's, or a trial that can't be run. */
export async function conductAndCompare(order: ExperimentOrder): Promise<ExitCode> {
  const scenario = readExperimentScenario(order.file, order.read);
  if (scenario === null)
    throw new ProblemError('bad-input', {
      code: 'no-arms',
      what: `${order.file} has no arms to compare`,
      remedy: 'add "arms:" with two variants or more, or give the folders of runs: plimsoll compare DIR DIR',
    });
  printWarnings(scenario.warnings);
  const planned = plannedExperiment(scenario);
  if (order.explain) {
    explainExperiment(scenario, planned, order.json);
    return EXIT.pass;
  }
  const { dir, experiment } = await opened(order, scenario, planned);
  const seconds = trialNs(scenario) / 1e9;
  const progress = startProgress(() => null, order.quiet);
  const interruption = listenForInterruption((text) => progress.note(text));
  try {
    const ended = await conductExperiment({
      ...{ dir, experiment, arms: scenario.arms, seeds: planned.seeds, coolDownNs: scenario.coolDownNs },
      repeats: order.repeats,
      engine: order.engine,
      machine: machineJudge(process.env),
      environment: process.env,
      argv: process.argv.slice(2),
      interrupt: interruption.signal,
      onEmergency: interruption.onEmergency,
      trialBegins: ({ arm, number, of, repeat }) => {
        const left = duration((of - number + 1) * seconds * 1e9);
        const again = repeat === 0 ? '' : `, repeated ${counted(repeat, 'time')}`;
        progress.within(`trial ${number} of ${of}, ${arm}${again}, about ${left} left: `);
      },
      judge: async (folder) => {
        const result = analyseRecord(await readRecord(folder));
        await writeOutputs(result, folder);
        return disturbedByOthers(result.view.analysis.summary.validity);
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

interface PlannedExperiment {
  /** Names of arms, row by row. */
  readonly order: readonly (readonly string[])[];
  readonly carryOverBalanced: boolean;
  /** One a row: its trials draw the same arrivals and arguments. */
  readonly seeds: readonly number[];
}

function plannedExperiment({ arms, pairs, seed }: ExperimentScenario): PlannedExperiment {
  const random = seededRandom(seed, 'experiment');
  const order = trialOrder(arms.length, pairs, random.fork('order'));
  return {
    order: order.map((row) => row.map((arm) => arms[arm]?.name ?? '')),
    carryOverBalanced: isBalanced(order),
    seeds: Array.from({ length: pairs }, (_, row) => random.fork(`row ${row}`).below(2 ** 32)),
  };
}

async function opened(
  { out, resume, file }: ExperimentOrder,
  scenario: ExperimentScenario,
  planned: PlannedExperiment,
): Promise<{ readonly dir: string; readonly experiment: ExperimentFile }> {
  const arms = scenario.arms.map((arm) => ({
    name: arm.name,
    isReference: arm.name === scenario.reference,
    scenarioDigest: arm.read().digest,
  }));
  if (resume !== null) return { dir: resume, experiment: await resumed(resume, file, scenario, arms, planned) };
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
      arms,
      variables: ['identity.scenarioDigest'],
      trials: scenario.pairs,
      order: planned.order,
      carryOverBalanced: planned.carryOverBalanced,
      attempts: [],
      disturbedBlocks: [],
    },
  };
}

/** The experiment of a folder, if it is this one. */
async function resumed(
  dir: string,
  file: string,
  scenario: ExperimentScenario,
  arms: ExperimentFile['arms'],
  { order }: PlannedExperiment,
): Promise<ExperimentFile> {
  const found = await readExperiment(dir);
  const refusal = (what: string, remedy: string): ProblemError =>
    new ProblemError('bad-input', { code: 'not-resumable', what, remedy });
  if (found === null)
    throw refusal(`${dir} has no ${EXPERIMENT_FILE}`, 'give the folder that was printed when it was interrupted');
  const differs = (
    [
      ['scenario', found.scenarioDigest === scenario.digest],
      ['arms', JSON.stringify(found.arms) === JSON.stringify(arms)],
      ['order of trials', JSON.stringify(found.order) === JSON.stringify(order)],
      ['version of plimsoll', found.plimsollVersion === plimsollVersion()],
    ] as const
  )
    .filter(([, isSame]) => !isSame)
    .map(([what]) => what);
  if (differs.length > 0)
    throw refusal(
      `${file} is not what ${dir} was begun with: another ${differs.join(', ')}`,
      'give the file, profile and --set that it was begun with, or begin a new experiment',
    );
  return found;
}

/** Time of one trial as scheduled, the pause behind it included; of the arm that takes longest. */
function trialNs({ arms, coolDownNs }: ExperimentScenario): number {
  const scheduledNs = (plan: Plan): number => plan.phases.reduce((sum, { forNs }) => sum + forNs, 0);
  return Math.max(...arms.map((arm) => scheduledNs(planOf(arm.read().scenario)))) + coolDownNs;
}

/** Spreads between pairs for which it is printed what could be seen: a quiet machine, and a shared one. */
const SPREADS = [0.02, 0.05] as const;

function explainExperiment(scenario: ExperimentScenario, planned: PlannedExperiment, isJson: boolean): void {
  const { arms, reference, pairs, name, seed } = scenario;
  const trials = arms.length * pairs;
  const forNs = trials * trialNs(scenario);
  const detectable = SPREADS.map((spread) => ({
    spread,
    share: pairs < 2 ? null : Math.expm1(minimumDetectableEffect(Math.log1p(spread), pairs, 0)),
  }));
  if (isJson) {
    printJson({ schema: 'plimsoll/experiment-plan-v1', ...planned, name, seed, reference, pairs, forNs, detectable });
    return;
  }
  const period = rowsPerDesign(arms.length);
  const lines = [
    `${name}: ${counted(arms.length, 'arm')}, ${counted(pairs, 'pair')}, ${counted(trials, 'trial')}, ` +
      `at least ${duration(forNs)} and what starting and stopping ${counted(trials, 'stack')} takes; seed ${seed}`,
    '',
    'arms',
    ...arms.map((arm) =>
      `  ${arm.name}${arm.name === reference ? ' (reference)' : ''}  ${arm.description ?? ''}`.trimEnd(),
    ),
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
