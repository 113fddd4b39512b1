/** Whether the steady state that the scenario states was there before its faults. */
import type { Evidence } from './evidence.js';
import type { ValidityReason } from './types.js';

/**
 * One warning for each phase that had no steady state to begin with: what its faults did can't be told from what was
 * wrong anyway.
 */
export function hypothesisReasons({ hypotheses }: Pick<Evidence, 'hypotheses'>): readonly ValidityReason[] {
  return hypotheses.flatMap(({ phase, faults, results }): readonly ValidityReason[] => {
    const broken = results.filter(({ before }) => before.verdict === 'broken');
    if (broken.length === 0) return [];
    return [
      {
        code: 'steady-state-broken',
        severity: 'warning',
        phase,
        what: `the hypothesis ${broken.map(({ text, before }) => `"${text}" was broken (${before.why})`).join(', and ')}: there was no steady state to begin with, so nothing is concluded about ${faults.join(', ') || 'its faults'}`,
        remedy:
          'make the stack hold it without any fault first, or state what really holds; gates on these faults are inconclusive until then',
      },
    ];
  });
}
