/** A circuit breaker seen from outside, and what only resembles one. */
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../fixtures/record.js';
import { MS, S } from '../fixtures/scenario.js';
import { constantArrivals } from '../fixtures/simulation.js';
import { CLEAR_NS, ON_NS, STAGES, afterFaultOf } from './around-a-fault.js';

type Fate = 'served' | 'timed-out' | 'refused';

/** Calls of a deadline of 1 s, each served in 2 ms with stamps, silent to its deadline, or refused in 1 ms. */
function calls(fate: (atNs: number, n: number) => Fate, stamps = true): Attempt[] {
  return constantArrivals(STAGES).map(({ atNs }, callId): Attempt => {
    switch (fate(atNs, callId)) {
      case 'served':
        return {
          callId,
          intendedNs: atNs,
          doneNs: atNs + 2 * MS,
          ...(stamps ? { receivedNs: atNs, startedNs: atNs, finishedNs: atNs + MS } : {}),
        };
      case 'timed-out':
        return { callId, intendedNs: atNs, doneNs: atNs + S, outcome: 'deadline', errorClass: 'deadline' };
      case 'refused':
        return { callId, intendedNs: atNs, doneNs: atNs + MS, outcome: 'shed', errorClass: 'http-503' };
    }
  });
}

const within = (atNs: number, fromS: number, toS: number): boolean => atNs >= fromS * S && atNs < toS * S;

/**
 * Silence for 1 s opens it; it stays open for 2 s after the clear, lets every other call through for 1 s, and closes.
 */
const tripped = (atNs: number, n: number): Fate =>
  within(atNs, 10, 11)
    ? 'timed-out'
    : within(atNs, 11, 17) || (within(atNs, 17, 18) && n % 2 === 0)
      ? 'refused'
      : 'served';

describe('the state of a breaker', () => {
  it('is closed, open, half-open and closed again, to the window', () => {
    const { breaker } = afterFaultOf(calls(tripped));
    expect(breaker).toEqual({
      kind: 'inferred',
      spans: [
        { state: 'closed', fromNs: 0, toNs: 1 * S, attempts: 100, refused: 0, reached: 0 },
        { state: 'open', fromNs: 1 * S, toNs: 7 * S, attempts: 600, refused: 600, reached: 0 },
        { state: 'half-open', fromNs: 7 * S, toNs: 8 * S, attempts: 100, refused: 50, reached: 50 },
        { state: 'closed', fromNs: 8 * S, toNs: 20 * S, attempts: 1200, refused: 0, reached: 1200 },
      ],
    });
  });

  it('is found without slow failures when refusals outlast the fault, and not when they end with it', () => {
    const until = (toS: number) => calls((atNs) => (within(atNs, 10, toS) ? 'refused' : 'served'));
    expect(afterFaultOf(until(17)).breaker).toMatchObject({ kind: 'inferred' });
    // A gateway without a live upstream refuses at once too.
    expect(afterFaultOf(until(CLEAR_NS / S)).breaker).toEqual({ kind: 'none' });
  });

  it('is not found in a full queue that refuses some and serves others', () => {
    expect(
      afterFaultOf(calls((atNs, n) => (within(atNs, ON_NS / S, 20) && n % 4 !== 0 ? 'refused' : 'served'))).breaker,
    ).toEqual({ kind: 'none' });
  });

  it('is not found in one window', () => {
    expect(
      afterFaultOf(
        calls((atNs) => (within(atNs, 10, 11) ? 'timed-out' : within(atNs, 11, 11.5) ? 'refused' : 'served')),
      ).breaker,
    ).toEqual({ kind: 'none' });
  });

  it('is unknown where the upstream gives no stamps, or the fault refuses calls itself', () => {
    expect(afterFaultOf(calls(tripped, false)).breaker).toEqual({ kind: 'unknown', reason: 'no-stamps' });
    expect(
      afterFaultOf(calls(tripped), {
        fault: { place: 'mock', type: 'shed', on: 'backend', action: { kind: 'shed', status: 503 } },
      }).breaker,
    ).toEqual({ kind: 'unknown', reason: 'fault-refuses' });
  });
});
