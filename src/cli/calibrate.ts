/** `gate --calibrate`: a target against itself, and what gates can see on this machine. */
import {
  calibrationOf,
  compareTrials,
  comparisonExitCode,
  detectableEffects,
  usableRows,
  type Comparison,
  type ComparisonInput,
  type DetectableEffect,
} from '../compare/index.js';
import { changeText, counted, estimatedChange, inUnit, percent } from '../format/index.js';
import { EXIT, ProblemError, type ExitCode } from '../problem/index.js';
import {
  BASELINES_FOLDER,
  readCalibrations,
  readExperiment,
  writeCalibration,
  type CalibratedNumber,
} from '../record/index.js';
import { comparativeGatesFromTexts, readSelfComparison, requireGatesFit } from '../scenario/index.js';
import { engineChoice, requireFolder, seedOf, wholeOf } from './choices.js';
import { columns } from './columns.js';
import { readComparedRuns } from './compared-runs.js';
import { commitsOf, conductTrials } from './conduct-trials.js';
import { disturbancesOf, type DisturbanceFlags } from './disturbances.js';
import { explainExperiment } from './explain-experiment.js';
import { commitWarnings } from './git-arms.js';
import { printable, printWarnings } from './print.js';
import { scenarioFile } from './shipped.js';
import { writeErr, writeOut } from './streams.js';
import { printJson } from './verb.js';

export interface CalibrateFlags extends DisturbanceFlags {
  readonly pairs?: string;
  readonly profile?: string;
  readonly arm?: string;
  readonly set: readonly string[];
  readonly seed?: string;
  readonly gate: readonly string[];
  readonly baselines?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly explain?: true;
  readonly toxiproxy?: string;
  readonly faultEngine: string;
  readonly quiet?: true;
  readonly json?: true;
}

const DEFAULT_PAIRS = 20;
/** Fewer show so little of the spread that nothing is to be concluded from it. */
const LEAST_PAIRS = 5;
const MOST_PAIRS = 1000;
const FEWEST_COMPARED = 2;
const EXPERIMENTS = 'reports/experiments';

/** @throws ProblemError for flags that say nothing, an experiment that is another, and a trial that can't be run. */
export async function calibrate(given: string, flags: CalibrateFlags): Promise<ExitCode> {
  const file = scenarioFile(given);
  const gates = comparativeGatesFromTexts(flags.gate, '--gate');
  if (gates.some(({ versus }) => versus === 'baseline'))
    throw new ProblemError('bad-input', {
      code: 'versus-baseline',
      what: 'a calibration is of gates on a change from a reference, and --gate has one versus the baseline',
      remedy: 'leave "versus: baseline" out; plimsoll baseline show says what a baseline can see',
    });
  const seed = seedOf(flags.seed);
  requireFolder('--out', flags.out);
  requireFolder('--resume', flags.resume);
  const [engine, disturbances] = [engineChoice(flags), disturbancesOf(flags)];
  const baselines = flags.baselines ?? BASELINES_FOLDER;
  await readCalibrations(baselines);
  const options = {
    set: flags.set,
    ...(flags.profile === undefined ? {} : { profile: flags.profile }),
    ...(flags.arm === undefined ? {} : { arm: flags.arm }),
    ...(seed === undefined ? {} : { seed }),
  };
  const scenario = readSelfComparison(file, options, await pairsOf(flags));
  for (const { read } of scenario.arms.slice(0, 1)) requireGatesFit(read(), flags.gate, '--gate');
  printWarnings(scenario.warnings);
  const commits = await commitsOf(scenario);
  printWarnings(commitWarnings([...commits.values()].slice(0, 1)));
  if (flags.explain === true) {
    await explainExperiment(scenario, commits, {
      ...{ json: flags.json === true, compare: { gates, baselines } },
      isCalibration: true,
    });
    return EXIT.pass;
  }
  const ended = await conductTrials(scenario, commits, {
    ...{ file, engine, out: flags.out ?? EXPERIMENTS, resume: flags.resume ?? null, quiet: flags.quiet === true },
    ...disturbances,
  });
  if (ended.kind === 'interrupted') return ended.exitCode;
  const { key, gates: own, ...runs } = await readComparedRuns([ended.dir], []);
  const reference = [...own, ...gates].filter(({ versus }) => versus === 'reference');
  const input = { ...runs, gates: reference.length === 0 ? null : reference };
  const rows = usableRows(runs.rows);
  const refused = refusalOf(input, rows.length);
  if (refused !== null) return refused(ended.dir);
  const comparison = compareTrials({ ...input, rows, plannedRows: null });
  if (key === null) throw new RangeError('a run that is valid has an envelope');
  const { comparedPairs, seed: drawnFrom, ofArm } = scenario;
  // One pair shows no spread, so that nothing is ever detected with it.
  const pairs = Math.max(FEWEST_COMPARED, comparedPairs);
  const startedUtc = rows[0]?.[0]?.summary.startedUtc ?? '';
  const calibration = calibrationOf(comparison, { key, startedUtc, pairs, seed: drawnFrom });
  if (calibration.gates.length === 0) return nothingToSee(comparison, ended.dir);
  const path = await writeCalibration(baselines, calibration);
  if (flags.json === true) printJson(calibration);
  else {
    const effects = detectableEffects(
      calibration,
      comparison.gates.map(({ gate }) => gate),
      pairs,
    );
    const of = ofArm === null ? '' : `, arm ${ofArm}`;
    const left = runs.rows.length - rows.length;
    const without = left === 0 ? '' : `; ${counted(left, 'pair')} left out, since a trial was not valid`;
    writeOut(
      [
        `${printable(scenario.name)}${printable(of)}: calibrated by ${counted(rows.length, 'pair')}${without}`,
        `false alarms of a comparison of ${counted(pairs, 'pair')}: ${shareText(calibration.falseAlarms)}`,
        ...columns([
          ['  gate', 'where', 'spread between pairs', `detects with ${counted(pairs, 'pair')}`, 'resampled'],
          ...effects.map(cellsOf),
        ]),
        `trials: ${ended.dir}`,
        `written: ${path}`,
        '',
      ].join('\n'),
    );
  }
  return EXIT.pass;
}

/** As asked; else as many as the experiment has that is gone on with. */
async function pairsOf({ pairs, resume }: CalibrateFlags): Promise<number> {
  if (pairs === undefined) return (resume === undefined ? null : await readExperiment(resume))?.trials ?? DEFAULT_PAIRS;
  const asked = wholeOf('--pairs', pairs, MOST_PAIRS);
  if (asked >= LEAST_PAIRS) return asked;
  throw new ProblemError('bad-input', {
    code: 'bad-number',
    what: `--pairs ${asked} is too few: the spread between pairs is hardly known from fewer than ${LEAST_PAIRS}`,
    remedy: `give ${LEAST_PAIRS} or more; the default is ${DEFAULT_PAIRS}`,
  });
}

/** What ends a calibration without a result; null where there is enough to conclude from. */
function refusalOf(input: Omit<ComparisonInput, 'baseline'>, usable: number): ((dir: string) => ExitCode) | null {
  const whole = compareTrials(input);
  const isBlocked = input.environment.some(({ standing }) => standing === 'blocking');
  if (!isBlocked && usable >= LEAST_PAIRS) return null;
  const [why = ''] = whole.reasons;
  const enough = `${counted(usable, 'pair')} of ${input.rows.length} can be used, and ${LEAST_PAIRS} are needed: `;
  return (dir) => {
    writeErr(
      `not calibrated: ${isBlocked ? '' : enough}${printable(why)}\n` +
        'hint: calibrate again when the machine is quiet, or with --repeat-disturbed 5 --wait-until-quiet 5m\n' +
        `trials: ${dir}\n`,
    );
    return whole.verdict === 'invalid' ? comparisonExitCode('invalid') : EXIT.inconclusive;
  };
}

/** No gate had a number. */
function nothingToSee({ gates }: Comparison, dir: string): ExitCode {
  const [why = 'no gate applies'] = gates.flatMap(({ text, outcomes }) =>
    outcomes.map((each) => `${text}: ${each.why}`),
  );
  writeErr(
    `not calibrated: no gate has a number in every trial; ${printable(why)}\n` +
      'hint: make the phases longer, or gate something that each trial has enough samples of\n' +
      `trials: ${dir}\n`,
  );
  return EXIT.inconclusive;
}

const shareText = ({ estimate, low, high }: CalibratedNumber): string =>
  `${percent(estimate)} [${percent(low)}, ${percent(high)}]`;

function cellsOf({ gate, text, calibrated, effect, resampled }: DetectableEffect): readonly string[] {
  if (calibrated === null || effect === null) return [`  ${printable(text)}`, '', 'no number in every trial'];
  const spread = (value: number): string =>
    gate.change === 'ratio' ? percent(Math.expm1(value)) : inUnit(value, gate.unit);
  const { estimate, low, high } = calibrated.spread;
  return [
    `  ${printable(text)}`,
    printable(calibrated.where),
    `${spread(estimate)} [${spread(low)}, ${spread(high)}]`,
    estimatedChange(effect, gate),
    resampled === null ? 'none' : changeText(resampled, gate),
  ];
}
