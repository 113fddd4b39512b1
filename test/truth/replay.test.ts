/**
 * Exact replays of real runs: generator, wire, mock and record against Lindley's recursion, call by call. On a busy
 * machine calls are late and waits are others than planned, but they are still exactly those of the queue that the
 * calls really met.
 */
import { describe, expect, it } from 'vitest';
import { NS_PER_MS, NS_PER_S } from '../../src/clock/index.js';
import { open } from '../load/simulation.js';
import { engineRun } from './engine-run.js';
import { reportedWaitNs, splitsThatDiffer, waitsThatDiffer, type ReplayedCall } from './replayed.js';

/**
 * When the replay from intended times says a start is later than it was, or earlier by more than the latest arrival
 * explains.
 */
function startsOutOfReach(calls: readonly ReplayedCall[]): readonly ReplayedCall[] {
  const latestNs = Math.max(...calls.map(({ receivedNs, intendedOfPositionNs }) => receivedNs - intendedOfPositionNs));
  return calls.filter(
    ({ startedNs, plannedStartNs }) => startedNs < plannedStartNs || startedNs - plannedStartNs > latestNs,
  );
}

const waited = (calls: readonly ReplayedCall[]): number => calls.filter((call) => reportedWaitNs(call) > 0).length;

describe('exact replay of a real run', () => {
  it.each([
    { workers: 1, ratePerSecond: 500, serviceTime: { kind: 'exponential', meanNs: 1.4 * NS_PER_MS } },
    {
      workers: 3,
      ratePerSecond: 600,
      serviceTime: { kind: 'lognormal', medianNs: 3 * NS_PER_MS, p99Ns: 12 * NS_PER_MS },
    },
  ] as const)(
    '$workers workers, $serviceTime.kind services: 1 000 calls and more wait exactly what the recursion says',
    async ({ workers, ratePerSecond, serviceTime }) => {
      const calls = await engineRun(
        { workers, serviceTime },
        open(ratePerSecond, 2.5 * NS_PER_S, { arrivals: 'poisson' }),
        29,
      );
      expect(calls.length).toBeGreaterThan(1_000);
      expect(waitsThatDiffer(calls)).toEqual([]);
      expect(splitsThatDiffer(calls)).toEqual([]);
      expect(startsOutOfReach(calls)).toEqual([]);
      // A queue in which no call waited would prove nothing.
      expect(waited(calls)).toBeGreaterThan(calls.length / 4);
    },
  );

  it(
    'overload of constant arrivals and services (D/D/1): from its intended start to its service the n-th ' +
      'call takes n (D - 1/lambda)',
    async () => {
      const [serviceNs, ratePerSecond] = [2 * NS_PER_MS, 1_000];
      const calls = await engineRun(
        { serviceTime: { kind: 'constant', ns: serviceNs } },
        open(ratePerSecond, 1.1 * NS_PER_S),
        31,
      );
      expect(calls).toHaveLength(1_100);
      expect(waitsThatDiffer(calls)).toEqual([]);
      expect(splitsThatDiffer(calls)).toEqual([]);
      // Since the queue was empty last; a machine that stalls at the very beginning may empty it after the first call.
      const origin = calls.findLastIndex((call) => reportedWaitNs(call) === 0);
      expect(origin).toBeLessThan(calls.length / 2);
      const growthNs = serviceNs - NS_PER_S / ratePerSecond;
      const first = calls[origin];
      const wrong = calls
        .slice(origin)
        .filter(
          (call, n) =>
            call.startedNs - call.intendedOfPositionNs !==
            n * growthNs + (first?.startedNs ?? NaN) - (first?.intendedOfPositionNs ?? NaN),
        );
      expect(wrong).toEqual([]);
      expect(calls.slice(origin + 1).every((call) => reportedWaitNs(call) > 0)).toBe(true);
    },
  );
});
