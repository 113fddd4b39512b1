import { traitsOf } from '../../catalog/index.js';
import type { WaitingLine } from '../../record/index.js';
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
    readonly line: WaitingLine;
    readonly summary: { readonly stageSplit: StageSplit | null };
  }[];
  readonly edges: KnownOfStack['edges'];
  readonly attemptRows: readonly Uint32Array[];
}

const NO_ROWS: Uint32Array = new Uint32Array(0);
/** Share of its time from which an attempt says of the fault engine's standstills, and not of a queue. */
const HELD_SHARE = 0.5;

export const attributionTopic: Topic<Needs, AttributionPart, object> = {
  name: 'first growing queue',
  compute: ({ record: { samples, events, gateways, work }, plan, phases, edges, attemptRows }) => {
    // A hop holds what a standstill of the fault engine held back, and what it then let go at once: no queue of it.
    // What a shorter one took less than half of was late for another reason; `attribute` asks for twice the time.
    const spoilt = standstillsOf(events).filter(({ of }) => of === 'fault-engine');
    const isOwn = (row: number): boolean => {
      const [intendedNs, doneNs] = [samples.intendedNs[row] ?? NaN, samples.doneNs[row] ?? NaN];
      const heldNs = spoilt.reduce((sum, { fromNs, toNs }) => {
        const lengthNs = toNs - fromNs;
        return doneNs > fromNs && intendedNs < toNs + lengthNs ? sum + lengthNs : sum;
      }, 0);
      return heldNs < HELD_SHARE * (doneNs - intendedNs) || heldNs === 0;
    };
    const own = (rows = NO_ROWS): Uint32Array => (spoilt.length === 0 ? rows : select(rows, isOwn));
    const isSearch = ({ planned }: PhaseFrame): boolean => traitsOf(planned.regime).searches;
    const slices = phases
      .filter(({ frame }) => !isSearch(frame))
      .map(({ frame, line }) => ({
        ...{ phase: frame.planned.name, line, fromNs: frame.measuredFromNs, toNs: frame.scheduledEndNs },
      }));
    const attributions = phases
      .filter(({ frame }) => frame.planned.loop === 'open' && !isSearch(frame))
      .map(({ frame, line, summary: { stageSplit: split } }) =>
        attribute({
          ...{ samples, gateways, work, edges, frame, split, line, stack: plan.scenario.stack },
          rows: own(attemptRows[frame.planned.index]),
          earlier: slices.filter(({ toNs }) => toNs <= frame.startNs),
        }),
      );
    return { summary: { attributions }, results: {} };
  },
};
