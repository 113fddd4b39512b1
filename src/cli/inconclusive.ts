/** `--inconclusive`: what a pipeline makes of a verdict that the data could not decide. */
import type { Inconclusive } from '../export/index.js';
import { EXIT, ProblemError, suggestion, type ExitCode } from '../problem/index.js';

const POLICIES = ['pass', 'warn', 'fail'] as const;

/** @throws ProblemError (`bad-input`) for a word that is none. */
export function inconclusiveOf(text: string | undefined): Inconclusive {
  if (text === undefined) return 'default';
  const policy = POLICIES.find((each) => each === text);
  if (policy !== undefined) return policy;
  throw new ProblemError('bad-input', {
    code: 'bad-policy',
    what: `--inconclusive "${text}" is not known`,
    remedy: suggestion(text, POLICIES, 'policies'),
  });
}

/** The exit code of a verdict under a policy; what is invalid or failed stays so. */
export function exitCodeUnder(policy: Inconclusive, code: ExitCode): ExitCode {
  if (code !== EXIT.inconclusive || policy === 'default') return code;
  return policy === 'fail' ? EXIT.gateFailed : EXIT.pass;
}
