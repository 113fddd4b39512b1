/** A comparison as Markdown (GitHub flavour): for a comment on a pull request, and for notes. */
import type { Comparison } from '../../compare/index.js';
import { statText } from '../../catalog/index.js';
import { count, counted } from '../../format/index.js';
import { safe } from '../layouts/markdown.js';
import { factsOf } from './arm-facts.js';
import { armsWithGateways, findingText, gatewayText, knownBefore } from './gateways.js';
import { limitsOf } from './limits.js';
import {
  isRepeated,
  isRepeatedOutcome,
  isShown,
  matrixOf,
  toolsOf,
  type MatrixCell,
  type MatrixPart,
} from './matrix.js';
import {
  armNames,
  COMPARISON_VERDICT,
  designText,
  fieldText,
  findingsOf,
  isClear,
  otherReasons,
  outcomeCells,
  rankCell,
  sharedFinding,
  valueCells,
} from './words.js';
import { FINDING } from '../words.js';

/** A comment on GitHub holds 65,536 characters. */
const MOST_BYTES = 60_000;
/** Rows of one table. */
const MOST_ROWS = 60;

/** The text of `comparison.md`, under 60 kB. */
export function comparisonMarkdown(comparison: Comparison): string {
  const isMatrix = comparison.arms.length > 2;
  const chapters = [
    ...head(comparison),
    armFacts(comparison),
    environment(comparison),
    ...(isMatrix ? [matrix(comparison)] : []),
    gateways(comparison),
    ...gates(comparison),
    ...(isMatrix ? [] : [effects(comparison)]),
    tools(comparison),
    notShown(comparison),
    trials(comparison),
  ];
  let text = '';
  for (const chapter of chapters.filter((each) => each !== '')) {
    if (Buffer.byteLength(`${text}${chapter}`) + 100 > MOST_BYTES) return `${text}More is in comparison.json.\n`;
    text += `${chapter}\n\n`;
  }
  return `${text.trimEnd()}\n`;
}

function head(comparison: Comparison): readonly string[] {
  const { name, verdict, reference } = comparison;
  const shared = sharedFinding(comparison);
  const { sign, words } = COMPARISON_VERDICT[verdict];
  const findings = findingsOf(comparison).map(({ names, verdict: own, finding }) => {
    const badge = COMPARISON_VERDICT[own];
    return `- **${badge.sign} ${safe(armNames(names))}** ${badge.words}: ${safe(finding)}`;
  });
  return [
    `# ${safe(name)}: ${sign} ${words}`,
    // What holds for all arms is said once.
    shared === null ? findings.slice(0, MOST_ROWS).join('\n') : `- ${safe(shared)}`,
    `Reference ${safe(reference)}; ${safe(designText(comparison))}.`,
    otherReasons(comparison)
      .slice(0, MOST_ROWS)
      .map((reason) => `- ${safe(reason)}`)
      .join('\n'),
  ];
}

function table(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const left = rows.length - MOST_ROWS;
  return [
    `## ${title}`,
    [
      line(columns),
      line(columns.map(() => '---')),
      ...rows.slice(0, MOST_ROWS).map((cells) => line(cells.map(safe))),
    ].join('\n'),
    ...(left > 0 ? [`${counted(left, 'more row')} in comparison.json.`] : []),
  ].join('\n\n');
}

/** How each arm came back, and which queue grew first in it. */
function armFacts(comparison: Comparison): string {
  const rows = factsOf(comparison).map(({ arm, recovery, firstGrowing }) => [
    arm,
    ...[recovery, firstGrowing].map((found) => found.join('; ') || 'n/a'),
  ]);
  return table('Recovery and first growing queue', ['Arm', 'Recovery', 'First growing queue'], rows);
}

/** A table for each arm: the column of its values has its name. */
function gates({ gates: judged, effects: all, arms, reference }: Comparison): readonly string[] {
  const candidates = arms.filter(({ verdict }) => verdict !== null);
  return candidates.map(({ name: arm }) => {
    const rows = judged.flatMap((gate) =>
      gate.outcomes
        .filter((outcome) => outcome.arm === arm && !isRepeatedOutcome(gate, outcome, all))
        .map((outcome) => {
          const { badge, what, where, ...cells } = outcomeCells(gate, outcome, all);
          const values = [cells.reference, cells.candidate, cells.change, cells.limit, cells.detectable];
          return [`${badge.sign} ${badge.words}`, what, where, ...values];
        }),
    );
    const title = candidates.length === 1 ? 'Gates' : `Gates of ${safe(arm)}`;
    const columns = ['Verdict', 'Metric', 'Where', safe(reference), safe(arm), 'Change', 'Limit', 'Detectable'];
    return table(title, columns, rows);
  });
}

/** Arms of which a table has a column. */
const MOST_COLUMNS = 12;

/** All arms side by side. */
function matrix(comparison: Comparison): string {
  return sideBySide('Matrix', matrixOf(comparison), comparison, true);
}

const tools = (comparison: Comparison): string => sideBySide('Tools', toolsOf(comparison), comparison, false);

function sideBySide(title: string, parts: readonly MatrixPart[], { arms }: Comparison, hasRanks: boolean): string {
  const shown = arms.slice(0, MOST_COLUMNS);
  const left = arms.length - shown.length;
  const rows = parts.flatMap((part) =>
    part.rows.map(({ what, where, cells }) => [
      part.title,
      what,
      where,
      ...shown.map(({ name }) => cellText(cells.find(({ arm }) => arm === name))),
    ]),
  );
  const columns = [hasRanks ? 'Group' : 'Tool', 'Metric', 'Where', ...shown.map(({ name }) => safe(name))];
  const whole = table(title, columns, rows);
  const more = left > 0 ? [`${counted(left, 'more arm')} in comparison.json.`] : [];
  const ranks =
    hasRanks && whole !== '' ? ['#1 is the best of the row; arms share ranks where no interval parts them.'] : [];
  return [whole, ...ranks, ...more].filter((part) => part !== '').join('\n\n');
}

/** `✓ 8.2 ms, +3 % [−1 % to +7 %], #1–2`. */
function cellText(cell: MatrixCell | undefined): string {
  if (cell === undefined) return '';
  const { value, change, interval, verdict, rank, note } = cell;
  const sign = verdict === null || verdict === 'invalid' ? '' : `${COMPARISON_VERDICT[verdict].sign} `;
  const parts = [
    ...(change === null ? [] : [`${change}${interval === null ? ', no interval' : ` [${interval}]`}`]),
    ...(rank === null ? [] : [rank.best === rank.worst ? `#${rank.best}` : `#${rank.best}–${rank.worst}`]),
    ...(note === null ? [] : [note]),
  ];
  return `${sign}${[value, ...parts].join(', ')}`;
}

/** What was found of each arm's gateway. */
function gateways(comparison: Comparison): string {
  const arms = armsWithGateways(comparison).slice(0, MOST_ROWS);
  if (arms.length === 0) return '';
  const lists = arms.map((arm) => {
    const known = arm.gateways.flatMap(knownBefore).map((each) => `- ${safe(each)} (as its adapter says)`);
    const found = arm.findings.map((each) => `- ${FINDING[each.tone].sign} ${safe(findingText(each, arm))}`);
    return [
      `**${safe(arm.name)}**${arm.gateways.map((each) => ` ${safe(gatewayText(each))}`).join(';')}`,
      [...(found.length === 0 ? ['- Nothing was found.'] : found), ...known].join('\n'),
    ].join('\n\n');
  });
  return ['## Gateways', ...lists].join('\n\n');
}

function notShown(comparison: Comparison): string {
  return [
    '## What this does not show',
    limitsOf(comparison)
      .map((each) => `- ${safe(each)}`)
      .join('\n'),
  ].join('\n\n');
}

function environment({ environment: fields }: Comparison): string {
  const rows = fields
    .filter(({ standing }) => standing !== 'information')
    .map((field) => [field.standing, field.field, fieldText(field)]);
  const information = fields.filter(({ standing }) => standing === 'information').map(({ field }) => field);
  return [
    table('Environment', ['Standing', 'Field', 'Values'], rows),
    information.length === 0 ? '' : `As expected, these differ as well: ${safe(information.join(', '))}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function effects({ effects: all, arms, reference }: Comparison): string {
  const shown = all.filter(
    (effect) =>
      effect.result.kind === 'estimate' && effect.tool === null && isShown(effect) && !isRepeated(effect, all),
  );
  const rows = shown.map((effect) => {
    const { reference: before, candidate, change } = valueCells(effect);
    const clear = effect.result.kind === 'estimate' && isClear(effect.result.change) ? 'yes' : 'no';
    return [statText(effect), effect.where, before, candidate, change, rankCell(effect), clear];
  });
  const arm = arms.find(({ verdict }) => verdict !== null)?.name ?? '';
  return table('Effects', ['Metric', 'Where', safe(reference), safe(arm), 'Change', 'Hodges-Lehmann', 'Not 0'], rows);
}

function trials({ arms, leftOut }: Comparison): string {
  const used = arms.flatMap(({ name, trials: own }) =>
    own.map(({ row, folder, startedUtc, validity }) => [count(row + 1), name, folder, startedUtc, validity]),
  );
  const others = leftOut.map(({ row, arm, folder, why }) => [count(row + 1), arm, folder, '', `left out: ${why}`]);
  return table('Trials', ['Row', 'Arm', 'Run', 'Started', 'Validity'], [...used, ...others]);
}
