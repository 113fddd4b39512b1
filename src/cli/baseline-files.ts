/** The verb `baseline` after its flags are read. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GATE_METRICS, GATE_STATS, metricOf, type GateMetric, type GateStat } from '../catalog/index.js';
import {
  emptyBaseline,
  expectedOf,
  keepingRuns,
  keyOf,
  LEAST_SESSIONS,
  withRun,
  type StorableRun,
} from '../compare/index.js';
import { changeText, counted, inUnit } from '../format/index.js';
import { plimsollVersion } from '../package/index.js';
import { EXIT, ProblemError, suggestion, type ExitCode } from '../problem/index.js';
import {
  baselineName,
  BASELINES_FOLDER,
  EXPERIMENT_FILE,
  FILES,
  firstOfSessions,
  readBaselines,
  readCalibrations,
  writeBaseline,
  type BaselineFile,
  type StoredFile,
} from '../record/index.js';
import { wholeOf } from './choices.js';
import { columns } from './columns.js';
import { ageMsOf } from './kept-records.js';
import { printable } from './print.js';
import { readRun, runsIn } from './sealed-runs.js';
import { printJson } from './verb.js';
import { writeErr, writeOut } from './streams.js';

export interface BaselineListFlags {
  readonly baselines?: string;
  readonly json?: true;
}

export interface BaselineShowFlags extends BaselineListFlags {
  readonly all?: true;
}

export interface BaselinePruneFlags extends BaselineListFlags {
  readonly olderThan?: string;
  readonly keep?: string;
  readonly otherVersions?: true;
  readonly yes?: true;
}

const problem = (code: string, what: string, remedy: string): ProblemError =>
  new ProblemError('bad-input', { code, what, remedy });

/** Adds all of the runs, or, where one can't be added, none. */
export async function addToBaselines(dirs: readonly string[], flags: BaselineListFlags): Promise<ExitCode> {
  const folder = flags.baselines ?? BASELINES_FOLDER;
  const runs: { readonly dir: string; readonly run: StorableRun }[] = [];
  for (const dir of dirs.flatMap(runFolders)) runs.push({ dir, run: await storableRun(dir) });
  const stored = await readBaselines(folder);
  const files = new Map(stored.map(({ file }) => [file.fingerprint, file]));
  const changed = new Set<string>();
  for (const { dir, run } of runs) {
    const key = keyOf(run);
    const file = files.get(key.fingerprint) ?? emptyBaseline(key);
    if (file.runs.some(({ runId }) => runId === run.summary.runId)) {
      writeErr(`note: ${printable(dir)} is part of its baseline already\n`);
      continue;
    }
    files.set(key.fingerprint, withRun(file, run));
    changed.add(key.fingerprint);
  }
  const written: StoredFile<BaselineFile>[] = [];
  for (const fingerprint of changed) {
    const file = files.get(fingerprint);
    if (file === undefined) continue;
    // A file that was renamed stays the same file.
    const own = stored.find((each) => each.file.fingerprint === fingerprint);
    const path = own?.path ?? join(folder, baselineName(file));
    await writeBaseline(path, file);
    written.push({ path, file });
  }
  if (flags.json) printJson({ schema: 'plimsoll/baselines-v1', baselines: written.map(described) });
  else writeOut(written.map((each) => `${[headline(each), ...expectations(each.file, false)].join('\n')}\n`).join(''));
  return EXIT.pass;
}

function runFolders(dir: string): readonly string[] {
  if (existsSync(join(dir, EXPERIMENT_FILE)))
    throw problem(
      'experiment-as-baseline',
      `${dir} is an experiment: its trials ran one after the other, and count as one run`,
      'add runs of other hours or days, made with plimsoll run',
    );
  return existsSync(join(dir, FILES.run)) ? [dir] : (runsIn(dir) ?? [dir]);
}

async function storableRun(dir: string): Promise<StorableRun> {
  const { trial, envelope } = await readRun('', dir, dir);
  const { summary } = trial;
  const { status, validity } = summary;
  const why = validity.reasons[0]?.what ?? 'see its summary';
  if (validity.verdict !== 'valid')
    throw problem(
      'run-not-valid',
      `${dir} is ${validity.verdict}: ${why}`,
      'add a valid run: what disturbed this one would become what is expected',
    );
  if (status !== 'complete')
    throw problem('run-not-complete', `${dir} is ${status}`, 'add a run that ended as planned');
  if (envelope === null)
    throw problem('no-envelope', `${dir} has no ${FILES.envelope}`, 'add a run whose machine is known');
  return { summary, envelope };
}

export async function listBaselines(flags: BaselineListFlags): Promise<ExitCode> {
  const folder = flags.baselines ?? BASELINES_FOLDER;
  const stored = await readBaselines(folder);
  const calibrations = await readCalibrations(folder);
  if (flags.json) {
    printJson({
      schema: 'plimsoll/baselines-v1',
      baselines: stored.map(described),
      calibrations: calibrations.map(({ path, file: { name, fingerprint, startedUtc, measuredPairs } }) => ({
        ...{ path, name, fingerprint, startedUtc, measuredPairs },
      })),
    });
    return EXIT.pass;
  }
  const lines = [
    ...stored.map(headline),
    ...calibrations.map(
      ({ path, file: { name, measuredPairs, startedUtc } }) =>
        `${printable(path)}: ${printable(name)}, calibrated by ${counted(measuredPairs, 'pair')} ` +
        `on ${startedUtc.slice(0, 10)}`,
    ),
  ];
  writeOut(`${lines.length === 0 ? `no baselines in ${printable(folder)}` : lines.join('\n')}\n`);
  return EXIT.pass;
}

export async function showBaseline(which: string | undefined, flags: BaselineShowFlags): Promise<ExitCode> {
  const folder = flags.baselines ?? BASELINES_FOLDER;
  const chosen = oneOf(await readBaselines(folder), which, folder);
  if (flags.json) printJson({ schema: 'plimsoll/baseline-shown-v1', ...described(chosen) });
  else {
    const { file } = chosen;
    const machine = file.environment.map(({ field, value }) => [
      `  ${field}`,
      printable(typeof value === 'string' ? value : JSON.stringify(value)),
    ]);
    const counts = new Set(firstOfSessions(file.runs));
    const runs = file.runs.map(({ runId, startedUtc, gitCommit, node }, index) => [
      `  ${startedUtc.slice(0, 19)}`,
      printable(runId),
      printable(gitCommit?.slice(0, 12) ?? 'no commit'),
      printable(node ?? ''),
      counts.has(index) ? '' : 'not counted: of the same hour as the one before',
    ]);
    const lines = [
      headline(chosen),
      ...expectations(file, flags.all === true),
      'runs',
      ...columns(runs),
      'environment',
      ...columns(machine),
    ];
    writeOut(`${lines.join('\n')}\n`);
  }
  return EXIT.pass;
}

function oneOf(
  stored: readonly StoredFile<BaselineFile>[],
  which: string | undefined,
  folder: string,
): StoredFile<BaselineFile> {
  const names = stored.map(({ path }) => basename(path));
  const wanted = which === undefined ? '' : basename(which);
  const fitting = stored.filter(({ path }) => basename(path).startsWith(wanted));
  const [first] = fitting;
  if (first !== undefined && fitting.length === 1) return first;
  if (stored.length === 0)
    throw problem('no-baseline', `there is no baseline in ${folder}`, 'make one with plimsoll baseline add DIR');
  if (first === undefined)
    throw problem(
      'no-baseline',
      `no baseline is called ${wanted}`,
      suggestion(wanted, names, `baselines in ${folder}`),
    );
  throw problem(
    'several-baselines',
    `${fitting.length} baselines in ${folder} could be meant`,
    `give one: ${fitting.map(({ path }) => basename(path)).join(', ')}`,
  );
}

export async function pruneBaselines(flags: BaselinePruneFlags): Promise<ExitCode> {
  const { olderThan, keep, otherVersions } = flags;
  if (olderThan === undefined && keep === undefined && otherVersions !== true)
    throw problem(
      'no-limit',
      'nothing says which runs are to be removed',
      'give --older-than 90d, --keep 20 or --other-versions',
    );
  const oldMs = olderThan === undefined ? null : Date.now() - ageMsOf('--older-than', olderThan);
  const newest = keep === undefined ? null : wholeOf('--keep', keep, 1_000_000);
  const folder = flags.baselines ?? BASELINES_FOLDER;
  const isDry = flags.yes !== true;
  const removed: { readonly path: string; readonly runs: readonly string[]; readonly whole: boolean }[] = [];
  for (const { path, file } of await readBaselines(folder)) {
    const isOther = otherVersions === true && versionOf(file) !== plimsollVersion();
    const kept = keepingRuns(
      file,
      ({ startedUtc }, index) =>
        !isOther &&
        (oldMs === null || Date.parse(startedUtc) >= oldMs) &&
        (newest === null || index >= file.runs.length - newest),
    );
    const left = new Set(kept.runs.map(({ runId }) => runId));
    const gone = file.runs.filter(({ runId }) => !left.has(runId)).map(({ runId }) => runId);
    const whole = kept.runs.length === 0;
    if (gone.length === 0 && !whole) continue;
    removed.push({ path, runs: gone, whole });
    if (isDry) continue;
    if (whole) await rm(path, { force: true });
    else await writeBaseline(path, kept);
  }
  if (flags.json) {
    printJson({ schema: 'plimsoll/baselines-pruned-v1', dryRun: isDry, removed });
    return EXIT.pass;
  }
  const verb = isDry ? 'would remove' : 'removed';
  const lines = removed.map(
    ({ path, runs, whole }) =>
      `${verb} ${counted(runs.length, 'run')} of ${printable(path)}${whole ? ', all of it' : ''}`,
  );
  writeOut(`${lines.length === 0 ? 'nothing to remove' : lines.join('\n')}\n`);
  if (isDry && removed.length > 0) writeErr('hint: add --yes to remove them\n');
  return EXIT.pass;
}

const versionOf = ({ environment }: BaselineFile): unknown =>
  environment.find(({ field }) => field === 'identity.plimsollVersion')?.value;

function headline({ path, file }: StoredFile<BaselineFile>): string {
  const { name, runs } = file;
  const sessions = firstOfSessions(runs).length;
  const needed = sessions < LEAST_SESSIONS ? `, ${LEAST_SESSIONS} are needed before it decides anything` : '';
  const last = runs.at(-1)?.startedUtc.slice(0, 10) ?? 'never';
  return (
    `${printable(path)}: ${printable(name)}, ${counted(runs.length, 'run')} of ${counted(sessions, 'session')}` +
    `${needed}, the last on ${last}`
  );
}

/** What is shown of a baseline unless all is asked for. */
const SHOWN: readonly (readonly [GateMetric, readonly GateStat[]])[] = [
  ['response-time', ['p50', 'p99']],
  ['goodput', ['rate']],
  ['deadline-miss-ratio', ['ratio']],
];

/** Each number with the range in which another session is expected, and the change that this can see. */
function expectations(file: BaselineFile, isAll: boolean): readonly string[] {
  const rows = numbersOf(file)
    .filter(({ metric, stat, tool }) => isAll || (tool === null && isShown(metric, stat)))
    .flatMap(({ metric, stat, tool, where, expected }) => {
      if (expected === null) return [];
      const { unit = 'count', change = 'difference' } = metricOf(metric).stats[stat] ?? {};
      return [
        [
          `  ${metric} ${stat}${tool === null ? '' : ` of ${printable(tool)}`}`,
          printable(where),
          inUnit(expected.middle, unit),
          `another session: ${inUnit(expected.low, unit)} to ${inUnit(expected.high, unit)}`,
          `passes a limit of ${changeText(expected.sees, { change, unit })} or more`,
        ],
      ];
    });
  return columns(rows);
}

const isShown = (metric: GateMetric, stat: GateStat): boolean =>
  SHOWN.some(([name, stats]) => name === metric && stats.includes(stat));

/** The numbers whose metric this version knows. */
function numbersOf({ numbers, runs }: BaselineFile) {
  return numbers.flatMap(({ metric: name, stat: statName, tool, where, values }) => {
    const metric = GATE_METRICS.find((each) => each === name);
    const stat = GATE_STATS.find((each) => each === statName);
    if (metric === undefined || stat === undefined) return [];
    return [{ metric, stat, tool, where, expected: expectedOf(values, runs, { metric, stat }) }];
  });
}

function described({ path, file }: StoredFile<BaselineFile>) {
  const { name, fingerprint, runs } = file;
  return {
    ...{ path, name, fingerprint, runs },
    sessions: firstOfSessions(runs).length,
    expected: numbersOf(file).filter(({ expected }) => expected !== null),
  };
}
