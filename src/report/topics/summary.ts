/** What was found in short: the cards, and the phases side by side. */
import type { PhaseSummary, Summary } from '../../analysis/index.js';
import { counted, maybeDuration, percent, rate } from '../../format/index.js';
import { phaseTable } from '../phase-table.js';
import { quantileText } from '../quantiles.js';
import { plainText } from '../text.js';
import { FROM_SEND, FROM_SEND_NOTE, measuredPhases, phaseKind } from '../words.js';
import { cards } from './summary-cards.js';
import { lines, none, nothing, type Line, type Table, type Topic } from './topic.js';

/** The phases with response time and latency from send side by side. */
function phasesTable(phases: readonly PhaseSummary[]): Table {
  return {
    kind: 'table',
    caption: `Phases: response time of ok calls from the intended start, beside ${FROM_SEND_NOTE}`,
    columns: [
      { name: 'Phase', kind: 'word' },
      { name: 'Kind', kind: 'word' },
      { name: 'Offered' },
      { name: 'Goodput' },
      ...['p50', 'p99', 'Maximum'].flatMap((name) => [{ name }, { name: `${name}, ${FROM_SEND}` }]),
      { name: 'Missed' },
    ],
    rows: phases.map((phase) => {
      const { ok } = phase.responseTime;
      const sent = phase.latencyFromSend.ok;
      const start = [plainText(phase.name), phaseKind(phase)];
      if (phase.offered === 0) return { cells: [...start, 'none', ...Array.from({ length: 8 }, () => none())] };
      return {
        cells: [
          ...start,
          rate(phase.offeredPerSecond),
          rate(phase.goodputPerSecond),
          ...[0.5, 0.99].flatMap((q) => [quantileText(ok, q), quantileText(sent, q)]),
          maybeDuration(ok.maxNs, '–'),
          maybeDuration(sent.maxNs, '–'),
          phase.missRatio === null ? none() : percent(phase.missRatio),
        ],
      };
    }),
  };
}

function phaseLines(summary: Summary, columns: number): readonly Line[] {
  const phases = measuredPhases(summary);
  if (phases.length === 0) return summary.capacities.length > 0 ? [] : [[{ text: 'No phase was run.' }]];
  const rows = phaseTable(phases, columns);
  const few = rows.some(({ text }) => / too few(?: |$)/.test(text))
    ? ' Too few: too few samples for this quantile.'
    : '';
  return [
    ...rows.map(({ text, heading }): Line => [heading ? { text, tone: 'quiet' } : { text }]),
    ...lines(
      [],
      `Times count from the intended start; ok: of ok calls alone; all: a call without an answer counts as > its ` +
        `deadline; sent p99: ${FROM_SEND_NOTE}.${few}`,
      columns,
      'quiet',
    ),
  ];
}

export const summary = {
  id: 'overview',
  title: 'Overview',
  label: 'Overview',
  place: 'results',
  lead: () =>
    'Good: ok and answered by the deadline. Goodput: good calls per second. Missed: offered calls that were not good.',
  headline: ({ analysis: { summary: found } }) => ({
    state: 'quiet',
    finding:
      `${counted(found.phases.length, 'phase')} and ${counted(found.recoveries.length, 'fault')}, ` +
      `a card for each.`,
    key: null,
  }),
  applies: () => true,
  page: ({ analysis }) => {
    const all = cards(analysis.summary);
    return [all.length === 0 ? nothing('No phase was run.') : { kind: 'cards', cards: all }];
  },
  markdown: ({ analysis }) => [
    phasesTable(measuredPhases(analysis.summary)),
    {
      kind: 'list',
      items: cards(analysis.summary).map(({ title, kicker, primary, sentence }) => ({
        name: title,
        text: `${kicker}; ${primary === null ? '' : `${primary.label}: ${primary.value}. `}${sentence}`,
      })),
    },
  ],
  terminal: ({ analysis }, columns) => phaseLines(analysis.summary, columns),
} as const satisfies Topic;
