import { type Figures, figuresOf } from './figures/index.js';
import type { RunInput } from './input.js';
import type { Summary } from './summary.js';
import { TOPICS } from './topics.js';

/** The numbers of a run, and the points of its charts. */
export interface Analysis {
  readonly summary: Summary;
  readonly figures: Figures;
}

const eventsOf = ({ record: { events, effects, resources } }: RunInput) => ({ events, effects, resources });

/** Analyses a run. Pure: the same record and plan give the same numbers, to the last digit. */
export function analyse(input: RunInput): Analysis {
  const { summary, results } = TOPICS.compute(input);
  return {
    summary: { schema: 'plimsoll/summary-v2', ...summary },
    figures: figuresOf({ ...results, ...eventsOf(input) }),
  };
}
