import { describe, expect, it } from 'vitest';
import { Closing } from '../../src/scopes/index.js';

describe('closing a run', () => {
  it('runs steps last in, first out, and goes on after one that fails or never ends', async () => {
    const told: string[] = [];
    const done: string[] = [];
    const closing = new Closing((what) => told.push(what));
    closing.add({ name: 'first', withinMs: 1_000, act: () => Promise.resolve(done.push('first')) });
    closing.add({ name: 'stuck', withinMs: 20, act: () => new Promise(() => undefined) });
    closing.add({ name: 'broken', withinMs: 1_000, act: () => Promise.reject(new Error('no hatch')) });
    closing.add({ name: 'last', withinMs: 1_000, act: () => Promise.resolve(done.push('last')) });
    await closing.all();
    expect(done).toEqual(['last', 'first']);
    expect(told).toEqual(['broken failed: no hatch', 'stuck took more than 20 ms and was left']);
  });

  it('runs each step once', async () => {
    let count = 0;
    const closing = new Closing(() => undefined);
    closing.add({ name: 'step', withinMs: 1_000, act: () => Promise.resolve(count++) });
    await closing.all();
    await closing.all();
    expect(count).toBe(1);
  });
});
