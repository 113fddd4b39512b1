/** A comparison for a terminal. */
import pc from 'picocolors';
import type { Comparison } from '../../compare/index.js';
import { counted } from '../../format/index.js';
import { drawn, NARROWEST, type TerminalOptions } from '../layouts/terminal.js';
import { displayWidth, plainText } from '../text.js';
import { lines, type Line } from '../topics/topic.js';
import { armsWithGateways, findingText, gatewayText } from './gateways.js';
import { isRepeatedOutcome } from './matrix.js';
import {
  armNames,
  COMPARISON_VERDICT,
  designText,
  fieldText,
  findingsOf,
  otherReasons,
  outcomeCells,
  sharedFinding,
  type OutcomeCells,
} from './words.js';
import { FINDING } from '../words.js';

/** Columns of the table of one arm; the values stand under the names of the arms. */
const columnsOf = (reference: string, arm: string) =>
  [
    ['metric', ({ what }) => what],
    ['where', ({ where }) => where],
    [plainText(reference, MOST_NAME), (cells) => cells.reference],
    [plainText(arm, MOST_NAME), ({ candidate }) => candidate],
    ['change [95 %]', ({ change }) => change],
    ['limit', ({ limit }) => limit],
    ['detects', ({ detectable }) => detectable],
  ] as const satisfies readonly (readonly [string, (cells: OutcomeCells) => string])[];

const MOST_NAME = 20;

/** The comparison as lines of text, ending in a line break; no line is wider than asked. */
export function comparisonTerminal(comparison: Comparison, { color, width }: TerminalOptions): string {
  const columns = Math.max(NARROWEST, width);
  const colors = pc.createColors(color);
  const all = [
    ...head(comparison, columns),
    ...gateways(comparison, columns),
    ...gateTables(comparison),
    ...environment(comparison, columns),
  ];
  return `${all.map((line) => drawn(line, columns, colors)).join('\n')}\n`;
}

function head(comparison: Comparison, columns: number): readonly Line[] {
  const { name, verdict, reference } = comparison;
  const { sign, words, tone } = COMPARISON_VERDICT[verdict];
  const shared = sharedFinding(comparison);
  return [
    [
      { text: plainText(name), tone: 'strong' },
      { text: `  reference ${plainText(reference)}; ${designText(comparison)}`, tone: 'quiet' },
    ],
    // What holds for all arms is said once.
    ...(shared === null
      ? [[{ text: `${sign} ${words}`, tone }]]
      : lines([{ text: `${sign} `, tone }], `${words}: ${plainText(shared, 400)}`, columns)),
    ...(shared === null ? findingsOf(comparison) : []).flatMap(({ names, verdict: own, finding }) => {
      const badge = COMPARISON_VERDICT[own];
      const words = `${badge.words}: ${plainText(finding, 400)}`;
      // Names of several arms may be longer than a line.
      return names.length === 1
        ? lines([{ text: `${badge.sign} ${armNames(names)} ` }], words, columns)
        : lines([{ text: `${badge.sign} ` }], `${armNames(names)} ${words}`, columns);
    }),
    ...otherReasons(comparison).flatMap((other) => lines([{ text: '  ' }], plainText(other, 400), columns, 'quiet')),
  ];
}

/** What was found of each arm's gateway. */
function gateways(comparison: Comparison, columns: number): readonly Line[] {
  return armsWithGateways(comparison).flatMap((arm) => [
    [],
    ...lines(
      [{ text: `${plainText(arm.name)}  `, tone: 'strong' }],
      plainText(arm.gateways.map(gatewayText).join('; '), 400),
      columns,
      'quiet',
    ),
    ...arm.findings.flatMap((each) =>
      lines([{ text: `${FINDING[each.tone].sign} ` }], plainText(findingText(each, arm), 400), columns),
    ),
  ]);
}

/** A table for each arm: the column of its values has its name. */
function gateTables(comparison: Comparison): readonly Line[] {
  return comparison.arms.flatMap(({ name, verdict }) => (verdict === null ? [] : gateTable(name, comparison)));
}

function gateTable(arm: string, { gates, effects, reference }: Comparison): readonly Line[] {
  const rows = gates.flatMap((gate) =>
    gate.outcomes
      .filter((outcome) => outcome.arm === arm && !isRepeatedOutcome(gate, outcome, effects))
      .map((outcome) => outcomeCells(gate, outcome, effects)),
  );
  if (rows.length === 0) return [];
  const columns = columnsOf(reference, arm);
  const texts = rows.map((row) => columns.map(([, text]) => plainText(text(row), 48)));
  const widths = columns.map(([name], column) =>
    Math.max(displayWidth(name), ...texts.map((cells) => displayWidth(cells[column] ?? ''))),
  );
  const row = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell))).join('  ');
  return [
    [],
    [{ text: `  ${row(columns.map(([name]) => name))}`, tone: 'quiet' }],
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
