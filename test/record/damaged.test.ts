/** Records of killed runs with files torn, filled with zeros or overwritten: what is damaged costs itself alone. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.js';
import { exportRun } from '../../src/export/index.js';
import { evaluateGates } from '../../src/gate/index.js';
import { planOf } from '../../src/plan/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { seededRandom, type Random } from '../../src/random/index.js';
import { FILES, readRecord, recoverRecord, type RunRecord } from '../../src/record/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';
import { terminalSummary, type RunView } from '../../src/report/index.js';
import { makeFolder, newRecord, removeFolder, spoolInto } from './folder.js';
import { columnsOf, firstDifference, okSample } from './samples.js';

const TEXT = `version: 1
name: damaged
stack: { services: { backend: { mock: tools } }, links: { upstream: { to: backend } }, target: upstream }
calls:
  - { tool: search, arguments: { query: hull }, expect: derived, deadline: 1s }
  - { tool: book, arguments: { berth: { unique: counter } }, expect: success, deadline: 1s }
phases:
  - { name: floor, regime: floor, for: 1s }
  - { name: steady, regime: steady, rate: 100/s, for: 2s, warmup: 0s }
faults: [{ id: broken, phase: steady, at: 500ms, for: 500ms, on: upstream, type: latency, latency: 20ms }]
`;
const { scenario, resolvedText } = scenarioFromText(TEXT, 'damaged.yaml');
const SAMPLES = Array.from({ length: 300 }, (_, i) =>
  okSample({ callId: i, intendedNs: i * 10_000_000, phase: i < 100 ? 0 : 1, spec: i % 2 }),
);
const SIDE_FILES = [
  ...(['events', 'health', 'resources', 'machine', 'workers', 'effects', 'gateways'] as const),
  ...(['faultHits', 'tools', 'work', 'envelope'] as const),
];

let folder = '';
let whole = '';
beforeAll(async () => {
  folder = await makeFolder();
  whole = await killedRun();
});
afterAll(() => removeFolder(folder));

/** What a run leaves that was killed after its last call. */
async function killedRun(): Promise<string> {
  const record = newRecord(join(folder, 'whole'), {
    resolvedScenario: resolvedText,
    tables: {
      phases: scenario.phases.map(({ name }) => name),
      calls: scenario.calls.map(({ label }) => label),
      operations: scenario.calls.map(({ operation }) => operation),
      tools: ['search', 'book'],
      deadlinesNs: scenario.calls.map(({ deadlineNs }) => deadlineNs),
      exactlyOnce: [false, false],
    },
  });
  spoolInto(record, SAMPLES);
  const at = (seconds: number): number => seconds * 1e9;
  record.event({ type: 'run', atNs: 0, edge: 'start' });
  record.event({ type: 'service', atNs: 1, service: 'backend', edge: 'ready', pid: 17 });
  const made = [{ label: 'search', outcome: 'ok', tookNs: 7 }] as const;
  record.event({ type: 'preflight', atNs: 2, introducedNs: 5, calls: made });
  for (const [phase, name, from, to] of [
    [0, 'floor', 0, 1],
    [1, 'steady', 1, 3],
  ] as const) {
    record.event({ type: 'phase', atNs: at(from), phase, name, edge: 'start' });
    record.event({ type: 'phase', atNs: at(to), phase, name, edge: 'scheduled-end' });
    record.event({ type: 'phase', atNs: at(to), phase, name, edge: 'drained' });
  }
  for (const [edge, seconds] of [
    ['on', 1.5],
    ['off', 2],
  ] as const) {
    const times = { atNs: at(seconds), plannedNs: at(seconds), askedNs: at(seconds), confirmedNs: at(seconds) };
    record.event({ type: 'fault', fault: 'broken', phase: 1, edge, ...times });
  }
  record.event({ type: 'standstill', atNs: at(2.5), lengthNs: 1e6, of: 'generator', worker: 0 });
  record.event({ type: 'failure-example', atNs: at(1.6), phase: 1, errorClass: 'rpc-error', text: 'broken' });
  for (let second = 1; second <= 3; second++) {
    const atNs = at(second);
    record.health({ atNs, lagP99Ns: 1, lagMaxNs: 2, loopDelayMaxNs: 3, gcNs: 4, inFlight: 5, queued: 6 });
    const used = { cpuUserS: second, cpuSystemS: 1, rssBytes: 1e7, fileDescriptors: 9, sockets: 3, threads: 4 };
    record.rows('resources', [{ atNs, process: 'backend', pid: 17, ...used, sessions: 1 }]);
    const others = { cores: 2, othersCores: 0.1, idleCores: 1, waitingShare: 0 };
    record.rows('machine', [{ fromNs: atNs - 1e9, atNs, ...others }]);
    record.rows('workers', [
      { atNs, worker: 0, sent: second * 100, open: 0, flownNs: second * 5e8, otherClockNs: atNs },
    ]);
  }
  record.rows('effects', [{ callId: 1, tool: 'book', atNs: 1 }]);
  record.rows('faultHits', [
    { fault: 'broken', callId: 200, tool: 'book', receivedNs: 1, atNs: at(1.7), afterLift: false },
  ]);
  record.rows('tools', [{ tool: 'book', readOnlyHint: false, idempotentHint: null, destructiveHint: true }]);
  const done = { served: 3, servedServiceNs: 9, wasted: 0, wastedServiceNs: 0, expired: 0, cancelled: 0, cancels: 0 };
  for (const when of ['begin', 'end'] as const) {
    const sessions = { underWay: 0, sessionsOpen: 1, sessionsOpened: 1 };
    record.rows('work', [{ service: 'backend', incarnation: 0, atNs: 5, when, tookNs: 1, ...done, ...sessions }]);
  }
  await record.writeEnvelope({ schema: 'plimsoll/envelope-v2', host: { cpu: { value: 'x' } }, target: {} });
  await record.close();
  return record.dir;
}

/** One way in which a file is damaged, by name. */
const DAMAGES: Readonly<Record<string, (bytes: Buffer, random: Random) => Buffer>> = {
  emptied: () => Buffer.alloc(0),
  torn: (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  'ended by zeros': (bytes, random) => Buffer.concat([bytes, Buffer.alloc(1 + random.below(600))]),
  'cut off and filled with zeros': (bytes, random) => {
    const copy = Buffer.from(bytes);
    return copy.fill(0, random.below(copy.length + 1));
  },
  'zeros in front': (bytes, random) => Buffer.concat([Buffer.alloc(1 + random.below(600)), bytes]),
  'overwritten by garbage': (bytes, random) => {
    const copy = Buffer.from(bytes);
    const from = random.below(copy.length + 1);
    for (let i = from; i < Math.min(copy.length, from + 64); i++) copy[i] = random.below(256);
    return copy;
  },
  'with bits flipped': (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let i = 0; i < 8 && copy.length > 0; i++) {
      const at = random.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    }
    return copy;
  },
  'JSON of another kind': (_bytes, random) =>
    Buffer.from(
      ['null\n', '[]\n', '{}\n', '5\n', '"x"\n', '{"type":"phase"}\n', '{"files":[null]}'][random.below(7)] ?? '',
    ),
};

async function codeOf(reading: Promise<unknown>): Promise<string | null> {
  return reading.then(
    () => null,
    (thrown: unknown) => {
      if (thrown instanceof ProblemError) return thrown.problems[0]?.code ?? '';
      throw thrown;
    },
  );
}

/** The plan of the scenario as a record has it: no damage reaches its text. */
const PLAN = planOf(scenarioFromText(resolvedText, 'recovered.yaml').scenario);

function viewOf(record: RunRecord): RunView {
  const plan = PLAN;
  expect(record.scenarioText).toBe(resolvedText);
  const analysis = analyse({ record, plan });
  const gates = evaluateGates(analysis.summary, plan.scenario);
  const { envelope, scenarioText } = record;
  return { analysis, gates, plan, envelope, scenarioText, files: record.manifest?.files ?? [], reproduce: '' };
}

describe('200 records of killed runs, damaged by chance', () => {
  const RECORDS = 200;
  const BATCH = 50;
  for (let from = 0; from < RECORDS; from += BATCH) {
    it(`${from} to ${from + BATCH - 1}: every sample of a whole spool comes back, and a report is made`, async () => {
      for (let n = from; n < from + BATCH; n++) {
        const random = seededRandom(n, 'damage');
        const dir = join(folder, `damaged-${n}`);
        await cp(whole, dir, { recursive: true });
        const done: string[] = [];
        const damage = async (file: string): Promise<void> => {
          const kinds = Object.entries(DAMAGES);
          const [kind, act] = kinds[random.below(kinds.length)] ?? kinds[0] ?? ['', (bytes: Buffer) => bytes];
          const bytes = await readFile(join(dir, file)).catch(() => Buffer.from('{"schema":"plimsoll/manifest-v2"}'));
          await writeFile(join(dir, file), act(bytes, random));
          done.push(`${file} ${kind}`);
        };
        for (let i = 0; i <= random.below(3); i++)
          await damage(FILES[SIDE_FILES[random.below(SIDE_FILES.length)] ?? 'events']);
        if (random.below(5) === 0) await damage(FILES.manifest);
        if (random.below(5) === 0) await writeFile(join(dir, FILES.samples), 'PAR1');
        const isSpoolWhole = random.below(5) > 0;
        if (!isSpoolWhole) await damage(FILES.spool);

        const record = await recoverRecord(dir).catch((thrown: unknown) => {
          throw new Error(`record ${n} (${done.join(', ')})`, { cause: thrown });
        });
        const difference = isSpoolWhole ? firstDifference(record.samples, columnsOf(SAMPLES)) : null;
        expect([n, done, record.status, difference]).toEqual([n, done, 'recovered', null]);
        const view = viewOf(record);
        expect(terminalSummary([view], { color: false, width: 100 })).toContain('Quick start!');
        if (n % 50 === 0) expect((await exportRun(view)).length).toBeGreaterThan(3);
        // What is sealed reads again.
        if (n % 10 === 0) expect((await readRecord(dir)).samples.length).toBe(record.samples.length);
        await rm(dir, { recursive: true });
      }
    });
  }

  it('a whole one loses nothing, and has no warning', async () => {
    const dir = join(folder, 'undamaged');
    await cp(whole, dir, { recursive: true });
    const record = await recoverRecord(dir);
    expect(record.events).toHaveLength(13);
    expect([record.health, record.resources, record.machine, record.workers].map(({ length }) => length)).toEqual([
      3, 3, 3, 3,
    ]);
    expect([record.effects, record.faultHits, record.tools, record.work].map((rows) => rows?.length)).toEqual([
      1, 1, 1, 2,
    ]);
    expect(record.events.filter(({ type }) => type === 'warning')).toEqual([]);
  });
});

describe('a damaged file', () => {
  it('is named in a warning with what was lost, and kept beside what could be read of it', async () => {
    const dir = join(folder, 'named');
    await cp(whole, dir, { recursive: true });
    const resources = join(dir, FILES.resources);
    const text = await readFile(resources, 'utf8');
    await writeFile(resources, text.slice(0, -9));
    await writeFile(join(dir, FILES.envelope), '{"schema":');
    const record = await recoverRecord(dir);
    expect(record.resources).toHaveLength(2);
    expect(record.envelope).toBeNull();
    expect(record.events.flatMap((event) => (event.type === 'warning' ? [event.what] : []))).toEqual([
      'resources.ndjson: 1 line could not be read and is left out',
      'envelope.json: it could not be read and is left out',
    ]);
    expect(await readFile(`${resources}.damaged`, 'utf8')).toBe(text.slice(0, -9));
  });

  it('of a ledger is left out whole, as a part of it would miscount', async () => {
    const dir = join(folder, 'ledger');
    await cp(whole, dir, { recursive: true });
    for (const file of [FILES.effects, FILES.faultHits])
      await writeFile(join(dir, file), '{"callId":1,"too', { flag: 'a' });
    const { effects, faultHits } = await recoverRecord(dir);
    expect([effects, faultHits]).toEqual([[], null]);
  });
});

describe('a manifest', () => {
  const changed = async (name: string, change: (manifest: Record<string, unknown>) => unknown): Promise<string> => {
    const dir = join(folder, name);
    await cp(whole, dir, { recursive: true });
    await recoverRecord(dir);
    const path = join(dir, FILES.manifest);
    const manifest = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    await writeFile(path, JSON.stringify(change(manifest)));
    return dir;
  };

  it.each([
    ['files of null', (manifest: object) => ({ ...manifest, files: [null] })],
    ['the schema of another file', (manifest: object) => ({ ...manifest, schema: 'plimsoll/summary-v2' })],
    ['an unknown status', (manifest: object) => ({ ...manifest, status: 'fine' })],
  ])('with %s is refused, and recovered from', async (name, change) => {
    const dir = await changed(`manifest ${name}`, change);
    expect(await codeOf(readRecord(dir))).toBe('manifest-unreadable');
    const record = await recoverRecord(dir);
    expect(firstDifference(record.samples, columnsOf(SAMPLES))).toBeNull();
    expect(await codeOf(readRecord(dir))).toBeNull();
  });

  it.each([FILES.samples, FILES.events, FILES.scenario])('that does not name %s vouches for nothing', async (file) => {
    const dir = await changed(`without ${file}`, (manifest) => ({
      ...manifest,
      files: (manifest['files'] as { path: string }[]).filter(({ path }) => path !== file),
    }));
    expect(await codeOf(readRecord(dir))).toBe('record-file-missing');
  });
});

describe('a full disk when the record is sealed', () => {
  it('leaves what can be recovered once there is room, and no manifest', async () => {
    const record = newRecord(join(folder, 'full-at-seal'));
    spoolInto(record, SAMPLES);
    // A folder is in the way of the file, as a full disk would be.
    const inTheWay = join(record.dir, `${FILES.samples}.unfinished`);
    await cp(whole, inTheWay, { recursive: true });
    await record.finishSamples();
    expect(record.failure).not.toBeNull();
    await expect(record.seal('complete')).rejects.toMatchObject({
      kind: 'output',
      exitCode: 74,
      problems: [{ remedy: expect.stringContaining(`--recover ${record.dir}`) as string }],
    });
    expect(await codeOf(readRecord(record.dir))).toBe('run-incomplete');
    await rm(inTheWay, { recursive: true, force: true });
    const recovered = await recoverRecord(record.dir);
    expect(recovered.samples.length).toBe(SAMPLES.length);
  });
});
