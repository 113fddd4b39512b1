/** Stored baselines: the numbers of earlier runs, as small JSON files that fit into a repository. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, errorCode } from '../problem/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import { textIfThere, writeWhole } from './files.js';
import { slug } from './slug.js';

/** Where baselines are, from the working folder. */
export const BASELINES_FOLDER = 'baselines';

const BASELINE_ENDING = '.baseline.json';
const CALIBRATION_ENDING = '.calibration.json';

/** Runs of one boot that began less than this after one another share the state of their machine. */
const SAME_SESSION_MS = 3_600_000;

/** A field of the environment in which runs must agree to be compared. */
export interface BaselineField {
  /** `host.cpuModel` */
  readonly field: string;
  /** Null where the fact was not to be had. */
  readonly value: unknown;
}

/** What a baseline or a calibration belongs to. */
export interface BaselineKey {
  /** Of the scenario. */
  readonly name: string;
  /** SHA-256 of `environment`: scenario, machine and instrument. */
  readonly fingerprint: string;
  /** Every field that blocks a comparison, in a fixed order. */
  readonly environment: readonly BaselineField[];
}

export interface BaselineRun {
  readonly runId: string;
  readonly startedUtc: string;
  readonly seed: number | null;
  /** Of the boot of the machine; null where the system does not report it. */
  readonly bootId: string | null;
  /** Of the repository that the command was called in. */
  readonly gitCommit: string | null;
  readonly node: string | null;
}

/** One number of all runs of a baseline. */
export interface BaselineNumber {
  readonly metric: string;
  readonly stat: string;
  readonly tool: string | null;
  /** The phase, fault, process or run that it is of. */
  readonly where: string;
  /**
   * One for each run, in the unit of the statistic, to six digits; null where the run has none, or none that counts: a
   * lower bound, or a quantile with fewer than ten samples beyond it.
   */
  readonly values: readonly (number | null)[];
}

/** The whole of a baseline file. */
export interface BaselineFile extends BaselineKey {
  readonly schema: 'plimsoll/baseline-v1';
  /** By time of start. */
  readonly runs: readonly BaselineRun[];
  readonly numbers: readonly BaselineNumber[];
}

/** An estimate with its 95 % interval. */
export interface CalibratedNumber {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** What a gate can see on this machine, at one place. */
export interface CalibratedGate {
  readonly text: string;
  readonly metric: string;
  readonly stat: string;
  readonly tool: string | null;
  readonly where: string;
  /** Of `spread`, `detectable` and `margin`: `ratio` are logarithms of ratios, `difference` is in the unit. */
  readonly change: 'ratio' | 'difference';
  readonly margin: number;
  /** Standard deviation of the differences between paired trials of the same target. */
  readonly spread: CalibratedNumber;
  /** The smallest change for the worse that `pairs` trials report as a regression with a probability of 0.8. */
  readonly detectable: number | null;
}

/** The whole of a calibration file. */
export interface CalibrationFile extends BaselineKey {
  readonly schema: 'plimsoll/calibration-v1';
  readonly startedUtc: string;
  /** Pairs of trials that were measured. */
  readonly measuredPairs: number;
  /** Pairs of a comparison that `detectable` and `falseAlarms` are about. */
  readonly pairs: number;
  /** Of comparisons drawn from the measured pairs: the share in which a gate of level `error` regressed. */
  readonly falseAlarms: CalibratedNumber;
  readonly gates: readonly CalibratedGate[];
}

/** The baseline that a run is judged by, or why there is none. */
export type BaselineChoice =
  | { readonly kind: 'found'; readonly file: BaselineFile }
  /** `none`: nothing was stored for this scenario. `unlike`: what was stored may not be compared with the run. */
  | { readonly kind: 'none' | 'unlike'; readonly why: string };

/** `baseline.json` of a run: what it was judged by besides its scenario, so that it is judged the same again. */
export interface RunBaseline {
  readonly schema: 'plimsoll/run-baseline-v1';
  /** Gates of the command line, in the scenario language. */
  readonly gates: readonly string[];
  readonly choice: BaselineChoice;
}

/** Null where the text is not one. */
export function runBaselineOf(text: string | null): RunBaseline | null {
  const found = text === null ? null : parsedOrUndefined(text);
  if (!isObject(found) || found['schema'] !== 'plimsoll/run-baseline-v1' || !isObject(found['choice'])) return null;
  const { gates, choice } = found;
  if (!Array.isArray(gates) || !gates.every(isText)) return null;
  const isWhole = choice['kind'] === 'found' ? isBaseline(choice['file']) : isText(choice['why']);
  return isWhole ? (found as unknown as RunBaseline) : null;
}

/** The indexes of the runs that count: the first of each session, since runs of one session resemble each other. */
export function firstOfSessions(runs: readonly BaselineRun[]): readonly number[] {
  const last = new Map<string | null, number>();
  return runs.flatMap(({ bootId, startedUtc }, index) => {
    const atMs = Date.parse(startedUtc);
    const before = last.get(bootId);
    last.set(bootId, atMs);
    return before !== undefined && atMs - before < SAME_SESSION_MS ? [] : [index];
  });
}

const nameOf = ({ name, fingerprint }: BaselineKey, ending: string): string =>
  `${slug(name, 'run')}-${fingerprint.slice(0, 12)}${ending}`;

export const baselineName = (key: BaselineKey): string => nameOf(key, BASELINE_ENDING);

/** Writes a baseline; makes its folder. @throws ProblemError (`output`). */
export async function writeBaseline(path: string, file: BaselineFile): Promise<void> {
  const { numbers, ...rest } = file;
  const head = JSON.stringify(rest, null, 2).replace(/\n}$/, '');
  // A line for each number: what changes from run to run is seen in a repository.
  const lines = numbers.map((number) => `    ${JSON.stringify(number)}`).join(',\n');
  await writeWhole(path, `${head},\n  "numbers": [${lines === '' ? '' : `\n${lines}\n  `}]\n}\n`);
}

/** Writes a calibration beside the baselines. Gives its path. @throws ProblemError (`output`). */
export async function writeCalibration(folder: string, file: CalibrationFile): Promise<string> {
  const path = join(folder, nameOf(file, CALIBRATION_ENDING));
  await writeWhole(path, `${JSON.stringify(file, null, 2)}\n`);
  return path;
}

export interface StoredFile<File> {
  readonly path: string;
  readonly file: File;
}

/**
 * The baselines of a folder by name; none where there is no such folder. Rejects with a ProblemError (`bad-input`) for
 * a file that is not one.
 */
export async function readBaselines(folder: string): Promise<readonly StoredFile<BaselineFile>[]> {
  return readEach(folder, BASELINE_ENDING, (found, path) => {
    if (found['schema'] !== 'plimsoll/baseline-v1') throw notOne(path, 'is not of the format plimsoll/baseline-v1');
    if (!isBaseline(found))
      throw notOne(path, 'is not whole: it lacks its key, or a number lacks a value for each run');
    return found;
  });
}

/** The calibrations of a folder; as `readBaselines`. */
export async function readCalibrations(folder: string): Promise<readonly StoredFile<CalibrationFile>[]> {
  return readEach(folder, CALIBRATION_ENDING, (found, path) => {
    if (found['schema'] !== 'plimsoll/calibration-v1')
      throw notOne(path, 'is not of the format plimsoll/calibration-v1');
    if (!isCalibration(found)) throw notOne(path, 'is not whole');
    return found;
  });
}

async function readEach<File>(
  folder: string,
  ending: string,
  read: (found: Readonly<Record<string, unknown>>, path: string) => File,
): Promise<readonly StoredFile<File>[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw new ProblemError('bad-input', {
      code: 'no-baselines',
      what: `${folder} is no folder of baselines that can be read`,
      remedy: 'give the folder that "plimsoll baseline add" wrote to with --baselines',
    });
  });
  const files: StoredFile<File>[] = [];
  for (const name of names.filter((each) => each.endsWith(ending)).sort()) {
    const path = join(folder, name);
    const text = await textIfThere(path).catch((error: unknown) => {
      throw notOne(path, `can't be read (${errorCode(error)})`);
    });
    const found = parsedOrUndefined(text ?? '');
    if (!isObject(found)) throw notOne(path, 'is not JSON of an object');
    files.push({ path, file: read(found, path) });
  }
  return files;
}

const notOne = (path: string, what: string): ProblemError =>
  new ProblemError('bad-input', {
    code: 'not-a-baseline',
    what: `${path} ${what}`,
    remedy: 'restore it from the repository, or delete it and make it again with "plimsoll baseline add"',
  });

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const isMoment = (value: unknown): boolean => isText(value) && !Number.isNaN(Date.parse(value));
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isNumberOrNull = (value: unknown): boolean => value === null || isNumber(value);

function isKey(found: Readonly<Record<string, unknown>>): boolean {
  const { name, fingerprint, environment } = found;
  const isField = (each: unknown): boolean => isObject(each) && isText(each['field']) && 'value' in each;
  return isText(name) && isText(fingerprint) && Array.isArray(environment) && environment.every(isField);
}

function isBaseline(found: unknown): found is BaselineFile {
  if (!isObject(found) || !isKey(found)) return false;
  const { runs, numbers } = found;
  if (!Array.isArray(runs) || !runs.every(isRun) || !Array.isArray(numbers)) return false;
  return numbers.every((each: unknown) => isBaselineNumber(each, runs.length));
}

function isRun(found: unknown): boolean {
  if (!isObject(found) || !isText(found['runId']) || !isMoment(found['startedUtc'])) return false;
  return [found['bootId'], found['gitCommit'], found['node']].every(isTextOrNull) && isNumberOrNull(found['seed']);
}

function isBaselineNumber(found: unknown, runs: number): boolean {
  if (!isObject(found) || ![found['metric'], found['stat'], found['where']].every(isText)) return false;
  const { values, tool } = found;
  return isTextOrNull(tool) && Array.isArray(values) && values.length === runs && values.every(isNumberOrNull);
}

function isCalibration(found: unknown): found is CalibrationFile {
  if (!isObject(found) || !isKey(found) || !isMoment(found['startedUtc'])) return false;
  const { measuredPairs, pairs, falseAlarms, gates } = found;
  if (![measuredPairs, pairs].every(isNumber) || !isInterval(falseAlarms)) return false;
  return Array.isArray(gates) && gates.every(isCalibratedGate);
}

function isCalibratedGate(found: unknown): boolean {
  if (!isObject(found) || ![found['text'], found['metric'], found['stat'], found['where']].every(isText)) return false;
  const { tool, change, margin, spread, detectable } = found;
  if (!isTextOrNull(tool) || (change !== 'ratio' && change !== 'difference')) return false;
  return isNumber(margin) && isInterval(spread) && isNumberOrNull(detectable);
}

function isInterval(found: unknown): boolean {
  return isObject(found) && [found['estimate'], found['low'], found['high']].every(isNumber);
}
