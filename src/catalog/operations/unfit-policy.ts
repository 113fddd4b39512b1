/** Words for what a call may say in general and an operation can't mean. */
import type { CheckReport } from '../grammar/index.js';
import type { PolicyText } from './policy.js';

/** @param what is called, as the beginning of a sentence. */
export function refuseEffect({ effect }: PolicyText, what: string, report: CheckReport): void {
  if (effect === 'exactly-once')
    report.error(['effect'], 'no-effect', {
      what: `${what} has no side effect to count`,
      remedy: 'delete this line',
    });
}

/** @param instead an expectation that can be written. */
export function refuseDerived({ expect }: PolicyText, why: string, instead: string, report: CheckReport): void {
  if (expect === 'derived')
    report.error(['expect'], 'no-derived-answer', {
      what: why,
      remedy: `use ${instead} or success`,
    });
}
