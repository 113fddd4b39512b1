import { messageOf } from '../problem/index.js';

/**
 * One thing that is started, and what becomes of it. `Needs` is what it starts from, so that a scope that is entered
 * before what it needs does not compile.
 */
export interface Scope<Needs, Value> {
  /** Named in the report of a stop that failed: `stopping the stack`. */
  readonly name: string;
  start(needs: Needs): Value | Promise<Value>;
  /** Hands over what it has gathered, when all went well, before anything is stopped; null: nothing. */
  readonly collect: ((value: Value, needs: Needs) => Promise<unknown>) | null;
  /** Null: nothing is left of it. */
  readonly stop: { readonly withinMs: number; act(value: Value, needs: Needs): Promise<unknown> } | null;
}

interface Entered {
  readonly name: string;
  readonly withinMs: number;
  readonly collect: (() => Promise<unknown>) | null;
  readonly stop: (() => Promise<unknown>) | null;
}

/** The scopes that are open, in the order in which they were entered. */
export class Scopes {
  readonly #entered: Entered[] = [];
  readonly #interrupt: AbortSignal;
  readonly #report: (what: string) => void;

  /**
   * @param interrupt aborted: nothing more is entered.
   * @param report hears of every stop that failed or took too long.
   */
  constructor(interrupt: AbortSignal, report: (what: string) => void) {
    this.#interrupt = interrupt;
    this.#report = report;
  }

  /** Starts a scope. Rejects as its start does, or with the signal's reason; it is not open then. */
  async enter<Needs, Value>(scope: Scope<Needs, Value>, needs: Needs): Promise<Value> {
    this.#interrupt.throwIfAborted();
    const value = await scope.start(needs);
    const { name, collect, stop } = scope;
    this.#entered.push({
      name,
      withinMs: stop?.withinMs ?? 0,
      collect: collect === null ? null : () => collect(value, needs),
      stop: stop === null ? null : () => stop.act(value, needs),
    });
    return value;
  }

  /** Has every open scope hand over what it has gathered, last in, first out. Rejects at the first that can't. */
  async collect(): Promise<void> {
    for (const { collect } of [...this.#entered].reverse()) await collect?.();
  }

  /** Stops every open scope, last in, first out, each bounded in time. Never rejects; a second call finds none open. */
  async stop(): Promise<void> {
    for (let scope = this.#entered.pop(); scope !== undefined; scope = this.#entered.pop()) {
      const { name, stop, withinMs } = scope;
      if (stop === null) continue;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), withinMs);
      });
      try {
        if ((await Promise.race([stop(), late])) === 'late')
          this.#report(`${name} took more than ${withinMs} ms and was left`);
      } catch (thrown) {
        this.#report(`${name} failed: ${messageOf(thrown)}`);
      } finally {
        clearTimeout(timer);
      }
    }
  }
}
