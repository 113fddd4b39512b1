/** The sessions of the mock: open until DELETE, none is ever reaped. */
import { randomUUID } from 'node:crypto';

export class Sessions {
  /** Each id maps to itself: the truth then holds one string per session, not one per call. */
  readonly #ids = new Map<string, string>();
  #opened = 0;

  /** How many are open. */
  get count(): number {
    return this.#ids.size;
  }

  /** How many were ever opened. */
  get opened(): number {
    return this.#opened;
  }

  open(): string {
    const id = randomUUID();
    this.#ids.set(id, id);
    this.#opened += 1;
    return id;
  }

  /** The one string that stands for an open session, or undefined. */
  find(id: string): string | undefined {
    return this.#ids.get(id);
  }

  close(id: string): void {
    this.#ids.delete(id);
  }

  /** Forgets all. */
  lose(): void {
    this.#ids.clear();
  }
}
