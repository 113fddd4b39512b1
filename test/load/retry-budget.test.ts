import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RetryTokens } from '../../src/load/engine/retry-tokens.js';
import { MS, S, World, callSpec, open, retryPolicy, type Answer } from './simulation.js';

const fails = (): Answer => ({ serviceNs: MS, outcome: 'transport', errorClass: 'connection-reset' });

function retriesOf(calls: number, share: number, burst: number, answer: (n: number) => Answer = fails): number {
  const world = new World({
    calls: [callSpec({ retry: retryPolicy({ attempts: 5, backoffNs: 0, jitter: 'none', budget: { share, burst } }) })],
    answer: ({ callId }) => answer(callId),
  });
  world.run(open(100, (calls / 100) * S));
  expect(world.finals).toHaveLength(calls);
  return world.samples.length - calls;
}

describe('a retry budget', () => {
  it(
    'of 10 % lets 1 000 failing calls be tried again 109 times: a tenth of them and the ten that were ' +
      'saved, but for the first, which finds the bucket full',
    () => {
      expect(retriesOf(1_000, 0.1, 10)).toBe(109);
    },
  );

  it('is not needed while nothing fails, and saves no more than its burst', () => {
    expect(retriesOf(1_000, 0.1, 10, (n) => (n < 900 ? { serviceNs: MS } : fails()))).toBe(10 + 10 - 1);
  });

  it('costs nothing for a retry that the deadline forbids', () => {
    const world = new World({
      calls: [
        callSpec({
          deadlineNs: 50 * MS,
          retry: retryPolicy({ attempts: 5, backoffNs: 60 * MS, jitter: 'none', budget: { share: 0.01, burst: 1 } }),
        }),
      ],
      answer: ({ callId }) => (callId < 5 ? fails() : { serviceNs: MS }),
    });
    world.run(open(100, 0.1 * S));
    expect(world.samples).toHaveLength(10);
  });

  it('never lets retries past burst + share x calls, whatever fails and in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 400 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 20 }),
        (asks, percent, burst) => {
          const tokens = new RetryTokens({ share: percent / 100, burst });
          let calls = 0;
          let retries = 0;
          for (const ask of asks) {
            if (!ask) {
              tokens.deposit();
              calls++;
            } else if (tokens.withdraw()) retries++;
            expect(retries).toBeLessThanOrEqual(burst + (percent / 100) * calls + 1e-9);
          }
        },
      ),
    );
  });

  it('counts tenths exactly: ten calls make one retry', () => {
    const tokens = new RetryTokens({ share: 0.1, burst: 1 });
    expect(tokens.withdraw()).toBe(true);
    for (let call = 0; call < 9; call++) tokens.deposit();
    expect(tokens.withdraw()).toBe(false);
    tokens.deposit();
    expect(tokens.withdraw()).toBe(true);
  });
});
