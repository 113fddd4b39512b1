/** First of all: is the run valid, and do the gates pass? */
import { boundsInUnit, changeText, count, counted, percent, plural } from '../../format/index.js';
import type { RunView } from '../input.js';
import { plainText } from '../text.js';
import {
  GATE_VERDICT,
  RUN_VERDICT,
  capitalised,
  changeGatesNote,
  gateCounts,
  measuredWords,
  type Badge,
} from '../words.js';
import {
  lines,
  none,
  rowsOf,
  verdictCell,
  type Headline,
  type Line,
  type Table,
  type Text,
  type Topic,
} from './topic.js';

const GATES: Readonly<Record<keyof typeof GATE_VERDICT, string>> = {
  pass: 'Gates pass',
  regress: 'Gates fail',
  inconclusive: 'Gates inconclusive',
  invalid: 'Gates not judged',
};

type Gates = RunView['gates'];
type Result = Gates['results'][number];

/** The run's own verdict, and why. */
function validityTile({ analysis }: RunView): { readonly badge: Badge; readonly because: string } {
  const { verdict, reasons } = analysis.summary.validity;
  const { words, ...shown } = RUN_VERDICT[verdict];
  const warnings = reasons.length;
  const grave = reasons.find(({ severity }) => severity === verdict)?.what;
  const becauseOf = {
    valid:
      warnings === 0
        ? 'The load generator kept its schedule and no sample was lost.'
        : `With ${warnings} ${plural(warnings, 'warning')}; no headline number is known to be wrong.`,
    doubtful: grave ?? 'The machine was disturbed while it was measured.',
    invalid: grave ?? 'The numbers below are not reliable.',
  };
  return { badge: { words: `Run ${words}`, ...shown }, because: becauseOf[verdict] };
}

function gateTile({ gates }: RunView): { readonly badge: Badge; readonly because: string } {
  if (gates.results.length === 0)
    return {
      badge: { words: 'No gates', tone: 'quiet', sign: '–' },
      because: 'The scenario sets no bounds, so nothing was judged.',
    };
  const badge = { ...GATE_VERDICT[gates.verdict], words: GATES[gates.verdict] };
  const first = gates.results.find((each) => each.verdict === gates.verdict && each.verdict !== 'pass');
  const why = first === undefined ? '' : ` ${plainText(first.text, 220)}: ${first.why}`;
  return { badge, because: `${gateCounts(gates)}.${why}` };
}

const OF_RUN = 'the run is invalid';

/** Why the run is invalid stands above the gates, once. */
const isOfRun = ({ verdict: own, why }: Result): boolean => own === 'invalid' && why.startsWith(OF_RUN);

/** The range of a value, or how much it may change from the baseline. */
const boundText = ({ gate, unit, change }: Result): string =>
  change === undefined
    ? boundsInUnit(gate, unit)
    : `${changeText(change.limit, { change: change.kind, unit })}${change.level === 'warn' ? ' (warn)' : ''}`;

const BADNESS: Readonly<Record<Result['verdict'], number>> = { pass: 0, inconclusive: 1, invalid: 2, regress: 3 };

function gateTable({ results }: Gates): Table {
  const { rows, notes } = rowsOf(results, ({ verdict: own }) => BADNESS[own], 'the worst verdicts', 'gate');
  return {
    kind: 'table',
    caption: 'Measured value and bound of each gate',
    notes,
    style: 'gates',
    columns: [
      { name: 'Gate', kind: 'text' },
      { name: 'Measured' },
      { name: 'Bound' },
      { name: 'Verdict', kind: 'word' },
      { name: 'Why', kind: 'text' },
    ],
    rows: rows.map((result) => ({
      cells: [
        plainText(result.text, 220),
        measuredWords(result) ?? none('no value'),
        boundText(result),
        verdictCell(GATE_VERDICT[result.verdict]),
        isOfRun(result) ? OF_RUN : result.why,
      ],
    })),
  };
}

function gateLines(result: Result, columns: number): readonly Line[] {
  const { sign, words, tone } = GATE_VERDICT[result.verdict];
  const indent = 15;
  const value = result.verdict === 'pass' ? measuredWords(result) : null;
  const gate = `${plainText(result.text, 220)}${value === null ? '' : `  ${value}`}`;
  const why =
    result.verdict === 'pass' || isOfRun(result)
      ? []
      : lines([{ text: ' '.repeat(indent) }], plainText(result.why), columns, 'quiet');
  return [...lines([{ text: `${sign} ${words.padEnd(indent - 2)}`, tone }], gate, columns), ...why];
}

/** Of an invalid run no gate has a mark of its own, which could be taken for a verdict on its value. */
function allGateLines({ results }: Gates, columns: number): readonly Line[] {
  if (results.length === 0 || !results.every(isOfRun)) return results.flatMap((each) => gateLines(each, columns));
  const { sign, tone } = GATE_VERDICT.invalid;
  return [
    ...lines([{ text: `${sign} `, tone }], `No gate was judged, because ${OF_RUN}:`, columns),
    ...results.flatMap(({ text }) => lines([{ text: '    ' }], plainText(text, 220), columns, 'quiet')),
  ];
}

/** What a single run is not judged by. */
function noteOf({ plan: { scenario } }: RunView): readonly Text[] {
  const text = changeGatesNote(scenario);
  return text === null ? [] : [{ kind: 'text', text }];
}

/** How much of its limit a gate uses: 0.4 is 40 %; null where that says nothing. */
function usedShare({ measured: value, gate: { min, max } }: Result): number | null {
  if (value === null || value < 0) return null;
  if (max !== null && max > 0) return value / max;
  return min !== null && min > 0 && value > 0 ? min / value : null;
}

function gatesHeadline({ gates: { verdict: all, results } }: RunView): Headline {
  const passed = results.filter((each) => each.verdict === 'pass').length;
  const [own, of] = [count(passed), count(results.length)];
  const key =
    all === 'invalid'
      ? { name: 'gates', value: GATE_VERDICT.invalid.words }
      : { name: 'gates passed', value: `${own} of ${of}`, brief: `${own}/${of} passed` };
  if (results.length === 0) return { state: 'quiet', finding: 'The scenario sets no gate.', key: null };
  const { tone: state } = GATE_VERDICT[all];
  const first = results.find((each) => each.verdict === all);
  if (all === 'invalid') return { state, finding: 'No gate is judged: the measurement is invalid.', key };
  if (all !== 'pass' && first !== undefined) {
    const measured = measuredWords(first);
    const found = measured === null ? first.why : `measured ${measured}`;
    return {
      state,
      finding: `${capitalised(gateCounts({ verdict: all, results }))}. ${plainText(first.text, 120)}: ${found}`,
      key,
    };
  }
  const used = results.flatMap((each) => {
    const share = usedShare(each);
    return share === null ? [] : [{ each, share }];
  });
  const closest = used.reduce<(typeof used)[number] | null>(
    (top, next) => (top !== null && top.share >= next.share ? top : next),
    null,
  );
  const words =
    closest === null
      ? ''
      : ` The closest, ${plainText(closest.each.text, 120)}, uses ${percent(closest.share, 2)} of its limit.`;
  return { state, finding: `${counted(results.length, 'gate')} passed.${words}`, key };
}

export const verdict = {
  id: 'verdict',
  title: 'Gates',
  label: 'Gates',
  place: 'verdict',
  lead: () => null,
  headline: gatesHeadline,
  applies: () => true,
  page: (run) => [
    { kind: 'tiles', tiles: [validityTile(run), gateTile(run)] },
    ...(run.gates.results.length === 0 ? [] : [gateTable(run.gates)]),
    ...noteOf(run),
  ],
  markdown: (run) => [...(run.gates.results.length === 0 ? [] : [gateTable(run.gates)]), ...noteOf(run)],
  terminal: (run, columns) => [
    ...allGateLines(run.gates, columns),
    ...noteOf(run).flatMap(({ text }) => lines([], text, columns, 'quiet')),
  ],
} as const satisfies Topic;
