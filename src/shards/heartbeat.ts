/** Heartbeats: every shard is heard of once a second, or is lost; sooner where its process can be seen from here. */
import { duration } from '../format/index.js';
import { isRunning } from '../processes/index.js';
import { BEAT_MS } from './board.js';
import type { Failed, Notes } from './notes.js';
import type { Place } from './place.js';

/** A shard that was not heard of for so long is lost. */
const LOST_MS = 20_000;

/** A shard that is listened to. */
export interface Listened {
  readonly index: number;
  /** Its process; null where process numbers of this one mean nothing there. */
  readonly seen: Pick<Place, 'pid' | 'start'> | null;
}

/** Shard 0 listens to all others, and they to it. */
export class Heartbeat {
  readonly #notes: Notes;
  readonly #index: number;
  readonly #listened: readonly Listened[];
  readonly #heard = new Map<number, { readonly beat: string; readonly atMs: number }>();
  #beats = 0;
  /** When the board last took and gave everything that was asked of it. */
  #reachedMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(notes: Notes, index: number, listened: readonly Listened[]) {
    this.#notes = notes;
    this.#index = index;
    this.#listened = listened;
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
      for (const shard of this.#listened) await this.#listen(shard);
      this.#reachedMs = performance.now();
    } catch {
      const silentMs = performance.now() - this.#reachedMs;
      if (silentMs <= LOST_MS) return;
      const since = `for ${duration(silentMs * 1e6)}`;
      // A rendezvous over HTTP is shard 0.
      await this.#notes.fail(
        board.isServed
          ? lost(0, `shard ${this.#index} could not reach its rendezvous ${since}`)
          : lost(this.#index, `it could not use the rendezvous folder ${since}`),
      );
    }
  }

  async #listen({ index, seen }: Listened): Promise<void> {
    const { board } = this.#notes;
    // A shard says that it leaves before its process ends: what is gone is looked for first.
    const isGone = seen !== null && !isRunning(seen.pid, seen.start);
    const beat = (await board.get(`beat-${index}`)) ?? '';
    const before = this.#heard.get(index);
    const atMs = performance.now();
    if (before?.beat !== beat) this.#heard.set(index, { beat, atMs });
    const isSilent = before?.beat === beat && atMs - before.atMs > LOST_MS;
    if (!isGone && !isSilent) return;
    if ((await board.get(`left-${index}`)) !== null || this.#stopped) return;
    const how = isGone ? 'its process has ended' : `it was not heard of for ${duration(LOST_MS * 1e6)}`;
    await this.#notes.fail(lost(index, how));
  }
}

const lost = (shard: number, how: string): Failed => ({
  shard,
  what: `shard ${shard} was lost: ${how}`,
  remedy: 'see what ended it, and run again: without one of its shards a run is another load',
});
