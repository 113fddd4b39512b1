/** Runs as Markdown (GitHub flavour): for job summaries, merge requests and notes. */
import { counted, duration } from '../../format/index.js';
import type { RunView } from '../input.js';
import { escapeMarkdown, plainText } from '../text.js';
import { TOPICS } from '../topics/index.js';
import type { Cell, Table, TextBlock } from '../topics/topic.js';
import { DO_NOT_RELY, GATE_VERDICT, RUN_VERDICT, gateCounts } from '../words.js';

/** Longest text of one cell or paragraph. */
const MOST_TEXT = 800;

/** The text of `summary.md`. */
export const markdownSummary = (runs: readonly RunView[]): string => `${runs.map(runMarkdown).join('\n\n')}\n`;

/** Text from outside as a cell or paragraph. */
export const safe = (text: string): string => escapeMarkdown(plainText(text, MOST_TEXT));

function runMarkdown(run: RunView): string {
  const chapters = TOPICS.filter(({ applies }) => applies(run)).flatMap(({ title, place, markdown }) => {
    const blocks = markdown(run)
      .map(blockMarkdown)
      .filter((block) => block !== '');
    if (blocks.length === 0) return [];
    return [...(place === 'verdict' ? [] : [`## ${safe(title)}`]), ...blocks];
  });
  return [...head(run), ...chapters].join('\n\n');
}

function head({ analysis: { summary }, gates }: RunView): readonly string[] {
  const { validity, samples } = summary;
  const { sign, words } = GATE_VERDICT[gates.verdict];
  const judged = gates.results.length === 0 ? 'no gates' : `gates **${sign} ${words}** (${gateCounts(gates)})`;
  const run = RUN_VERDICT[validity.verdict];
  return [
    `# ${safe(summary.name)}`,
    `**${run.sign} Run ${run.words}**, ${judged}.${validity.verdict === 'invalid' ? ` ${DO_NOT_RELY}` : ''}`,
    `${safe(summary.startedUtc)}, ${duration(summary.durationNs)}, ` +
      `${counted(samples.logicalCalls, 'call')}, ${summary.status}. ` +
      `Run ${safe(summary.runId)}, scenario digest ${safe(summary.scenarioDigest.slice(0, 16))}.`,
  ];
}

function blockMarkdown(block: TextBlock): string {
  switch (block.kind) {
    case 'text':
      return safe(block.text);
    case 'list':
      return block.items
        .map(({ name, text }) => `- ${name === null ? '' : `**${safe(name)}**: `}${safe(text)}`)
        .join('\n');
    case 'table':
      return tableMarkdown(block);
  }
}

function tableMarkdown({ caption, notes = [], columns, rows, below }: Table): string {
  const shown = columns.map((column, index) => ({ ...column, index })).filter(({ pageOnly }) => pageOnly !== true);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const headings = shown.map(({ name, below: small }) => safe(small === undefined ? name : `${name} (${small})`));
  return [
    `**${safe(caption)}**`,
    ...notes.map(safe),
    [
      line(headings),
      line(shown.map(({ kind }) => (kind === undefined || kind === 'number' ? '---:' : '---'))),
      ...rows.map(({ cells }) => line(shown.map(({ index }) => cellMarkdown(cells[index] ?? '')))),
    ].join('\n'),
    ...(below === undefined || below === null ? [] : [safe(below)]),
  ].join('\n\n');
}

function cellMarkdown(cell: Cell): string {
  if (typeof cell === 'string') return safe(cell);
  const { text, below, badge } = cell;
  const words = badge === undefined ? text : `${badge.sign} ${badge.words}`;
  return safe(below === undefined || below === '' ? words : `${words} (${below})`);
}
