import { describe, expect, it } from 'vitest';
import { Scopes, type Scope } from '../../src/scopes/index.js';

const never = new AbortController().signal;

interface Journal {
  readonly done: string[];
  readonly reported: string[];
}

const journal = (): Journal => ({ done: [], reported: [] });

function scope(name: string, how: Partial<Scope<Journal, string>> = {}): Scope<Journal, string> {
  return {
    name,
    start: ({ done }) => {
      done.push(`start ${name}`);
      return name;
    },
    collect: async (value, { done }) => done.push(`collect ${value}`),
    stop: { withinMs: 1_000, act: async (value, { done }) => done.push(`stop ${value}`) },
    ...how,
  };
}

describe('scopes', () => {
  it('start in order, and collect and stop in the reverse order', async () => {
    const notes = journal();
    const scopes = new Scopes(never, (what) => notes.reported.push(what));
    expect(await scopes.enter(scope('a'), notes)).toBe('a');
    await scopes.enter(scope('b', { collect: null }), notes);
    await scopes.enter(scope('c', { stop: null }), notes);
    await scopes.collect();
    await scopes.stop();
    expect(notes.done).toEqual(['start a', 'start b', 'start c', 'collect c', 'collect a', 'stop b', 'stop a']);
    expect(notes.reported).toEqual([]);
  });

  it('go on stopping after one that fails or never ends, and say so', async () => {
    const notes = journal();
    const scopes = new Scopes(never, (what) => notes.reported.push(what));
    await scopes.enter(scope('first'), notes);
    await scopes.enter(scope('stuck', { stop: { withinMs: 20, act: () => new Promise(() => undefined) } }), notes);
    const broken = { withinMs: 1_000, act: () => Promise.reject(new Error('no such process')) };
    await scopes.enter(scope('broken', { stop: broken }), notes);
    await scopes.enter(scope('last'), notes);
    notes.done.length = 0;
    await scopes.stop();
    expect(notes.done).toEqual(['stop last', 'stop first']);
    expect(notes.reported).toEqual(['broken failed: no such process', 'stuck took more than 20 ms and was left']);
  });

  it('stop once, and a scope whose start failed is not stopped', async () => {
    const notes = journal();
    const scopes = new Scopes(never, () => undefined);
    await scopes.enter(scope('up'), notes);
    const failing = scope('down', { start: () => Promise.reject(new Error('port in use')) });
    await expect(scopes.enter(failing, notes)).rejects.toThrow('port in use');
    await scopes.stop();
    await scopes.stop();
    expect(notes.done).toEqual(['start up', 'stop up']);
  });

  it('are not entered any more after an interruption', async () => {
    const notes = journal();
    const controller = new AbortController();
    const scopes = new Scopes(controller.signal, () => undefined);
    await scopes.enter(scope('up'), notes);
    controller.abort(new Error('interrupted'));
    await expect(scopes.enter(scope('late'), notes)).rejects.toThrow('interrupted');
    await scopes.stop();
    expect(notes.done).toEqual(['start up', 'stop up']);
  });
});
