import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/problem/index.js';
import {
  FILES,
  HOLDER_FILE,
  holdFolder,
  readRecord,
  readSealedTexts,
  recoverRecord,
  resealRecord,
  type RecordWriter,
} from '../../src/record/index.js';
import { decodeSpool } from '../../src/record/spool.js';
import { makeFolder, newRecord, removeFolder, spoolInto } from './folder.js';
import { firstDifference, TABLES, columnsOf, okSample } from './samples.js';

let folder = '';
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => removeFolder(folder));

const SAMPLES = Array.from({ length: 200 }, (_, i) => okSample({ callId: i, intendedNs: i * 10_000_000 }));

async function codeOf(reading: Promise<unknown>): Promise<string | undefined> {
  try {
    await reading;
  } catch (error) {
    if (error instanceof ProblemError) return `${error.kind} ${error.problems[0]?.code ?? ''}`;
    throw error;
  }
  return undefined;
}

async function sealed(name: string): Promise<string> {
  const record = newRecord(join(folder, name));
  spoolInto(record, SAMPLES);
  record.event({ type: 'run', atNs: 0, edge: 'start' });
  await record.seal('complete');
  return record.dir;
}

/** A run whose process is gone: everything handed over is on disk, nothing is sealed. */
async function cutOff(name: string, more: (record: RecordWriter) => void = () => undefined): Promise<string> {
  const record = newRecord(join(folder, name));
  spoolInto(record, SAMPLES);
  record.event({ type: 'run', atNs: 0, edge: 'start' });
  more(record);
  await record.close();
  return record.dir;
}

describe('reading a record', () => {
  it('says what is wrong with a folder that is no run', async () => {
    await mkdir(join(folder, 'empty'));
    await writeFile(join(folder, 'file'), '');
    expect(await codeOf(readRecord(join(folder, 'nowhere')))).toBe('bad-input no-such-run');
    expect(await codeOf(readRecord(join(folder, 'empty')))).toBe('bad-input not-a-run');
    expect(await codeOf(readRecord(join(folder, 'file')))).toBe('bad-input not-a-run');
  });

  it('says that a file of it can not be read, as of a folder in its place', async () => {
    for (const file of [FILES.run, FILES.manifest]) {
      const dir = await sealed(`unreadable-${file}`);
      await rm(join(dir, file));
      await mkdir(join(dir, file));
      expect(await codeOf(readRecord(dir))).toBe('bad-input record-unreadable');
      expect(await codeOf(readSealedTexts(dir, [FILES.scenario]))).toBe('bad-input record-unreadable');
    }
  });

  it('says what is wrong with a header that is broken or from another version', async () => {
    const dir = await sealed('header');
    await writeFile(join(dir, FILES.run), '{');
    expect(await codeOf(readRecord(dir))).toBe('bad-input not-a-run');
    await writeFile(
      join(dir, FILES.run),
      JSON.stringify({ formatVersion: 99, runId: 'x', pid: 1, startedUtc: 'x', tables: {} }),
    );
    expect(await codeOf(readRecord(dir))).toBe('bad-input run-format-version');
  });

  it.each([FILES.samples, FILES.events, FILES.scenario, FILES.histograms])(
    'refuses a record whose %s was changed, and names it',
    async (name) => {
      const dir = await sealed(`changed-${name}`);
      await appendFile(join(dir, name), ' ');
      expect(await codeOf(readRecord(dir))).toBe('bad-input record-file-changed');
      await expect(readRecord(dir)).rejects.toThrow(name);
    },
  );

  it('refuses a record from which a file is missing, but not for want of a report', async () => {
    const dir = await sealed('missing');
    await rm(join(dir, FILES.series));
    expect(await codeOf(readRecord(dir))).toBe('bad-input record-file-missing');
    const other = newRecord(join(folder, 'no-report'));
    await other.seal('complete');
    await writeFile(join(other.dir, 'report.html'), 'x');
    await resealRecord(other.dir, ['report.html']);
    await rm(join(other.dir, 'report.html'));
    expect(await codeOf(readRecord(other.dir))).toBeUndefined();
  });

  it('does not follow a manifest out of the directory', async () => {
    const dir = await sealed('outside');
    const path = join(dir, FILES.manifest);
    const manifest = JSON.parse(await readFile(path, 'utf8')) as { files: { path: string }[] };
    manifest.files.push({ ...manifest.files[0], path: '../../etc/passwd' });
    await writeFile(path, JSON.stringify(manifest));
    expect(await codeOf(readRecord(dir))).toBe('bad-input record-file-missing');
  });

  it('points to --recover when a run was cut off', async () => {
    const dir = await cutOff('cut-off');
    expect(await codeOf(readRecord(dir))).toBe('bad-input run-incomplete');
    await expect(readRecord(dir)).rejects.toMatchObject({
      problems: [{ remedy: expect.stringContaining(`--recover ${dir}`) as string }],
    });
  });
});

describe('recovering a run that was cut off', () => {
  it('seals what there is as recovered, once', async () => {
    const dir = await cutOff('recovered', (record) => {
      record.health({ atNs: 1e9, lagP99Ns: 1, lagMaxNs: 2, loopDelayMaxNs: 3, gcNs: 4, inFlight: 5, queued: 6 });
    });
    const run = await recoverRecord(dir);
    expect(run.status).toBe('recovered');
    expect(firstDifference(run.samples, columnsOf(SAMPLES))).toBeNull();
    expect(run.series[0]?.health?.gcNs).toBe(4);
    expect(existsSync(join(dir, FILES.spool))).toBe(false);
    const manifest = await readFile(join(dir, FILES.manifest), 'utf8');
    const again = await recoverRecord(dir);
    expect(firstDifference(again.samples, run.samples)).toBeNull();
    expect(await readFile(join(dir, FILES.manifest), 'utf8')).toBe(manifest);
  });

  it('is done by one process at a time, whose file is no part of the record', async () => {
    const dir = await cutOff('held');
    const hold = holdFolder(dir);
    expect(await codeOf(recoverRecord(dir))).toBe('bad-input run-held');
    if (hold.kind === 'held') hold.release();
    // Two at once: the spool is not written by the one while the other reads it.
    const ended = await Promise.allSettled([recoverRecord(dir), recoverRecord(dir), recoverRecord(dir)]);
    expect(ended.some(({ status }) => status === 'fulfilled')).toBe(true);
    const run = await recoverRecord(dir);
    expect(firstDifference(run.samples, columnsOf(SAMPLES))).toBeNull();
    expect(await readFile(join(dir, FILES.manifest), 'utf8')).not.toContain(HOLDER_FILE);
    expect(existsSync(join(dir, HOLDER_FILE))).toBe(false);
  });

  it('keeps the whole chunks of a torn spool and the whole lines of torn events, and says what was lost', async () => {
    const dir = await cutOff('torn');
    const spool = join(dir, FILES.spool);
    const bytes = await readFile(spool);
    await truncate(spool, bytes.length - 10);
    await appendFile(join(dir, FILES.events), '{"type":"warn');
    const expected = decodeSpool(bytes.subarray(0, -10), TABLES);
    expect(expected.columns.length).toBeGreaterThan(100);
    expect(expected.columns.length).toBeLessThan(SAMPLES.length);
    const run = await recoverRecord(dir);
    expect(firstDifference(run.samples, expected.columns)).toBeNull();
    expect(run.events.map((event) => event.type)).toEqual(['run', 'warning', 'warning']);
    expect(JSON.stringify(run.events)).toContain('events.ndjson: 1 line could not be read');
    expect(JSON.stringify(run.events)).toContain(`${expected.damagedTailBytes} bytes`);
  });

  it('finishes a run that was killed between writing its samples and sealing', async () => {
    const dir = await cutOff('between');
    await recoverRecord(dir);
    await rm(join(dir, FILES.manifest));
    const run = await recoverRecord(dir);
    expect(firstDifference(run.samples, columnsOf(SAMPLES))).toBeNull();
  });

  it('leaves a sealed record as it is', async () => {
    const dir = await sealed('sealed');
    expect((await recoverRecord(dir)).status).toBe('complete');
  });

  it('reads every whole chunk of a run whose process was killed, and refuses while it is alive', async () => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('fixtures/endless-run.mjs', import.meta.url)), join(folder, 'killed')],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const exited = once(child, 'exit');
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const dir = line.toString().trim();
      expect(await codeOf(recoverRecord(dir))).toBe('bad-input run-alive');
      expect(await codeOf(readRecord(dir))).toBe('bad-input run-alive');
      child.kill('SIGKILL');
      await exited;

      const onDisk = decodeSpool(await readFile(join(dir, FILES.spool)), TABLES).columns;
      expect(onDisk.length).toBeGreaterThan(1000);
      const run = await recoverRecord(dir);
      expect(run.status).toBe('recovered');
      expect(run.samples.length).toBe(onDisk.length);
      for (let row = 0; row < run.samples.length; row++) {
        expect(run.samples.callId[row]).toBe(row);
        expect(run.samples.doneNs[row]).toBe(row * 1_000_000 + 5_001_000);
      }
      expect(run.events[0]).toMatchObject({ type: 'run', edge: 'start' });
      expect(run.health.length).toBeGreaterThan(0);
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
  });
});
