/** Records of shards, put together: what each of them had, once, on the time of shard 0. */
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mergeShards } from '../../src/merge/index.js';
import { mergedEvents } from '../../src/merge/rows.js';
import { ProblemError } from '../../src/problem/index.js';
import {
  CALLS_PER_SHARD,
  FILES,
  SpoolEncoder,
  createRecord,
  readRecord,
  type AttemptSample,
  type RunEvent,
  type ShardFile,
} from '../../src/record/index.js';
import { okSample } from '../record/samples.js';
import { recordSchemaErrors } from '../run-record-schemas.js';

const TABLES = { phases: ['a', 'b'], calls: ['s'], operations: ['tools/call'], tools: ['s'], deadlinesNs: [1e9] };
const OF = 3;
const MS = 1e6;

interface Made {
  readonly index: number;
  readonly shard?: Partial<ShardFile>;
  readonly digest?: string;
  readonly status?: 'complete' | 'interrupted';
  /** By how much its clock is behind that of shard 0 in the second phase. */
  readonly behindNs?: number;
  readonly uncertaintyNs?: number;
}

/** Calls k = index, index + OF, ... of each phase, 40 of them in all phases. */
function samplesOf(index: number, behindNs: number): AttemptSample[] {
  return [0, 1].flatMap((phase) =>
    Array.from({ length: 20 }, (_, n) => n)
      .filter((n) => n % OF === index)
      .map((n, k) =>
        okSample({
          callId: index * CALLS_PER_SHARD + phase * 10 + k,
          phase,
          session: index,
          intendedNs: (phase + 1) * 2e9 + n * 20 * MS - (phase === 1 ? behindNs : 0),
        }),
      ),
  );
}

async function record(parent: string, made: Made, samples?: readonly AttemptSample[]): Promise<string> {
  const { index, behindNs = 0, uncertaintyNs = 1_000 } = made;
  const writer = createRecord({
    parentFolder: parent,
    folder: `shard-${index}`,
    header: {
      runId: `run${index}`,
      name: 'merged',
      scenarioDigest: made.digest ?? 'd'.repeat(64),
      plimsollVersion: '1',
      startedUtc: '2026-01-01T00:00:00.000Z',
      monotonicEpochNs: '1000',
      pid: 1,
    },
    resolvedScenario: 'version: 1\n',
    tables: TABLES,
    redact: (text) => text,
  });
  const spool = new SpoolEncoder((chunk) => writer.spool(chunk));
  for (const sample of samples ?? samplesOf(index, behindNs)) spool.append(sample);
  spool.flush();
  const startsNs = [2e9, 4e9 - behindNs];
  for (const [phase, atNs] of startsNs.entries())
    writer.event({ type: 'phase', atNs, phase, name: TABLES.phases[phase] ?? '', edge: 'start' });
  writer.health({ atNs: 3e9, lagP99Ns: index, lagMaxNs: index, loopDelayMaxNs: 1, gcNs: 1, inFlight: 2, queued: 0 });
  writer.rows('effects', [{ callId: index * CALLS_PER_SHARD, tool: 's', atNs: 2e9 }]);
  if (index === 0) for (const file of ['faultHits', 'tools', 'work'] as const) writer.rows(file, []);
  const reading = { roundTripNs: 2 * uncertaintyNs, exchanges: 20, uncertaintyNs };
  writer.shard({
    schema: 'plimsoll/shard-v1',
    ...{ index, of: OF, group: 'g', host: 'h', machine: 'm' },
    clock:
      index === 0
        ? []
        : [
            { when: 'before', atNs: 0, offsetNs: 0, ...reading },
            { when: 'start', atNs: 1.9e9, offsetNs: 0, ...reading },
            { when: 'start', atNs: 3.9e9, offsetNs: behindNs, ...reading },
            { when: 'after', atNs: 6e9, offsetNs: behindNs, ...reading },
          ],
    starts: [
      { phase: 0, plannedNs: 2e9, startNs: 2e9 },
      { phase: 1, plannedNs: 4e9, startNs: 4e9 - behindNs },
    ],
    ...made.shard,
  });
  await writer.writeEnvelope({ schema: 'plimsoll/envelope-v2', target: { sessions: { value: 1 } } });
  await writer.finishSamples();
  await writer.seal(made.status ?? 'complete');
  return writer.dir;
}

const folder = (): string => mkdtempSync(join(tmpdir(), 'plimsoll-merge-'));

async function merged(made: readonly Made[], out = folder()): Promise<string> {
  const parent = folder();
  for (const each of made) await record(parent, each);
  return mergeShards({ folders: [parent], parentFolder: out, folder: 'merged' });
}

const problemOf = async (act: Promise<unknown>): Promise<string> => {
  const thrown: unknown = await act.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof ProblemError) return `${thrown.kind}: ${thrown.message}`;
  throw thrown instanceof Error ? thrown : new Error('there was no problem');
};

const THREE: readonly Made[] = [{ index: 0 }, { index: 1 }, { index: 2 }];

describe('the record of a merged run', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await merged(THREE);
  });

  it('holds every sample of every shard once, and is vouched for', async () => {
    const { samples, manifest, status, effects } = await readRecord(dir);
    expect(status).toBe('complete');
    expect(manifest?.samples).toBe(40);
    expect(Array.from(samples.callId)).toEqual(
      [0, 1, 2].flatMap((index) => samplesOf(index, 0).map((each) => each.callId)),
    );
    const intended = [...samples.intendedNs].sort((a, b) => a - b);
    expect(intended).toEqual(
      [0, 1].flatMap((phase) => Array.from({ length: 20 }, (_, n) => (phase + 1) * 2e9 + n * 20 * MS)),
    );
    expect(effects.map(({ callId }) => callId)).toEqual([0, CALLS_PER_SHARD, 2 * CALLS_PER_SHARD]);
  });

  it('says of each row which shard it is of, to any reader of Parquet', async () => {
    const { parquetReadObjects } = await import('hyparquet');
    const bytes = readFileSync(join(dir, FILES.samples));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const rows = await parquetReadObjects({ file, columns: ['shard', 'call_id', 'phase', 't_done_ns'] });
    for (const row of rows) expect(row['shard']).toBe(Math.floor(Number(row['call_id']) / CALLS_PER_SHARD));
    expect(rows.length).toBe(40);
  });

  it('has the histograms of its own samples, to the byte', async () => {
    const all = [0, 1, 2].flatMap((index) => samplesOf(index, 0));
    const counted = await record(folder(), { index: 0 }, all);
    const histograms = (of: string): string => readFileSync(join(of, FILES.histograms), 'utf8');
    expect(histograms(dir)).toBe(histograms(counted));
  });

  it('sums seconds and takes the worst of health', async () => {
    const { series, health, shards } = await readRecord(dir);
    expect(series.reduce((sum, { offered }) => sum + offered, 0)).toBe(40);
    expect(health).toEqual([expect.objectContaining({ lagP99Ns: 2, inFlight: 6, gcNs: 1 })]);
    expect(shards?.shards.map(({ offered, ok }) => [offered, ok])).toEqual([
      [14, 14],
      [14, 14],
      [12, 12],
    ]);
  });

  it('is the same to the byte when it is merged again', async () => {
    const digest = (of: string): string =>
      readdirSync(of, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
        .map((path) => `${path.slice(of.length)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
        .join('\n');
    const parent = folder();
    for (const each of THREE) await record(parent, each);
    const [first, second] = [folder(), folder()];
    const again = (out: string) => mergeShards({ folders: [parent], parentFolder: out, folder: 'm' });
    expect(digest(await again(first))).toBe(digest(await again(second)));
  });

  it('follows the published schemas', () => {
    const known = /envelope\.json|summary\.json/;
    expect(recordSchemaErrors(dir).filter((error) => !known.test(error))).toEqual([]);
  });
});

describe('a shard whose clock went on', () => {
  it('is moved to the time of shard 0, phase by phase, and its latencies stay', async () => {
    const { samples, shards } = await readRecord(
      await merged([{ index: 0 }, { index: 1, behindNs: 3 * MS }, { index: 2 }]),
    );
    const straight = await readRecord(await merged(THREE));
    expect([...samples.intendedNs]).toEqual([...straight.samples.intendedNs]);
    expect([...samples.doneNs]).toEqual([...straight.samples.doneNs]);
    expect([...samples.startedNs]).toEqual([...straight.samples.startedNs]);
    expect([...samples.outcome]).toEqual([...straight.samples.outcome]);
    // 3 ms in some 4 s.
    expect(shards?.shards.map(({ driftPpm }) => driftPpm !== null && driftPpm < -500)).toEqual([false, true, false]);
  });

  it('is refused where it is not known to a tenth of a window', async () => {
    expect(await problemOf(merged([{ index: 0 }, { index: 1, uncertaintyNs: 21 * MS }, { index: 2 }]))).toBe(
      'invalid: the run is invalid: times of shard 1 may be off by 21.0 ms, and 20 ms are allowed (a tenth of the ' +
        'shortest window)',
    );
  });
});

describe('what is no whole run', () => {
  it.each([
    [[{ index: 0 }, { index: 2 }], 'invalid: the run is invalid: shard 1 of 3 is missing'],
    [[{ index: 0 }], 'invalid: the run is invalid: shards 1, 2 of 3 are missing'],
    [
      [{ index: 0 }, { index: 1, status: 'interrupted' as const }, { index: 2 }],
      'invalid: the run is invalid: shard 1 of 3 did not come to its end (interrupted)',
    ],
    [[{ index: 0 }, { index: 1, digest: 'e'.repeat(64) }, { index: 2 }], 'another scenario or version'],
    [[{ index: 0 }, { index: 1, shard: { group: 'other' } }, { index: 2 }], 'another group ("other" and "g")'],
    [[{ index: 0 }, { index: 1, shard: { of: 4 } }, { index: 2 }], 'another number of shards (4 and 3)'],
    [[{ index: 0 }, { index: 1, shard: { index: 0 } }, { index: 2 }], 'are both shard 0'],
    [
      [{ index: 0 }, { index: 1, shard: { starts: [{ phase: 0, plannedNs: 2e9 + 1, startNs: 2e9 }] } }, { index: 2 }],
      'are not of one run: they did not begin their phases together',
    ],
    [[{ index: 0 }, { index: 1, shard: { of: 1e9 } }, { index: 2 }], 'shard.json is not what a shard of a run writes'],
    [[{ index: 0 }, { index: 1, shard: { index: 0.5 } }, { index: 2 }], 'is not what a shard of a run writes'],
    [[{ index: 0 }, { index: 1, shard: { clock: [null as never] } }, { index: 2 }], 'is not what a shard'],
    [[{ index: 0 }, { index: 1, uncertaintyNs: -1 }, { index: 2 }], 'is not what a shard of a run writes'],
    [
      [{ index: 0 }, { index: 1, shard: { clock: [] } }, { index: 2 }],
      'the clock of shard 1 was read 0 times, and 4 readings bound its times',
    ],
  ])('is refused in one message: %#', async (made, message) => {
    expect(await problemOf(merged(made))).toContain(message);
  });

  it('is refused where a file was changed, or a folder is none of a shard', async () => {
    const parent = folder();
    for (const each of THREE) await record(parent, each);
    const copy = folder();
    cpSync(parent, copy, { recursive: true });
    writeFileSync(join(copy, 'shard-1', FILES.events), '');
    const again = (from: string) => mergeShards({ folders: [from], parentFolder: folder() });
    expect(await problemOf(again(copy))).toContain('was changed after the run');
    const torn = async (file: string): Promise<string> => {
      const other = folder();
      cpSync(parent, other, { recursive: true });
      const path = join(other, 'shard-2', file);
      truncateSync(path, Math.floor(statSync(path).size / 2));
      return problemOf(again(other));
    };
    expect(await torn(FILES.samples)).toContain('was changed after the run');
    expect(await torn(FILES.shard)).toContain('was changed after the run');
    expect(await torn(FILES.manifest)).toMatch(/^(invalid|bad-input): /);
    expect(await torn(FILES.run)).toMatch(/^(invalid|bad-input): /);
    const twice = mergeShards({ folders: [parent, join(parent, 'shard-1')], parentFolder: folder() });
    expect(await problemOf(twice)).toBe(`bad-input: ${join(parent, 'shard-1')} is given twice`);
    expect(await problemOf(again(folder()))).toContain('is not the folder of a run');
  });
});

it('what is no folder is refused by its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-merge-'));
  const [file, loop] = [join(folder, 'file'), join(folder, 'loop')];
  writeFileSync(file, '');
  symlinkSync('loop', loop);
  for (const given of [file, '/dev/null', loop, join(folder, 'a'.repeat(300))])
    await expect(mergeShards({ folders: [given], parentFolder: folder })).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringContaining(given) as unknown,
    });
});

describe('events of several shards', () => {
  it('have the probes of a search, each over when it is in the last shard', () => {
    const probes = (...edges: readonly [number, 'start' | 'drained'][]): readonly RunEvent[] =>
      edges.map(([atNs, edge]) => ({ type: 'phase', atNs, phase: 0, name: 'a', edge }));
    const rows = mergedEvents([
      { shard: 0, rows: probes([1, 'start'], [5, 'drained'], [10, 'start'], [15, 'drained']) },
      { shard: 1, rows: probes([1, 'start'], [6, 'drained'], [10, 'start'], [14, 'drained']) },
    ]);
    expect(rows).toEqual(probes([1, 'start'], [6, 'drained'], [10, 'start'], [15, 'drained']));
  });

  it('tell phases and faults once, a phase over when the last shard is, and warnings by shard', () => {
    const phase = (atNs: number, edge: 'start' | 'drained'): RunEvent => ({
      type: 'phase',
      atNs,
      phase: 0,
      name: 'a',
      edge,
    });
    const warning = (atNs: number, what: string): RunEvent => ({ type: 'warning', atNs, code: 'c', what, remedy: 'r' });
    const rows = mergedEvents([
      {
        shard: 0,
        rows: [phase(1, 'start'), warning(2, 'both'), phase(5, 'drained'), { type: 'run', atNs: 6, edge: 'end' }],
      },
      {
        shard: 1,
        rows: [
          phase(1, 'start'),
          warning(2, 'both'),
          warning(3, 'own'),
          { type: 'session', atNs: 4, session: 1, edge: 'opened' },
          phase(8, 'drained'),
          { type: 'run', atNs: 9, edge: 'end' },
        ],
      },
    ]);
    expect(rows).toEqual([
      phase(1, 'start'),
      warning(2, 'both'),
      warning(3, 'shard 1: own'),
      { type: 'session', atNs: 4, session: 1, edge: 'opened' },
      phase(8, 'drained'),
      { type: 'run', atNs: 8, edge: 'end' },
    ]);
  });
});
