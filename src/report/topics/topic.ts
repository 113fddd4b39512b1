/**
 * What a chapter of the report is, and the parts it is put together from. Parts are data: a layout decides how each
 * looks as HTML, Markdown or terminal text, and makes every string in them harmless for its form.
 */
import { count, counted } from '../../format/index.js';
import type { Chart } from '../charts/theme.js';
import type { RunView } from '../input.js';
import { fitWidth, wrapped } from '../text.js';
import type { Badge, State, Tone } from '../words.js';

/** A chapter. Leaving out a part is a type error; what a form does not show is an explicit empty list. */
export interface Topic {
  /** Anchor on the page. */
  readonly id: string;
  readonly title: string;
  /** What it is called in the contents: one word, or two short ones. */
  readonly label: string;
  /**
   * Where the chapter stands: gates; whether the run can be trusted; results, which an invalid run marks as unreliable;
   * or the conditions under which they were measured.
   */
  readonly place: 'verdict' | 'validity' | 'results' | 'conditions';
  /** What is shown and how it is defined; null when the title says it. */
  readonly lead: (run: RunView) => string | null;
  /** The chapter in one line, behind which it is folded. */
  readonly headline: (run: RunView) => Headline;
  /** Whether the run has anything to show here. */
  readonly applies: (run: RunView) => boolean;
  /** Sentences, tables and charts on the page. */
  readonly page: (run: RunView) => readonly Block[];
  /** The short form for merge requests and job summaries. */
  readonly markdown: (run: RunView) => readonly TextBlock[];
  /** Lines for a terminal, none wider than `columns`. */
  readonly terminal: (run: RunView, columns: number) => readonly Line[];
}

/** What a chapter found: a state, a sentence, and the number that a reader would ask for. */
export interface Headline {
  readonly state: State;
  readonly finding: string;
  readonly key: KeyNumber | null;
}

export interface KeyNumber {
  readonly name: string;
  readonly value: string;
  /** In the contents, where there is no room for the name: a count with what it counts, `3 breaking`. */
  readonly brief?: string;
}

/** The ids that two chapters of a list have. */
type IdOfTwo<T extends readonly Topic[]> = T extends readonly [
  infer First extends Topic,
  ...infer Rest extends readonly Topic[],
]
  ? Extract<Rest[number]['id'], First['id']> | IdOfTwo<Rest>
  : never;

/** The list itself. Two chapters with one id are a type error that names it: links would lead to the first alone. */
export const distinct = <const T extends readonly Topic[]>(
  topics: T & ([IdOfTwo<T>] extends [never] ? unknown : { readonly idOfTwoChapters: IdOfTwo<T> }),
): readonly Topic[] => topics;

export type Cell = string | CellParts;

export interface CellParts {
  readonly text: string;
  /** In small print under the text: an interval, a second quantity. */
  readonly below?: string;
  /** The text is a verdict with this tone and sign. */
  readonly badge?: Badge;
  /** There is no value; the text says why. */
  readonly quiet?: boolean;
}

export interface Column {
  readonly name: string;
  readonly below?: string;
  /** `number` to the right (the default), `word` to the left on one line, `text` to the left and wrapping. */
  readonly kind?: 'number' | 'word' | 'text';
  /** Too much for the short form: on the page alone. */
  readonly pageOnly?: boolean;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** Set apart: a sum, or the heading of the rows below. */
  readonly total?: boolean;
}

export interface Table {
  readonly kind: 'table';
  readonly caption: string;
  /** Sentences under the caption. */
  readonly notes?: readonly string[];
  readonly columns: readonly Column[];
  /** The first cell of each row is its heading. */
  readonly rows: readonly Row[];
  /** A sentence under the table. */
  readonly below?: string | null;
  readonly style?: 'dense' | 'gates' | 'facts';
}

export interface Figure {
  readonly kind: 'figure';
  readonly title: string;
  /** What the chart shows, in sentences with its numbers. */
  readonly finding: string;
  /** What is drawn, for readers who can't see it; the finding is added. */
  readonly drawn: string;
  /** Null where there is too little to draw; the figure is left out. */
  readonly chart: () => Chart | null;
  /** The numbers of the chart, folded. */
  readonly numbers?: readonly Table[];
  readonly wide?: boolean;
  /** Narrow figures stand two to a row; this one begins a row. */
  readonly newRow?: boolean;
  readonly note?: string | null;
}

export interface Card {
  readonly kicker: string;
  readonly title: string;
  /** The number to remember; null when there is none, and then `sentence` says why. */
  readonly primary: { readonly value: string; readonly label: string } | null;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly sentence: string;
}

export interface Check {
  readonly name: string;
  readonly value: string;
  /** What it is and which limit applies. */
  readonly meaning: string;
  readonly badge: Badge;
}

export interface Reason {
  readonly badge: Badge;
  readonly code: string;
  readonly where: string | null;
  readonly what: string;
  readonly remedy: string;
}

export interface Text {
  readonly kind: 'text';
  readonly text: string;
}

export interface List {
  readonly kind: 'list';
  /** `name` is set in bold before the text. */
  readonly items: readonly { readonly name: string | null; readonly text: string }[];
}

/** What every form can show. */
export type TextBlock = Text | List | Table;

export type Block =
  | TextBlock
  | Figure
  | { readonly kind: 'nothing'; readonly text: string }
  | { readonly kind: 'cards'; readonly cards: readonly Card[] }
  | { readonly kind: 'tiles'; readonly tiles: readonly { readonly badge: Badge; readonly because: string }[] }
  | { readonly kind: 'checks'; readonly checks: readonly Check[] }
  | { readonly kind: 'reasons'; readonly reasons: readonly Reason[] }
  | { readonly kind: 'code'; readonly title: string; readonly text: string; readonly limit: number }
  | { readonly kind: 'folded'; readonly title: string; readonly summary: string; readonly blocks: readonly Block[] };

export const text = (words: string): Text => ({ kind: 'text', text: words });
export const nothing = (words: string): Block => ({ kind: 'nothing', text: words });
export const verdictCell = (badge: Badge, below?: string): Cell =>
  below === undefined ? { text: badge.words, badge } : { text: badge.words, badge, below };
/** Columns of words, and of numbers. */
export const wordColumns = (...names: readonly string[]): readonly Column[] =>
  names.map((name) => ({ name, kind: 'word' }));
export const numberColumns = (...names: readonly string[]): readonly Column[] => names.map((name) => ({ name }));
/** A table; none without rows. */
export const tableOf = (table: Omit<Table, 'kind'>): readonly Table[] =>
  table.rows.length === 0 ? [] : [{ kind: 'table', ...table }];
/** Named facts. */
export type Facts = readonly (readonly [name: string, value: string])[];
export const factTable = (caption: string, facts: Facts): readonly Table[] =>
  tableOf({
    caption,
    style: 'facts',
    columns: [
      { name: 'Measure', kind: 'word' },
      { name: 'Value', kind: 'text' },
    ],
    rows: facts.map((cells) => ({ cells: [...cells] })),
  });
/** Those that are there. */
export const present = <T extends object>(...parts: readonly (T | false | null)[]): readonly T[] =>
  parts.filter((part) => part !== false && part !== null);
/** What stands where there is no value. */
export const none = (words = '–'): CellParts => ({ text: words, quiet: true });

/** Phases that have a figure, a card or a table of their own in a chapter: thousands show no more, and take long. */
export const MOST_DRAWN = 40;
/** Rows of a table that has one for each phase or gate. */
export const MOST_ROWS = 400;

/** What a chapter has of phases, and a sentence that says which these are where others are left out. */
export interface Drawn<T> {
  readonly drawn: readonly T[];
  readonly announced: readonly Text[];
}

/**
 * Phases of which figures are drawn: all, or of many those that come first by `rankOf`, in their own order.
 * @param first what those that come first have: `the most calls`.
 */
export function drawnOf<T>(all: readonly T[], rankOf: (each: T) => number, first: string): Drawn<T> {
  const drawn = firstOf(all, rankOf, MOST_DRAWN);
  const which = `Drawn are the ${count(drawn.length)} of ${counted(all.length, 'phase')} with ${first}.`;
  return { drawn, announced: drawn.length === all.length ? [] : [text(which)] };
}

/** The same of phases that have a card or a table of several rows each. */
export function shownOf<T>(all: readonly T[], rankOf: (each: T) => number, first: string): Drawn<T> {
  const drawn = firstOf(all, rankOf, MOST_DRAWN);
  return { drawn, announced: leftOut(drawn, all, 'phase', first).map(text) };
}

/** What a table has a row for, and the notes that say which these are where others are left out. */
export function rowsOf<T>(
  all: readonly T[],
  rankOf: (each: T) => number,
  first: string,
  what: keyof typeof FILE_OF_ALL = 'phase',
): { readonly rows: readonly T[]; readonly notes: readonly string[] } {
  const rows = firstOf(all, rankOf, MOST_ROWS);
  return { rows, notes: leftOut(rows, all, what, first) };
}

/** Files of the run that have the numbers of all. */
const FILE_OF_ALL = { phase: 'summary.json', gate: 'gate.json' } as const;

function leftOut(
  shown: readonly unknown[],
  all: readonly unknown[],
  what: keyof typeof FILE_OF_ALL,
  first: string,
): readonly string[] {
  if (shown.length === all.length) return [];
  const of = `${count(shown.length)} of ${counted(all.length, what)}`;
  return [`Shown are the ${of} with ${first}; ${FILE_OF_ALL[what]} has all.`];
}

function firstOf<T>(all: readonly T[], rankOf: (each: T) => number, most: number): readonly T[] {
  if (all.length <= most) return all;
  const first = new Set([...all].sort((a, b) => rankOf(b) - rankOf(a)).slice(0, most));
  return all.filter((each) => first.has(each));
}

/** One stretch of a line in one colour. Colours are put on last, so that no escape sequence is ever counted or cut. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone | 'strong';
}
export type Line = readonly Span[];

/** Words set into lines: the first begins with `head`, the rest are indented as far. */
export function lines(head: readonly Span[], words: string, columns: number, tone?: Span['tone']): readonly Line[] {
  const indent = head.reduce((sum, span) => sum + span.text.length, 0);
  return wrapped(words, columns - indent).map((line, index): Line => [
    ...(index === 0 ? head : indent === 0 ? [] : [{ text: ' '.repeat(indent) }]),
    tone === undefined ? { text: line } : { text: line, tone },
  ]);
}

/** A paragraph that begins with the name of what it is about; its further lines are indented. */
export function namedLines(name: string, words: string, columns: number, tone?: Span['tone']): readonly Line[] {
  const [first = '', ...rest] = wrapped(`${fitWidth(name, 40)}: ${words}`, columns - 2);
  return [first, ...rest.map((line) => `  ${line}`)].map((line): Line => [
    tone === undefined ? { text: line } : { text: line, tone },
  ]);
}
