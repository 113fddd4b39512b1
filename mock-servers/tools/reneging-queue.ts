/**
 * A waiting line that calls can leave before they are served: first in, first out, c workers, in working time. A call
 * that leaves makes those behind begin earlier, so their times are planned again; a call in service is not touched.
 *
 * With no one leaving it does what `queueModel` does. It costs O(line) an arrival and O(line x log workers) a leaving,
 * so it is only used by mocks that drop work.
 */
import { FreeTimes } from '../timing/queue.js';
import type { Line, Place, Work } from './place.js';

export class RenegingQueue implements Line {
  readonly #work: Work;
  readonly #dropsExpired: boolean;
  readonly #capacity: number;
  readonly #workers: number;
  /** In order of arrival. */
  #entries: Place[] = [];
  /** When each worker is free, in working time, after all that is planned. */
  #freeWorkNs: FreeTimes;

  constructor(workers: number, capacity: number | null, dropsExpired: boolean, work: Work) {
    this.#workers = workers;
    this.#capacity = capacity ?? Infinity;
    this.#dropsExpired = dropsExpired;
    this.#work = work;
    this.#freeWorkNs = new FreeTimes(workers);
  }

  arrive(nowNs: number, arrivedWorkNs: number, serviceNs: number, giveUpNs: number): Place | null {
    this.#forget(nowNs);
    const waiting = this.#entries.reduce((count, entry) => count + (entry.startNs > nowNs ? 1 : 0), 0);
    if (this.#freeWorkNs.earliest > arrivedWorkNs && waiting >= this.#capacity) return null;
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
    this.#freeWorkNs = new FreeTimes(this.#workers);
    const nowWorkNs = this.#work.at(nowNs);
    // Those in service come first: they hold their workers.
    for (const entry of this.#entries) {
      if (entry.startNs > nowNs) this.#place(entry, Math.max(entry.arrivedWorkNs, nowWorkNs));
      else this.#serve(entry);
    }
  }

  refresh(): void {
    // `replan` has moved every place already.
  }

  #place(entry: Place, earliestWorkNs: number): void {
    const startWorkNs = Math.max(earliestWorkNs, this.#freeWorkNs.earliest);
    entry.startWorkNs = startWorkNs;
    entry.startNs = this.#work.startAt(startWorkNs);
    entry.expires = this.#dropsExpired && entry.startNs > entry.giveUpNs;
    if (entry.expires) {
      entry.dueNs = entry.startNs;
    } else {
      entry.finishWorkNs = startWorkNs + entry.serviceNs;
      this.#serve(entry);
    }
  }

  /** The worker that is free first is taken until this call has been served. */
  #serve(entry: Place): void {
    entry.dueNs = Math.max(entry.startNs, this.#work.finishAt(entry.finishWorkNs));
    this.#freeWorkNs.replaceEarliest(entry.finishWorkNs);
  }

  #forget(nowNs: number): void {
    this.#entries = this.#entries.filter(({ dueNs }) => dueNs > nowNs);
  }
}
