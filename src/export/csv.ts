/** Numbers as CSV (RFC 4180), one line each, for spreadsheets and statistics programs. */
import { metricOf } from '../catalog/index.js';
import { numbersOf, type Effect } from '../compare/index.js';
import type { ComparisonFormat, ExportFormat } from './format.js';
import { plainLabel } from './labels.js';

type Cell = string | number | null;

type Columns<Row> = readonly (readonly [name: string, of: (row: Row) => Cell])[];

const COLUMNS: Columns<Effect> = [
  ['arm', ({ arm }) => arm],
  ['metric', ({ metric }) => metric],
  ['stat', ({ stat }) => stat],
  ['tool', ({ tool }) => tool],
  ['where', ({ where }) => where],
  ['unit', ({ unit }) => unit],
  ['better', ({ better }) => better],
  ['pairs', ({ pairs }) => pairs.length],
  ['reference', ({ result }) => (result.kind === 'estimate' ? result.reference : null)],
  ['candidate', ({ result }) => (result.kind === 'estimate' ? result.candidate : null)],
  ['precision', ({ result }) => (result.kind === 'estimate' ? result.precision : null)],
  ['change kind', ({ change }) => change],
  ['change', ({ result }) => (result.kind === 'estimate' ? result.change.estimate : null)],
  ['change low', ({ result }) => (result.kind === 'estimate' ? result.change.low : null)],
  ['change high', ({ result }) => (result.kind === 'estimate' ? result.change.high : null)],
  ['hodges-lehmann', ({ result }) => (result.kind === 'estimate' ? result.hodgesLehmann.estimate : null)],
  ['hodges-lehmann low', ({ result }) => (result.kind === 'estimate' ? result.hodgesLehmann.low : null)],
  ['hodges-lehmann high', ({ result }) => (result.kind === 'estimate' ? result.hodgesLehmann.high : null)],
  ['no estimate because', ({ result }) => (result.kind === 'none' ? result.why : null)],
];

/** A text that begins so is a formula to a spreadsheet, or at the beginning of a line a command to a CI system. */
const ACTIVE = /^(?:[=+\-@\t\r]|::|##)/;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const plain = plainLabel(cell);
  const inert = ACTIVE.test(plain) ? `'${plain}` : plain;
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

const csvText = <Row>(columns: Columns<Row>, rows: readonly Row[]): string =>
  [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, of]) => cellText(of(row)))), []]
    .map((cells) => cells.join(','))
    .join('\r\n');

/** Every effect. */
export const comparisonCsv: ComparisonFormat = {
  file: 'comparison.csv',
  contentOf: ({ effects }) => csvText(COLUMNS, effects),
};

type RunNumber = ReturnType<typeof numbersOf>[number];

/** The kind of a reading, its number and its interval; why there is none, where there is none. */
function cellsOf({ reading }: RunNumber): Readonly<Record<'value' | 'low' | 'high' | 'why', Cell>> {
  const none = { value: null, low: null, high: null, why: null };
  switch (reading.kind) {
    case 'value':
    case 'trend':
      return { ...none, value: reading.value, low: reading.low, high: reading.high };
    case 'censored':
      return { ...none, low: reading.atLeast };
    case 'not-estimable':
      return { ...none, low: reading.atLeast ?? null, why: reading.why };
    case 'not-degraded':
      return none;
    case 'absent':
      return { ...none, why: reading.why };
  }
}

const RUN_COLUMNS: Columns<RunNumber> = [
  ['metric', ({ metric }) => metric],
  ['stat', ({ stat }) => stat],
  ['tool', ({ tool }) => tool],
  ['where', ({ where }) => where],
  ['unit', ({ metric, stat }) => metricOf(metric).stats[stat]?.unit ?? null],
  ['kind', ({ reading }) => reading.kind],
  ['value', (row) => cellsOf(row).value],
  ['low', (row) => cellsOf(row).low],
  ['high', (row) => cellsOf(row).high],
  ['why', (row) => cellsOf(row).why],
];

/** Every number of a run. */
export const runCsv: ExportFormat = {
  file: 'numbers.csv',
  contentOf: ({ analysis: { summary } }) => csvText(RUN_COLUMNS, numbersOf(summary)),
};
