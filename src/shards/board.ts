/** The board on which the processes of one run leave each other notes: short texts under names. */
import type { Exchange } from './clocks.js';

export interface Board {
  /** Leaves a note that stays as it is; false when there is one of that name. */
  put(name: string, text: string): Promise<boolean>;
  /** Leaves a note in place of the one of that name. */
  replace(name: string, text: string): Promise<void>;
  /** The note of that name, whole; null when there is none. */
  get(name: string): Promise<string | null>;
  /** Removes a note. */
  remove(name: string): Promise<void>;
  /** Asks shard 0 for its time, once. Rejects when it does not answer within two seconds. */
  exchange(): Promise<Exchange>;
  /** Shard 0 answers from now on; the result ends that. */
  answerExchanges(): () => void;
  /** Notes are gone when shard 0 closes the board: the others look for the last ones meanwhile. */
  readonly isServed: boolean;
  /** Removes all notes. By shard 0. */
  clear(): Promise<void>;
  /** Lets go of what serves the board. Never rejects. */
  close(): Promise<void>;
}

/** Names of notes. */
export const NOTE_NAME = /^[a-z0-9][a-z0-9-]{0,80}$/;
/** A note may be as long as this. */
export const MOST_NOTE_BYTES = 64 * 1024 * 1024;
/** Between two heartbeats of a shard: it polls for a failure as often. */
export const BEAT_MS = 1_000;
/** An exchange that takes longer says nothing. */
export const EXCHANGE_WITHIN_MS = 2_000;
