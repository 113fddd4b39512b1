/** Runs for a terminal: what to know before opening the report, in a screenful and never wider than asked. */
import pc from 'picocolors';
import { counted, duration } from '../../format/index.js';
import type { RunView } from '../input.js';
import { displayWidth, fitWidth, plainText } from '../text.js';
import { TOPICS } from '../topics/index.js';
import { lines, type Line, type Span, type Topic } from '../topics/topic.js';
import { DO_NOT_RELY, GATE_VERDICT, RUN_VERDICT, gateCounts } from '../words.js';

export interface TerminalOptions {
  /** Colour is only ever beside a word or a sign that says the same. */
  readonly color: boolean;
  /** Columns; no line is wider. Less than 40 is taken as 40. */
  readonly width: number;
}

export const NARROWEST = 40;

/** The summary as lines of text, ending in a line break. */
export function terminalSummary(runs: readonly RunView[], { color, width }: TerminalOptions): string {
  const columns = Math.max(NARROWEST, width);
  const colors = pc.createColors(color);
  const all = runs.flatMap((run) => runLines(run, columns));
  return `${all.map((line) => drawn(line, columns, colors)).join('\n')}\n`;
}

/** The verdicts come last: what ends a run stands next to the prompt. */
function runLines(run: RunView, columns: number): readonly Line[] {
  const at = (place: Topic['place']): readonly Line[] =>
    TOPICS.filter((topic) => topic.place === place && topic.applies(run)).flatMap((topic) =>
      topic.terminal(run, columns),
    );
  const apart = (lines: readonly Line[]): readonly Line[] => (lines.length === 0 ? [] : [[], ...lines]);
  return [
    ...head(run, columns),
    ...at('validity'),
    ...apart(at('results')),
    ...apart([...at('conditions'), ...at('verdict')]),
  ];
}

function head({ analysis: { summary }, gates }: RunView, columns: number): readonly Line[] {
  const run = RUN_VERDICT[summary.validity.verdict];
  const status = summary.status === 'complete' ? '' : `, ${summary.status}`;
  const { sign, words, tone } = GATE_VERDICT[gates.verdict];
  const judged: Line =
    gates.results.length === 0
      ? [{ text: '  no gates', tone: 'quiet' }]
      : [{ text: '  ' }, { text: `${sign} gates ${words}`, tone }, { text: ` (${gateCounts(gates)})`, tone: 'quiet' }];
  return [
    [
      { text: plainText(summary.name), tone: 'strong' },
      {
        text: `  ${duration(summary.durationNs)}, ${counted(summary.samples.logicalCalls, 'call')}${status}`,
        tone: 'quiet',
      },
    ],
    [{ text: `${run.sign} run ${run.words}`, tone: run.tone }, ...judged],
    ...(summary.validity.verdict === 'invalid' ? lines([], DO_NOT_RELY, columns) : []),
  ];
}

export type Colors = ReturnType<typeof pc.createColors>;

/** A line in colour, cut to the columns. */
export function drawn(line: Line, columns: number, colors: Colors): string {
  let room = columns;
  let text = '';
  for (const span of line) {
    if (span.text === '') continue;
    const shown = fitWidth(span.text, room);
    if (shown === '') break;
    room -= displayWidth(shown);
    text += painted(shown, span.tone, colors);
    if (shown !== span.text) break;
  }
  return text.trimEnd();
}

function painted(text: string, tone: Span['tone'], colors: Colors): string {
  switch (tone) {
    case 'good':
      return colors.green(text);
    case 'bad':
      return colors.red(text);
    case 'unsure':
      return colors.yellow(text);
    case 'quiet':
      return colors.dim(text);
    case 'strong':
      return colors.bold(text);
    case undefined:
      return text;
  }
}
