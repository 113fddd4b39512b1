import { traitsOf } from '../../catalog/index.js';
import { type PhaseFrame, select, standstillsOf } from '../calls/index.js';
import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';
import type { Attribution } from './attribution-types.js';
import { attribute } from './attribution.js';
import type { KnownOfStack } from './place.js';
import type { StageSplit } from './stage-split.js';

export interface AttributionPart {
  /** One for each open-loop phase that was begun and is no search: which queue grew first in it. */
  readonly attributions: readonly Attribution[];
}

interface Needs extends RunInput {
  readonly phases: readonly {
    readonly frame: PhaseFrame;
    readonly summary: { readonly stageSplit: StageSplit | null };
  }[];
  readonly edges: KnownOfStack['edges'];
  readonly attemptRows: readonly Uint32Array[];
}

const NO_ROWS: Uint32Array = new Uint32Array(0);

export const attributionTopic: Topic<Needs, AttributionPart, object> = {
  name: 'first growing queue',
  compute: ({ record: { samples, events, gateways, work }, plan, phases, edges, attemptRows }) => {
    // A hop holds what a standstill of the fault engine held back, and what it then let go at once: no queue of it.
    const spoilt = standstillsOf(events).filter(({ of }) => of === 'fault-engine');
    const isOwn = (row: number): boolean =>
      !spoilt.some(
        ({ fromNs, toNs }) =>
          (samples.doneNs[row] ?? NaN) > fromNs && (samples.intendedNs[row] ?? NaN) < toNs + (toNs - fromNs),
      );
    const own = (rows = NO_ROWS): Uint32Array => (spoilt.length === 0 ? rows : select(rows, isOwn));
    const attributions = phases
      .filter(({ frame: { planned } }) => planned.loop === 'open' && !traitsOf(planned.regime).searches)
      .map(({ frame, summary: { stageSplit: split } }) =>
        attribute({
          ...{ samples, gateways, work, edges, frame, split, stack: plan.scenario.stack },
          rows: own(attemptRows[frame.planned.index]),
        }),
      );
    return { summary: { attributions }, results: {} };
  },
};
