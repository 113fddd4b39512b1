import type { Calls } from '../../record/index.js';
import type { RunInput } from '../input.js';
import type { PhasesResults } from '../phases/index.js';
import type { EdgesResults } from '../recovery/index.js';
import type { Topic } from '../topic.js';
import { type AnswerGap, answerGapsOf } from './answer-gaps.js';
import { type FailureKind, failuresOf } from './failures.js';

export interface EventsPart {
  /** In order of time, over all phases. */
  readonly answerGaps: readonly AnswerGap[];
  /** By phase, and there the most frequent first. */
  readonly failures: readonly FailureKind[];
}

interface Needs extends RunInput, EdgesResults, Pick<PhasesResults, 'frames'> {
  readonly calls: Calls;
}

export const eventsTopic: Topic<Needs, EventsPart, EventsPart> = {
  name: 'events',
  compute: ({ record: { samples, events }, calls, frames, edges }) => {
    const part = { answerGaps: answerGapsOf(samples, frames, edges), failures: failuresOf(calls, frames, events) };
    return { summary: part, results: part };
  },
};
