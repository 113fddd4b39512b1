import { measureLoopbackReference, type LoopbackReference } from '../../calibration/index.js';
import { traitsOf } from '../../catalog/index.js';
import type { Scope } from '../../scopes/index.js';
import type { RunContext } from '../context.js';

/** What of a floor latency is the machine's and the harness's; null without a floor phase to compare with. */
export const loopbackReference: Scope<RunContext, LoopbackReference | null> = {
  name: 'the loopback reference',
  start: async ({ plan, listener, request }) => {
    if ((request.shard?.index ?? 0) > 0) return null;
    if (!plan.phases.some(({ regime }) => traitsOf(regime).measuresIdleLatency)) return null;
    listener.step('measuring the loopback reference');
    return measureLoopbackReference();
  },
  collect: null,
  stop: null,
};
