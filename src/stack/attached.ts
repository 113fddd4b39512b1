/** A stack that another process has started: only its address is known here. */
import type { CallTarget, Scenario } from '../scenario/index.js';
import type { RunningStack } from './stack.js';
import { requireAllowed } from './this-machine.js';

/** @throws ProblemError (`bad-input`) when load may not go there. */
export async function attachedStack(target: CallTarget, scenario: Scenario): Promise<RunningStack> {
  if (target.kind === 'http') await requireAllowed(target.url, scenario);
  const none = (): Promise<readonly never[]> => Promise.resolve([]);
  return {
    target,
    links: new Map(),
    mocks: new Map(),
    controls: new Map(),
    services: [],
    metricPages: [],
    processes: () => [],
    effects: none,
    faultHits: none,
    work: none,
    gateways: none,
    received: none,
    calls: () => Promise.resolve(null),
    stop: () => Promise.resolve(),
  };
}
