import { traitsOf } from '../../catalog/index.js';
import type { PhaseFrame } from '../calls/index.js';
import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';
import type { Attribution } from './attribution-types.js';
import { attribute } from './attribution.js';
import { rowsByPhase } from './stage-split.js';

export interface AttributionPart {
  /** One for each open-loop phase that was begun and is no search: which queue grew first in it. */
  readonly attributions: readonly Attribution[];
}

interface Needs extends RunInput {
  readonly frames: readonly PhaseFrame[];
  readonly okRows: readonly Uint32Array[];
}

const NO_ROWS = new Uint32Array(0);

export const attributionTopic: Topic<Needs, AttributionPart, object> = {
  name: 'first growing queue',
  compute: ({ record: { samples, gateways }, plan, frames, okRows }) => {
    const attempted = rowsByPhase(samples, plan.phases.length, 'all');
    const attributions = frames
      .filter(({ planned }) => planned.loop === 'open' && !traitsOf(planned.regime).searches)
      .map((frame) =>
        attribute({
          samples,
          rows: okRows[frame.planned.index] ?? NO_ROWS,
          attempted: attempted[frame.planned.index] ?? NO_ROWS,
          gateways,
          stack: plan.scenario.stack,
          frame,
        }),
      );
    return { summary: { attributions }, results: {} };
  },
};
