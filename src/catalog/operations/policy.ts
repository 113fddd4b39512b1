/** What every call of a scenario may say, whatever its operation: its share, its limits, its retries. */
import { z } from 'zod';
import type { CheckReport } from '../grammar/checks.js';
import { duration, durationOrZero, flag, label, list, literal, oneOf, share, whole } from '../grammar/scalars.js';
import { choice, describeValue, expected, isMap, map, problemOf, refusal } from '../grammar/shapes.js';
import type { CallPolicy, Retry, RetryBudget } from './call-spec.js';
import { ExpectationText, expectationOf } from './expectation.js';

const DEFAULT_DEADLINE_NS = 30e9;

const DEFAULT_RETRY = {
  backoffNs: 50e6,
  maxBackoffNs: 2e9,
  jitter: 'full',
  on: ['transport', 'shed'],
  obeyRetryAfter: true,
} as const;

/** As gRFC A6 shows it: ten tokens, a tenth of one for each call. */
const DEFAULT_RETRY_BURST = 10;

const RETRY_ON = ['transport', 'shed', 'session', 'protocol', 'tool', 'timeout'] as const;

const budgetShare = share('10%').describe('Retries as a share of the calls.');
const budget = choice(
  [
    budgetShare,
    map({
      share: budgetShare,
      burst: whole(1, 100_000)
        .describe('Most retries that can be saved up; the budget begins with as many. Default: 10.')
        .optional(),
    }),
  ],
  (input) => (isMap(input) ? 1 : 0),
).describe(
  'Retry budget: each call adds its share of a retry; each retry needs a whole one and takes it. Default: none.',
);

const retry = choice(
  [
    literal('never').meta({ title: 'never', description: 'No retries.' }),
    map({
      attempts: whole(1, 20).describe('Most retries after the first attempt.'),
      backoff: durationOrZero('ms', '50ms')
        .describe('Before retry k (from 0): this times 2^k. Default: 50ms.')
        .optional(),
      'max-backoff': durationOrZero('s', '2s').describe('Longest backoff. Default: 2s.').optional(),
      jitter: oneOf('jitter', ['none', 'full'])
        .describe('full: anywhere from 0 to the backoff. Default: full.')
        .optional(),
      on: list(oneOf('outcome', RETRY_ON), 'outcomes', 1)
        .describe('Which failed attempts are tried again. Default: transport and shed.')
        .optional(),
      'obey-retry-after': flag().describe('Whether a longer Retry-After is waited for. Default: true.').optional(),
      budget: budget.optional(),
    }).meta({
      title: 'retries',
      description: 'Retries with exponential backoff.',
      examples: [{ attempts: 2, backoff: '50ms' }],
    }),
  ],
  (input) => {
    if (isMap(input)) return 1;
    const remedy = 'write never, or { attempts: 2, backoff: 50ms }';
    return input === 'never' ? 0 : problemOf('unknown-value', `unknown retry ${describeValue(input)}`, remedy);
  },
).describe('Retries within the deadline. Default: never.');

/** Keys of a call, beside those of its operation. */
export const POLICY_KEYS = {
  label: label('search (cold)')
    .describe('Name in tables; needed when two calls have the same default. Default: the tool.')
    .optional(),
  weight: z
    .number(expected('a number', 'write a number above 0, like 80'))
    .positive(refusal('out-of-range', 'a weight must be above 0', 'write a number above 0, or delete the call'))
    .max(1e6, refusal('out-of-range', 'this weight is too large', 'write at most 1000000'))
    .describe('Relative share of the calls. Default: 1.')
    .optional(),
  expect: ExpectationText.optional(),
  effect: oneOf('effect', ['none', 'exactly-once'])
    .describe('exactly-once: each call must be executed once, checked against the ledger of the mock. Default: none.')
    .optional(),
  deadline: duration('ms', '250ms')
    .describe('From the intended start to the end of the last attempt. Default: 30s.')
    .optional(),
  timeout: duration('ms', '100ms')
    .describe('Most time one attempt may take. Default: what is left of the deadline.')
    .optional(),
  retry: retry.optional(),
  cancel: flag()
    .describe(
      'Whether an attempt that is given up is cancelled explicitly, with notifications/cancelled. Default: true.',
    )
    .optional(),
};

export type PolicyText = z.output<z.ZodObject<typeof POLICY_KEYS>>;

/** @param subject what the operation acts on, the label by default. */
export function policyOf(written: PolicyText, subject: string): CallPolicy {
  return {
    label: written.label ?? subject,
    weight: written.weight ?? 1,
    expect: expectationOf(written.expect),
    effect: written.effect ?? 'none',
    deadlineNs: written.deadline ?? DEFAULT_DEADLINE_NS,
    deadlineIsExplicit: written.deadline !== undefined,
    attemptTimeoutNs: written.timeout ?? null,
    retry: retryOf(written.retry),
    cancel: written.cancel ?? true,
  };
}

function retryOf(written: PolicyText['retry']): Retry | null {
  if (written === undefined || written === 'never') return null;
  const backoffNs = written.backoff ?? DEFAULT_RETRY.backoffNs;
  return {
    attempts: written.attempts,
    backoffNs,
    maxBackoffNs: written['max-backoff'] ?? Math.max(DEFAULT_RETRY.maxBackoffNs, backoffNs),
    jitter: written.jitter ?? DEFAULT_RETRY.jitter,
    on: written.on ?? DEFAULT_RETRY.on,
    obeyRetryAfter: written['obey-retry-after'] ?? DEFAULT_RETRY.obeyRetryAfter,
    budget: budgetOf(written.budget),
  };
}

function budgetOf(written: Exclude<NonNullable<PolicyText['retry']>, string>['budget']): RetryBudget | null {
  if (written === undefined) return null;
  return typeof written === 'number'
    ? { share: written, burst: DEFAULT_RETRY_BURST }
    : { share: written.share, burst: written.burst ?? DEFAULT_RETRY_BURST };
}

/** Limits that contradict each other. */
export function checkPolicy(written: PolicyText, report: CheckReport): void {
  if (written.timeout !== undefined && written.deadline !== undefined && written.timeout > written.deadline)
    report.error(['timeout'], 'contradiction', {
      what: 'the timeout of an attempt is longer than the deadline of the call',
      remedy: 'make it shorter, or delete it: the deadline ends attempts too',
    });
  if (typeof written.retry !== 'object') return;
  const { backoff, 'max-backoff': most } = written.retry;
  if (backoff !== undefined && most !== undefined && backoff > most)
    report.error(['retry', 'max-backoff'], 'contradiction', {
      what: 'the longest backoff is shorter than the first',
      remedy: 'swap them',
    });
}
