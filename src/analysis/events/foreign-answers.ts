/** Answers that went to another call than the one they belong to. */
import type { Calls, RunEvent } from '../../record/index.js';

/** Over the whole run, warm-up included. */
export interface ForeignAnswers {
  /** Answers that held what belongs to another call. */
  readonly answers: number;
  /** Pairs of calls of which each got the answer of the other: `answers` counts both. */
  readonly exchangedPairs: number;
  /** Answers that belong to a call of another session: what one client was to get, another one got. */
  readonly acrossSessions: number;
}

/** @returns null where there was none. */
export function foreignAnswersOf(events: readonly RunEvent[], calls: Calls): ForeignAnswers | null {
  const found = events.filter((event) => event.type === 'foreign-answer');
  if (found.length === 0) return null;
  const wanted = new Set(found.map(({ answerOf }) => answerOf));
  const sessionOf = new Map<number, number>();
  for (let i = 0; i < calls.length; i++) {
    const call = calls.callId[i] ?? -1;
    if (wanted.has(call)) sessionOf.set(call, calls.lastSession[i] ?? -1);
  }
  // A call that is tried again may get a foreign answer each time.
  const given = new Set(found.map(({ call, answerOf }) => `${call} ${answerOf}`));
  const mutual = [...given].filter((pair) => given.has(pair.split(' ').reverse().join(' ')));
  return {
    answers: found.length,
    exchangedPairs: mutual.length / 2,
    acrossSessions: found.filter(({ session, answerOf }) => {
      const of = sessionOf.get(answerOf);
      return of !== undefined && of !== session;
    }).length,
  };
}
