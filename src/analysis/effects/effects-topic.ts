import { toolOf } from '../../catalog/index.js';
import { countExecutions, type Executions } from '../../record/index.js';
import { keepsLedger } from '../../scenario/index.js';
import type { CallsResults } from '../calls/index.js';
import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';
import { type EffectSummary, effectSummary } from './executions.js';

export interface EffectsPart {
  /** Null: no call is to take effect exactly once, or no upstream keeps a ledger. */
  readonly effects: EffectSummary | null;
}

export interface EffectsResults {
  /** Null: what was executed is unknown. */
  readonly executions: Executions | null;
}

/**
 * A ledger exists when executions were recorded, or when a completed run's target is a mock, which keeps one: then an
 * empty ledger says that nothing was executed. Otherwise nothing is known of effects.
 */
function hasLedger({ record, plan }: RunInput): boolean {
  return record.effects.length > 0 || (record.status === 'complete' && keepsLedger(plan.scenario.stack));
}

export const effectsTopic: Topic<RunInput & CallsResults, EffectsPart, EffectsResults> = {
  name: 'effects',
  compute: ({ record, plan, calls }) => {
    const specs = plan.scenario.calls;
    if (!specs.some((spec) => spec.effect === 'exactly-once') || !hasLedger({ record, plan }))
      return { summary: { effects: null }, results: { executions: null } };
    const ledger = countExecutions(calls, specs.map(toolOf), record.effects);
    const names = plan.phases.map(({ name }) => name);
    return {
      summary: { effects: effectSummary(calls, specs, names, ledger) },
      results: { executions: ledger.executions },
    };
  },
};
