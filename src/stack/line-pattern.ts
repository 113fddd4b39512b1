import { Script, createContext, type Context } from 'node:vm';

/** A line that takes longer is not going to end. */
export const LONGEST_MATCH_MS = 250;

/**
 * A regular expression that a user wrote, bounded in time: `^(a+)+$` takes years on some lines, and this process would
 * hear no time limit and no Ctrl-C meanwhile. A script of `node:vm` can be ended from outside, a call of `test` can't.
 */
export class LinePattern {
  readonly #context: Context & { line: string };
  readonly #script = new Script('expression.test(line)');

  /** @throws SyntaxError when it is no regular expression. */
  constructor(source: string) {
    const expression = new RegExp(source, 'u');
    this.#context = createContext({ expression, line: '' }) as Context & { line: string };
  }

  /** Null: it was given up after {@link LONGEST_MATCH_MS}. */
  matches(line: string): boolean | null {
    this.#context.line = line;
    try {
      return this.#script.runInContext(this.#context, { timeout: LONGEST_MATCH_MS }) === true;
    } catch (thrown) {
      if (codeOf(thrown) === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
      throw thrown;
    }
  }
}

/** The error is one of the script's own realm, so that it is no `Error` of ours. */
function codeOf(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
}
