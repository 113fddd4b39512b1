/** A phase of 30 s at 100/s with a fault from 10 s to 15 s, and what is reported after it. */
import { analyse, type AfterFault, type RecoverySummary } from '../../../src/analysis/index.js';
import type { Plan, PlannedFault } from '../../../src/plan/index.js';
import type { RunEvent } from '../../../src/record/index.js';
import type { CallSpec, Stack } from '../../../src/scenario/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from '../fixtures/record.js';
import { S, callSpec, sketchPlan, stage } from '../fixtures/scenario.js';

export const STAGES = [stage('main', 100, 30 * S)] as const;
export const ON_NS = 10 * S;
export const CLEAR_NS = 15 * S;

export interface Around {
  readonly calls?: readonly CallSpec[];
  readonly fault?: Partial<PlannedFault>;
  readonly stack?: Stack;
  readonly events?: readonly RunEvent[];
}

function planOf({
  calls = [callSpec('search', { deadlineNs: S, deadlineIsExplicit: true })],
  fault = {},
  stack,
}: Around): Plan {
  const plan = sketchPlan({
    phases: [{ name: 'fault', stages: STAGES }],
    calls,
    faults: [{ id: 'outage', phase: 0, atNs: ON_NS, forNs: CLEAR_NS - ON_NS }],
  });
  const faults = plan.faults.map((each) => ({ ...each, ...fault }) as PlannedFault);
  return { ...plan, faults, scenario: { ...plan.scenario, faults, ...(stack === undefined ? {} : { stack }) } };
}

export function recoveryAround(
  attempts: readonly Attempt[],
  around: Around = {},
): { readonly recovery: RecoverySummary; readonly attemptsPerCall: readonly number[] } {
  const plan = planOf(around);
  const { summary, figures } = analyse({
    record: recordOf(plan, attempts, {
      events: [...phaseEvents(plan, attempts), ...faultEvents(plan, [0]), ...(around.events ?? [])],
    }),
    plan,
  });
  const [recovery] = summary.recoveries;
  if (recovery === undefined) throw new Error('no recovery');
  return {
    recovery,
    attemptsPerCall: figures.recoveries[0]?.windows.map(({ attempts: made, offered }) => made / offered) ?? [],
  };
}

export const afterFaultOf = (attempts: readonly Attempt[], around: Around = {}): AfterFault =>
  recoveryAround(attempts, around).recovery.afterFault;
