import type { Calls } from '../calls/index.js';
import type { RunInput } from '../input.js';
import type { PhasesResults } from '../phases/index.js';
import type { Topic } from '../topic.js';
import type { RunAfterFault } from './after-fault-types.js';
import { attemptsView } from './context.js';
import type { EdgesResults } from './edges-topic.js';
import { hiddenCapacitiesOf } from './hidden-capacity.js';
import { hysteresisOf } from './hysteresis.js';
import { type Recovery, recoveryOf } from './recovery.js';
import type { RecoverySummary } from './types.js';

export interface RecoveryPart {
  /** One for each fault with a confirmed onset, in order of onset. */
  readonly recoveries: readonly RecoverySummary[];
  readonly afterFault: RunAfterFault;
}

export interface RecoveryResults {
  readonly recoveries: readonly Recovery[];
}

interface Needs extends RunInput, EdgesResults, PhasesResults {
  readonly calls: Calls;
  readonly loadLinePerSecond: number | null;
}

export const recoveryTopic: Topic<Needs, RecoveryPart, RecoveryResults> = {
  name: 'recovery',
  compute: ({ record: { samples, events }, plan, calls, loadLinePerSecond, edges, firstFaultNs, phases }) => {
    const { calls: specs, recovery: settings, stack } = plan.scenario;
    const view = attemptsView({ samples, calls, specs, stack, events }, plan.faults);
    const context = { calls, settings, loadLinePerSecond, edges, view };
    const judged = edges.flatMap((edge) => {
      const phase = phases.find(({ frame }) => frame.planned.index === edge.planned.phaseIndex);
      return phase === undefined ? [] : [{ ...recoveryOf(context, phase, edge), planned: edge.planned }];
    });
    const verdicts = judged.map(({ planned, summary: { afterFault } }) => ({
      planned,
      metastability: afterFault.metastability,
    }));
    return {
      summary: {
        recoveries: judged.map(({ summary }) => summary),
        afterFault: {
          hiddenCapacities: hiddenCapacitiesOf(verdicts, specs, loadLinePerSecond),
          hysteresis: phases.flatMap(
            ({ frame }) => hysteresisOf(calls, frame, firstFaultNs[frame.planned.index] !== Infinity) ?? [],
          ),
        },
      },
      results: { recoveries: judged },
    };
  },
};
