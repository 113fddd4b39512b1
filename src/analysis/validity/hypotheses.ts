/** Whether the steady-state hypotheses of the scenario held before its faults. */
import type { Evidence } from './evidence.js';
import type { ValidityReason } from './types.js';

/**
 * One warning for each phase whose hypotheses did not hold before its faults: the effect of a fault can't be separated
 * from what was wrong before it.
 */
export function hypothesisReasons({ hypotheses }: Pick<Evidence, 'hypotheses'>): readonly ValidityReason[] {
  return hypotheses.flatMap(({ phase, faults, results }): readonly ValidityReason[] => {
    const broken = results.filter(({ before }) => before.verdict === 'broken');
    if (broken.length === 0) return [];
    const how = broken.map(({ text, before }) => `"${text}" was broken (${before.why})`).join(', and ');
    return [
      {
        code: 'steady-state-broken',
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
