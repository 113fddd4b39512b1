/**
 * Whether phases that were meant to be steady were stationary. A number of a phase that goes on changing
 * depends on how long the phase was measured.
 */
import { duration, percent, rate } from '../../format/index.js';
import type { PhaseSummary } from '../phases/index.js';
import type { StationarityStretch, StationarityTest } from '../stability/index.js';
import type { Evidence } from './evidence.js';
import type { ValidityReason } from './types.js';

/**
 * Reasons that lie in the course of the steady phases. None of them is the harness's fault, so none makes a run
 * invalid.
 */
export function stationarityReasons({ phases }: Evidence): readonly ValidityReason[] {
  return phases.flatMap(({ summary }) => reasonsOf(summary));
}

function reasonsOf({ name, startNs, stationarity: state }: PhaseSummary): readonly ValidityReason[] {
  if (state === null || state.verdict === 'not-judged' || state.verdict === 'stationary') return [];
  const reason = { code: 'not-stationary', severity: 'warning', phase: name } as const;
  switch (state.verdict) {
    case 'stationary-later': {
      const fromNs = (state.chosen?.fromNs ?? startNs) - startNs;
      return [
        {
          ...reason,
          what:
            `${findings(state.judged, startNs)}; stationary from ${duration(fromNs)} into the phase, while ` +
            'its numbers count from the end of the warm-up',
          remedy:
            `set "warmup: ${Math.ceil(fromNs / 1e8) / 10}s" or more on this phase; the numbers of ` +
            'the stationary stretch stand beside the others until then',
        },
      ];
    }
    case 'not-stationary':
      return [
        {
          ...reason,
          what:
            `${findings(state.judged, startNs)}: no stationary stretch of at least half the window; a gate ` +
            `on this phase can't pass`,
          remedy:
            'lengthen the warm-up and the phase; if it goes on, the load is more than the target sustains, ' +
            'or something on its machine changed',
        },
      ];
    case 'undecided':
      return [
        {
          ...reason,
          what:
            `neighbouring windows of ${duration(state.windowNs)} are too strongly correlated to say ` +
            'whether there is a trend',
          remedy: 'lengthen the phase to many times what the queue takes to fill and drain, or lower the load',
        },
      ];
  }
}

function findings({ tests, fromNs, toNs }: StationarityStretch, startNs: number): string {
  return tests
    .filter(({ finding }) => finding !== 'none')
    .map((test) => finding(test, toNs - fromNs, startNs))
    .join('; ');
}

const WORDS = { 'response-time': 'the median response time', throughput: 'the throughput' } as const;

function finding(test: StationarityTest, lengthNs: number, startNs: number): string {
  const { quantity, level, shift, slopePerSecond } = test;
  const amount = (value: number): string => (quantity === 'response-time' ? duration(value) : rate(value));
  if (test.finding === 'shift' && shift !== null) {
    return (
      `${WORDS[quantity]} went from ${amount(shift.before)} to ${amount(shift.after)} about ` +
      `${duration(shift.atNs - startNs)} into the phase`
    );
  }
  const change = (slopePerSecond.value * lengthNs) / 1e9;
  const share = level === 0 ? '' : ` (${percent(Math.abs(change / level))} of its middle)`;
  return (
    `${WORDS[quantity]} ${change > 0 ? 'rose' : 'fell'} by ${amount(Math.abs(change))}${share} over ` +
    `${duration(lengthNs)}`
  );
}
