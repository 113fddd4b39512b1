/** A circuit breaker before each upstream: open after failures in a row, then one call at a time until one succeeds. */
import type { Breaker } from '../../../src/protocol/index.js';

interface State {
  failuresInARow: number;
  /** NaN while it is closed. */
  opensAgainNs: number;
  isTrying: boolean;
}

export class Breakers {
  readonly #shape: Breaker | null;
  readonly #states = new Map<string, State>();

  constructor(shape: Breaker | null) {
    this.#shape = shape;
  }

  /** Whether a call may go to an upstream now; one that may has to be followed by `ended`. */
  lets(upstream: string, nowNs: number): boolean {
    if (this.#shape === null) return true;
    const state = this.#stateOf(upstream);
    if (Number.isNaN(state.opensAgainNs)) return true;
    if (nowNs < state.opensAgainNs || state.isTrying) return false;
    state.isTrying = true;
    return true;
  }

  ended(upstream: string, isFailure: boolean, nowNs: number): void {
    if (this.#shape === null) return;
    const state = this.#stateOf(upstream);
    state.failuresInARow = isFailure ? state.failuresInARow + 1 : 0;
    const wasTrying = state.isTrying;
    state.isTrying = false;
    if (!isFailure) state.opensAgainNs = NaN;
    else if (wasTrying || state.failuresInARow >= this.#shape.failures) state.opensAgainNs = nowNs + this.#shape.openNs;
  }

  #stateOf(upstream: string): State {
    let state = this.#states.get(upstream);
    if (state === undefined)
      this.#states.set(upstream, (state = { failuresInARow: 0, opensAgainNs: NaN, isTrying: false }));
    return state;
  }
}
