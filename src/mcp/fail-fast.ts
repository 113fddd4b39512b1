/**
 * Fail-fast: attempts that cannot be sent because their session is gone fail a moment later, never within `start`.
 *
 * They wait one timer tick, so that a closed loop that meets a lost session fails about a thousand times a second and
 * not as fast as the processor can.
 */
import type { NowNs } from '../clock/index.js';
import type { ErrorClass } from '../record/index.js';
import { outcomeOf, settle } from './oracle/index.js';
import type { AttemptSlot } from './channel.js';

const PAUSE_MS = 1;

export class FailFast {
  readonly #usual: ErrorClass;
  #errorClass: ErrorClass;
  readonly #nowNs: NowNs;
  readonly #completed: (slot: AttemptSlot) => void;
  readonly #flush = (): void => this.#complete();
  #waiting: (AttemptSlot | null)[] = [];
  #completing: (AttemptSlot | null)[] = [];

  constructor(errorClass: ErrorClass, nowNs: NowNs, completed: (slot: AttemptSlot) => void) {
    this.#usual = errorClass;
    this.#errorClass = errorClass;
    this.#nowNs = nowNs;
    this.#completed = completed;
  }

  /** Why the session is gone. Where a limit of ours ended it, what fails meanwhile is not the target's failure. */
  lostBy(errorClass: ErrorClass): void {
    this.#errorClass = outcomeOf(errorClass) === 'generator' ? errorClass : this.#usual;
  }

  refuse(slot: AttemptSlot): void {
    if (this.#waiting.length === 0) setTimeout(this.#flush, PAUSE_MS);
    this.#waiting.push(slot);
  }

  /** Forgets an abandoned attempt. @returns whether it was here. */
  withdraw(slot: AttemptSlot): boolean {
    return forget(this.#waiting, slot) || forget(this.#completing, slot);
  }

  #complete(): void {
    const batch = this.#waiting;
    this.#waiting = this.#completing;
    this.#completing = batch;
    for (let i = 0; i < batch.length; i++) {
      const slot = batch[i] ?? null;
      batch[i] = null;
      if (slot === null) continue;
      slot.doneNs = this.#nowNs();
      settle(slot, this.#errorClass);
      this.#completed(slot);
    }
    batch.length = 0;
  }
}

function forget(list: (AttemptSlot | null)[], slot: AttemptSlot): boolean {
  const at = list.indexOf(slot);
  if (at !== -1) list[at] = null;
  return at !== -1;
}
