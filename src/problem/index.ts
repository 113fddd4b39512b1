/**
 * Problems: what is wrong, where, and what to do about it.
 *
 * Owns the one shape in which a problem is shown to people, and the exit codes that programs read.
 * Does not own: detecting anything, or printing (the `cli` room prints).
 */

import { messageOf } from './messages.js';

/** A place in a text file. Lines and columns count from 1, as editors show them. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The whole line, for the caret display. */
  readonly text?: string;
  /** How many characters the caret should underline (default 1). */
  readonly length?: number;
}

/**
 * Texts are plain text and may hold untrusted parts: a printer must treat them as data. They end without a period, as
 * other words may follow them.
 */
export interface Advice {
  /** What is wrong, beginning with a small letter: it stands behind `error` and a place. */
  readonly what: string;
  /** What to do, as an imperative that begins with a small letter: it stands behind `hint:`. */
  readonly remedy: string;
}

/** One thing that is wrong. */
export interface Problem extends Advice {
  /** Stable, kebab-case, for machines: `unknown-key`, `port-in-use`. */
  readonly code: string;
  /** Where, when it is in a file. */
  readonly where?: SourcePlace;
}

/** Exit codes of the command (99 is the convention of k6; 74 and 75 are EX_IOERR and EX_TEMPFAIL of sysexits.h). */
export const EXIT = {
  pass: 0,
  bug: 1,
  badInput: 2,
  preflight: 3,
  invalid: 4,
  outputNotWritten: 74,
  inconclusive: 75,
  gateFailed: 99,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Which door a problem leaves by. `output`: what was to be written could not be. */
export type ProblemKind = 'bad-input' | 'preflight' | 'invalid' | 'output';

/** Thrown for everything a person can cause or mend; anything else that is thrown is a bug (exit 1). */
export class ProblemError extends Error {
  readonly kind: ProblemKind;
  readonly problems: readonly Problem[];

  constructor(kind: ProblemKind, problems: Problem | readonly Problem[]) {
    const all = [problems].flat();
    super(all.map((problem) => problem.what).join('; '));
    this.name = 'ProblemError';
    this.kind = kind;
    this.problems = all;
  }

  /** The exit code this error ends the command with. */
  get exitCode(): ExitCode {
    return {
      'bad-input': EXIT.badInput,
      preflight: EXIT.preflight,
      invalid: EXIT.invalid,
      output: EXIT.outputNotWritten,
    }[this.kind];
  }
}

/** What to say of anything that was thrown: its first problem, or else its text with `remedy`. */
export function adviceOf(thrown: unknown, remedy: string): Advice {
  const [first] = thrown instanceof ProblemError ? thrown.problems : [];
  return first ?? { what: messageOf(thrown), remedy };
}

export { errorCode, fileErrorAdvice, type FileErrorAdvice } from './file-errors.js';
export { messageOf } from './messages.js';
export { editDistance, nearest, suggestion } from './suggest.js';
