/** What is said of a history, in every form. */
import { boundOf, metricOf } from '../../catalog/index.js';
import { changeText, count, counted, inUnit, lowerBound } from '../../format/index.js';
import type {
  History,
  HistoryChange,
  HistoryLine,
  HistoryPoint,
  HistoryRun,
  HistorySeries,
} from '../../history/index.js';
import { plainText } from '../text.js';
import type { State } from '../words.js';

/** Runs below which no change can be found: six on each side. */
const FEWEST = 12;

/** A change with the series that it is in. */
export interface PlacedChange {
  readonly series: HistorySeries;
  readonly change: HistoryChange;
}

/** All changes: those for the worse first, and of these the newest first. */
export function changesOf({ series }: History): readonly PlacedChange[] {
  return series
    .flatMap((each) => each.changes.map((change) => ({ series: each, change })))
    .sort((a, b) => Number(b.change.isWorse) - Number(a.change.isWorse) || b.change.run - a.change.run);
}

export const subjectText = ({ metric, stat, where }: Pick<HistorySeries, 'metric' | 'stat' | 'where'>): string =>
  `${metric} ${stat}, ${plainText(where, 80)}`;

/** The number of a run: `14.2 ms`, `> 316 ms`, `not within 28 s`. */
export function pointText({ value, isLowerBound }: HistoryPoint, { metric, unit }: HistorySeries): string {
  const text = inUnit(value, unit);
  return isLowerBound ? lowerBound(text, boundOf(metric)) : text;
}

/** `+27 %` */
export const changeOf = ({ change }: HistoryChange, { changeKind, unit }: HistorySeries): string =>
  changeText(change, { change: changeKind, unit });

/** `response-time p99, steady rose from 11.0 ms to 14.2 ms (+29 %)` */
export function changeWords({ series, change }: PlacedChange): string {
  const [before, after] = [inUnit(change.before, series.unit), inUnit(change.after, series.unit)];
  const verb = change.after > change.before ? 'rose' : 'fell';
  return `${subjectText(series)} ${verb} from ${before} to ${after} (${changeOf(change, series)})`;
}

/** `2026-11-20 10:04, run 01ab, commit 1a2b3c4` */
export function runWords({ startedUtc, runId, commit }: HistoryRun): string {
  const at = `${dayOf(startedUtc)} ${startedUtc.slice(11, 16)}`;
  return `${at}, run ${plainText(runId, 40)}${commit === null ? '' : `, commit ${shortCommit(commit)}`}`;
}

export const dayOf = (startedUtc: string): string => plainText(startedUtc.slice(0, 10), 10);
export const shortCommit = (commit: string): string => plainText(commit, 40).slice(0, 7);

/** What else changed from the last run of the former level to the first of the new one. */
export function alsoChangedWords({ alsoChanged }: HistoryChange): string {
  if (alsoChanged.length === 0) return 'nothing else that is recorded';
  const more = alsoChanged.length - MOST_FIELDS;
  const shown = alsoChanged.slice(0, MOST_FIELDS).map((field) => plainText(field, 60));
  return `${shown.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`;
}

const MOST_FIELDS = 6;

/** The heading: `3 changes, 1 for the worse`, and of how many runs. */
export function historyHead(history: History): { readonly state: State; readonly words: string; readonly of: string } {
  const changes = changesOf(history);
  const worse = changes.filter(({ change }) => change.isWorse).length;
  const { runs, lines } = history;
  const isTooFew = lines.every((line) => line.runs.length < FEWEST);
  const words =
    changes.length > 0
      ? `${counted(changes.length, 'change')}, ${worse === 0 ? 'none' : count(worse)} for the worse`
      : isTooFew
        ? `Too few runs to find a change (${FEWEST} are needed)`
        : 'No change found';
  const over = `${counted(runs.length, 'run')}${lines.length > 1 ? ` in ${count(lines.length)} lines` : ''}`;
  return { state: worse > 0 ? 'look' : changes.length > 0 ? 'good' : 'quiet', words, of: over };
}

/** What parts this line from others. */
export function lineName(line: HistoryLine, lines: readonly HistoryLine[]): string {
  const differs = (of: (each: HistoryLine) => string | null): boolean => new Set(lines.map(of)).size > 1;
  const parts = [
    ...(line.arm === null ? [] : [`arm ${plainText(line.arm, 40)}`]),
    plainText(line.machine, 100),
    ...(differs(({ machineDigest }) => machineDigest) && !differs(({ machine }) => machine)
      ? [`machine ${line.machineDigest.slice(0, 7)}`]
      : []),
    ...(differs(({ scenarioDigest }) => scenarioDigest)
      ? [`scenario ${line.scenarioDigest === null ? 'unknown' : plainText(line.scenarioDigest, 64).slice(0, 7)}`]
      : []),
  ];
  return parts.join(', ');
}

/** Series of the same number, one for each line that has it. */
export interface Subject {
  readonly key: string;
  readonly series: readonly HistorySeries[];
}

export function subjectsOf(series: readonly HistorySeries[]): readonly Subject[] {
  const found = new Map<string, HistorySeries[]>();
  for (const each of series) {
    const key = JSON.stringify([each.metric, each.stat, each.where]);
    const own = found.get(key) ?? [];
    own.push(each);
    found.set(key, own);
  }
  return [...found].map(([key, own]) => ({ key, series: own }));
}

/** What the numbers of a series show, in a sentence. */
export function seriesFinding(series: HistorySeries, isAlone: boolean, name: string): string {
  const { changes, points, unit } = series;
  const of = isAlone ? '' : `${name}: `;
  const last = points.at(-1);
  const level = changes.at(-1);
  const now = last === undefined ? '' : `, ${pointText(last, series)} in the last run`;
  if (level === undefined) {
    const few = points.length < FEWEST ? `, too few to find one (${FEWEST} are needed)` : '';
    return `${of}no change of level over ${counted(points.length, 'run')}${few}${now}.`;
  }
  const all = changes.length > 1 ? `${counted(changes.length, 'change')}, the last ` : '';
  const levels = `from ${inUnit(level.before, unit)} to ${inUnit(level.after, unit)}`;
  return `${of}${all}${changeOf(level, series)}, ${levels}${now}.`;
}

/** Which direction is the better one. */
export const betterWords = ({ metric }: Pick<HistorySeries, 'metric'>): string =>
  `${metricOf(metric).better} is better`;

/** How changes are found, and what that does not show. */
export function methodWords(rule: { readonly share: number; readonly orders: number }): string {
  return (
    'A change of level is a place where the ranks of the runs before and after it differ more than in ' +
    `${count(100 * (1 - rule.share))} of 100 random orders of the same runs (${count(rule.orders)} are drawn; ` +
    `circular ` +
    'binary segmentation). It takes about six runs on each side. Each number is tested by itself, so that of 100 ' +
    'numbers that never changed one may show a change. A slow drift is shown as several steps. Runs that followed ' +
    'each other closely resemble each other: confirm a change with "plimsoll compare", whose trials take turns.'
  );
}
