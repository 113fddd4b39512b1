import { type Calls, joinCalls } from '../../record/index.js';
import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';

export interface CallsPart {
  readonly samples: {
    readonly attempts: number;
    readonly logicalCalls: number;
    /** Logical calls without a last attempt, or missing from the sequence: their end is unknown. */
    readonly unaccounted: number;
  };
}

export interface CallsResults {
  /** Logical calls, judged by the ledger where there is one (`record` did that before it was sealed). */
  readonly calls: Calls;
}

export const callsTopic: Topic<RunInput, CallsPart, CallsResults> = {
  name: 'calls',
  compute: ({ record: { samples }, plan }) => {
    const calls = joinCalls(samples, plan.scenario.calls, plan.phases.length);
    return {
      summary: {
        samples: { attempts: samples.length, logicalCalls: calls.length, unaccounted: calls.unaccounted },
      },
      results: { calls },
    };
  },
};
