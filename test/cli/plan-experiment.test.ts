/** Plans of the arms of an experiment: made once, for how long a trial takes and how many phases it has. */
import { describe, expect, it } from 'vitest';
import { plansOf, trialNs } from '../../src/cli/plan-experiment.js';
import { readExperimentScenario } from '../../src/scenario/index.js';
import { mockScenario, scenarioFile } from '../e2e/plimsoll.js';

const ARMS = `arms: { few: { protocol: { sessions: 2 } }, many: {} }
trials: { pairs: 2, cool-down: 3s }
`;

describe('the plans of the arms of an experiment', () => {
  const scenario = readExperimentScenario(scenarioFile(mockScenario({ more: ARMS })), { environment: {} });
  if (scenario === null) throw new Error('The scenario has arms.');

  it('are made of each arm by reading it once', () => {
    const reads: string[] = [];
    const arms = scenario.arms.map((arm) => ({
      ...arm,
      read: (seed?: number, folder?: string) => {
        reads.push(arm.name);
        return arm.read(seed, folder);
      },
    }));
    const plans = plansOf({ arms });
    expect([...plans].map(([name, { phases }]) => [name, phases.length])).toEqual([
      ['few', 1],
      ['many', 1],
    ]);
    expect(trialNs(plans, scenario)).toBe(5e9);
    expect(reads).toEqual(['few', 'many']);
  });
});
