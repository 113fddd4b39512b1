/** The phases in a row each, and which of many are shown. */
import type { PhaseSummary } from '../../analysis/index.js';
import { maybeDuration, percent, rate } from '../../format/index.js';
import { quantileText } from '../quantiles.js';
import { plainText } from '../text.js';
import { FROM_SEND, FROM_SEND_NOTE, phaseKind } from '../words.js';
import { none, rowsOf, shownOf, type Drawn, type Table } from './topic.js';

/** Of phases that missed as many calls, the one with more calls comes first. */
const missedCalls = ({ offered, good }: PhaseSummary): number => offered - good + offered / 1e12;
const MOST_MISSED = 'the most missed calls';

/** Phases that have a card, or a table of their own. */
export const shownPhases = (phases: readonly PhaseSummary[]): Drawn<PhaseSummary> =>
  shownOf(phases, missedCalls, MOST_MISSED);

/** The phases with response time and latency from send side by side. */
export function phasesTable(phases: readonly PhaseSummary[]): Table {
  const { rows, notes } = rowsOf(phases, missedCalls, MOST_MISSED);
  return {
    kind: 'table',
    caption: `Phases: response time of ok calls from the intended start, beside ${FROM_SEND_NOTE}`,
    notes,
    columns: [
      { name: 'Phase', kind: 'word' },
      { name: 'Kind', kind: 'word' },
      { name: 'Offered' },
      { name: 'Goodput' },
      ...['p50', 'p99', 'Maximum'].flatMap((name) => [{ name }, { name: `${name}, ${FROM_SEND}` }]),
      { name: 'Missed' },
    ],
    rows: rows.map((phase) => {
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
