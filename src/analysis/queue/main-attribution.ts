/** Which of the queues of a run it is about. */
import type { Attribution } from './attribution-types.js';
import type { StageSplit } from './stage-split.js';

/** What of a summary decides it. */
export interface QueuesOfRun {
  readonly attributions: readonly Attribution[];
  readonly phases: readonly { readonly name: string; readonly stageSplit: StageSplit | null }[];
}

/**
 * How much of a find the queue of a phase is: 3 where it grew without a fault there, 2 under one, 1 where it stood
 * without a beginning, 0 where nothing grew.
 */
export const growthRank = ({ firstGrowing, onsetNs, evidence }: Attribution): 0 | 1 | 2 | 3 =>
  firstGrowing === 'none' || firstGrowing === 'unknown' ? 0 : onsetNs === null ? 1 : evidence === 'fault' ? 2 : 3;

/**
 * The queue that the run is about: of what grew without a fault there, the one whose phase lost the most attempts; else
 * the same of what grew under a fault; else what stood without a beginning; else nothing grew. Null without a phase
 * that is judged.
 */
export function mainAttribution({ attributions, phases }: QueuesOfRun): Attribution | null {
  const endedOf = ({ phase }: Attribution): number =>
    (phases.find(({ name }) => name === phase)?.stageSplit?.ended ?? []).reduce((sum, each) => sum + each.attempts, 0);
  const [first] = [...attributions].sort((a, b) => growthRank(b) - growthRank(a) || endedOf(b) - endedOf(a));
  return first ?? null;
}
