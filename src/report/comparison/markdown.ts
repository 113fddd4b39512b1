/** A comparison as Markdown (GitHub flavour): for a comment on a pull request, and for notes. */
import type { Comparison } from '../../compare/index.js';
import { count, counted } from '../../format/index.js';
import { safe } from '../layouts/markdown.js';
import {
  COMPARISON_VERDICT,
  designText,
  fieldText,
  isClear,
  outcomeCells,
  rankCell,
  SHOWN,
  valueCells,
} from './words.js';

/** A comment on GitHub holds 65,536 characters. */
const MOST_BYTES = 60_000;
/** Rows of one table. */
const MOST_ROWS = 60;

/** The text of `comparison.md`, under 60 kB. */
export function comparisonMarkdown(comparison: Comparison): string {
  const chapters = [
    ...head(comparison),
    gates(comparison),
    environment(comparison),
    effects(comparison),
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
  const { name, verdict, reference, arms, reasons } = comparison;
  const { sign, words } = COMPARISON_VERDICT[verdict];
  const findings = arms.flatMap(({ name: arm, verdict: own, finding }) => {
    if (own === null) return [];
    const badge = COMPARISON_VERDICT[own];
    return [`- **${badge.sign} ${safe(arm)}** ${badge.words}: ${safe(finding)}`];
  });
  return [
    `# ${safe(name)}: ${sign} ${words}`,
    findings.slice(0, MOST_ROWS).join('\n'),
    `Reference ${safe(reference)}; ${safe(designText(comparison))}.`,
    reasons.length < 2
      ? ''
      : reasons
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

function gates({ gates: judged, effects: all }: Comparison): string {
  const rows = judged.flatMap((gate) =>
    gate.outcomes.map((outcome) => {
      const { badge, arm, what, where, reference, candidate, change, limit, detectable } = outcomeCells(
        gate,
        outcome,
        all,
      );
      return [`${badge.sign} ${badge.words}`, arm, what, where, reference, candidate, change, limit, detectable];
    }),
  );
  const columns = ['Verdict', 'Arm', 'Metric', 'Where', 'Reference', 'Candidate', 'Change', 'Limit', 'Detectable'];
  return table('Gates', columns, rows);
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

function effects({ effects: all }: Comparison): string {
  const shown = all.filter(({ metric, stat, result }) => {
    const stats = SHOWN.find(([name]) => name === metric)?.[1];
    return result.kind === 'estimate' && stats?.includes(stat) === true;
  });
  const rows = shown.map((effect) => {
    const { reference, candidate, change } = valueCells(effect);
    const clear = effect.result.kind === 'estimate' && isClear(effect.result.change) ? 'yes' : 'no';
    const { arm, metric, stat, where } = effect;
    return [arm, `${metric} ${stat}`, where, reference, candidate, change, rankCell(effect), clear];
  });
  const columns = ['Arm', 'Metric', 'Where', 'Reference', 'Candidate', 'Change', 'Hodges-Lehmann', 'Not 0'];
  return table('Effects', columns, rows);
}

function trials({ arms, leftOut }: Comparison): string {
  const used = arms.flatMap(({ name, trials: own }) =>
    own.map(({ row, folder, startedUtc, validity }) => [count(row + 1), name, folder, startedUtc, validity]),
  );
  const others = leftOut.map(({ row, arm, folder, why }) => [count(row + 1), arm, folder, '', `left out: ${why}`]);
  return table('Trials', ['Row', 'Arm', 'Run', 'Started', 'Validity'], [...used, ...others]);
}
