/** A comparison for a terminal. */
import pc from 'picocolors';
import type { Comparison } from '../../compare/index.js';
import { counted } from '../../format/index.js';
import { drawn, NARROWEST, type TerminalOptions } from '../layouts/terminal.js';
import { displayWidth, plainText } from '../text.js';
import { lines, type Line } from '../topics/topic.js';
import { factsOf } from './arm-facts.js';
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
import { FINDING, type Badge } from '../words.js';

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
    ...armFacts(comparison, columns),
    ...gateways(comparison, columns),
    ...gateTables(comparison, columns),
    ...environment(comparison, columns),
  ];
  return `${all.map((line) => drawn(line, columns, colors)).join('\n')}\n`;
}

function head(comparison: Comparison, columns: number): readonly Line[] {
  const { name, verdict, reference } = comparison;
  const { sign, words, tone } = COMPARISON_VERDICT[verdict];
  const shared = sharedFinding(comparison);
  const title = { text: `${plainText(name, columns)}  `, tone: 'strong' } as const;
  const design = `reference ${plainText(reference)}; ${designText(comparison)}`;
  const isLong = displayWidth(title.text) > columns / 2;
  return [
    ...(isLong ? [[title], ...lines(INDENT, design, columns, 'quiet')] : lines([title], design, columns, 'quiet')),
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

/** How each arm came back, and which queue grew first in it. */
function armFacts(comparison: Comparison, columns: number): readonly Line[] {
  const found = factsOf(comparison);
  if (found.length === 0) return [];
  return [
    [],
    ...found.flatMap(({ arm, recovery, firstGrowing }) => {
      const parts = [
        ...(recovery.length === 0 ? [] : [`recovery: ${recovery.join('; ')}`]),
        ...(firstGrowing.length === 0 ? [] : [`first growing queue: ${firstGrowing.join('; ')}`]),
      ];
      return lines([{ text: `${plainText(arm)}  `, tone: 'strong' }], parts.join('. ') || 'n/a', columns);
    }),
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
function gateTables(comparison: Comparison, columns: number): readonly Line[] {
  return comparison.arms.flatMap(({ name, verdict }) => (verdict === null ? [] : gateTable(name, comparison, columns)));
}

/** The gates of an arm: a line each where all of it fits, else a paragraph each; below it why one did not pass. */
function gateTable(arm: string, comparison: Comparison, columns: number): readonly Line[] {
  const { gates, effects, reference } = comparison;
  const outcomes = gates.flatMap((gate) =>
    gate.outcomes
      .filter((outcome) => outcome.arm === arm && !isRepeatedOutcome(gate, outcome, effects))
      .map((outcome) => ({ outcome, cells: outcomeCells(gate, outcome, effects) })),
  );
  if (outcomes.length === 0) return [];
  const named = columnsOf(reference, arm);
  const rows = outcomes.map(({ outcome: { why }, cells }): Row => ({
    badge: cells.badge,
    texts: named.map(([, text]) => plainText(text(cells))),
    // What forbids every verdict stands above the table.
    why: cells.badge.tone === 'good' || sharedFinding(comparison) !== null ? null : withoutReasons(why, comparison),
  }));
  const names = named.map(([name]) => name);
  const widths = names.map((name, column) =>
    Math.max(displayWidth(name), ...rows.map(({ texts }) => displayWidth(texts[column] ?? ''))),
  );
  const fits = MARK + widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) <= columns;
  return [[], ...(fits ? tableLines(names, rows, widths, columns) : paragraphs(names, rows, columns))];
}

/** Why an outcome is not good, without the reason of the whole arm: the head of the comparison has it once. */
function withoutReasons(why: string, { reasons }: Comparison): string {
  const reason = reasons.map((each) => `; ${each}`).find((end) => why.endsWith(end)) ?? '';
  return plainText(why.slice(0, why.length - reason.length), 400);
}

interface Row {
  readonly badge: Badge;
  readonly texts: readonly string[];
  readonly why: string | null;
}

/** Columns of the sign in front of a row. */
const MARK = 2;
const GAP = '  ';

function tableLines(
  names: readonly string[],
  rows: readonly Row[],
  widths: readonly number[],
  columns: number,
): readonly Line[] {
  const row = (texts: readonly string[]): string =>
    texts.map((text, column) => text + ' '.repeat((widths[column] ?? 0) - displayWidth(text))).join(GAP);
  return [
    [{ text: ' '.repeat(MARK) + row(names), tone: 'quiet' }],
    ...rows.flatMap(({ badge, texts, why }): readonly Line[] => [
      [{ text: `${badge.sign} `, tone: badge.tone }, { text: row(texts) }],
      ...reasonLines(why, columns),
    ]),
  ];
}

function paragraphs(names: readonly string[], rows: readonly Row[], columns: number): readonly Line[] {
  const [, , ...valueNames] = names;
  return rows.flatMap(({ badge, texts: [what = '', where = '', ...values], why }) => [
    ...lines([{ text: `${badge.sign} `, tone: badge.tone }], `${what}, ${where}`, columns),
    ...lines(INDENT, valueNames.map((name, at) => `${name} ${values[at] ?? ''}`).join('; '), columns),
    ...reasonLines(why, columns),
  ]);
}

const INDENT: Line = [{ text: ' '.repeat(2 * MARK) }];

const reasonLines = (why: string | null, columns: number): readonly Line[] =>
  why === null ? [] : lines(INDENT, why, columns, 'quiet');

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
