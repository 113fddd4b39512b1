/** A comparison for a terminal. */
import pc from 'picocolors';
import type { Comparison } from '../../compare/index.js';
import { counted } from '../../format/index.js';
import { drawn, NARROWEST, type TerminalOptions } from '../layouts/terminal.js';
import { displayWidth, plainText } from '../text.js';
import { lines, type Line } from '../topics/topic.js';
import { COMPARISON_VERDICT, designText, fieldText, outcomeCells, type OutcomeCells } from './words.js';

const COLUMNS = [
  ['metric', ({ what }) => what],
  ['where', ({ where }) => where],
  ['arm', ({ arm }) => arm],
  ['reference', ({ reference }) => reference],
  ['candidate', ({ candidate }) => candidate],
  ['change [95 %]', ({ change }) => change],
  ['limit', ({ limit }) => limit],
  ['detects', ({ detectable }) => detectable],
] as const satisfies readonly (readonly [string, (cells: OutcomeCells) => string])[];

/** The comparison as lines of text, ending in a line break; no line is wider than asked. */
export function comparisonTerminal(comparison: Comparison, { color, width }: TerminalOptions): string {
  const columns = Math.max(NARROWEST, width);
  const colors = pc.createColors(color);
  const all = [...head(comparison, columns), ...gateTable(comparison), ...environment(comparison, columns)];
  return `${all.map((line) => drawn(line, columns, colors)).join('\n')}\n`;
}

function head(comparison: Comparison, columns: number): readonly Line[] {
  const { name, verdict, arms, reference, reasons } = comparison;
  const { sign, words, tone } = COMPARISON_VERDICT[verdict];
  return [
    [
      { text: plainText(name), tone: 'strong' },
      { text: `  reference ${plainText(reference)}; ${designText(comparison)}`, tone: 'quiet' },
    ],
    [{ text: `${sign} ${words}`, tone }],
    ...arms.flatMap(({ name: arm, verdict: own, finding }) => {
      if (own === null) return [];
      const badge = COMPARISON_VERDICT[own];
      return lines(
        [{ text: `${badge.sign} ${plainText(arm)} ` }],
        `${badge.words}: ${plainText(finding, 400)}`,
        columns,
      );
    }),
    ...reasons.slice(1).flatMap((reason) => lines([{ text: '  ' }], plainText(reason, 400), columns, 'quiet')),
  ];
}

function gateTable({ gates, effects }: Comparison): readonly Line[] {
  const rows = gates.flatMap((gate) => gate.outcomes.map((outcome) => outcomeCells(gate, outcome, effects)));
  if (rows.length === 0) return [];
  const texts = rows.map((row) => COLUMNS.map(([, text]) => plainText(text(row), 48)));
  const widths = COLUMNS.map(([name], column) =>
    Math.max(name.length, ...texts.map((cells) => displayWidth(cells[column] ?? ''))),
  );
  const row = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell))).join('  ');
  return [
    [],
    [{ text: `  ${row(COLUMNS.map(([name]) => name))}`, tone: 'quiet' }],
    ...rows.map(({ badge }, index): Line => [
      { text: `${badge.sign} `, tone: badge.tone },
      { text: row(texts[index] ?? []) },
    ]),
  ];
}

function environment({ environment: fields }: Comparison, columns: number): readonly Line[] {
  const shown = fields.filter(({ standing }) => standing !== 'information');
  const others = fields.length - shown.length;
  if (fields.length === 0) return [];
  return [
    [],
    ...shown.flatMap((field) =>
      lines(
        [{ text: `${field.standing} `, ...(field.standing === 'blocking' ? { tone: 'bad' as const } : {}) }],
        `${field.field}: ${fieldText(field)}`,
        columns,
      ),
    ),
    ...(others === 0
      ? []
      : [[{ text: `${counted(others, 'more field')} of the environment differ as expected`, tone: 'quiet' } as const]]),
  ];
}
