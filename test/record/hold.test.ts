/** One process at a time works on an experiment. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processStart } from '../../src/processes/index.js';
import { HOLDER_FILE, holdFolder, listRecords, removeRecord, type Hold } from '../../src/record/index.js';
import { DEAD_PID } from './folder.js';

const scratch = (): string => mkdtempSync(join(tmpdir(), 'plimsoll-hold-'));

/** Takes what is free. */
function taken(dir: string): Hold {
  const result = holdFolder(dir);
  if (result.kind === 'refused') throw new Error(`held by ${result.holder.pid}`);
  return result;
}

const leave = (dir: string, holder: unknown): void =>
  writeFileSync(join(dir, HOLDER_FILE), typeof holder === 'string' ? holder : JSON.stringify(holder));

describe('an experiment', () => {
  it('is held by one, who is named to the others, until it is released', () => {
    const dir = scratch();
    const hold = taken(dir);
    expect(holdFolder(dir)).toEqual({
      kind: 'refused',
      holder: { pid: process.pid, processStart: processStart(process.pid), host: hostname() },
    });
    hold.release();
    expect(readdirSync(dir)).toEqual([]);
    taken(dir).release();
  });

  it('is taken over from a process that has ended, or whose number another has now', () => {
    const dead = { pid: DEAD_PID, processStart: '1', host: hostname() };
    // The process of this test did not begin with the machine.
    const reused = { pid: process.pid, processStart: '1', host: hostname() };
    const known = processStart(process.pid) !== null;
    for (const holder of [dead, ...(known ? [reused] : []), '', '{"pid":', '[1]', { pid: -1, host: hostname() }]) {
      const dir = scratch();
      leave(dir, holder);
      const hold = taken(dir);
      expect(holdFolder(dir).kind).toBe('refused');
      hold.release();
      expect(readdirSync(dir)).toEqual([]);
    }
  });

  it('is not taken from a process of another machine, of which nothing is known', () => {
    const dir = scratch();
    const holder = { pid: DEAD_PID, processStart: '1', host: 'elsewhere' };
    leave(dir, holder);
    expect(holdFolder(dir)).toEqual({ kind: 'refused', holder });
  });

  it('stays with who has it now when one who had it before releases it late', () => {
    const dir = scratch();
    const late = taken(dir);
    leave(dir, { pid: DEAD_PID, processStart: null, host: hostname() });
    const now = taken(dir);
    late.release();
    expect(holdFolder(dir).kind).toBe('refused');
    now.release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('ends in one message where its folder does not take the file', () => {
    const dir = scratch();
    const kind = 'output';
    expect(() => holdFolder(join(dir, 'gone'))).toThrow(expect.objectContaining({ kind }));
    symlinkSync(join(dir, 'nowhere', 'file'), join(dir, HOLDER_FILE));
    expect(() => holdFolder(dir)).toThrow(expect.objectContaining({ kind }));
  });

  it('counts as running, and is not removed, while somebody works on it between two trials', async () => {
    const folder = scratch();
    const dir = join(folder, 'experiment');
    mkdirSync(dir);
    const experiment = { name: 'gate', startedUtc: '2026-11-04T10:00:00.000Z', order: [['a', 'b']], attempts: [] };
    writeFileSync(join(dir, 'experiment.json'), JSON.stringify(experiment));
    const statusOf = async (): Promise<unknown> => (await listRecords(folder)).records[0]?.status;
    const hold = taken(dir);
    expect(await statusOf()).toBe('running');
    expect(await removeRecord({ path: dir })).toBe(false);
    expect(JSON.parse(readFileSync(join(dir, 'experiment.json'), 'utf8'))).toEqual(experiment);
    hold.release();
    expect(await statusOf()).toBe('incomplete');
    expect(await removeRecord({ path: dir })).toBe(true);
    expect(existsSync(dir)).toBe(false);
  });
});
