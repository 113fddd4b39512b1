/** From the runs of one scenario to their history. */
import { metricOf, METRIC_GROUPS } from '../catalog/index.js';
import { numbersOf, readOf, subjectKey, type EffectSubject, type Read } from '../compare/index.js';
import { differences } from '../envelope/index.js';
import { changePoints, type LevelChange } from './change-points.js';
import { lineKeyOf, machineOf, textOf, type LineKey } from './lines.js';
import type {
  History,
  HistoryChange,
  HistoryLine,
  HistoryPoint,
  HistoryRun,
  HistorySeries,
  LeftOutRun,
  RecordedRun,
} from './types.js';

/** The random orders of every history are drawn from it. */
const SEED = 20;

/** A run that stands in a line: its environment is known. */
type KnownRun = RecordedRun & { readonly envelope: NonNullable<RecordedRun['envelope']> };

/**
 * The history of the scenario `name`.
 * @param runs of that name, in any order; those that measured nothing reliable are left out, and named
 * @param wanted which numbers; null: those that a comparison shows first
 */
export function historyOf(
  name: string,
  runs: readonly RecordedRun[],
  wanted: ((subject: EffectSubject) => boolean) | null = null,
  unread: readonly LeftOutRun[] = [],
): History {
  const leftOut: LeftOutRun[] = [...unread];
  const known: KnownRun[] = [];
  for (const run of [...runs].sort(byTime)) {
    const why = whyLeftOut(run);
    if (why !== null) leftOut.push({ folder: run.folder, why });
    else if (isKnown(run)) known.push(run);
  }
  const lines = linesOf(known);
  const series = lines.flatMap((line, index) => seriesOf(known, line, index, wanted));
  return {
    schema: 'plimsoll/history-v1',
    name,
    runs: known.map((run, index) => historyRun(run, index, known, lines)),
    lines: lines.map(({ runs: own, key }) => ({ ...key, runs: own })),
    series: [...series].sort((a, b) => METRIC_GROUPS.indexOf(a.group) - METRIC_GROUPS.indexOf(b.group)),
    leftOut,
  };
}

const byTime = (a: RecordedRun, b: RecordedRun): number =>
  a.summary.startedUtc < b.summary.startedUtc ? -1 : a.summary.startedUtc > b.summary.startedUtc ? 1 : 0;

const isKnown = (run: RecordedRun): run is KnownRun => run.envelope !== null;

function whyLeftOut({ summary: { status, validity }, envelope }: RecordedRun): string | null {
  if (status !== 'complete') return `it is ${status}`;
  if (validity.verdict === 'invalid') return `it is invalid: ${validity.reasons[0]?.what ?? 'see its summary'}`;
  return envelope === null ? 'its machine is not known' : null;
}

interface Line {
  readonly key: Omit<HistoryLine, 'runs'>;
  readonly runs: number[];
}

/** Runs that may stand in one line; the line with the newest run first. */
function linesOf(runs: readonly KnownRun[]): readonly Line[] {
  const lines = new Map<string, Line>();
  runs.forEach((run, index) => {
    const key: LineKey = lineKeyOf(run);
    const id = JSON.stringify(key);
    const line = lines.get(id) ?? { key: { ...key, machine: machineOf(run.envelope) }, runs: [] };
    line.runs.push(index);
    lines.set(id, line);
  });
  return [...lines.values()].sort((a, b) => (b.runs.at(-1) ?? 0) - (a.runs.at(-1) ?? 0));
}

function historyRun(run: KnownRun, index: number, all: readonly KnownRun[], lines: readonly Line[]): HistoryRun {
  const { summary, envelope, folder } = run;
  const line = lines.findIndex(({ runs }) => runs.includes(index));
  const own = lines[line]?.runs ?? [];
  const before = all[own[own.indexOf(index) - 1] ?? -1];
  const { identity, target } = envelope;
  const introduced = [textOf(target.serverName), textOf(target.serverVersion)].filter((text) => text !== null);
  return {
    ...{ runId: summary.runId, folder, startedUtc: summary.startedUtc, line, validity: summary.validity.verdict },
    plimsollVersion: textOf(identity.plimsollVersion),
    target: introduced.length === 0 ? null : introduced.join(' '),
    commit: textOf(identity.gitCommit),
    changed: before === undefined ? [] : fieldsThatDiffer(before, run),
  };
}

/** Fields of the environment that may move a number. */
const fieldsThatDiffer = (a: KnownRun, b: KnownRun): readonly string[] =>
  differences(a.envelope, b.envelope)
    .filter(({ fieldClass }) => fieldClass !== 'information')
    .map(({ field }) => field);

/** What is read first of all numbers of a run, of all its calls. */
function isShown({ metric, stat, tool }: EffectSubject): boolean {
  return tool === null && metricOf(metric).comparison.shows.includes(stat);
}

interface Collected {
  readonly subject: EffectSubject;
  readonly reads: (Read & { readonly run: number })[];
}

function seriesOf(
  runs: readonly KnownRun[],
  line: Line,
  index: number,
  wanted: ((subject: EffectSubject) => boolean) | null,
): readonly HistorySeries[] {
  const found = new Map<string, Collected>();
  for (const run of line.runs) {
    const summary = runs[run]?.summary;
    if (summary === undefined) continue;
    for (const { reading, ...subject } of numbersOf(summary)) {
      if (!(wanted ?? isShown)(subject)) continue;
      const key = subjectKey(subject);
      const own = found.get(key) ?? { subject, reads: [] };
      own.reads.push({ ...readOf(reading), run });
      found.set(key, own);
    }
  }
  return [...found.values()]
    .filter((each) => wanted !== null || !isRepeated(each, found))
    .flatMap((each) => oneSeries(each, index, runs) ?? []);
}

/** Of `ok` calls alone, where the numbers of all calls are known in every run: those are the honest ones. */
function isRepeated({ subject }: Collected, found: ReadonlyMap<string, Collected>): boolean {
  const where = subject.where.replace(/\bok calls\b/, 'all calls');
  if (where === subject.where) return false;
  const all = found.get(subjectKey({ ...subject, where }));
  return all !== undefined && all.reads.every(({ value, isLowerBound }) => value !== null && !isLowerBound);
}

function oneSeries({ subject, reads }: Collected, line: number, runs: readonly KnownRun[]): HistorySeries | null {
  const { metric, stat, where } = subject;
  const { better, comparison, stats } = metricOf(metric);
  const found = stats[stat];
  if (found === undefined) return null;
  const points = reads.flatMap(({ run, value, isLowerBound }): HistoryPoint[] =>
    value === null || !Number.isFinite(value) ? [] : [{ run, value, isLowerBound }],
  );
  if (points.length === 0) return null;
  const { unit, change: usual } = found;
  // Of 0 there is no share.
  const changeKind = usual === 'ratio' && points.every(({ value }) => value > 0) ? 'ratio' : 'difference';
  const changes = changePoints(
    points.map(({ value }) => value),
    SEED,
  ).map((change) => historyChange(change, points, runs, { changeKind, better }));
  return { metric, stat, where, line, group: comparison.group, unit, changeKind, better, points, changes };
}

function historyChange(
  { at, before, after, pointsBefore, pointsAfter, p }: LevelChange,
  points: readonly HistoryPoint[],
  runs: readonly KnownRun[],
  { changeKind, better }: Pick<HistorySeries, 'changeKind' | 'better'>,
): HistoryChange {
  const run = points[at]?.run ?? 0;
  const lastBefore = points[at - 1]?.run ?? 0;
  const [a, b] = [runs[lastBefore], runs[run]];
  return {
    ...{ run, lastBefore, before, after, pointsBefore, pointsAfter, p },
    change: changeKind === 'ratio' ? after / before - 1 : after - before,
    isWorse: better === 'lower' ? after > before : after < before,
    alsoChanged: a === undefined || b === undefined ? [] : fieldsThatDiffer(a, b),
  };
}
