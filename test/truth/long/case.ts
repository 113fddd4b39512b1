/** What a case of the truth suite is made of. */
import type { Findings, Mode } from './result.js';

export interface CaseContext {
  readonly mode: Mode;
  readonly seed: number;
  /** Where its runs go. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Probability that one statement of chance is outside though nothing is wrong. */
  readonly falseAlarm: number;
  readonly report: (text: string) => void;
}

export interface TruthCase {
  readonly id: string;
  readonly title: string;
  readonly claim: string;
  /** How many statements of chance it makes: the suite's false alarm is shared among all of them. */
  readonly chances: number;
  readonly run: (context: CaseContext) => Promise<Findings>;
}

/** By mode. */
export function inMode<T>({ mode }: CaseContext, quick: T, normal: T, long: T): T {
  switch (mode) {
    case 'quick':
      return quick;
    case 'default':
      return normal;
    case 'long':
      return long;
  }
}
