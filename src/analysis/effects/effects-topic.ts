import { servicesBehind, targetName } from '../../scenario/index.js';
import type { Calls, CallsResults } from '../calls/index.js';
import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';
import { type EffectSummary, type Executions, countExecutions, effectSummary, withEffects } from './executions.js';

export interface EffectsPart {
  /** Null: no call is to take effect exactly once, or no upstream keeps a ledger. */
  readonly effects: EffectSummary | null;
}

export interface EffectsResults {
  /** Logical calls, judged by the ledger where there is one. */
  readonly calls: Calls;
  /** Null: what was executed is unknown. */
  readonly executions: Executions | null;
}

/**
 * A ledger exists when executions were recorded, or when a completed run's target is a mock, which keeps one: then an
 * empty ledger says that nothing was executed. Otherwise nothing is known of effects.
 */
function hasLedger({ record, plan }: RunInput): boolean {
  const { stack } = plan.scenario;
  const name = targetName(stack);
  const behind = name === null ? [] : servicesBehind(stack, name);
  const keepsOne = behind.length > 0 && behind.every(({ kind }) => kind === 'mock');
  return record.effects.length > 0 || (record.status === 'complete' && keepsOne);
}

export const effectsTopic: Topic<RunInput & CallsResults, EffectsPart, EffectsResults> = {
  name: 'effects',
  compute: ({ record, plan, joined }) => {
    const specs = plan.scenario.calls;
    if (!specs.some((spec) => spec.effect === 'exactly-once') || !hasLedger({ record, plan }))
      return { summary: { effects: null }, results: { calls: joined, executions: null } };
    const ledger = countExecutions(joined, specs, record.effects);
    const calls = withEffects(joined, specs, ledger.executions);
    const names = plan.phases.map(({ name }) => name);
    return {
      summary: { effects: effectSummary(calls, specs, names, ledger) },
      results: { calls, executions: ledger.executions },
    };
  },
};
