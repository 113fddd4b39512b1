import type { PhaseFrame } from '../calls/index.js';
import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';
import type { GrowthSummary } from './growth-types.js';
import { type Growth, growthOf } from './growth.js';

export interface GrowthPart {
  /** One for each soak phase that was run. */
  readonly growth: readonly GrowthSummary[];
}

export interface GrowthResults {
  readonly growth: readonly Growth[];
}

export const growthTopic: Topic<RunInput & { readonly frames: readonly PhaseFrame[] }, GrowthPart, GrowthResults> = {
  name: 'resource trend',
  compute: ({ record, frames }) => {
    const growth = growthOf(frames, record.resources);
    return { summary: { growth: growth.map(({ summary }) => summary) }, results: { growth } };
  },
};
