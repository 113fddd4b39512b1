/** Running totals of a generator, in memory that the main thread reads while the engine writes. */
export const COUNTERS = ['offered', 'sent', 'completed', 'ok', 'shed', 'inFlight', 'queued', 'threadCpuNs'] as const;
export type Counter = (typeof COUNTERS)[number];

const INDEX = Object.fromEntries(COUNTERS.map((name, index) => [name, index])) as Record<Counter, number>;
const OFFERED = INDEX.offered;
const SENT = INDEX.sent;
const COMPLETED = INDEX.completed;
const OK = INDEX.ok;
const SHED = INDEX.shed;
const IN_FLIGHT = INDEX.inFlight;
const QUEUED = INDEX.queued;
const THREAD_CPU = INDEX.threadCpuNs;

/**
 * Totals as aligned doubles. One thread writes; a reader may see one total ahead of another by a call, never half a
 * number.
 */
export class Counters {
  readonly #cells: Float64Array;

  constructor(memory: ArrayBufferLike = new ArrayBuffer(Counters.bytes)) {
    this.#cells = new Float64Array(memory, 0, COUNTERS.length);
  }

  static readonly bytes: number = COUNTERS.length * Float64Array.BYTES_PER_ELEMENT;

  read(name: Counter): number {
    return this.#cells[INDEX[name]] ?? 0;
  }

  addOffered(): void {
    this.#add(OFFERED);
  }
  addSent(): void {
    this.#add(SENT);
  }
  addCompleted(ok: boolean): void {
    this.#add(COMPLETED);
    if (ok) this.#add(OK);
  }
  addShed(): void {
    this.#add(SHED);
  }
  setInFlight(attempts: number): void {
    this.#cells[IN_FLIGHT] = attempts;
  }
  setQueued(calls: number): void {
    this.#cells[QUEUED] = calls;
  }
  setThreadCpuNs(ns: number): void {
    this.#cells[THREAD_CPU] = ns;
  }

  #add(cell: number): void {
    this.#cells[cell] = (this.#cells[cell] ?? 0) + 1;
  }
}
