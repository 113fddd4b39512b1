/** The verb `history` after its flags are read: which runs are meant, and what is written and printed of them. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { GATE_METRICS, GATE_STATS, metricOf, type GateMetric, type GateStat } from '../catalog/index.js';
import type { EffectSubject } from '../compare/index.js';
import { counted } from '../format/index.js';
import { historyOf, type LeftOutRun, type RecordedRun } from '../history/index.js';
import { EXIT, ProblemError, suggestion, type ExitCode } from '../problem/index.js';
import { EXPERIMENT_FILE, FILES, listRecords, readExperiment, slug, type KeptRecord } from '../record/index.js';
import { historyPage, historyTerminal } from '../report/index.js';
import { readScenario } from '../scenario/index.js';
import { requireFolder, wholeOf } from './choices.js';
import { isFolder, writeTextFile } from './files.js';
import { RECORD_FOLDERS } from './kept-records.js';
import { linkedPath, stdoutColor } from './print.js';
import { readRun } from './sealed-runs.js';
import { scenarioFile, shippedNames } from './shipped.js';
import { printJson } from './verb.js';
import { writeOut } from './streams.js';

export interface HistoryFlags {
  readonly in: readonly string[];
  readonly metric: readonly string[];
  readonly last: string;
  readonly out?: string;
  readonly json?: true;
}

const MOST_RUNS = 1_000;

const problem = (code: string, what: string, remedy: string): ProblemError =>
  new ProblemError('bad-input', { code, what, remedy });

export async function showHistory(scenario: string | undefined, flags: HistoryFlags): Promise<ExitCode> {
  const wanted = wantedNumbers(flags.metric);
  const last = wholeOf('--last', flags.last, MOST_RUNS);
  if (last === 0) throw problem('no-runs', '--last 0 leaves no run', 'write it like --last 50');
  requireFolder('--out', flags.out);
  const folders = flags.in.length === 0 ? RECORD_FOLDERS : flags.in;
  const { records: kept, unread: damaged } = await keptIn(folders, flags.in.length > 0);
  const name = nameOf(scenario, kept, folders);
  const found = await Promise.all(kept.filter((record) => record.name === name).map(runsOf));
  const places = found.flatMap((each) => ('why' in each ? [] : each));
  const unreadable = found.flatMap((each) => ('why' in each ? [each] : []));
  const newest = places.sort((a, b) => (a.startedUtc < b.startedUtc ? -1 : 1)).slice(-last);
  const { runs, unread } = await readAll(newest);
  const history = historyOf(name, runs, wanted, [...damaged, ...unreadable, ...unread]);
  if (flags.json) {
    printJson(history);
    return EXIT.pass;
  }
  const out = flags.out ?? join('reports', 'history', `${slug(name, 'scenario')}.html`);
  const path = await writeTextFile(dirname(out), basename(out), historyPage(history, linkFrom(dirname(out))));
  const width = Math.min(160, process.stdout.columns || 120);
  writeOut(`${historyTerminal(history, { color: stdoutColor(), width })}\nhistory: ${linkedPath(path)}\n`);
  return EXIT.pass;
}

/** The report of a run as an address relative to the page; each part is encoded, so that no name is a scheme. */
const linkFrom =
  (folder: string) =>
  (run: string): string | null => {
    const path = join(run, 'report.html');
    if (!existsSync(path)) return null;
    const parts = relative(resolve(folder), resolve(path)).split(sep);
    return `./${parts.map(encodeURIComponent).join('/')}`;
  };

/** Which numbers are asked for; null: those that are shown anyway. */
function wantedNumbers(texts: readonly string[]): ((subject: EffectSubject) => boolean) | null {
  if (texts.length === 0) return null;
  const chosen = texts.map(metricAndStat);
  return ({ metric, stat, tool }) =>
    tool === null && chosen.some((each) => each.metric === metric && (each.stat ?? stat) === stat);
}

function metricAndStat(text: string): { readonly metric: GateMetric; readonly stat: GateStat | null } {
  const [name = '', ...rest] = text.split(':');
  const metric = GATE_METRICS.find((each) => each === name);
  if (metric === undefined)
    throw problem('unknown-metric', `--metric "${text}" names no metric`, suggestion(name, GATE_METRICS, 'metrics'));
  if (rest.length === 0) return { metric, stat: null };
  const wanted = rest.join(':');
  const { stats } = metricOf(metric);
  const own = GATE_STATS.filter((each) => stats[each] !== undefined);
  const stat = own.find((each) => each === wanted);
  if (stat === undefined)
    throw problem(
      'unknown-stat',
      `--metric "${text}": ${metric} has no statistic "${wanted}"`,
      suggestion(wanted, own, `statistics of ${metric}`),
    );
  return { metric, stat };
}

/** @throws ProblemError (`bad-input`) for a folder that was named and is none. */
async function keptIn(folders: readonly string[], areNamed: boolean): Promise<Kept> {
  const records = new Map<string, KeptRecord>();
  const unread = new Map<string, LeftOutRun>();
  for (const folder of folders) {
    if (areNamed && !isFolder(folder))
      throw problem('no-folder', `there is no folder ${folder}`, 'give the folder that run directories lie in');
    if (areNamed && isRecord(folder))
      throw problem('is-a-run', `${folder} is a run or an experiment itself`, `write --in ${dirname(resolve(folder))}`);
    const { records: own, others } = await listRecords(folder);
    for (const record of own) records.set(resolve(record.path), record);
    for (const path of others.filter(isRecord))
      unread.set(resolve(path), {
        folder: path,
        why: `its ${FILES.run} can't be read, so that its scenario is unknown`,
      });
  }
  return { records: [...records.values()], unread: [...unread.values()] };
}

interface Kept {
  /** Each once, however often its folder is named. */
  readonly records: readonly KeptRecord[];
  readonly unread: readonly LeftOutRun[];
}

const isRecord = (path: string): boolean => [FILES.run, EXPERIMENT_FILE].some((file) => existsSync(join(path, file)));

/** The name of the scenario that is meant. @throws ProblemError (`bad-input`) where that is not clear. */
function nameOf(given: string | undefined, kept: readonly KeptRecord[], folders: readonly string[]): string {
  const names = [...new Set(kept.map(({ name }) => name))].sort();
  const places = folders.join(', ');
  const [only] = names;
  if (only === undefined)
    throw problem(
      'no-runs',
      `there is no run in ${places}`,
      'run a scenario first (plimsoll run FILE), or name the folder of its runs with --in',
    );
  if (given === undefined) {
    if (names.length === 1) return only;
    const list = names.map(
      (name) => `${name} (${counted(kept.filter((each) => each.name === name).length, 'record')})`,
    );
    throw problem(
      'several-scenarios',
      `there are runs of ${names.length} scenarios in ${places}`,
      `name one of them: ${list.slice(0, 20).join(', ')}`,
    );
  }
  if (names.includes(given)) return given;
  const isFile = /\.(ya?ml|json)$/i.test(given) || shippedNames().includes(given);
  const wanted = isFile ? readScenario(scenarioFile(given), {}).scenario.name : given;
  if (names.includes(wanted)) return wanted;
  throw problem(
    'no-runs-of-it',
    `there is no run of "${wanted}" in ${places}`,
    suggestion(wanted, names, `scenarios in ${places}`),
  );
}

interface Place {
  readonly path: string;
  readonly arm: string | null;
  readonly startedUtc: string;
  readonly status: KeptRecord['status'];
}

/** The runs of a record: of an experiment those trials that count. */
async function runsOf({ path, kind, startedUtc, status }: KeptRecord): Promise<readonly Place[] | LeftOutRun> {
  if (kind === 'run') return [{ path, arm: null, startedUtc, status }];
  const experiment = await readExperiment(path).catch((error: unknown) => ({ folder: path, why: whyOf(error) }));
  if (experiment === null) return [];
  if ('why' in experiment) return experiment;
  const trials = (await listRecords(join(path, 'runs'))).records;
  return experiment.attempts.flatMap(({ run, arm, standing }) => {
    const trial = trials.find((each) => resolve(each.path) === resolve(path, run));
    return standing !== 'used' || trial === undefined
      ? []
      : [{ path: trial.path, arm, startedUtc: trial.startedUtc, status: trial.status }];
  });
}

/** Why a record could not be read. @throws what is no problem of the record. */
function whyOf(error: unknown): string {
  if (!(error instanceof ProblemError)) throw error;
  return error.problems[0]?.what ?? 'it could not be read';
}

const NOT_ENDED: Partial<Record<KeptRecord['status'], string>> = {
  running: 'it is still running',
  incomplete: 'it was killed; finish its record with "plimsoll report --recover"',
};

async function readAll(
  places: readonly Place[],
): Promise<{ readonly runs: readonly RecordedRun[]; readonly unread: readonly LeftOutRun[] }> {
  const runs: RecordedRun[] = [];
  const unread: LeftOutRun[] = [];
  for (const { path, arm, status } of places) {
    const why = NOT_ENDED[status];
    if (why !== undefined) {
      unread.push({ folder: path, why });
      continue;
    }
    try {
      const { trial, envelope } = await readRun(arm ?? '', path, path);
      runs.push({ folder: path, arm, summary: trial.summary, envelope });
    } catch (error) {
      unread.push({ folder: path, why: whyOf(error) });
    }
  }
  return { runs, unread };
}
