/**
 * The phases as a table of plain text for a terminal: one line per phase, two where one is too wide. Response time and
 * latency from send stand side by side and every line says which loop it is, at any width.
 */
import { traitsOf } from '../catalog/index.js';
import type { Durations, PhaseSummary } from '../analysis/index.js';
import { duration, lowerBound, maybeDuration, percent, rate } from '../format/index.js';
import { quantileOf } from './quantiles.js';
import { displayWidth, fitWidth, plainText } from './text.js';
import { loopWords } from './words.js';

export interface TableLine {
  readonly text: string;
  readonly heading: boolean;
}

/** Columns by their heading. */
const HEADINGS = {
  name: 'phase',
  loop: '',
  rate: 'offered',
  goodput: 'goodput',
  missed: 'missed',
  p50: 'p50 ok',
  p99: 'p99 ok',
  sentP99: 'sent p99',
  allP99: 'p99 all',
  maximum: 'max ok',
} as const;
type Column = keyof typeof HEADINGS;
const COLUMNS = Object.keys(HEADINGS) as Column[];
/** Columns set to the left. */
const LEFT: readonly Column[] = ['name', 'loop'];
/** Columns that are left out where there is no room, in this order. */
const DISPENSABLE: readonly Column[] = ['maximum', 'p50', 'rate', 'allP99'];
const GAP = 2;
const INDENT = '  ';

type Cells = Readonly<Record<Column, string>>;

/** Lines no wider than `columns`, as far as columns of numbers can be; the heading first. */
export function phaseTable(phases: readonly PhaseSummary[], columns: number): readonly TableLine[] {
  const nameRoom = Math.max(8, Math.min(24, columns - 64));
  const rowsOf = (long: boolean): readonly Cells[] =>
    [HEADINGS, ...phases.map((phase) => cellsOf(phase, long))].map((row) => ({
      ...row,
      name: fitWidth(row.name, nameRoom),
    }));
  const wide = rowsOf(true);
  if (widthOf(wide, COLUMNS) <= columns) return table(wide, COLUMNS);
  const rows = rowsOf(false);
  let shown: readonly Column[] = COLUMNS;
  for (const column of DISPENSABLE) {
    if (widthOf(rows, shown) <= columns) break;
    shown = shown.filter((each) => each !== column);
  }
  return widthOf(rows, shown) <= columns ? table(rows, shown) : stacked(phases, columns);
}

function cellsOf(phase: PhaseSummary, long: boolean): Cells {
  const name = plainText(phase.name);
  const loop = !long
    ? phase.loop
    : traitsOf(phase.regime).measuresIdleLatency
      ? 'closed, one in flight'
      : loopWords(phase);
  if (phase.offered === 0)
    return {
      name,
      loop,
      rate: 'no calls',
      goodput: '–',
      p50: '–',
      p99: '–',
      allP99: '–',
      sentP99: '–',
      maximum: '–',
      missed: '–',
    };
  const { ok, all } = phase.responseTime;
  return {
    name,
    loop,
    rate: rate(phase.offeredPerSecond),
    goodput: rate(phase.goodputPerSecond),
    p50: short(ok, 0.5),
    p99: short(ok, 0.99),
    allP99: short(all, 0.99),
    sentP99: short(phase.latencyFromSend.ok, 0.99),
    maximum: maybeDuration(ok.maxNs, '–'),
    missed: phase.missRatio === null ? '–' : percent(phase.missRatio),
  };
}

/** A quantile in few columns. */
function short(durations: Durations, q: number): string {
  const each = quantileOf(durations, q);
  if (each === undefined) return '–';
  switch (each.kind) {
    case 'value':
      return duration(each.ns);
    case 'censored':
      return lowerBound(duration(each.ns));
    case 'not-estimable':
      return 'too few';
  }
}

const columnWidth = (rows: readonly Cells[], column: Column): number =>
  Math.max(...rows.map((row) => displayWidth(row[column])));

const widthOf = (rows: readonly Cells[], shown: readonly Column[]): number =>
  shown.reduce((sum, column) => sum + columnWidth(rows, column) + GAP, -GAP);

function table(rows: readonly Cells[], shown: readonly Column[]): readonly TableLine[] {
  const widths = shown.map((column) => columnWidth(rows, column));
  return rows.map((row, index) => {
    const cells = shown.map((column, at) => {
      const padding = ' '.repeat(Math.max(0, (widths[at] ?? 0) - displayWidth(row[column])));
      return LEFT.includes(column) ? `${row[column]}${padding}` : `${padding}${row[column]}`;
    });
    return { text: cells.join(' '.repeat(GAP)), heading: index === 0 };
  });
}

/** Each phase's name and loop over its numbers. */
function stacked(phases: readonly PhaseSummary[], columns: number): readonly TableLine[] {
  const rows = [HEADINGS, ...phases.map((phase) => cellsOf(phase, false))];
  const [heading, ...numbers] = table(rows, ['goodput', 'missed', 'p99', 'sentP99']);
  return [
    { text: `${INDENT}${heading?.text ?? ''}`, heading: true },
    ...phases.flatMap((phase, index): readonly TableLine[] => {
      const loop = phase.offered === 0 ? `${phase.loop}, no calls` : phase.loop;
      const room = Math.max(8, columns - GAP - loop.length);
      const name = `${fitWidth(plainText(phase.name), room)}${' '.repeat(GAP)}${loop}`;
      return [
        { text: name, heading: false },
        ...(phase.offered === 0 ? [] : [{ text: `${INDENT}${numbers[index]?.text ?? ''}`, heading: false }]),
      ];
    }),
  ];
}
