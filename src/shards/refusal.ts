/** A shard that refuses to run, before it has joined the others: they end with its words, and wait no longer. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Advice } from '../problem/index.js';
import type { Board } from './board.js';
import { boardOf } from './boards.js';
import type { NamedShard } from './name.js';
import { Notes, type Failed } from './notes.js';

/** Shard 0 may begin to listen a moment later than another one refuses. */
const REACHED_WITHIN_MS = 2_000;

/**
 * Leaves on the rendezvous why this shard does not run, for as long as those that wait need to see it. Then the note is
 * taken away, so that the shards can try again under the same name. Never rejects: a rendezvous that can't be used is
 * not what the shard refused.
 */
export async function reportRefusal(
  shard: NamedShard,
  environment: Readonly<Record<string, string | undefined>>,
  { what, remedy }: Advice,
): Promise<void> {
  const board = await boardOf(shard, environment).catch(() => null);
  if (board === null) return;
  try {
    await report(board, shard, { shard: shard.index, what, remedy });
  } catch {
    // Those that wait find out as of any shard that does not come: when their time is over.
  } finally {
    await board.close();
  }
}

async function report(board: Board, { index, of }: NamedShard, failed: Failed): Promise<void> {
  const notes = new Notes(board, of, new AbortController().signal);
  const name = await notes.patiently(() => board.get(`join-${index}`), REACHED_WITHIN_MS);
  // Another process is that shard, of a run that goes on without this one.
  if (name !== null) return;
  const isOwn = await board.put('failed', JSON.stringify(failed));
  // Over HTTP a note is there for as long as shard 0 is.
  if (board.isServed ? index > 0 : !isOwn) return;
  await sleep(notes.failureStaysMs);
  await board.remove('failed');
}
