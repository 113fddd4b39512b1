/**
 * A waiting line that calls can leave before they are served: first in, first out, c workers, in working time. Whoever
 * leaves makes those behind begin earlier, so what lies ahead is planned again; what is being served is not touched.
 *
 * With no one leaving it does what `queueModel` does. It costs O(workers) an arrival and O(line x workers) a leaving,
 * so it is only used by mocks that drop work.
 */
import type { Line, Place, Work } from './place.js';

export class RenegingQueue implements Line {
  readonly #work: Work;
  readonly #dropsExpired: boolean;
  readonly #capacity: number;
  readonly #workers: number;
  /** In order of arrival. */
  #entries: Place[] = [];
  /** When each worker is free, in working time, after all that is planned. */
  #freeWorkNs: number[];

  constructor(workers: number, capacity: number | null, dropsExpired: boolean, work: Work) {
    this.#workers = workers;
    this.#capacity = capacity ?? Infinity;
    this.#dropsExpired = dropsExpired;
    this.#work = work;
    this.#freeWorkNs = new Array<number>(workers).fill(-Infinity);
  }

  arrive(nowNs: number, arrivedWorkNs: number, serviceNs: number, giveUpNs: number): Place | null {
    this.#forget(nowNs);
    const waiting = this.#entries.reduce((count, entry) => count + (entry.startNs > nowNs ? 1 : 0), 0);
    if (Math.min(...this.#freeWorkNs) > arrivedWorkNs && waiting >= this.#capacity) return null;
    const entry: Place = {
      arrivedWorkNs,
      serviceNs,
      giveUpNs,
      startWorkNs: NaN,
      finishWorkNs: NaN,
      startNs: NaN,
      dueNs: NaN,
      expires: false,
    };
    this.#place(entry, arrivedWorkNs);
    this.#entries.push(entry);
    return entry;
  }

  leave(entry: Place, nowNs: number): boolean {
    const at = this.#entries.indexOf(entry);
    if (at < 0 || entry.startNs <= nowNs) return false;
    this.#entries.splice(at, 1);
    this.replan(nowNs);
    return true;
  }

  replan(nowNs: number): void {
    this.#forget(nowNs);
    const serving = this.#entries.filter(({ startNs }) => startNs <= nowNs);
    this.#freeWorkNs = new Array<number>(this.#workers).fill(-Infinity);
    serving.forEach((entry, worker) => {
      this.#freeWorkNs[worker] = entry.finishWorkNs;
      entry.dueNs = Math.max(entry.startNs, this.#work.finishAt(entry.finishWorkNs));
    });
    const nowWorkNs = this.#work.at(nowNs);
    for (const entry of this.#entries)
      if (entry.startNs > nowNs) this.#place(entry, Math.max(entry.arrivedWorkNs, nowWorkNs));
  }

  refresh(): void {
    // `replan` has moved every place already.
  }

  #place(entry: Place, earliestWorkNs: number): void {
    const free = this.#freeWorkNs;
    const freeWorkNs = Math.min(...free);
    const startWorkNs = Math.max(earliestWorkNs, freeWorkNs);
    entry.startWorkNs = startWorkNs;
    entry.startNs = this.#work.startAt(startWorkNs);
    entry.expires = this.#dropsExpired && entry.startNs > entry.giveUpNs;
    if (entry.expires) {
      entry.dueNs = entry.startNs;
      return;
    }
    entry.finishWorkNs = startWorkNs + entry.serviceNs;
    entry.dueNs = Math.max(entry.startNs, this.#work.finishAt(entry.finishWorkNs));
    free[free.indexOf(freeWorkNs)] = entry.finishWorkNs;
  }

  #forget(nowNs: number): void {
    this.#entries = this.#entries.filter(({ dueNs }) => dueNs > nowNs);
  }
}
