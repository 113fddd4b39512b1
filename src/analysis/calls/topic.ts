import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';
import { type Calls, joinCalls } from './calls.js';

export interface CallsPart {
  readonly samples: {
    readonly attempts: number;
    readonly logicalCalls: number;
    /** Logical calls without a last attempt, or missing from the sequence: their end is unknown. */
    readonly unaccounted: number;
  };
}

export interface CallsResults {
  /** As the client saw them, before the ledger is compared. */
  readonly joined: Calls;
}

export const callsTopic: Topic<RunInput, CallsPart, CallsResults> = {
  name: 'calls',
  compute: ({ record: { samples }, plan }) => {
    const joined = joinCalls(samples, plan.scenario.calls, plan.phases.length);
    return {
      summary: {
        samples: { attempts: samples.length, logicalCalls: joined.length, unaccounted: joined.unaccounted },
      },
      results: { joined },
    };
  },
};
