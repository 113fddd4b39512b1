/** When each fault really began and ended, from the run's events. */
import type { RunEvent } from '../../record/index.js';
import type { PlannedFault } from '../../plan/index.js';

export type FaultEvent = Extract<RunEvent, { readonly type: 'fault' }>;

/** Confirmed edges of one fault. */
export interface FaultEdges {
  readonly planned: PlannedFault;
  readonly onNs: number;
  readonly onUncertaintyNs: number;
  readonly offNs: number | null;
  readonly offUncertaintyNs: number | null;
  /** When the engine of the links died or hung: what calls met later is not the target's doing. Infinity: never. */
  readonly trustedUntilNs: number;
}

/** The edge event of a fault, or undefined. */
export function faultEvent(
  events: readonly RunEvent[],
  fault: PlannedFault,
  edge: 'on' | 'off',
): FaultEvent | undefined {
  return events.find(
    (event): event is FaultEvent => event.type === 'fault' && event.fault === fault.id && event.edge === edge,
  );
}

/** Edges of faults with a confirmed onset, in its order; nothing is confirmed once the engine of the links was lost. */
export function edgesOf(faults: readonly PlannedFault[], events: readonly RunEvent[]): readonly FaultEdges[] {
  const edges: FaultEdges[] = [];
  const trustedUntilNs = events.reduce(
    (first, event) =>
      event.type === 'engine' && (event.edge === 'died' || event.edge === 'wedged')
        ? Math.min(first, event.atNs)
        : first,
    Infinity,
  );
  const confirmed = (event: FaultEvent | undefined): number | null =>
    event === undefined || event.confirmedNs === null || event.confirmedNs > trustedUntilNs ? null : event.confirmedNs;
  for (const planned of faults) {
    const on = faultEvent(events, planned, 'on');
    const off = faultEvent(events, planned, 'off');
    const onNs = confirmed(on);
    if (on === undefined || onNs === null) continue;
    const offNs = confirmed(off);
    edges.push({
      planned,
      onNs,
      onUncertaintyNs: onNs - on.askedNs,
      offNs,
      offUncertaintyNs: off === undefined || offNs === null ? null : offNs - off.askedNs,
      trustedUntilNs,
    });
  }
  return edges.sort((a, b) => a.onNs - b.onNs);
}
