/** Attempts per logical call, beside what independent failures would make. */
import type { Amplification } from './after-fault-types.js';
import { type AttemptsView, type FaultContext, type Span, intendedIn } from './context.js';

/**
 * (1 - p^(r+1)) / (1 - p): attempts of a call whose every attempt fails with probability p, and that is tried again r
 * times at most.
 */
export const expectedAttempts = (p: number, retries: number): number =>
  p >= 1 ? retries + 1 : (1 - p ** (retries + 1)) / (1 - p);

/** Retries of the calls intended in one stretch. */
export function amplificationOf(view: AttemptsView, context: FaultContext, span: Span): Amplification {
  const { calls: columns, specs, retriable } = view;
  const bySpec = specs.map(() => ({ calls: 0, attempts: 0, failed: 0 }));
  for (const i of intendedIn(view, context, span)) {
    const own = bySpec[columns.spec[i] ?? -1];
    if (own === undefined) continue;
    own.calls++;
    own.attempts += columns.attempts[i] ?? 0;
    own.failed += retriable[i] ?? 0;
  }
  const sum = (of: (own: (typeof bySpec)[number], spec: number) => number): number =>
    bySpec.reduce((total, own, spec) => total + of(own, spec), 0);
  const expected = (own: (typeof bySpec)[number], spec: number): number =>
    own.calls === 0 ? 0 : own.calls * expectedAttempts(own.failed / own.attempts, specs[spec]?.retry?.attempts ?? 0);
  const calls = sum((own) => own.calls);
  const attempts = sum((own) => own.attempts);
  return {
    calls,
    attempts,
    perCall: calls === 0 ? null : attempts / calls,
    failedShare: attempts === 0 ? null : sum((own) => own.failed) / attempts,
    expectedPerCall: calls === 0 ? null : sum(expected) / calls,
  };
}
