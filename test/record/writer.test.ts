import { createHash } from 'node:crypto';
import { chmodSync, existsSync } from 'node:fs';
import { mkdir, open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HistogramLogReader } from 'hdr-histogram-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '../../src/problem/index.js';
import { keepSecrets, redactOurs } from '../../src/secrets/index.js';
import {
  ERROR_CLASSES,
  FILES,
  OUTCOMES,
  readRecord,
  recoverRecord,
  resealRecord,
  type RunEvent,
} from '../../src/record/index.js';
import { openSink } from '../../src/record/files.js';
import { allFiles, makeFolder, newRecord, removeFolder, spoolInto } from './folder.js';
import { firstDifference, TABLES, columnsOf, okSample } from './samples.js';

let folder = '';
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => removeFolder(folder));

const SAMPLES = Array.from({ length: 200 }, (_, i) => okSample({ callId: i, intendedNs: i * 10_000_000 }));
const END: RunEvent = { type: 'run', atNs: 2_500_000_000, edge: 'end' };

function problemsOf(act: () => unknown): readonly Problem[] {
  try {
    act();
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  throw new Error('nothing was thrown');
}

async function problemOf(act: Promise<unknown>): Promise<ProblemError> {
  const thrown = await act.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof ProblemError) return thrown;
  throw new Error('nothing was thrown, or a bug', { cause: thrown });
}

describe('the ledger of an upstream', () => {
  it('takes duplicates and lost effects off in the samples, the series and the histograms alike', async () => {
    const record = newRecord(join(folder, 'ledger'), { tables: { ...TABLES, exactlyOnce: [false, true] } });
    const booked = [0, 1, 2, 3].map((callId) => okSample({ callId, spec: callId === 3 ? 0 : 1, intendedNs: 0 }));
    spoolInto(record, booked);
    const executed = (callId: number) => ({ callId, tool: 'book', atNs: 1 });
    // Call 0 once, call 1 twice, call 2 never; call 3 is not counted.
    record.rows('effects', [executed(0), executed(1), executed(1)]);
    await record.finishSamples();
    await record.seal('complete');
    const { samples, series } = await readRecord(record.dir);
    expect([...samples.outcome].map((code) => OUTCOMES[code])).toEqual(['ok', 'effect', 'effect', 'ok']);
    expect([...samples.errorClass].map((code) => ERROR_CLASSES[code])).toEqual([
      'none',
      'duplicate-effect',
      'lost-effect',
      'none',
    ]);
    expect(series[0]).toMatchObject({ outcomes: { ok: 2, effect: 2 }, onTime: 2 });
    const log = new HistogramLogReader(await readFile(join(record.dir, FILES.histograms), 'utf8'));
    const counts: Record<string, number> = {};
    for (let read = log.nextIntervalHistogram(); read !== null; read = log.nextIntervalHistogram())
      counts[read.tag] = read.totalCount;
    expect(counts).toEqual({
      'phase=floor;tool=book;calls=all': 3,
      'phase=floor;tool=book;calls=ok': 1,
      'phase=floor;tool=search;calls=all': 1,
      'phase=floor;tool=search;calls=ok': 1,
    });
  });
});

describe('writing a record', () => {
  it('makes a directory named by time, scenario and run, and never the same one twice', async () => {
    const first = newRecord(join(folder, 'names'));
    const second = newRecord(join(folder, 'names'));
    expect(basename(first.dir)).toBe('20261120T190506Z-quick-start-123456');
    expect(basename(second.dir)).toBe('20261120T190506Z-quick-start-123456-2');
    await Promise.all([first.close(), second.close()]);
  });

  it('gives back, once sealed, everything that was written', async () => {
    const record = newRecord(join(folder, 'whole'));
    spoolInto(record, SAMPLES);
    record.event(END);
    record.event({ type: 'run', atNs: 0, edge: 'start' });
    const health = { atNs: 1e9, lagP99Ns: 1, lagMaxNs: 2, loopDelayMaxNs: 3, gcNs: 4, inFlight: 5, queued: 6 };
    const resource = {
      atNs: 1e9,
      process: 'backend',
      pid: 4,
      cpuUserS: 1,
      cpuSystemS: 2,
      rssBytes: 3,
      fileDescriptors: 4,
      sockets: null,
      threads: 6,
      sessions: null,
      reason: 'no permission',
    };
    const effect = { callId: 3, tool: 'book', atNs: 5 };
    record.health(health);
    record.rows('resources', [resource]);
    record.rows('effects', [effect, { ...effect, callId: null }]);
    const hit = { fault: 'broken', callId: 3, tool: 'book', receivedNs: 4, atNs: 5, afterLift: false };
    const tool = { tool: 'book', readOnlyHint: false, idempotentHint: null, destructiveHint: true };
    const work = {
      service: 'backend',
      incarnation: 0,
      atNs: 6,
      tookNs: 1,
      when: 'end' as const,
      served: 1,
      servedServiceNs: 2,
      wasted: 0,
      wastedServiceNs: 0,
      expired: 0,
      cancelled: 0,
      cancels: 0,
      underWay: 0,
      sessionsOpen: 1,
      sessionsOpened: 2,
    };
    record.rows('faultHits', [hit]);
    record.rows('tools', [tool]);
    record.rows('work', [work]);
    record.serviceLog('backend').write('listening\nready');
    await record.writeEnvelope({ schema: 'plimsoll/envelope-v2', host: 'x' });
    const kept = await record.finishSamples();
    expect(firstDifference(kept, columnsOf(SAMPLES))).toBeNull();
    record.event({ type: 'run', atNs: 3_000_000_000, edge: 'interrupted', reason: 'late' });
    const manifest = await record.seal('complete');
    expect(manifest).toMatchObject({ status: 'complete', samples: 200 });
    expect(record.failure).toBeNull();

    const run = await readRecord(record.dir);
    expect(run.header).toMatchObject({
      runId: 'c0ffee123456',
      name: 'Quick start!',
      monotonicEpochNs: '1000',
      formatVersion: 2,
    });
    expect(run.status).toBe('complete');
    expect(run.scenarioText).toBe('version: 1\nname: quickstart\n');
    expect(run.envelope).toEqual({ schema: 'plimsoll/envelope-v2', host: 'x' });
    expect(firstDifference(run.samples, columnsOf(SAMPLES))).toBeNull();
    expect(run.events.map((event) => event.atNs)).toEqual([0, 2_500_000_000, 3_000_000_000]);
    expect(run.health).toEqual([health]);
    expect(run.resources).toEqual([resource]);
    expect(run.effects).toEqual([effect, { ...effect, callId: null }]);
    expect([run.faultHits, run.tools, run.work]).toEqual([[hit], [tool], [work]]);
    expect(run.series.reduce((sum, row) => sum + row.offered, 0)).toBe(200);
    expect(await readFile(join(record.dir, FILES.logs, 'backend.log'), 'utf8')).toBe('listening\nready\n');
    expect(existsSync(join(record.dir, FILES.spool))).toBe(false);
  });

  it('vouches in its manifest for every file there is, by size and SHA-256', async () => {
    const record = newRecord(join(folder, 'manifest'));
    spoolInto(record, SAMPLES);
    record.serviceLog('backend').write('x\n');
    await record.writeEnvelope({});
    const manifest = await record.seal('complete');
    const files = await allFiles(record.dir);
    files.forEach((content, path) => {
      if (basename(path) === FILES.manifest) return;
      const entry = manifest.files.find((file) => join(record.dir, file.path) === path);
      const sha256 = createHash('sha256').update(Buffer.from(content, 'latin1')).digest('hex');
      expect(entry).toEqual({ path: entry?.path, bytes: content.length, sha256 });
    });
    expect(manifest.files).toHaveLength(files.size - 1);
    expect(
      [...files.values()].filter((content) => content.startsWith('{\n')).every((content) => content.endsWith('}\n')),
    ).toBe(true);
  });

  it('is a whole record even when nothing was measured', async () => {
    const record = newRecord(join(folder, 'nothing'));
    await record.seal('interrupted');
    const run = await readRecord(record.dir);
    expect(run).toMatchObject({
      status: 'interrupted',
      envelope: null,
      events: [],
      series: [],
      health: [],
      resources: [],
      effects: [],
    });
    expect(run.samples.length).toBe(0);
  });

  it('distinguishes what was reported as none from what was never reported', async () => {
    const record = newRecord(join(folder, 'none'));
    record.rows('faultHits', []);
    await record.seal('complete');
    expect(await readRecord(record.dir)).toMatchObject({ faultHits: [], tools: null, work: null });
  });

  it('can be discarded without a trace', async () => {
    const record = newRecord(join(folder, 'discarded'));
    spoolInto(record, SAMPLES);
    record.serviceLog('backend').write('x\n');
    await record.discard();
    expect(await readdir(join(folder, 'discarded'))).toEqual([]);
  });

  it('enters a report made later into the manifest, and leaves the digests of what was measured alone', async () => {
    const record = newRecord(join(folder, 'reseal'));
    await record.seal('complete');
    await writeFile(join(record.dir, 'report.html'), '<html></html>');
    await writeFile(join(record.dir, FILES.scenario), 'changed');
    await resealRecord(record.dir, ['report.html']);
    const manifest = JSON.parse(await readFile(join(record.dir, FILES.manifest), 'utf8')) as {
      files: { path: string; bytes: number; derived?: true }[];
    };
    expect(manifest.files.find((file) => file.path === 'report.html')).toMatchObject({ bytes: 13, derived: true });
    expect(manifest.files.filter(({ derived }) => derived === true)).toHaveLength(1);
    await expect(readRecord(record.dir)).rejects.toThrow(FILES.scenario);
  });
});

describe('what can go wrong with the output', () => {
  it('reports an output folder that is a file', async () => {
    await writeFile(join(folder, 'a-file'), '');
    expect(problemsOf(() => newRecord(join(folder, 'a-file')))).toMatchObject([{ code: 'output-not-a-folder' }]);
    expect(problemsOf(() => newRecord(join(folder, 'a-file', 'below')))).toMatchObject([
      { code: 'output-not-a-folder' },
    ]);
  });

  it('reports an output folder that can not be written', async () => {
    const locked = join(folder, 'locked');
    await newRecord(locked).discard();
    chmodSync(locked, 0o500);
    const privileged = process.getuid?.() === 0;
    // The super-user may write anywhere, except where the kernel itself makes the files.
    const problems = problemsOf(() => newRecord(privileged ? '/proc/self/plimsoll' : locked));
    chmodSync(locked, 0o700);
    expect(['output-unwritable', 'output-gone', 'file-failed']).toContain(problems[0]?.code);
    expect(problems[0]?.remedy).not.toBe('');
  });

  it('keeps what was written before the disk was full, reports it once, and marks the run incomplete', async () => {
    const reported: Problem[] = [];
    let spoolWrites = 0;
    const record = newRecord(join(folder, 'full'), {
      onFailure: (problem) => reported.push(problem),
      openFile: async (path) => {
        const sink = await openSink(path);
        if (basename(path) !== FILES.spool) return sink;
        const full = await open('/dev/full', 'a');
        return {
          write: (bytes) => (spoolWrites++ === 0 ? sink.write(bytes) : full.appendFile(bytes)),
          close: async () => {
            await sink.close();
            await full.close();
          },
        };
      },
    });
    spoolInto(record, SAMPLES.slice(0, 100));
    // The first batch must be on disk before the disk is full: a turn of the event loop, until it is.
    while ((await stat(join(record.dir, FILES.spool))).size === 0)
      await new Promise((resolve) => setImmediate(resolve));
    spoolInto(record, SAMPLES.slice(100, 150));
    while (record.failure === null) await new Promise((resolve) => setImmediate(resolve));
    spoolInto(record, SAMPLES.slice(150));
    record.event(END);

    const columns = await record.finishSamples();
    expect(columns.length).toBeGreaterThan(0);
    expect(firstDifference(columns, columnsOf(SAMPLES.slice(0, columns.length)))).toBeNull();
    expect(columns.length).toBeLessThanOrEqual(100);
    expect((await record.seal('complete')).status).toBe('failed');
    expect(reported).toMatchObject([{ code: 'disk-full' }]);
    expect(record.failure?.remedy).toContain('--out');

    const run = await readRecord(record.dir);
    expect(run.status).toBe('failed');
    expect(run.events.filter((event) => event.type === 'warning')).toMatchObject([{ code: 'record-incomplete' }]);
    expect(existsSync(join(record.dir, FILES.spool))).toBe(true);
  });

  it('says of a folder that was removed during the run that it was, and that nothing can be recovered', async () => {
    const record = newRecord(join(folder, 'removed'));
    spoolInto(record, SAMPLES);
    while ((await stat(join(record.dir, FILES.spool))).size === 0)
      await new Promise((resolve) => setImmediate(resolve));
    await rm(record.dir, { recursive: true });
    const { problems, kind } = await problemOf(record.seal('complete'));
    expect(kind).toBe('output');
    expect(problems).toMatchObject([{ code: 'output-gone' }]);
    expect(problems[0]?.what).toContain(`${record.dir} was removed by another program`);
    expect(problems[0]?.remedy).not.toMatch(/space|disk|recover/);
  });

  it.each([
    ['ENOSPC', /^free some space, then recover .* --recover /],
    ['EROFS', /^mount it for writing, then recover /],
    ['EACCES', /^change the permissions, then recover /],
    ['EIO', /^check the disk, then recover /],
  ])('names for %s what mends its cause before the samples are recovered', async (code, remedy) => {
    const record = newRecord(join(folder, code), {
      openFile: async (path) => {
        if (basename(path) === FILES.spool) throw Object.assign(new Error(`${code}: refused`), { code });
        return openSink(path);
      },
    });
    spoolInto(record, SAMPLES);
    while (record.failure === null) await new Promise((resolve) => setImmediate(resolve));
    // Where the samples would go, a folder is in the way.
    await mkdir(join(record.dir, FILES.samples, 'in-the-way'), { recursive: true });
    const { problems } = await problemOf(record.seal('complete'));
    expect(problems[0]?.remedy).toMatch(remedy);
  });

  it('marks a run as failed when any other file lost a row', async () => {
    const record = newRecord(join(folder, 'full-resources'), {
      openFile: (path) =>
        basename(path) === FILES.resources
          ? open('/dev/full', 'a').then((file) => ({
              write: (bytes) => file.appendFile(bytes),
              close: () => file.close(),
            }))
          : openSink(path),
    });
    spoolInto(record, SAMPLES);
    record.rows('resources', [
      {
        atNs: 0,
        process: 'plimsoll',
        pid: 1,
        cpuUserS: 0,
        cpuSystemS: 0,
        rssBytes: 0,
        fileDescriptors: 0,
        sockets: 0,
        threads: 1,
        sessions: 2,
      },
    ]);
    expect((await record.seal('complete')).status).toBe('failed');
    expect((await readRecord(record.dir)).samples.length).toBe(SAMPLES.length);
  });
});

describe('secrets', () => {
  it('are in no file, whatever came from outside, and leave what the record is read by alone', async () => {
    const secret = 's3cr"et\\value';
    const word = 'quick-start';
    keepSecrets(
      new Map([
        ['KEY', secret],
        ['WORD', word],
        ['TYPE', 'warning'],
        ['EDGE', 'interrupted'],
      ]),
    );
    const words = new Set([word]);
    const record = newRecord(join(folder, 'secrets'), {
      redact: (text) => (words.has(text) ? text : redactOurs(text)),
      resolvedScenario: `name: ${word}\n`,
    });
    spoolInto(record, SAMPLES);
    record.event({ type: 'warning', atNs: 0, code: word, what: `failed with ${secret}`, remedy: secret });
    record.event({ type: 'run', atNs: 0, edge: 'interrupted', reason: `${word} ${secret}` });
    const none = {
      cpuUserS: 0,
      cpuSystemS: 0,
      rssBytes: 0,
      fileDescriptors: 0,
      sockets: 0,
      threads: 1,
      sessions: null,
    };
    record.rows('resources', [{ atNs: 0, process: word, pid: 1, ...none, reason: secret }]);
    record.rows('effects', [{ callId: 1, tool: word, atNs: 0 }]);
    await record.writeEnvelope({ [word]: [secret, { url: `http://x/${encodeURIComponent(secret)}` }] });
    const log = record.serviceLog('service');
    for (const character of `token ${secret} used\nand again ${secret}`) log.write(character);
    // One line that is longer than what is held back of a line: a secret lies wherever it is cut.
    for (let i = 0; i < 4_000; i++) log.write(`${secret}.`);
    await record.seal('complete');

    const files = await allFiles(join(folder, 'secrets'));
    for (const [path, content] of files) expect(`${path}: ${content.includes('s3cr')}`).toBe(`${path}: false`);
    expect([...files.values()].join('')).toContain('token [secret KEY] used');
    const read = await readRecord(record.dir);
    expect(read.events).toMatchObject([
      { type: 'warning', code: word, what: 'failed with [secret KEY]' },
      { type: 'run', edge: 'interrupted', reason: '[secret WORD] [secret KEY]' },
    ]);
    expect(read.resources).toMatchObject([{ process: word, reason: '[secret KEY]' }]);
    expect(read.effects).toMatchObject([{ tool: word }]);
    expect(read.envelope).toEqual({ [word]: ['[secret KEY]', { url: 'http://x/[secret KEY]' }] });
    expect(read.header.name).toBe('Quick start!');
  });
});

describe('service logs', () => {
  it('are without a secret that stands in several lines, and keep the lines around it', async () => {
    const secret = 'k3Yc4narypl41n'.repeat(5);
    keepSecrets(new Map([['LONG', secret]]));
    const mime =
      Buffer.from(`me:${secret}`)
        .toString('base64')
        .match(/.{1,76}/g) ?? [];
    const record = newRecord(join(folder, 'broken'));
    const log = record.serviceLog('service');
    const text = `Authorization: Basic\r\n ${mime.join('\r\n ')}\r\nDate: today\n/a/path/of/many/letters\nnext\n`;
    for (const character of text) log.write(character);
    // More of such lines than are held back together: one of the cuts is in the middle of the secret.
    const bare = mime.join('\n').replace(/=+$/, '');
    for (let i = 0; i < 900; i++) log.write(`${'x'.repeat(i % 60)}${bare}\n`);
    await record.seal('complete');
    const kept = await readFile(join(record.dir, FILES.logs, 'service.log'), 'utf8');
    expect(kept).toContain('Authorization: Basic\r\n bW[secret LONG]\r\nDate: today\n/a/path/of/many/letters\nnext\n');
    for (const line of mime) expect(kept).not.toContain(line.slice(4, -4));
  });

  it('keep the beginning and the end of what is too long, and say how much lies between', async () => {
    const record = newRecord(join(folder, 'logs'), { logCapBytes: 1000 });
    const log = record.serviceLog('chatty');
    for (let i = 0; i < 1000; i++) log.write(`line ${String(i).padStart(4, '0')}\n`);
    await record.seal('complete');
    const text = await readFile(join(record.dir, FILES.logs, 'chatty.log'), 'utf8');
    const kept = text.split('\n').filter((line) => line.startsWith('line '));
    expect(kept[0]).toBe('line 0000');
    expect(kept.at(-1)).toBe('line 0999');
    expect(kept).toHaveLength(100);
    expect(text).toContain('[plimsoll: 9000 bytes left out here]');
  });

  it('are one file a service, also when names look alike', async () => {
    const record = newRecord(join(folder, 'log-names'));
    record.serviceLog('a b').write('1\n');
    record.serviceLog('a-b').write('2\n');
    record.serviceLog('a b').write('3\n');
    await record.seal('complete');
    expect(await readFile(join(record.dir, FILES.logs, 'a-b.log'), 'utf8')).toBe('1\n3\n');
    expect(await readFile(join(record.dir, FILES.logs, 'a-b-2.log'), 'utf8')).toBe('2\n');
  });
});

describe('what happens between the samples and the seal', () => {
  it('is among the events, in order, and in the series', async () => {
    const record = newRecord(join(folder, 'after-the-samples'));
    spoolInto(record, SAMPLES);
    await record.finishSamples();
    record.event({ type: 'run', atNs: 5_500_000_000, edge: 'end' });
    record.event(END);
    await record.seal('complete');
    const { events, series } = await readRecord(record.dir);
    expect(events.map(({ atNs }) => atNs)).toEqual([2_500_000_000, 5_500_000_000]);
    expect(series.map(({ fromNs }) => fromNs / 1e9)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('is recovered where the run was killed before the seal', async () => {
    const record = newRecord(join(folder, 'killed-before-the-seal'));
    spoolInto(record, SAMPLES);
    await record.finishSamples();
    record.event(END);
    await record.close();
    const { events, samples, status } = await recoverRecord(record.dir);
    expect(events).toEqual([END]);
    expect(samples.length).toBe(SAMPLES.length);
    expect(status).toBe('recovered');
  });
});
