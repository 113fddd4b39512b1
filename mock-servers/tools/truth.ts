/**
 * What really happened, call by call, in memory: columns in blocks, so that recording a call allocates nothing and
 * growing copies nothing.
 */
import { NOTHING, type Carried } from './carried.js';
import { TRUTH_OUTCOMES, type TruthLine, type TruthOutcome } from '../../src/protocol/index.js';

/** Most calls and most effects that are recorded; later ones are counted as dropped, never overwriting earlier ones. */
const TRUTH_CAPACITY = 1_000_000;

/** What is known of a call when it arrives. */
export interface Arrival {
  readonly tool: { readonly name: string };
  readonly callId: string | null;
  readonly session: string;
  readonly rpcId: string | number;
  readonly connection: number;
  /** When the whole request was there, nanoseconds since the mock's epoch. */
  readonly receivedNs: number;
  readonly carried: Carried;
}

const BLOCK_ROWS = 16_384;

class Block {
  readonly callIds: (string | null)[] = [];
  readonly tools: string[] = [];
  readonly sessions: string[] = [];
  readonly rpcIds: (string | number)[] = [];
  readonly carried: Carried[] = [];
  readonly connections = new Uint32Array(BLOCK_ROWS);
  readonly receivedNs = new Float64Array(BLOCK_ROWS);
  readonly startNs = new Float64Array(BLOCK_ROWS).fill(NaN);
  readonly finishNs = new Float64Array(BLOCK_ROWS).fill(NaN);
  readonly actualNs = new Float64Array(BLOCK_ROWS).fill(NaN);
  readonly serviceNs = new Float64Array(BLOCK_ROWS);
  readonly outcomes = new Uint8Array(BLOCK_ROWS);
}

/** One row per call that reached the queue. A call is named by its arrival number. */
export class CallTruth {
  readonly #capacity: number;
  #blocks: Block[] = [];
  /** Arrival number of the first row. */
  #first = 0;
  #rows = 0;
  #arrivals = 0;

  constructor(capacity = TRUTH_CAPACITY) {
    this.#capacity = capacity;
  }

  /** Arrivals since the last reset: rows, and those that found no room. */
  get counts(): { readonly rows: number; readonly dropped: number } {
    return { rows: this.#rows, dropped: this.#arrivals - this.#first - this.#rows };
  }

  /** Notes an arrival and returns its number. */
  arrived(arrival: Arrival, serviceNs: number): number {
    const number = this.#arrivals++;
    if (this.#rows === this.#capacity) return number;
    const row = this.#rows++;
    const at = row % BLOCK_ROWS;
    let block = this.#blocks[Math.floor(row / BLOCK_ROWS)];
    if (block === undefined) {
      block = new Block();
      this.#blocks.push(block);
    }
    block.callIds.push(arrival.callId);
    block.tools.push(arrival.tool.name);
    block.sessions.push(arrival.session);
    block.rpcIds.push(arrival.rpcId);
    block.carried.push(arrival.carried);
    block.connections[at] = arrival.connection;
    block.receivedNs[at] = arrival.receivedNs;
    block.serviceNs[at] = serviceNs;
    return number;
  }

  /** Notes when service begins and ends in virtual time; again when a stall moves that. Infinite: not known. */
  admitted(arrival: number, startNs: number, finishNs: number): void {
    const block = this.#blockOf(arrival);
    if (block === undefined) return;
    const at = (arrival - this.#first) % BLOCK_ROWS;
    block.startNs[at] = startNs;
    block.finishNs[at] = finishNs;
  }

  /** Notes how the call ended, and when (NaN: it got no answer). */
  ended(arrival: number, outcome: TruthOutcome, actualNs: number): void {
    const block = this.#blockOf(arrival);
    if (block === undefined) return;
    const at = (arrival - this.#first) % BLOCK_ROWS;
    block.outcomes[at] = TRUTH_OUTCOMES.indexOf(outcome);
    block.actualNs[at] = actualNs;
  }

  /** Forgets all rows. Calls still under way then leave no trace. */
  reset(): void {
    this.#blocks = [];
    this.#rows = 0;
    this.#first = this.#arrivals;
  }

  /** The rows in order of arrival; `absolute` writes a moment since the epoch as absolute decimal nanoseconds. */
  *read(absolute: (ns: number) => string): Generator<TruthLine> {
    const first = this.#first;
    const orNull = (ns: number | undefined): string | null =>
      ns === undefined || !Number.isFinite(ns) ? null : absolute(ns);
    const rows = this.#rows;
    const blocks = this.#blocks;
    for (let row = 0; row < rows; row++) {
      const block = blocks[Math.floor(row / BLOCK_ROWS)];
      if (block === undefined) return;
      const at = row % BLOCK_ROWS;
      yield {
        arrival: first + row,
        call: block.callIds[at] ?? null,
        tool: block.tools[at] ?? '',
        session: block.sessions[at] ?? '',
        rpcId: block.rpcIds[at] ?? 0,
        connection: block.connections[at] ?? 0,
        receivedNs: absolute(block.receivedNs[at] ?? NaN),
        virtualStartNs: orNull(block.startNs[at]),
        virtualFinishNs: orNull(block.finishNs[at]),
        actualFinishNs: orNull(block.actualNs[at]),
        serviceNs: String(block.serviceNs[at] ?? NaN),
        outcome: TRUTH_OUTCOMES[block.outcomes[at] ?? 0] ?? 'pending',
        ...(block.carried[at] ?? NOTHING),
      };
    }
  }

  #blockOf(arrival: number): Block | undefined {
    const row = arrival - this.#first;
    return row < 0 || row >= this.#rows ? undefined : this.#blocks[Math.floor(row / BLOCK_ROWS)];
  }
}

/** Lines in order, in memory; those there is no room for are counted as dropped. */
export class Ledger<Line extends object> {
  readonly #capacity: number;
  readonly #written: ((line: Line) => void) | null;
  #lines: Line[] = [];
  #dropped = 0;

  /** @param written receives every line as it is added, also those there is no room for. */
  constructor(written: ((line: Line) => void) | null = null, capacity = TRUTH_CAPACITY) {
    this.#written = written;
    this.#capacity = capacity;
  }

  /** Lines since the last reset, and those that found no room. */
  get counts(): { readonly rows: number; readonly dropped: number } {
    return { rows: this.#lines.length, dropped: this.#dropped };
  }

  add(line: Line): void {
    if (this.#lines.length === this.#capacity) this.#dropped += 1;
    else this.#lines.push(line);
    this.#written?.(line);
  }

  reset(): void {
    this.#lines = [];
    this.#dropped = 0;
  }

  /** The lines there are now. */
  read(): readonly Line[] {
    return this.#lines.slice();
  }
}
