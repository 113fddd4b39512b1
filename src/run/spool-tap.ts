/** Keeps a copy of what the generator spools while a probe runs: it is judged before the record is read back. */
import { decodeSpool, type SampleColumns, type SampleTables } from '../record/index.js';

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

  /**
   * Ends collecting, and gives the samples of all chunks since `open`. A damaged chunk ends them early, and shows as
   * calls without an end.
   */
  close(): SampleColumns {
    const bytes = Buffer.concat(this.#chunks ?? []);
    this.#chunks = null;
    return decodeSpool(bytes, this.#tables).columns;
  }
}
