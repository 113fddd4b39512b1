import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';
import { type FaultEdges, edgesOf } from './edges.js';

/** [fromNs, toNs): a fault, and the hold time after it. */
interface FaultSpan {
  readonly fromNs: number;
  readonly toNs: number;
}

export interface EdgesResults {
  /** All faults with a confirmed onset, in order of onset. */
  readonly edges: readonly FaultEdges[];
  /** When the first fault of each phase came on, by index; Infinity: none did. */
  readonly firstFaultNs: readonly number[];
  /** The faults of each phase, by index. */
  readonly faultSpans: readonly (readonly FaultSpan[])[];
}

export const edgesTopic: Topic<RunInput, object, EdgesResults> = {
  name: 'fault edges',
  compute: ({ record, plan }) => {
    const edges = edgesOf(plan.faults, record.events);
    const firstIn = (index: number): number =>
      edges.reduce(
        (first, { planned, onNs }) => (planned.phaseIndex === index ? Math.min(first, onNs) : first),
        Infinity,
      );
    const { holdNs } = plan.scenario.recovery;
    const spansIn = (index: number): readonly FaultSpan[] =>
      edges
        .filter(({ planned }) => planned.phaseIndex === index)
        .map(({ onNs, offNs }) => ({ fromNs: onNs, toNs: (offNs ?? Infinity) + holdNs }));
    return {
      summary: {},
      results: {
        edges,
        firstFaultNs: plan.phases.map(({ index }) => firstIn(index)),
        faultSpans: plan.phases.map(({ index }) => spansIn(index)),
      },
    };
  },
};
