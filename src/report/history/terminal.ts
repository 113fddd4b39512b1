/** A history for a terminal. */
import pc from 'picocolors';
import { count, counted } from '../../format/index.js';
import type { History, HistoryPoint, HistorySeries } from '../../history/index.js';
import { drawn, NARROWEST, type TerminalOptions } from '../layouts/terminal.js';
import { barsOf } from '../sparkline.js';
import { displayWidth, fitWidth, plainText } from '../text.js';
import { lines as inLines, type Line } from '../topics/topic.js';
import {
  alsoChangedWords,
  changeOf,
  changesOf,
  changeWords,
  historyHead,
  lineName,
  pointText,
  runWords,
  subjectText,
  type PlacedChange,
} from './words.js';

const MOST_CHANGES = 10;
const MOST_LEFT_OUT = 3;
const MOST_BARS = 24;
const MOST_NAME = 60;

/** The history as lines of text, ending in a line break; no line is wider than asked. */
export function historyTerminal(history: History, { color, width }: TerminalOptions): string {
  const columns = Math.max(NARROWEST, width);
  const colors = pc.createColors(color);
  const all = [...head(history, columns), ...history.lines.flatMap((_, line) => table(history, line))];
  return `${all.map((line) => drawn(line, columns, colors)).join('\n')}\n`;
}

function head(history: History, columns: number): readonly Line[] {
  const { words, of } = historyHead(history);
  const changes = changesOf(history);
  const more = changes.length - MOST_CHANGES;
  const { leftOut } = history;
  return [
    [
      { text: plainText(history.name), tone: 'strong' },
      { text: `  ${of}${leftOut.length === 0 ? '' : `, ${count(leftOut.length)} left out`}`, tone: 'quiet' },
    ],
    [{ text: words }],
    ...changes.slice(0, MOST_CHANGES).flatMap((each) => changeLines(each, history, columns)),
    ...(more > 0 ? [[{ text: `  and ${counted(more, 'more change')} on the page`, tone: 'quiet' } as const]] : []),
    ...leftOut
      .slice(0, MOST_LEFT_OUT)
      .flatMap(({ folder, why }) =>
        inLines([{ text: '  ' }], `left out: ${plainText(folder, 120)}: ${plainText(why, 200)}`, columns, 'quiet'),
      ),
    ...(leftOut.length > MOST_LEFT_OUT
      ? [[{ text: `  and ${counted(leftOut.length - MOST_LEFT_OUT, 'more run')} left out`, tone: 'quiet' } as const]]
      : []),
  ];
}

function changeLines(placed: PlacedChange, { runs }: History, columns: number): readonly Line[] {
  const { change } = placed;
  const run = runs[change.run];
  const text = `${changeWords(placed)}${run === undefined ? '' : ` at ${runWords(run)}`}`;
  return [
    ...inLines([{ text: change.isWorse ? '▲ ' : '✓ ', tone: change.isWorse ? 'unsure' : 'good' }], text, columns),
    ...inLines([{ text: '  ' }], `also changed there: ${alsoChangedWords(change)}`, columns, 'quiet'),
  ];
}

const HEADS = ['number', 'runs', 'first', 'last', 'change', 'over the runs'] as const;

function table(history: History, line: number): readonly Line[] {
  const own = history.series.filter((each) => each.line === line);
  const of = history.lines[line];
  if (own.length === 0 || of === undefined) return [];
  const rows = own.map(cellsOf);
  const widths = HEADS.map((name, column) =>
    Math.max(displayWidth(name), ...rows.map((row) => displayWidth(row[column] ?? ''))),
  );
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const gap = ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell)));
        return column === 0 || column === HEADS.length - 1 ? cell + gap : gap + cell;
      })
      .join('  ');
  return [
    [],
    [{ text: lineName(of, history.lines), tone: 'quiet' }],
    [{ text: `  ${row(HEADS)}`, tone: 'quiet' }],
    ...rows.map((cells, index): Line => {
      const worse = own[index]?.changes.some(({ isWorse }) => isWorse) === true;
      return [worse ? { text: '▲ ', tone: 'unsure' } : { text: '  ' }, { text: row(cells) }];
    }),
  ];
}

function cellsOf(series: HistorySeries): readonly string[] {
  const { points, changes } = series;
  const text = (point: HistoryPoint | undefined): string => (point === undefined ? '' : pointText(point, series));
  const last = changes.at(-1);
  return [
    fitWidth(subjectText(series), MOST_NAME),
    count(points.length),
    text(points[0]),
    text(points.at(-1)),
    last === undefined ? '' : changeOf(last, series),
    barsOf(points.slice(-MOST_BARS).map(({ value }) => value)).join(''),
  ];
}
