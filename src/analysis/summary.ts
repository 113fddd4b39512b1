/**
 * The summary: every derived number of one run, with its unit in its name. This is `summary.json`.
 * Percentiles come from raw samples only, never from histograms.
 */
import type { PartOf } from './topic.js';
import type { TOPICS } from './topics.js';

export interface Summary extends PartOf<typeof TOPICS> {
  readonly schema: 'plimsoll/summary-v2';
}
