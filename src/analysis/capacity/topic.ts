import { seededRandom } from '../../random/index.js';
import { coresOf } from '../environment/index.js';
import type { RunInput } from '../input.js';
import type { PhasesResults } from '../phases/index.js';
import type { Topic } from '../topic.js';
import { scalingOf } from './scaling.js';
import { capacitiesOf } from './searches.js';
import type { CapacitySummary, ScalingSummary } from './types.js';

export interface CapacityPart {
  /** One for each capacity phase that was begun. */
  readonly capacities: readonly CapacitySummary[];
  /** From the closed-loop steady phases; null when there is none. */
  readonly scaling: ScalingSummary | null;
}

export interface CapacityResults {
  readonly capacities: readonly CapacitySummary[];
}

export const capacityTopic: Topic<RunInput & PhasesResults, CapacityPart, CapacityResults> = {
  name: 'capacity',
  compute: ({ record, plan, phases }) => {
    const capacities = capacitiesOf(phases, record.events, plan.scenario.stack, coresOf(record.envelope));
    const random = seededRandom(plan.scenario.seed, 'analysis').fork('scaling');
    const scaling = scalingOf(
      phases.map(({ summary }) => summary),
      random,
    );
    return { summary: { capacities, scaling }, results: { capacities } };
  },
};
