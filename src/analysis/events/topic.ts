import type { Calls } from '../../record/index.js';
import type { RunInput } from '../input.js';
import type { PhasesResults } from '../phases/index.js';
import type { EdgesResults } from '../recovery/index.js';
import type { Topic } from '../topic.js';
import { type AnswerGap, answerGapsOf } from './answer-gaps.js';
import { type FailureKind, failuresOf } from './failures.js';
import { type ForeignAnswers, foreignAnswersOf } from './foreign-answers.js';
import { type ServerRequests, serverRequestsOf } from './server-requests.js';
import { type SessionTurnover, sessionTurnoverOf } from './session-turnover.js';

export interface EventsPart {
  /** In order of time, over all phases. */
  readonly answerGaps: readonly AnswerGap[];
  /** By phase, and there the most frequent first. */
  readonly failures: readonly FailureKind[];
  /** Null: every answer belonged to its call, as far as answers say whose they are. */
  readonly foreignAnswers: ForeignAnswers | null;
  /** By method, the most frequent first. */
  readonly serverRequests: readonly ServerRequests[];
  /** Null: sessions last for the run. */
  readonly sessionTurnover: SessionTurnover | null;
}

interface Needs extends RunInput, EdgesResults, Pick<PhasesResults, 'frames'> {
  readonly calls: Calls;
}

export const eventsTopic: Topic<Needs, EventsPart, EventsPart> = {
  name: 'events',
  compute: ({ record: { samples, events }, calls, frames, edges }) => {
    const part = {
      answerGaps: answerGapsOf(samples, frames, edges),
      failures: failuresOf(calls, frames, events),
      foreignAnswers: foreignAnswersOf(events, calls),
      serverRequests: serverRequestsOf(events),
      sessionTurnover: sessionTurnoverOf(events),
    };
    return { summary: part, results: part };
  },
};
