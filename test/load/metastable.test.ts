/**
 * The retry storm that feeds itself (Bronson et al., "Metastable failures in distributed systems", HotOS 2021; Huang et
 * al., "Metastable failures in the wild", OSDI 2022), by the engine as it is against an exact server: one
 * first-in-first-out worker of 5 ms (200/s), 200 ms an attempt, two retries at once, work of given-up attempts done all
 * the same. A stall of 3 s triggers it. With r retries the server must do 1 + r times the work, so it comes back by
 * itself only below mu / (1 + r) = 66.7/s.
 */
import { describe, expect, it } from 'vitest';
import type { CallSpec, Retry } from '../../src/scenario/index.js';
import { MS, S, World, callSpec, open, retryPolicy, type WorldOptions } from './simulation.js';

const WATCHED = 150 * S;
const STALL = { atNs: 10 * S, forNs: 3 * S };

function policy(retry: Partial<Retry> | null): CallSpec {
  const atOnce = { attempts: 2, backoffNs: 0, jitter: 'none', on: ['timeout'] } as const;
  return callSpec({
    deadlineNs: S,
    attemptTimeoutNs: 200 * MS,
    retry: retry === null ? null : retryPolicy({ ...atOnce, ...retry }),
  });
}

function run(ratePerSecond: number, call: CallSpec, server: Partial<WorldOptions> = {}): World {
  const world = new World({
    calls: [call],
    workers: 1,
    answer: () => ({ serviceNs: 5 * MS }),
    inFlightPerSession: 2_000,
    maxInFlight: 2_000,
    stall: STALL,
    ...server,
  });
  world.run(open(ratePerSecond, WATCHED));
  return world;
}

/** Share of good calls among those offered in [fromNs, toNs). */
function goodput(world: World, fromNs: number, toNs: number): number {
  const offered = world.samples
    .filter(({ attempt, intendedNs }) => attempt === 0 && intendedNs >= fromNs && intendedNs < toNs)
    .map(({ callId }) => callId);
  const calls = new Set(offered);
  const good = world.finals.filter(({ callId, outcomeName }) => calls.has(callId) && outcomeName === 'ok').length;
  return good / offered.length;
}

const before = (world: World): number => goodput(world, 0, 9 * S);
const atLast = (world: World): number => goodput(world, WATCHED - 30 * S, WATCHED);

describe('after a stall of 3 s, a server of 200/s whose callers retry twice at once', () => {
  it('comes back at 64/s, under its hidden capacity of 66.7/s', () => {
    const world = run(64, policy({}));
    expect([before(world), atLast(world)]).toEqual([1, 1]);
  });

  it('never comes back at 70/s: nothing is good, and the server is busy with wasted work', () => {
    const world = run(70, policy({}));
    expect([before(world), atLast(world)]).toEqual([1, 0]);
    expect(world.wasted / world.served).toBeGreaterThan(0.9);
  });

  it('comes back at 70/s, and at once, without retries', () => {
    const world = run(70, policy(null));
    expect(goodput(world, 16 * S, WATCHED)).toBe(1);
  });

  it('comes back at 70/s with a retry budget of 10 %', () => {
    const world = run(70, policy({ budget: { share: 0.1, burst: 10 } }));
    expect(atLast(world)).toBe(1);
    expect(goodput(world, 30 * S, WATCHED)).toBe(1);
  });

  it('comes back at 70/s when the server drops what has expired', () => {
    const world = run(70, policy({}), { dropAfterNs: 200 * MS });
    expect(goodput(world, 15 * S, WATCHED)).toBe(1);
  });

  it('is in no danger without the trigger', () => {
    expect(goodput(run(70, policy({}), { stall: { atNs: Infinity, forNs: 0 } }), 0, WATCHED)).toBe(1);
  });
});
