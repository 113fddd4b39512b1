/** Keeps a copy of what the generator spools while a probe runs: it is judged before the record is read back. */
import { decodeSpool, moveTimes, shardOfCall, type SampleColumns, type SampleTables } from '../record/index.js';

/** What one process spooled. */
export interface Spooled {
  readonly bytes: Uint8Array;
  /** What its times are moved by, to be those of the process that reads them. */
  readonly shiftNs: number;
}

export class SpoolTap {
  readonly #tables: SampleTables;
  #chunks: Uint8Array[] | null = null;

  constructor(tables: SampleTables) {
    this.#tables = tables;
  }

  /** Hears of every chunk, and reads none: chunks are only referred to, never changed. */
  take(chunk: Uint8Array): void {
    this.#chunks?.push(chunk);
  }

  /** Collects from now on. */
  open(): void {
    this.#chunks = [];
  }

  /** Ends collecting, and gives all chunks since `open`. */
  close(): Uint8Array {
    const bytes = Buffer.concat(this.#chunks ?? []);
    this.#chunks = null;
    return bytes;
  }

  /**
   * The samples of processes that number their calls by shard, in that order, as those of one. A damaged chunk ends
   * them early, and shows as calls without an end.
   */
  samplesOf(shards: readonly Spooled[]): SampleColumns {
    const { columns } = decodeSpool(Buffer.concat(shards.map(({ bytes }) => bytes)), this.#tables);
    if (shards.some(({ shiftNs }) => shiftNs !== 0))
      moveTimes(columns, (row) => shards[shardOfCall(columns.callId[row] as number)]?.shiftNs ?? 0);
    return columns;
  }
}
