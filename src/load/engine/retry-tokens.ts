import type { RetryBudget } from '../../scenario/index.js';

/** Tokens are counted in parts of one, so that adding a tenth ten times is one and not a little less. */
const PARTS = 1_000_000;

/** The token bucket of a retry budget: begins full, each call adds its share, each retry takes a whole token. */
export class RetryTokens {
  readonly #most: number;
  readonly #perCall: number;
  #parts: number;

  constructor({ share, burst }: RetryBudget) {
    this.#most = burst * PARTS;
    this.#perCall = Math.round(share * PARTS);
    this.#parts = this.#most;
  }

  /** A call was made. */
  deposit(): void {
    this.#parts = Math.min(this.#most, this.#parts + this.#perCall);
  }

  /** Takes a token for a retry; false when there is none. */
  withdraw(): boolean {
    if (this.#parts < PARTS) return false;
    this.#parts -= PARTS;
    return true;
  }
}
