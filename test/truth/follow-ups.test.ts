/**
 * Three replicas with sessions of their own behind a front that picks one by chance: two follow-ups in three reach a
 * replica that does not know them.
 */
import { describe, expect, it } from 'vitest';
import { readRecord, outcomeCode } from '../../src/record/index.js';
import { finished, onlyRun, scenarioFile, scratchFolder, start } from '../e2e/plimsoll.js';

const CALLS = 600;
const scenario = `version: 1
name: local sessions
default-gates: false
stack:
  services:
    first: { mock: tools, workers: 8, service-time: { constant: 1ms } }
    second: { mock: tools, workers: 8, service-time: { constant: 1ms } }
    third: { mock: tools, workers: 8, service-time: { constant: 1ms } }
    front: { mock: gateway, to: [first, second, third], balance: random, sessions: upstream }
  target: front
protocol: { sessions: 64 }
calls: [{ tool: search, arguments: { query: hull }, expect: derived, deadline: 10s }]
phases: [{ name: load, regime: steady, rate: 200/s, for: 3s, warmup: 0s }]
`;

describe('sessions that replicas do not share', () => {
  it('fail two follow-ups in three, and nothing else fails', async () => {
    const folder = scratchFolder();
    const result = await finished(start(['run', scenarioFile(scenario), '--out', folder, '--quiet']));
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.leftBehind).toEqual([]);
    expect(result.stderr).toMatch(/forgot \d+ sessions? in a row|ended as session/);
    const { samples } = await readRecord(onlyRun(folder));
    let answered = 0;
    let unknown = 0;
    let others = 0;
    for (let row = 0; row < samples.length; row++) {
      const outcome = samples.outcome[row];
      // A call that comes while its session is being opened anew fails at once, without having asked anybody.
      if (samples.httpStatus[row] === 200 && outcome === outcomeCode('ok')) answered++;
      else if (samples.httpStatus[row] === 404 && outcome === outcomeCode('session')) unknown++;
      else if (outcome !== outcomeCode('session')) others++;
    }
    expect(others).toBe(0);
    const asked = answered + unknown;
    expect(asked).toBeGreaterThan(CALLS / 10);
    // Five standard deviations of a binomial share.
    expect(Math.abs(unknown / asked - 2 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / asked));
  }, 60_000);
});
