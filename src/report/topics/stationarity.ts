/** Stationarity: whether response time and throughput of a steady phase stayed at one level. */
import type {
  PhaseSummary,
  Stationarity,
  StationarityStretch,
  StationarityTest,
  Summary,
} from '../../analysis/index.js';
import { count, counted, duration, percent, rate } from '../../format/index.js';
import { quantileText } from '../quantiles.js';
import { plainText } from '../text.js';
import { phaseName, type Badge } from '../words.js';
import { rowsOf, text, wordColumns, namedLines, verdictCell, type Topic } from './topic.js';

const QUANTITY = { 'response-time': 'median response time', throughput: 'throughput' } as const;
const NOT_JUDGED = {
  'too-short': 'too short, under 5 s',
  'too-few-calls': 'too few calls',
  fault: 'too little time before the fault',
  'broken-off': 'interrupted',
} as const;

const VERDICT: Readonly<Record<Stationarity['verdict'], Badge>> = {
  stationary: { words: 'stationary', tone: 'good', sign: '✓' },
  'stationary-later': { words: 'stationary later', tone: 'unsure', sign: '?' },
  'not-stationary': { words: 'not stationary', tone: 'bad', sign: '✗' },
  undecided: { words: 'undecided', tone: 'unsure', sign: '?' },
  'not-judged': { words: 'not judged', tone: 'quiet', sign: '–' },
};

type Judged = Pick<PhaseSummary, 'stationarity' | 'stationaryStats' | 'startNs' | 'responseTime'>;

/** One sentence on a phase; null for a regime whose load is not meant to be steady. */
export function stationaritySentence(phase: Judged): string | null {
  const { stationarity: state, startNs } = phase;
  if (state === null) return null;
  switch (state.verdict) {
    case 'not-judged':
      return `Stationarity not judged: ${NOT_JUDGED[state.why]}.`;
    case 'stationary':
      return `Stationary, by windows of ${duration(state.windowNs)}: no trend and no level shift.`;
    case 'stationary-later': {
      const later =
        state.chosen === null ? '' : ` Stationary after ${duration(state.chosen.fromNs - startNs)}${tailThere(phase)}.`;
      return `Not stationary from the start: ${findings(state.judged, startNs)}.${later}`;
    }
    case 'not-stationary':
      return `Not stationary: ${findings(state.judged, startNs)}. A gate on this phase cannot pass.`;
    case 'undecided':
      return (
        'Stationarity undecided: too little variation between neighbouring windows to test for a ' +
        'trend; run the phase longer.'
      );
  }
}

/** The p99 from there on, beside that of the whole phase. */
function tailThere({ stationaryStats, responseTime }: Judged): string {
  if (stationaryStats === null) return '';
  const [there, whole] = [quantileText(stationaryStats.responseTime.ok, 0.99), quantileText(responseTime.ok, 0.99)];
  return `: p99 ${there} from there on, ${whole} over the whole phase`;
}

function findings({ tests, fromNs, toNs }: StationarityStretch, startNs: number): string {
  const found = tests.filter(({ finding }) => finding !== 'none').map((test) => change(test, toNs - fromNs, startNs));
  return found.length === 0 ? 'it varied too much' : found.join('; ');
}

function change(
  { quantity, level, shift, slopePerSecond, finding }: StationarityTest,
  lengthNs: number,
  startNs: number,
): string {
  const amount = (value: number): string => (quantity === 'response-time' ? duration(value) : rate(value));
  if (finding === 'shift' && shift !== null)
    return (
      `${QUANTITY[quantity]} shifted from ${amount(shift.before)} to ${amount(shift.after)} about ` +
      `${duration(shift.atNs - startNs)} into the phase`
    );
  const total = (slopePerSecond.value * lengthNs) / 1e9;
  const relative = level === 0 ? '' : ` (${percent(Math.abs(total / level))} of its median)`;
  return (
    `${QUANTITY[quantity]} ${total > 0 ? 'rose' : 'fell'} by ${amount(Math.abs(total))}${relative} ` +
    `over ${duration(lengthNs)}`
  );
}

/** Phases whose load is meant to be steady. */
const judged = ({ phases }: Summary): readonly PhaseSummary[] =>
  phases.filter(({ stationarity }) => stationarity !== null);

/** How bad a verdict is. */
const BADNESS: Readonly<Record<Stationarity['verdict'], number>> = {
  stationary: 0,
  'not-judged': 1,
  undecided: 2,
  'stationary-later': 3,
  'not-stationary': 4,
};
const WORST = 'the worst verdicts';
const badness = ({ stationarity: own }: PhaseSummary): number => (own === null ? 0 : BADNESS[own.verdict]);

/** Phases whose numbers are not those of a steady state: short forms name these alone. */
const nonStationary = (summary: Summary): readonly PhaseSummary[] =>
  judged(summary).filter(
    ({ stationarity }) => stationarity?.verdict === 'stationary-later' || stationarity?.verdict === 'not-stationary',
  );

export const stationarity = {
  id: 'stationarity',
  title: 'Stationarity',
  label: 'Stationary',
  place: 'results',
  lead: () =>
    'Whether response time and throughput of a steady phase stayed at one level, so that a longer run would ' +
    'give the same numbers.',
  headline: ({ analysis: { summary } }) => {
    const phases = judged(summary);
    const [moving] = nonStationary(summary);
    const steady = phases.filter(({ stationarity: own }) => own?.verdict === 'stationary').length;
    const shown = moving ?? phases[0];
    const steadyOfAll = `${count(steady)} of ${count(phases.length)}`;
    const sentence = shown === undefined ? '' : `${phaseName(shown)}: ${stationaritySentence(shown) ?? ''}`;
    return {
      state: moving === undefined ? (steady === phases.length ? 'good' : 'quiet') : 'look',
      finding: sentence,
      key: { name: 'stationary', value: steadyOfAll, brief: `${count(steady)}/${counted(phases.length, 'phase')}` },
    };
  },
  applies: ({ analysis }) => judged(analysis.summary).length > 0,
  page: ({ analysis }) => {
    const { rows, notes } = rowsOf(judged(analysis.summary), badness, WORST);
    return [
      {
        kind: 'table',
        caption: 'Trend and level shift by phase',
        notes,
        columns: [...wordColumns('Phase', 'Verdict'), { name: 'Finding', kind: 'text' }],
        rows: rows.map((phase) => ({
          cells: [
            phaseName(phase),
            phase.stationarity === null ? '' : verdictCell(VERDICT[phase.stationarity.verdict]),
            stationaritySentence(phase) ?? '',
          ],
        })),
      },
    ];
  },
  markdown: ({ analysis }) => {
    const { rows, notes } = rowsOf(nonStationary(analysis.summary), badness, WORST);
    const items = rows.map((phase) => ({ name: phaseName(phase), text: stationaritySentence(phase) ?? '' }));
    return items.length === 0 ? [] : [...notes.map(text), { kind: 'list', items }];
  },
  terminal: ({ analysis }, columns) =>
    nonStationary(analysis.summary).flatMap((phase) =>
      namedLines(plainText(phaseName(phase, 30)), stationaritySentence(phase) ?? '', columns, 'unsure'),
    ),
} as const satisfies Topic;
