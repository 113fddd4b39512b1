/** What was found in short: the cards, and the phases side by side. */
import type { Summary } from '../../analysis/index.js';
import { count, counted } from '../../format/index.js';
import { phaseTable } from '../phase-table.js';
import { FROM_SEND_NOTE, measuredPhases } from '../words.js';
import { phasesTable, shownPhases } from './phases-table.js';
import { cards } from './summary-cards.js';
import { lines, nothing, type Line, type Topic } from './topic.js';

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
  headline: ({ analysis: { summary: found } }) => {
    const { drawn, announced } = shownPhases(found.phases);
    const which = announced.length === 0 ? 'each' : `${count(drawn.length)} of the phases and for each fault`;
    return {
      state: 'quiet',
      finding:
        `${counted(found.phases.length, 'phase')} and ${counted(found.recoveries.length, 'fault')}, ` +
        `a card for ${which}.`,
      key: null,
    };
  },
  applies: () => true,
  page: ({ analysis }) => {
    const { drawn, announced } = shownPhases(analysis.summary.phases);
    const all = cards(analysis.summary, drawn);
    return [...announced, all.length === 0 ? nothing('No phase was run.') : { kind: 'cards', cards: all }];
  },
  markdown: ({ analysis }) => {
    const { drawn, announced } = shownPhases(analysis.summary.phases);
    return [
      phasesTable(measuredPhases(analysis.summary)),
      ...announced,
      {
        kind: 'list',
        items: cards(analysis.summary, drawn).map(({ title, kicker, primary, sentence }) => ({
          name: title,
          text: `${kicker}; ${primary === null ? '' : `${primary.label}: ${primary.value}. `}${sentence}`,
        })),
      },
    ];
  },
  terminal: ({ analysis }, columns) => phaseLines(analysis.summary, columns),
} as const satisfies Topic;
