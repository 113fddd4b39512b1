/** What is held against a run whose scenario sets no bounds: that the target answers at all. */
import type { Summary } from '../analysis/index.js';
import type { Gate } from '../scenario/index.js';

/** Share of calls that may fail, where nothing else is asked for. */
const MOST_ERRORS = 0.05;
/** Goodput that counts as none, a second. */
const LEAST_GOODPUT = 0.001;

/** The default gates of a summary: of its floor and steady phases, as far as they were outside of faults. */
export function defaultGates({ phases }: Summary): readonly Gate[] {
  return phases
    .filter(({ regime, outsideFaults: { offered } }) => (regime === 'floor' || regime === 'steady') && offered > 0)
    .flatMap(({ name: phase }) => {
      const on = { index: 0, phase, tool: null, fault: null, process: null };
      return [
        { ...on, metric: 'error-ratio', stat: 'ratio', unit: 'ratio', min: null, max: MOST_ERRORS },
        { ...on, metric: 'goodput', stat: 'rate', unit: 'per-second', min: LEAST_GOODPUT, max: null },
      ] as const;
    });
}

/** The summary with what default gates read: the calls outside of faults in place of all. */
export function outsideFaults(summary: Summary): Summary {
  return {
    ...summary,
    lateness: [],
    phases: summary.phases.map((phase) => ({
      ...phase,
      offered: phase.outsideFaults.offered,
      outcomes: { ...phase.outcomes, ok: phase.outsideFaults.ok },
      // Right answers that come after the end of a short phase are answers.
      goodputPerSecond: phase.outsideFaults.good === 0 ? 0 : Math.max(LEAST_GOODPUT, phase.goodputPerSecond),
    })),
  };
}
