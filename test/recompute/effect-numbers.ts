/** The account of side effects: the ledger against what callers were told. */
import type { EffectCounts, EffectSummary } from '../../src/analysis/index.js';
import type { Call } from './logical-calls.js';
import type { Execution } from './run-files.js';
import type { ScenarioFacts } from './scenario-facts.js';

/** An answer that claims success, be its value right or wrong. */
const ACKNOWLEDGED = ['ok', 'effect', 'semantic'];

export function account(calls: readonly Call[], executions: ReadonlyMap<number, number>): EffectCounts {
  const rows = calls.map((call) => ({
    n: executions.get(call.id) ?? 0,
    acknowledged: ACKNOWLEDGED.includes(call.outcome),
  }));
  return {
    calls: rows.length,
    exactlyOnce: rows.filter(({ n, acknowledged }) => n === 1 && acknowledged).length,
    duplicates: rows.reduce((sum, { n }) => sum + Math.max(0, n - 1), 0),
    lost: rows.filter(({ n, acknowledged }) => n === 0 && acknowledged).length,
    orphans: rows.filter(({ n, acknowledged }) => n >= 1 && !acknowledged).length,
    failedNotExecuted: rows.filter(({ n, acknowledged }) => n === 0 && !acknowledged).length,
  };
}

/** Over the whole run, warm-up included. `executions` as counted by call; `rows` is the whole ledger. */
export function effectNumbers(
  calls: readonly Call[],
  executions: ReadonlyMap<number, number>,
  rows: readonly Execution[],
  scenario: ScenarioFacts,
): EffectSummary {
  const due = calls.filter(({ spec }) => scenario.calls[spec]?.exactlyOnce === true);
  // By phase, and within it in the order in which the calls first came.
  const slices = scenario.phases.flatMap((phase, index) => {
    const own = due.filter((call) => call.phase === index);
    return [...new Set(own.map(({ spec }) => spec))].map((spec) => ({
      ...account(
        own.filter((call) => call.spec === spec),
        executions,
      ),
      phase: phase.name,
      label: scenario.calls[spec]?.label ?? '',
    }));
  });
  return {
    ...account(due, executions),
    unattributed: rows.length - [...executions.values()].reduce((sum, n) => sum + n, 0),
    slices,
  };
}
