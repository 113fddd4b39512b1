/** Whether the steady-state hypotheses of the scenario passed before its faults. */
import type { Evidence } from './evidence.js';
import type { ValidityReason } from './types.js';

/**
 * One warning for each phase with a hypothesis that failed before its faults: the effect of a fault can't be separated
 * from what was wrong before it.
 */
export function hypothesisReasons({ hypotheses }: Pick<Evidence, 'hypotheses'>): readonly ValidityReason[] {
  return hypotheses.flatMap(({ phase, faults, results }): readonly ValidityReason[] => {
    const failed = results.filter(({ before }) => before.verdict === 'failed');
    if (failed.length === 0) return [];
    const how = failed.map(({ text, before }) => `"${text}" failed (${before.why})`).join(', and ');
    return [
      {
        code: 'hypothesis-failed-before-fault',
        severity: 'warning',
        phase,
        what:
          `the hypothesis ${how}: ` +
          'there was no steady state to begin with, so nothing is concluded about ' +
          `${faults.join(', ') || 'its faults'}`,
        remedy:
          'make the stack hold it without any fault first, or change the hypothesis to what holds; gates ' +
          'on these faults are inconclusive until then',
      },
    ];
  });
}
