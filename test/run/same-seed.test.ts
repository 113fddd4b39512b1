/** Two whole runs of one seed: the fault affects the same connections with the same jitter. */
import { describe, expect, it } from 'vitest';
import type { EngineDraws } from '../../src/toxiproxy/index.js';
import { mockScenario, scenarioFile } from '../e2e/plimsoll.js';
import { conducted } from './conducted.js';

const SCENARIO = scenarioFile(
  mockScenario({
    phases: '- { name: steady, regime: steady, rate: 200/s, for: 1s, warmup: 0s }',
    more:
      'faults:\n  - { id: uneven, phase: steady, at: 0s, for: 900ms, on: upstream, type: latency, ' +
      'latency: 20ms, jitter: 20ms, toxicity: 50% }\n',
  })
    .replace('  target: backend', '  links: { upstream: { to: backend } }\n  target: upstream')
    .replace('sessions: 4', 'sessions: 16'),
);

type Connection = EngineDraws['proxies'][number]['toxics'][number]['connections'][number];

/** What the fault's toxic drew for each connection of a whole run. */
async function drawn(seed: number): Promise<ReadonlyMap<number, Connection>> {
  const { record } = await conducted(SCENARIO, { seed });
  expect(record.status).toBe('complete');
  const { faults } = record.envelope as { readonly faults: { readonly draws: { readonly value: EngineDraws } } };
  const { value } = faults.draws;
  expect(value.seed).toBe(seed);
  expect(value.proxies.map(({ link, toxics }) => [link, toxics.map(({ name }) => name)])).toEqual([
    ['upstream', ['uneven']],
  ]);
  return new Map(value.proxies[0]?.toxics[0]?.connections.map((connection) => [connection.connection, connection]));
}

describe('whole runs', () => {
  it('of one seed affect the same connections with the same jitter, of another seed others', async () => {
    const [first, second, other] = await Promise.all([drawn(7), drawn(7), drawn(8)]);
    const both = [...first.keys()].filter((number) => second.has(number));
    expect(both.length).toBeGreaterThanOrEqual(16);
    const decisions = (of: ReadonlyMap<number, Connection>): unknown[] =>
      both.map((number) => [number, of.get(number)?.draw, of.get(number)?.affected]);
    expect(decisions(second)).toEqual(decisions(first));
    expect(decisions(other)).not.toEqual(decisions(first));
    const affected = both.filter((number) => first.get(number)?.affected);
    expect(affected.length).toBeGreaterThan(0);
    expect(affected.length).toBeLessThan(both.length);

    let compared = 0;
    for (const number of affected) {
      const [a = [], b = []] = [first.get(number)?.pieces, second.get(number)?.pieces];
      const common = Math.min(a.length, b.length);
      expect(b.slice(0, common)).toEqual(a.slice(0, common));
      compared += common;
    }
    expect(compared).toBeGreaterThan(10);
    for (const number of both.filter((each) => !affected.includes(each))) expect(first.get(number)?.pieces).toEqual([]);
  }, 60_000);
});
