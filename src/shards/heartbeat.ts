/** Heartbeats: every shard is heard of once a second, or is lost. */
import { duration } from '../format/index.js';
import type { Failed, Notes } from './notes.js';

export const BEAT_MS = 1_000;
/** A shard that was not heard of for so long is lost. */
const LOST_MS = 20_000;

/** Shard 0 listens to all others, and they to it. */
export class Heartbeat {
  readonly #notes: Notes;
  readonly #index: number;
  readonly #watched: readonly number[];
  readonly #heard = new Map<number, { readonly beat: string; readonly atMs: number }>();
  #beats = 0;
  #failing = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(notes: Notes, index: number, of: number) {
    this.#notes = notes;
    this.#index = index;
    this.#watched = index === 0 ? Array.from({ length: of - 1 }, (_, k) => k + 1) : [0];
    this.#next();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #next(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#beat().finally(() => this.#next()), BEAT_MS);
    this.#timer.unref();
  }

  /** Never rejects. */
  async #beat(): Promise<void> {
    const { board } = this.#notes;
    try {
      await board.replace(`beat-${this.#index}`, String(this.#beats++));
      await this.#notes.lookForFailure();
      for (const index of this.#watched) await this.#listen(index);
      this.#failing = 0;
    } catch {
      if (++this.#failing * BEAT_MS > LOST_MS)
        await this.#notes.fail(lost(this.#index, 'it can no longer reach the rendezvous'));
    }
  }

  async #listen(index: number): Promise<void> {
    const { board } = this.#notes;
    const beat = (await board.get(`beat-${index}`)) ?? '';
    const before = this.#heard.get(index);
    const atMs = performance.now();
    if (before?.beat !== beat) this.#heard.set(index, { beat, atMs });
    else if (atMs - before.atMs > LOST_MS && (await board.get(`left-${index}`)) === null && !this.#stopped)
      await this.#notes.fail(lost(index, `it was not heard of for ${duration(LOST_MS * 1e6)}`));
  }
}

const lost = (shard: number, how: string): Failed => ({
  shard,
  what: `shard ${shard} was lost: ${how}`,
  remedy: 'see what ended it, and run again: without one of its shards a run is another load',
});
