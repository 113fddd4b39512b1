/**
 * The secrets that this process (or this thread) has to keep. They are the same for all of it: texts of servers come in
 * at many places, and each is redacted where it comes in, before it is shortened.
 */
import { ProblemError, type Problem } from '../problem/index.js';
import { redactorOf, type Redact, type Secrets } from './redactor.js';

let known: Secrets = new Map();
let ours: Redact = (text) => text;
let others: Redact = (text) => text;

/** Adds secrets to those that are kept. An empty value is none. */
export function keepSecrets(secrets: Secrets): void {
  const added = [...secrets].filter(([name, value]) => value !== '' && known.get(name) !== value);
  if (added.length === 0) return;
  known = new Map([...known, ...added]);
  ours = redactorOf(known, false);
  others = redactorOf(known, true);
}

/** All that are kept: to hand them to a thread of ours. */
export const keptSecrets = (): Secrets => known;

/** A text that leaves the program, without secrets but those too short to be distinguished from other words. */
export const redactOurs: Redact = (text) => ours(text);

/** A text that a server, a service or a user wrote, without secrets. To be applied before it is cut. */
export const redactForeign: Redact = (text) => others(text);

/** A problem without secrets, of texts that a server or service may have had a hand in. */
export function redactProblem<P extends Problem>(problem: P): P {
  return { ...problem, what: redactForeign(problem.what), remedy: redactForeign(problem.remedy) };
}

/** A ProblemError without secrets; anything else as it is. */
export function redactThrown(thrown: unknown): unknown {
  return thrown instanceof ProblemError ? new ProblemError(thrown.kind, thrown.problems.map(redactProblem)) : thrown;
}
