/** Side effects made by hand: every part reported once, and once unknown. */
import type { SideEffects } from '../../src/analysis/index.js';

const MIB = 2 ** 20;

/** A run in which there is nothing to tell. */
export const NO_CONSEQUENCES: SideEffects = {
  effectsByAnnotation: { classes: [], reason: 'no call has "effect: exactly-once"' },
  work: [],
  wastedWork: { from: 'unknown', reason: 'no mock reported its counters, and no upstream stamped its answers' },
  cancelPropagation: { givenUp: 0, cancelled: 0, arrived: null, stopped: null, stoppedShare: null },
  cutStreams: null,
  errorVisibility: { classes: [], notAttributable: [] },
  sessions: [],
  resources: [],
};

export function fixtureConsequences(names: {
  readonly tool: string;
  readonly phase: string;
  readonly fault: string;
  readonly link: string;
  readonly message: string;
}): SideEffects {
  const { tool, fault, link, message, phase } = names;
  const trace = {
    process: link,
    pid: 11,
    before: 80 * MIB,
    peak: 120 * MIB,
    after: 90 * MIB,
    recovered: 0.75,
    reason: null,
  } as const;
  return {
    effectsByAnnotation: {
      classes: [
        {
          annotation: 'destructive',
          tools: [tool],
          calls: 1_860,
          exactlyOnce: 1_807,
          duplicates: 37,
          lost: 11,
          orphans: 5,
          failedNotExecuted: 0,
        },
        {
          annotation: 'idempotent',
          tools: [tool, 'set'],
          calls: 100,
          exactlyOnce: 91,
          duplicates: 9,
          lost: 0,
          orphans: 0,
          failedNotExecuted: 0,
        },
      ],
      reason: null,
    },
    work: [
      {
        service: link,
        incarnations: 2,
        served: 20_000,
        servedServiceNs: 160e9,
        wasted: 1_300,
        wastedServiceNs: 11e9,
        expired: 4,
        cancelled: 6,
        cancels: 9,
        unfinished: 1,
        complete: false,
      },
    ],
    wastedWork: {
      from: 'counters',
      executions: 20_000,
      wasted: 1_310,
      serviceNs: 160e9,
      wastedServiceNs: 11.2e9,
      executionShare: 0.0655,
      serviceShare: 0.07,
      late: 10,
      lowerBound: true,
    },
    cancelPropagation: { givenUp: 15, cancelled: 12, arrived: 9, stopped: 6, stoppedShare: 0.4 },
    cutStreams: { cut: 18, reissued: 13, notReissued: 5, duplicates: 13 },
    errorVisibility: {
      classes: [
        {
          type: 'error',
          faults: [fault],
          attributedBy: 'fault-hits',
          affected: 41,
          notSeen: 1,
          outcomes: [
            { outcome: 'transport', count: 35 },
            { outcome: 'deadline', count: 2 },
            { outcome: 'ok', count: 3 },
          ],
          reported: 35,
          unanswered: 2,
          silent: 3,
          reportedShare: { value: 0.875, low: 0.732, high: 0.958 },
          note: null,
        },
        {
          type: 'stall',
          faults: [fault],
          attributedBy: 'fault-hits',
          affected: 5,
          notSeen: 0,
          outcomes: [{ outcome: 'ok', count: 5 }],
          reported: 0,
          unanswered: 0,
          silent: 5,
          reportedShare: null,
          note: 'delays calls; makes none fail by itself',
        },
      ],
      notAttributable: [{ fault, type: 'latency', reason: message }],
    },
    sessions: [
      {
        fault,
        type: 'restart',
        phase,
        fromNs: 1e9,
        untilNs: 6e9,
        before: 16,
        transparent: 10,
        reinitialised: 3,
        lost: 1,
        unused: 2,
        transparentShare: 10 / 14,
        survivedShare: 13 / 14,
        statePreserved: null,
        stateReason: message,
      },
      {
        fault,
        type: 'session-loss',
        phase,
        fromNs: 7e9,
        untilNs: 9e9,
        before: 4,
        transparent: 0,
        reinitialised: 0,
        lost: 0,
        unused: 4,
        transparentShare: null,
        survivedShare: null,
        statePreserved: 0,
        stateReason: null,
      },
    ],
    resources: [
      {
        fault,
        type: 'memory-leak',
        phase,
        holdNs: 3e9,
        traces: [
          { ...trace, quantity: 'rss' },
          {
            ...trace,
            quantity: 'sockets',
            before: 4,
            peak: 5,
            after: null,
            recovered: null,
            reason: 'the peak is not above the values before the fault',
          },
        ],
        reason: null,
      },
      { fault, type: 'gone', phase, holdNs: 3e9, traces: [], reason: 'the fault did not end' },
    ],
  };
}
