import type { Calls } from '../../record/index.js';
import type { RunInput } from '../input.js';
import type { AnalysedPhase, PhasesResults } from '../phases/index.js';
import type { Topic } from '../topic.js';
import type { RunAfterFault } from './after-fault-types.js';
import { attemptsView } from './context.js';
import type { FaultEdges } from './edges.js';
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
  /** The recoveries of a phase, over other calls than those of the run. */
  readonly recoveriesIn: (calls: Calls, phase: AnalysedPhase) => readonly Recovery[];
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
    const recoveriesIn = (among: Calls, phase: AnalysedPhase): readonly (Recovery & Pick<FaultEdges, 'planned'>)[] =>
      edges
        .filter(({ planned }) => planned.phaseIndex === phase.frame.planned.index)
        .map((edge) => ({
          ...recoveryOf({ calls: among, settings, loadLinePerSecond, edges, view }, phase, edge),
          planned: edge.planned,
        }));
    // In order of onset, whatever the order of the phases.
    const judged = phases
      .flatMap((phase) => recoveriesIn(calls, phase))
      .sort((a, b) => a.summary.onsetNs - b.summary.onsetNs);
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
      results: { recoveries: judged, recoveriesIn },
    };
  },
};
