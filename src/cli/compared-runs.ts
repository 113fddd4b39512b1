/** Reading what `compare` is given: run records, folders of them, or an experiment. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ComparativeGate } from '../catalog/index.js';
import {
  gatewaysOf,
  keyOf,
  rowsByTime,
  stackPicture,
  trialFindings,
  type ComparisonInput,
  type LeftOutTrial,
  type Trial,
  type TrialFigures,
} from '../compare/index.js';
import { differencesOfArms, ENVELOPE_FIELDS, type Envelope } from '../envelope/index.js';
import { ProblemError, suggestion } from '../problem/index.js';
import { canonicalJson } from '../protocol/index.js';
import { scenarioFromText, type ReadScenario } from '../scenario/index.js';
import {
  EXPERIMENT_FILE,
  FILES,
  readExperiment,
  readRecord,
  type BaselineKey,
  type ExperimentFile,
} from '../record/index.js';
import { isFolder } from './files.js';
import { analyseRecord } from './outputs.js';
import { readRun, runsIn } from './sealed-runs.js';
import { scenarioFile, shippedNames } from './shipped.js';

export interface ComparedRuns extends Omit<ComparisonInput, 'gates' | 'baseline'> {
  /** The gates on a change of the scenario that was run. */
  readonly gates: readonly ComparativeGate[];
  /** Of the reference. */
  readonly scenario: Pick<ReadScenario, 'resolvedText' | 'file'>;
  /** What a baseline of the reference belongs to; null where its environment is not known. */
  readonly key: BaselineKey | null;
}

const problem = (code: string, what: string, remedy: string): ProblemError =>
  new ProblemError('bad-input', { code, what, remedy });

/**
 * Reads what is to be compared.
 * @param words `DIR` or `NAME=DIR`: an experiment by itself, or runs; the first arm is the reference.
 * @param variables blocking fields of the environment that are declared as what the arms differ in.
 * @throws ProblemError (`bad-input`) for anything that can't be compared.
 */
export async function readComparedRuns(words: readonly string[], variables: readonly string[]): Promise<ComparedRuns> {
  if (words.length > 1) requireNoScenario(words);
  const places = words.map(placeOf);
  const experiments = places.filter(({ path }) => existsSync(join(path, EXPERIMENT_FILE)));
  const [first] = experiments;
  if (first === undefined) return ofRuns(places, variables);
  if (places.length > 1)
    throw problem(
      'one-experiment',
      `${first.path} is an experiment, and is compared by itself`,
      'give the experiment alone, or the folders of runs',
    );
  const experiment = await readExperiment(first.path);
  if (experiment === null) throw problem('no-experiment', `${first.path} has no ${EXPERIMENT_FILE}`, 'check the path');
  return ofExperiment(first.path, experiment, variables);
}

/** @throws ProblemError (`bad-input`) for a field that need not, or can't, be declared as what arms differ in. */
export function requireBlockingFields(fields: readonly string[]): void {
  const known = ENVELOPE_FIELDS.filter(({ fieldClass }) => fieldClass === 'blocking').map(({ path }) => path);
  const other = fields.find((field) => !known.includes(field));
  if (other === undefined) return;
  throw problem(
    'unknown-field',
    `no field "${other}" of the environment blocks a comparison`,
    suggestion(other, known, 'fields that block'),
  );
}

/** The scenario that is to be run, where one file or a shipped scenario was given; null for folders of runs. */
export function scenarioFileOf(words: readonly string[]): string | null {
  const [word = ''] = words;
  if (words.length !== 1 || isFolder(word)) return null;
  if (/\.(ya?ml|json)$/i.test(word)) return word;
  return shippedNames().includes(word) && !existsSync(word) ? scenarioFile(word) : null;
}

/** @throws ProblemError (`bad-input`) for a scenario beside other things: its arms are run, and runs are not. */
function requireNoScenario(words: readonly string[]): void {
  const scenario = words.find((word) => scenarioFileOf([word]) !== null && /\.ya?ml$/i.test(word));
  if (scenario === undefined) return;
  throw problem(
    'one-scenario',
    `${scenario} is a scenario, and is compared by itself: its arms are run in turn`,
    `name another stack as an arm of it: plimsoll compare ${scenario} --arm candidate=OTHER.yaml`,
  );
}

interface Place {
  readonly name: string | null;
  readonly path: string;
}

function placeOf(word: string): Place {
  const at = word.indexOf('=');
  const place =
    at < 1 || existsSync(word) ? { name: null, path: word } : { name: word.slice(0, at), path: word.slice(at + 1) };
  if (place.path !== '') return place;
  throw problem('no-folder', `"${word}" names no folder`, 'write DIR, or NAME=DIR, of a run, runs or an experiment');
}

interface ComparedRun {
  readonly trial: Trial;
  readonly envelope: Envelope | null;
  readonly read: ReadScenario;
}

/** Reads a run with all that a comparison shows of it. */
async function comparedRun(arm: string, path: string, shown: string): Promise<ComparedRun> {
  const { trial, envelope, scenarioText } = await readRun(arm, path, shown);
  const read = scenarioFromText(scenarioText, join(path, FILES.scenario), { secretsMayBeMissing: true });
  const { figures, versions } = await recordedOf(path);
  const { stack } = read.scenario;
  const ofGateway = { gateways: gatewaysOf(stack, versions), findings: trialFindings(stack, trial.summary) };
  return {
    trial: { ...trial, figures, stack: stackPicture(stack), ...ofGateway, server: serverOf(envelope) },
    envelope,
    read,
  };
}

/**
 * What is drawn of a run, and the versions of its gateways by service. Nothing where its samples are gone or damaged:
 * its summary is sealed by itself.
 */
async function recordedOf(
  path: string,
): Promise<{ readonly figures: TrialFigures | null; readonly versions: ReadonlyMap<string, string> }> {
  try {
    const record = await readRecord(path);
    const { percentiles, recoveries } = analyseRecord(record).view.analysis.figures;
    const started = record.events.flatMap((event) =>
      event.type === 'gateway' ? [[event.service, event.version] as const] : [],
    );
    return { figures: { percentiles, recoveries }, versions: new Map(started) };
  } catch (error) {
    if (error instanceof ProblemError) return { figures: null, versions: new Map() };
    throw error;
  }
}

function serverOf(envelope: Envelope | null): string | null {
  const texts = [envelope?.target.serverName.value, envelope?.target.serverVersion.value];
  const known = texts.filter((text) => typeof text === 'string' && text !== '');
  return known.length === 0 ? null : known.join(' ');
}

async function ofRuns(places: readonly Place[], variables: readonly string[]): Promise<ComparedRuns> {
  const folders: { readonly arm: string; readonly folder: string }[] = [];
  let unnamed = 0;
  for (const { name, path } of places) {
    const inside = existsSync(join(path, FILES.run)) ? null : runsIn(path);
    const fallback = inside === null ? unnamedArm(unnamed++) : basename(resolve(path));
    for (const folder of inside ?? [path]) folders.push({ arm: name ?? fallback, folder });
  }
  const arms = [...new Set(folders.map(({ arm }) => arm))];
  if (arms.length < 2)
    throw problem(
      'one-arm',
      `there is one arm, "${arms[0] ?? ''}", and nothing to compare it with`,
      'give the runs of a second one: plimsoll compare before=DIR after=DIR',
    );
  const seen = new Set<string>();
  for (const { folder } of folders) {
    if (seen.has(resolve(folder)))
      throw problem('same-run', `${folder} is given twice`, 'give each run once: a run differs in nothing from itself');
    seen.add(resolve(folder));
  }
  const runs: ComparedRun[] = [];
  for (const { arm, folder } of folders) runs.push(await comparedRun(arm, folder, folder));
  const rows = rowsByTime(
    arms,
    runs.map(({ trial }) => trial),
  );
  if (rows === null) {
    const counts = arms.map((arm) => `${arm}: ${folders.filter((each) => each.arm === arm).length}`).join(', ');
    throw problem(
      'unequal-trials',
      `the arms do not have equally many runs (${counts})`,
      'give as many runs of each arm: the n-th run of one is compared with the n-th of the other',
    );
  }
  const environment = environmentOf(arms, runs, variables);
  return { arms, rows, plannedRows: null, leftOut: [], environment, ...ofScenario(arms, runs) };
}

/** Names of arms that were given none: `reference`, `candidate`, `candidate-2`. */
const unnamedArm = (index: number): string => ['reference', 'candidate'][index] ?? `candidate-${index}`;

async function ofExperiment(
  dir: string,
  experiment: ExperimentFile,
  variables: readonly string[],
): Promise<ComparedRuns> {
  const { order, attempts } = experiment;
  const reference = experiment.arms.filter(({ isReference }) => isReference);
  const stopped = experiment.stoppedArms ?? [];
  const isRun = (arm: string): boolean => !stopped.some((each) => each.arm === arm);
  const all = [...reference, ...experiment.arms.filter(({ isReference }) => !isReference)].map(({ name }) => name);
  const arms = all.filter(isRun);
  if (arms.length < 2) throw problem('one-arm', `${dir} has one arm`, 'make an experiment of two arms or more');
  const used = attempts.filter(({ standing, arm }) => standing === 'used' && isRun(arm));
  const runs: ComparedRun[] = [];
  const rows: (readonly Trial[])[] = [];
  for (const [index, names] of order.entries()) {
    const own = used.filter(({ row }) => row === index);
    // A row that is not complete has nothing to compare.
    if (own.length < names.filter(isRun).length) continue;
    const read: ComparedRun[] = [];
    for (const { arm, run } of own) read.push(await comparedRun(arm, join(dir, run), run));
    runs.push(...read);
    rows.push(
      rowsByTime(
        arms,
        read.map(({ trial }) => trial),
      )?.[0] ?? [],
    );
  }
  if (rows.length === 0)
    throw problem('no-rows', `${dir} has no row whose trials are all complete`, 'let the experiment run on');
  const leftOut = attempts.flatMap(({ standing, row, arm, run, reason }): LeftOutTrial[] =>
    standing === 'used' && isRun(arm)
      ? []
      : [{ row, arm, folder: run, why: reason ?? (isRun(arm) ? standing : 'its arm was stopped') }],
  );
  const notRun = stopped.map(({ arm, reason, remedy }) => ({ arm, why: `${reason.replace(/\.$/, '')}; ${remedy}` }));
  const declared = [...new Set([...experiment.variables, ...variables])];
  const environment = environmentOf(arms, runs, declared);
  return { arms, rows, plannedRows: experiment.trials, leftOut, notRun, environment, ...ofScenario(arms, runs) };
}

function environmentOf(arms: readonly string[], runs: readonly ComparedRun[], variables: readonly string[]) {
  return differencesOfArms(
    arms.map((arm) => ({
      arm,
      envelopes: runs.filter(({ trial }) => trial.arm === arm).map(({ envelope }) => envelope),
    })),
    variables,
  );
}

function ofScenario(
  [reference]: readonly string[],
  runs: readonly ComparedRun[],
): Pick<ComparedRuns, 'gates' | 'key' | 'scenario'> {
  const run = runs.find(({ trial }) => trial.arm === reference);
  if (run === undefined) throw new RangeError('a comparison has runs of its reference');
  const { envelope, trial, read } = run;
  const key = envelope === null ? null : keyOf({ summary: trial.summary, envelope });
  return { gates: gatesOf(runs), key, scenario: read };
}

/** The gates on a change that the runs' scenarios have, which must be the same in all of them. */
function gatesOf(runs: readonly ComparedRun[]): readonly ComparativeGate[] {
  const found = runs.map(({ read, trial: { folder } }) => ({ folder, gates: read.scenario.comparativeGates }));
  const [first, ...others] = found;
  const other = others.find(({ gates }) => canonicalJson(gates) !== canonicalJson(first?.gates));
  if (other !== undefined)
    throw problem(
      'other-gates',
      `the scenarios of ${first?.folder ?? ''} and ${other.folder} have different gates on a change`,
      'compare runs of one scenario',
    );
  return first?.gates ?? [];
}
