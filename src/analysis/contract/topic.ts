import type { PhaseFrame } from '../calls/index.js';
import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';
import { type DriftSummary, driftOf } from './drift.js';

export interface DriftPart {
  /** How the tool list changed; null when it was not watched. */
  readonly drift: DriftSummary | null;
}

export const contractTopic: Topic<RunInput & { readonly frames: readonly PhaseFrame[] }, DriftPart, DriftPart> = {
  name: 'contract drift',
  compute: ({ record, frames }) => {
    const drift = driftOf(
      record.events,
      frames.map(({ planned, startNs, drainedNs }) => ({ name: planned.name, startNs, drainedNs })),
    );
    return { summary: { drift }, results: { drift } };
  },
};
