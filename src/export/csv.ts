/** Every effect of a comparison as CSV (RFC 4180), one line each, for spreadsheets and statistics programs. */
import type { Effect } from '../compare/index.js';
import type { ComparisonFormat } from './format.js';
import { plainLabel } from './labels.js';

type Cell = string | number | null;

const COLUMNS: readonly (readonly [name: string, of: (effect: Effect) => Cell])[] = [
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

export const comparisonCsv: ComparisonFormat = {
  file: 'comparison.csv',
  contentOf: ({ effects }) =>
    [COLUMNS.map(([name]) => name), ...effects.map((effect) => COLUMNS.map(([, of]) => cellText(of(effect)))), []]
      .map((cells) => cells.join(','))
      .join('\r\n'),
};
