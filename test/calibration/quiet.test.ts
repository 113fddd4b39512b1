/** Waiting for a quiet machine, with machines that are imagined. */
import { describe, expect, it } from 'vitest';
import { waitUntilQuiet } from '../../src/calibration/index.js';

/** Waits at most 0.2 s, a stretch of 2 ms after the other, in which others use as many cores as are listed. */
async function waited(cores: readonly (number | null)[], abort = new AbortController().signal) {
  let stretch = -1;
  const busy: number[] = [];
  const watch = {
    poll: (atNs: number) => {
      const othersCores = cores[Math.min(stretch, cores.length - 1)] ?? null;
      const row = { fromNs: 0, atNs, cores: 2, othersCores, idleCores: 1, waitingShare: 0 };
      return Promise.resolve(stretch++ < 0 ? null : row);
    },
  };
  const isBusy = (others: number): void => void busy.push(others);
  const found = await waitUntilQuiet(watch, { belowCores: 0.25, withinNs: 2e8, abort, isBusy, everyMs: 2 });
  return { found, stretches: stretch, busy };
}

describe('a run that is to wait for a quiet machine', () => {
  it('begins after three quiet stretches, and says nothing where the machine was quiet', async () => {
    expect(await waited([0.1])).toEqual({ found: 'quiet', stretches: 3, busy: [] });
  });

  it('waits as long as others are busy, begins to count anew with each time, and says so once', async () => {
    expect(await waited([1, 0.9, 0, 0, 1.5, 0])).toEqual({ found: 'quiet', stretches: 8, busy: [1] });
  });

  it('goes on when the time is over, when it is stopped, and where nothing is known of others', async () => {
    expect((await waited([1])).found).toBe('busy');
    expect((await waited([1], AbortSignal.abort())).found).toBe('busy');
    expect(await waited([null])).toMatchObject({ found: 'unknown', stretches: 1 });
  });
});
