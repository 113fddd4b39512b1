/** Events by name: stretches without an answer, and the ways in which calls failed. */
import { describe, expect, it } from 'vitest';
import { analyse, type Summary } from '../../src/analysis/index.js';
import type { Outcome, RunEvent } from '../../src/record/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, sketchPlan, stage } from './fixtures/scenario.js';

const plan = sketchPlan({ phases: [{ name: 'steady', stages: [stage('main', 100, 10 * S)], arrivals: 'constant' }] });

/** 100 calls/s for 10 s, each answered after 2 ms, or as `end` says. */
function calls(end: (intendedNs: number) => Partial<Attempt> = () => ({})): Attempt[] {
  return Array.from({ length: 1_000 }, (_, callId) => {
    const intendedNs = callId * 10 * MS;
    return { callId, intendedNs, doneNs: intendedNs + 2 * MS, ...end(intendedNs) };
  });
}

const summaryOf = (attempts: readonly Attempt[], of = plan, events: readonly RunEvent[] = []): Summary =>
  analyse({ record: recordOf(of, attempts, { events: [...phaseEvents(of, attempts), ...events] }), plan: of }).summary;
const gapsOf = (attempts: readonly Attempt[], of = plan, events: readonly RunEvent[] = []): Summary['answerGaps'] =>
  summaryOf(attempts, of, events).answerGaps;
const within = (ns: number, fromNs: number, toNs: number): boolean => ns >= fromNs && ns < toNs;

describe('a stretch without any answer', () => {
  it('reaches from the first call that waits in vain to the next answer', () => {
    // A server that stands still from 4.2 s on and answers all that waited at 7.2 s.
    const stalled = calls((atNs) => (within(atNs, 4.2 * S, 7.2 * S) ? { doneNs: 7.2 * S } : {}));
    expect(gapsOf(stalled)).toEqual([{ phase: 'steady', fromNs: 4.2 * S, toNs: 7.2 * S, waiting: 301, faults: [] }]);
  });

  it('begins with the last answer where calls were in flight then', () => {
    const stalled = calls((atNs) => ({ doneNs: within(atNs, 4 * S, 6 * S) ? 6.05 * S : atNs + 50 * MS }));
    expect(gapsOf(stalled)).toMatchObject([{ fromNs: 4.04 * S, toNs: 6.05 * S }]);
  });

  it('does not end with calls that were given up, and goes on to the end of the phase where no answer comes', () => {
    const dead = calls((atNs) =>
      atNs < 6 * S ? {} : { doneNs: atNs + 250 * MS, firstByteNs: NaN, outcome: 'deadline', errorClass: 'deadline' },
    );
    expect(gapsOf(dead)).toMatchObject([{ fromNs: 6 * S, toNs: 10.24 * S, waiting: 400 }]);
  });

  it('names the faults that were active', () => {
    const faulty = sketchPlan({
      phases: [{ name: 'steady', stages: [stage('main', 100, 10 * S)], arrivals: 'constant' }],
      faults: [
        { id: 'early', phase: 0, atNs: 1 * S, forNs: 1 * S },
        { id: 'outage', phase: 0, atNs: 5 * S, forNs: 2 * S },
      ],
    });
    const stalled = calls((atNs) => (within(atNs, 5 * S, 7 * S) ? { doneNs: 7 * S } : {}));
    expect(gapsOf(stalled, faulty, faultEvents(faulty, [0]))).toMatchObject([{ fromNs: 5 * S, faults: ['outage'] }]);
  });

  it('is none where nothing was asked, where the tool takes that long, or where it is short', () => {
    expect(gapsOf(calls())).toEqual([]);
    const idle = calls().filter(({ intendedNs }) => !within(intendedNs, 3 * S, 6 * S));
    expect(gapsOf(idle)).toEqual([]);
    const slow = Array.from({ length: 12 }, (_, callId) => ({
      callId,
      intendedNs: callId * 0.8 * S,
      doneNs: (callId + 1) * 0.8 * S,
    }));
    expect(gapsOf(slow)).toEqual([]);
    expect(gapsOf(calls((atNs) => (within(atNs, 4 * S, 4.4 * S) ? { doneNs: 4.4 * S } : {})))).toEqual([]);
  });
});

describe('calls that failed', () => {
  const failing = (outcome: Outcome, errorClass: Attempt['errorClass']): Partial<Attempt> =>
    errorClass === undefined ? { outcome } : { outcome, errorClass };
  const mixed = calls((atNs) => {
    if (within(atNs, 2 * S, 3 * S)) return failing('tool', 'tool-error');
    if (atNs === 5 * S) return failing('transport', 'connection-reset');
    return atNs === 8 * S ? { ...failing('transport', 'connection-reset'), reused: false } : {};
  });
  const example: RunEvent = {
    ...{ type: 'failure-example', atNs: 2 * S, phase: 0, errorClass: 'tool-error' },
    text: 'the index is being rebuilt',
  };
  const others = ['disk is full', 'disk is full', 'no quorum', 'too old'].map((text): RunEvent => ({
    ...example,
    text,
  }));

  it('are counted by outcome and error class, with the first and last time and what an answer said', () => {
    expect(summaryOf(mixed, plan, [example, ...others]).failures).toEqual([
      {
        ...{ phase: 'steady', outcome: 'tool', errorClass: 'tool-error', calls: 100, onReusedConnections: 100 },
        ...{
          firstNs: 2_002 * MS,
          lastNs: 2_992 * MS,
          examples: ['the index is being rebuilt', 'disk is full', 'no quorum'],
        },
      },
      {
        ...{ phase: 'steady', outcome: 'transport', errorClass: 'connection-reset', calls: 2, onReusedConnections: 1 },
        ...{ firstNs: 5_002 * MS, lastNs: 8_002 * MS, examples: [] },
      },
    ]);
  });

  it('are as many as the phase counts by outcome', () => {
    const { failures, phases } = summaryOf(mixed);
    const counted = failures.reduce((sum, kind) => sum + kind.calls, 0);
    expect(counted).toBe((phases[0]?.offered ?? 0) - (phases[0]?.outcomes.ok ?? 0));
  });
});

describe('answers that went to another call', () => {
  const foreign = (call: number, answerOf: number, session: number): RunEvent => ({
    ...{ type: 'foreign-answer', atNs: 5 * S, call, answerOf, session },
  });
  /** Calls 0, 2, 4, ... are of session 0, the others of session 1. */
  const attempts = calls().map((attempt) => ({ ...attempt, session: attempt.callId % 2 }));

  it('are counted, with the pairs that exchanged theirs and those of another session', () => {
    const events = [
      ...[foreign(10, 12, 0), foreign(12, 10, 0)],
      ...[foreign(20, 21, 0), foreign(21, 20, 1)],
      // One way only; and twice the same, to a call that was tried again.
      ...[foreign(30, 33, 0), foreign(40, 42, 0), foreign(40, 42, 0)],
    ];
    expect(summaryOf(attempts, plan, events).foreignAnswers).toEqual({
      ...{ answers: 7, exchangedPairs: 2, acrossSessions: 3 },
    });
  });

  it('are nothing to speak of where there are none', () => {
    expect(summaryOf(attempts).foreignAnswers).toBeNull();
  });
});

describe('requests of servers', () => {
  it('are summed by method over the threads of the load, the most frequent first', () => {
    const asked = (...methods: readonly (readonly [string, number, number])[]): RunEvent => ({
      type: 'server-requests',
      atNs: 10 * S,
      methods: methods.map(([method, answered, refused]) => ({ method, answered, refused })),
      unanswered: 0,
    });
    const events = [asked(['ping', 2, 0], ['roots/list', 0, 3]), asked(['roots/list', 0, 4])];
    expect(summaryOf(calls(), plan, events).serverRequests).toEqual([
      { method: 'roots/list', answered: 0, refused: 7 },
      { method: 'ping', answered: 2, refused: 0 },
    ]);
  });
});
