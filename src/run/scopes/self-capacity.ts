import { setImmediate as nextTurn } from 'node:timers/promises';
import { isWorthTrying, type SelfCapacity } from '../../calibration/index.js';
import { needsOf, type Needs } from '../../plan/index.js';
import type { Scope } from '../../scopes/index.js';
import type { RunContext } from '../context.js';

/** A shard makes its share of the rate. */
const ofShard = (needs: Needs, shards: number): Needs => ({
  ...needs,
  ratePerSecond: needs.ratePerSecond === null ? null : needs.ratePerSecond / shards,
});

export interface AskedSelfCapacity {
  /** What is known of it. Rejects only with the reason of an interruption. */
  readonly known: Promise<SelfCapacity>;
}

/**
 * Whether this machine can offer what the plan asks for; a plan that asks for more is warned of. It is tried before
 * anything else runs; where it is not to be tried, what was kept is read while the stack starts.
 */
export const selfCapacity: Scope<RunContext, AskedSelfCapacity> = {
  name: 'the self-capacity',
  start: async (run) => {
    const needs = ofShard(needsOf(run.plan), run.request.shard?.of ?? 1);
    // What is kept is found by the CPUs that this process may use, which are fewer once it is held to some.
    const isPinned = run.scenario.generator.cpus !== undefined;
    if (isPinned || isWorthTrying(needs.ratePerSecond)) return { known: Promise.resolve(await asked(needs, run)) };
    const known = nextTurn().then(() => asked(needs, run));
    // It is asked for when the stack is up; a run that ends before that does not ask.
    known.catch(() => undefined);
    return { known };
  },
  collect: null,
  stop: null,
};

async function asked(
  needs: Needs,
  { machine, scenario, identity, request, interrupt, listener, warn }: RunContext,
): Promise<SelfCapacity> {
  const capacity = await machine.selfCapacity({
    needs,
    plimsollVersion: identity.plimsollVersion,
    pacing: scenario.generator.pacing,
    workers: scenario.generator.workers,
    environment: request.environment,
    abort: interrupt,
    onTry: () => listener.step('trying whether this machine can offer the highest rate'),
  });
  if (capacity.warning !== null) warn('over-self-capacity', capacity.warning.what, capacity.warning.remedy);
  return capacity;
}
