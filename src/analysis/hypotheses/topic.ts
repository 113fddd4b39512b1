import type { Calls } from '../../record/index.js';
import type { DriftPart } from '../contract/index.js';
import type { RunInput } from '../input.js';
import type { PhasesResults } from '../phases/index.js';
import type { EdgesResults, RecoveryResults } from '../recovery/index.js';
import type { Topic } from '../topic.js';
import { hypothesesOf } from './hypotheses.js';
import type { PhaseHypotheses } from './types.js';

export interface HypothesesPart {
  /** One for each phase with faults that the scenario has hypotheses for. */
  readonly hypotheses: readonly PhaseHypotheses[];
}

interface Needs extends RunInput, EdgesResults, PhasesResults, RecoveryResults, DriftPart {
  readonly calls: Calls;
}

export const hypothesesTopic: Topic<Needs, HypothesesPart, HypothesesPart> = {
  name: 'hypotheses',
  compute: ({ record, plan, calls, edges, phases, recoveries, drift }) => {
    const hypotheses = hypothesesOf({
      hypotheses: plan.scenario.hypotheses,
      phases,
      faultyPhases: plan.faults.map(({ phaseIndex }) => phaseIndex),
      edges,
      recoveries: recoveries.map(({ summary }) => summary),
      settings: plan.scenario.recovery,
      calls,
      specs: plan.scenario.calls,
      events: record.events,
      drift,
    });
    return { summary: { hypotheses }, results: { hypotheses } };
  },
};
