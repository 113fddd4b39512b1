/** Which of the queues of a run it is about. */
import type { Attribution } from './attribution-types.js';
import type { StageSplit } from './stage-split.js';

/** What of a summary decides it. */
export interface QueuesOfRun {
  readonly attributions: readonly Attribution[];
  readonly phases: readonly { readonly name: string; readonly stageSplit: StageSplit | null }[];
}

/**
 * The queue that the run is about: of what grew without a fault there, the one whose phase lost the most attempts; else
 * the same of what grew under a fault; else what stood without a beginning; else nothing grew. Null without a phase
 * that is judged.
 */
export function mainAttribution({ attributions, phases }: QueuesOfRun): Attribution | null {
  const rank = ({ firstGrowing, onsetNs, evidence }: Attribution): number =>
    firstGrowing === 'none' || firstGrowing === 'unknown' ? 0 : onsetNs === null ? 1 : evidence === 'fault' ? 2 : 3;
  const endedOf = ({ phase }: Attribution): number =>
    (phases.find(({ name }) => name === phase)?.stageSplit?.ended ?? []).reduce((sum, each) => sum + each.attempts, 0);
  const [first] = [...attributions].sort((a, b) => rank(b) - rank(a) || endedOf(b) - endedOf(a));
  return first ?? null;
}
