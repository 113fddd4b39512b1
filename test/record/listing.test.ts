/** The records of a folder, and which of them may be removed. */
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processStart } from '../../src/processes/index.js';
import { listRecords, recordsToRemove, removeRecord } from '../../src/record/index.js';

const scratch = (): string => mkdtempSync(join(tmpdir(), 'plimsoll-listing-'));

/** A pid that no process of this machine has. */
const NOBODY = 2 ** 22 + 1;

function runIn(folder: string, name: string, more: object = {}, status: string | null = 'complete'): string {
  const dir = join(folder, name);
  mkdirSync(dir, { recursive: true });
  const header = { runId: name, name: 'quick', startedUtc: '2026-11-01T10:00:00.000Z', pid: NOBODY, ...more };
  writeFileSync(join(dir, 'run.json'), JSON.stringify(header));
  writeFileSync(join(dir, 'samples.parquet'), 'x'.repeat(1000));
  if (status !== null) writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ status }));
  return dir;
}

describe('the records of a folder', () => {
  it('say of each run how it ended, also early by a rule of its scenario', async () => {
    const folder = scratch();
    const endings = ['aborted', 'complete', 'failed', 'interrupted', 'recovered'];
    for (const status of endings) runIn(folder, status, {}, status);
    const { records } = await listRecords(folder);
    expect(records.map(({ path, status }) => [path, status]).sort()).toEqual(
      endings.map((status) => [join(folder, status), status]),
    );
  });

  it('say that an experiment is complete when all arms are that could be run', async () => {
    const folder = scratch();
    const dir = join(folder, 'experiment');
    mkdirSync(dir);
    const used = ['a', 'b'].map((arm) => ({ arm, row: 0, standing: 'used' }));
    const experiment = {
      name: 'gate',
      startedUtc: '2026-11-04T10:00:00.000Z',
      order: [['a', 'b', 'c']],
      attempts: used,
    };
    const statusOf = async (more: object): Promise<unknown> => {
      writeFileSync(join(dir, 'experiment.json'), JSON.stringify({ ...experiment, ...more }));
      return (await listRecords(folder)).records[0]?.status;
    };
    expect(await statusOf({})).toBe('incomplete');
    expect(await statusOf({ stoppedArms: [{ arm: 'c', reason: 'no such command' }] })).toBe('complete');
  });

  it('are refused where the folder is a file', async () => {
    const file = join(scratch(), 'file');
    writeFileSync(file, '');
    await expect(listRecords(file)).rejects.toMatchObject({ kind: 'bad-input' });
  });

  it('are its runs and experiments by age, with their size and how they ended; the rest is named', async () => {
    const folder = scratch();
    runIn(folder, 'b', { startedUtc: '2026-11-02T10:00:00.000Z' });
    runIn(folder, 'a', {}, 'interrupted');
    runIn(folder, 'killed', { startedUtc: '2026-11-03T10:00:00.000Z' }, null);
    runIn(join(folder, 'experiment', 'runs'), 'one');
    writeFileSync(
      join(folder, 'experiment', 'experiment.json'),
      JSON.stringify({
        name: 'gate',
        startedUtc: '2026-11-04T10:00:00.000Z',
        order: [['x', 'y']],
        attempts: [{ standing: 'used' }],
      }),
    );
    mkdirSync(join(folder, 'notes'));
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'a'), join(folder, 'latest'));
    const { records, others } = await listRecords(folder);
    expect(records.map(({ path, kind, status }) => [path.slice(folder.length + 1), kind, status])).toEqual([
      ['a', 'run', 'interrupted'],
      ['b', 'run', 'complete'],
      ['killed', 'run', 'incomplete'],
      ['experiment', 'experiment', 'incomplete'],
    ]);
    for (const { bytes } of records) expect(bytes).toBeGreaterThan(1000);
    expect(records.at(-1)?.runIds).toEqual(['one']);
    expect(others).toEqual([join(folder, 'notes')]);
  });

  it('are none where there is no folder', async () => {
    expect(await listRecords(join(scratch(), 'nothing'))).toEqual({ records: [], others: [] });
  });

  it('are removed, unless their process still runs, or they are no records', async () => {
    const folder = scratch();
    const old = runIn(folder, 'old');
    const running = runIn(folder, 'running', { pid: process.pid, processStart: processStart(process.pid) }, null);
    const reused = runIn(folder, 'reused', { pid: process.pid, processStart: '1' }, null);
    const { records } = await listRecords(folder);
    const statusOf = (path: string) => records.find((each) => each.path === path)?.status;
    expect([old, running, reused].map(statusOf)).toEqual(['complete', 'running', 'incomplete']);
    expect(await removeRecord({ path: old })).toBe(true);
    expect(await removeRecord({ path: running })).toBe(false);
    expect(await removeRecord({ path: folder })).toBe(false);
    expect([existsSync(old), existsSync(running), existsSync(folder)]).toEqual([false, true, true]);
  });
});

describe('what is removed', () => {
  const DAY = 86_400_000;
  const NOW = Date.parse('2026-12-01T00:00:00.000Z');
  const record = (daysAgo: number, bytes = 100, status: 'complete' | 'running' = 'complete') => ({
    ...{ daysAgo, bytes, status, startedUtc: new Date(NOW - daysAgo * DAY).toISOString() },
  });
  const NONE = { olderThanMs: null, keep: null, maxBytes: null };
  const removed = (
    limits: Partial<typeof NONE | Record<keyof typeof NONE, number>>,
    records = [record(1), record(40), record(3), record(2)],
    needed: readonly number[] = [],
  ): readonly number[] =>
    recordsToRemove(records, { ...NONE, ...limits }, NOW, ({ daysAgo }) => needed.includes(daysAgo)).map(
      ({ daysAgo }) => daysAgo,
    );

  it('is what is too old, too many or too large, the oldest first', () => {
    expect(removed({ olderThanMs: 30 * DAY })).toEqual([40]);
    expect(removed({ keep: 2 })).toEqual([40, 3]);
    expect(removed({ keep: 0 })).toEqual([40, 3, 2, 1]);
    expect(removed({ maxBytes: 250 })).toEqual([40, 3]);
    expect(removed({ maxBytes: 400 })).toEqual([]);
    expect(removed({ keep: 3, olderThanMs: 2.5 * DAY })).toEqual([40, 3]);
  });

  it('is never what runs, nor what a baseline holds; the others make room for them', () => {
    const records = [record(9, 100, 'running'), record(8), record(7), record(6)];
    expect(removed({ keep: 0 }, records, [8])).toEqual([7, 6]);
    expect(removed({ maxBytes: 300 }, records, [8])).toEqual([7]);
  });

  it('is as little as the size asks for, whatever the records are', () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 900 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 5_000 }), (pairs, maxBytes) => {
        const records = pairs.map(([daysAgo, bytes]) => record(daysAgo, bytes));
        const gone = recordsToRemove(records, { ...NONE, maxBytes }, NOW, () => false);
        const sum = (all: readonly { readonly bytes: number }[]): number => all.reduce((n, { bytes }) => n + bytes, 0);
        expect(sum(records) - sum(gone)).toBeLessThanOrEqual(maxBytes);
        const last = gone.at(-1);
        if (last !== undefined) expect(sum(records) - sum(gone) + last.bytes).toBeGreaterThan(maxBytes);
      }),
    );
  });
});
