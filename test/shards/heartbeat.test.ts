/** A shard that is not heard of is lost: by the time that has passed, whatever the board does meanwhile. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Board } from '../../src/shards/index.js';
import { Heartbeat } from '../../src/shards/heartbeat.js';
import { Notes } from '../../src/shards/notes.js';

/** A board in memory, some of whose acts are others. */
function board(acts: Partial<Board> = {}): { readonly board: Board; readonly notes: Map<string, string> } {
  const notes = new Map<string, string>();
  const made: Board = {
    put: (name, text) => {
      if (notes.has(name)) return Promise.resolve(false);
      notes.set(name, text);
      return Promise.resolve(true);
    },
    replace: (name, text) => Promise.resolve(void notes.set(name, text)),
    get: (name) => Promise.resolve(notes.get(name) ?? null),
    remove: (name) => Promise.resolve(void notes.delete(name)),
    exchange: () => Promise.reject(new Error('no clock here')),
    answerExchanges: () => () => undefined,
    isServed: false,
    clear: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...acts,
  };
  return { board: made, notes };
}

const notesOn = (on: Board): Notes => new Notes(on, 3, new AbortController().signal);
const whyLost = ({ lost }: Notes): string | null => (lost.aborted ? (lost.reason as Error).message : null);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const second = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1_000);

describe('a shard on another machine', () => {
  it('is lost when it was not heard of for 20 s, and not before', async () => {
    const { board: here, notes: left } = board();
    const notes = notesOn(here);
    const heartbeat = new Heartbeat(notes, 0, [
      { index: 1, seen: null },
      { index: 2, seen: null },
    ]);
    const found: (string | null)[] = [];
    for (let s = 0; s < 30; s++) {
      if (s < 5) left.set('beat-1', String(s));
      left.set('beat-2', String(s));
      await second();
      found.push(whyLost(notes));
    }
    heartbeat.stop();
    expect(found.findIndex((why) => why !== null)).toBe(25);
    expect(found.at(-1)).toBe('shard 1 was lost: it was not heard of for 20 s');
  });

  it('is not lost when it has left', async () => {
    const { board: here, notes: left } = board();
    const notes = notesOn(here);
    const heartbeat = new Heartbeat(notes, 0, [{ index: 1, seen: null }]);
    left.set('left-1', '');
    for (let s = 0; s < 30; s++) await second();
    heartbeat.stop();
    expect(whyLost(notes)).toBeNull();
  });
});

describe('a rendezvous that does not answer', () => {
  /** Each try takes as long as a request may. */
  const hanging = (): Promise<never> =>
    new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), 20_000));
  const silent = { replace: hanging, put: () => Promise.reject(new Error('no answer')) };

  it('is shard 0 that is lost over HTTP, after two tries at most', async () => {
    const notes = notesOn(board({ ...silent, isServed: true }).board);
    const heartbeat = new Heartbeat(notes, 2, [{ index: 0, seen: null }]);
    for (let s = 0; s < 42; s++) await second();
    heartbeat.stop();
    expect(whyLost(notes)).toMatch(/^shard 0 was lost: shard 2 could not reach its rendezvous for 2\d(\.\d)? s$/);
  });

  it('is the shard itself where it is a folder', async () => {
    const notes = notesOn(board(silent).board);
    const heartbeat = new Heartbeat(notes, 2, [{ index: 0, seen: null }]);
    for (let s = 0; s < 42; s++) await second();
    heartbeat.stop();
    expect(whyLost(notes)).toMatch(/^shard 2 was lost: it could not use the rendezvous folder for/);
  });
});

describe('a note whose answer was lost', () => {
  it('is left once: what is there is known again, and what another has left is not', async () => {
    vi.useRealTimers();
    const { board: here, notes: left } = board();
    let tries = 0;
    const lossy: Board = {
      ...here,
      put: async (name, text) => {
        const isNew = await here.put(name, text);
        if (++tries === 1) throw new Error('the answer was lost');
        return isNew;
      },
    };
    const notes = notesOn(lossy);
    expect([await notes.put('join-1', 'mine'), tries, left.get('join-1')]).toEqual([true, 2, 'mine']);
    expect(await notes.put('join-1', 'that of another')).toBe(false);
  });
});
