import type { SelfCapacity } from '../../calibration/index.js';
import { needsOf, type Needs } from '../../plan/index.js';
import type { Scope } from '../../scopes/index.js';
import type { RunContext } from '../context.js';

/** A shard makes its share of the rate. */
const ofShard = (needs: Needs, shards: number): Needs => ({
  ...needs,
  ratePerSecond: needs.ratePerSecond === null ? null : needs.ratePerSecond / shards,
});

/** Whether this machine can offer what the plan asks for; a plan that asks for more is warned of. */
export const selfCapacity: Scope<RunContext, SelfCapacity> = {
  name: 'the self-capacity',
  start: async ({ machine, plan, scenario, identity, request, interrupt, listener, warn }) => {
    const capacity = await machine.selfCapacity({
      needs: ofShard(needsOf(plan), request.shard?.of ?? 1),
      plimsollVersion: identity.plimsollVersion,
      pacing: scenario.generator.pacing,
      workers: scenario.generator.workers,
      environment: request.environment,
      abort: interrupt,
      onTry: () => listener.step('trying whether this machine can offer the highest rate'),
    });
    if (capacity.warning !== null) warn('over-self-capacity', capacity.warning.what, capacity.warning.remedy);
    return capacity;
  },
  collect: null,
  stop: null,
};
