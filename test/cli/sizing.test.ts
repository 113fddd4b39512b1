/** What `distribute --print` says of the size of a run. */
import { describe, expect, it } from 'vitest';
import { sizingComment } from '../../src/cli/sizing.js';
import { planOf } from '../../src/plan/index.js';
import { readScenario } from '../../src/scenario/index.js';
import { mockScenario, scenarioFile } from '../e2e/plimsoll.js';

describe('what --print says of the size', () => {
  const comment = (phases: string): string => {
    const { scenario } = readScenario(scenarioFile(mockScenario({ phases })), { environment: {} });
    return sizingComment(planOf(scenario), 4);
  };

  it('is the rate of each, and what that takes, in comments', () => {
    const text = comment('- { name: steady, regime: steady, rate: 10k/s, for: 2s, warmup: 0s }');
    expect(text.split('\n').every((line) => line === '' || line.startsWith('# '))).toBe(true);
    expect(text).toContain('at most 10,000/s in all, 2,500/s for each of 4 shards');
    expect(text).toContain('each should be able to offer 5,000/s');
  });

  it('is that of the highest rate of a search, and none of callers', () => {
    expect(comment('- { name: limit, regime: capacity, between: [100/s, 2k/s], step: 2s }')).toContain(
      '2,000/s in all',
    );
    expect(comment('- { name: floor, regime: floor, for: 1s }')).toContain('no phase has a rate of its own');
  });
});
