/** Shards meet, start each phase at one moment, and end together when one of them can't go on. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ProblemError } from '../../src/problem/index.js';
import { boardOf, joinShards, reportRefusal, type JoinedShard } from '../../src/shards/index.js';

const TOKEN = { PLIMSOLL_SHARD_TOKEN: 'a token that nobody knows' };
let ports = 21_700 + (process.pid % 200);
const FOLDER = (): string => mkdtempSync(join(tmpdir(), 'plimsoll-rendezvous-'));
const HTTP = (): string => `http://127.0.0.1:${ports++}`;

interface Joining {
  readonly index: number;
  readonly of?: number;
  readonly digest?: string;
  readonly version?: string;
  readonly withinMs?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

async function joined(rendezvous: string, asked: Joining): Promise<JoinedShard> {
  const shard = { index: asked.index, of: asked.of ?? 3, rendezvous, group: 'g' };
  return joinShards({
    shard,
    board: await boardOf(shard, asked.environment ?? TOKEN),
    scenarioDigest: asked.digest ?? 'd1',
    plimsollVersion: asked.version ?? '1',
    withinMs: asked.withinMs ?? 20_000,
    abort: new AbortController().signal,
    step: () => undefined,
  });
}

/** Leaves why a shard does not even join. */
const refused = (rendezvous: string, index: number, what: string): Promise<void> =>
  reportRefusal({ index, of: 3, rendezvous, group: 'g' }, TOKEN, { what, remedy: 'mend it' });

const all = (rendezvous: string, which: readonly Joining[]): Promise<readonly JoinedShard[]> =>
  Promise.all(which.map((each) => joined(rendezvous, each)));
const THREE = [{ index: 0 }, { index: 1 }, { index: 2 }];

async function problemOf(act: Promise<unknown>): Promise<string> {
  const thrown: unknown = await act.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof ProblemError) return `${thrown.kind}: ${thrown.message}`;
  throw thrown instanceof Error ? thrown : new Error('there was no problem');
}

describe.each([
  ['a shared folder', FOLDER],
  ['HTTP', HTTP],
])('shards that meet through %s', (_, place) => {
  it('have one time, begin each phase at one moment of it, and leave nothing', async () => {
    const rendezvous = place();
    const shards = await all(rendezvous, THREE);
    await shards[0]?.publish('target', { url: 'http://here' });
    expect(await shards[2]?.receive('target')).toEqual({ url: 'http://here' });
    const starts: (readonly number[])[] = [];
    for (const phase of [0, 1]) starts.push(await Promise.all(shards.map((shard) => shard.begin(phase, 50e6))));
    await Promise.all(shards.map((shard) => shard.end()));
    const files = shards.map((shard) => shard.file());
    await Promise.all(shards.map((shard) => shard.leave()));
    for (const [phase, own] of starts.entries()) {
      const [planned] = own;
      for (const [k, file] of files.entries()) {
        expect(file.starts[phase]?.plannedNs).toBe(planned);
        expect(file.starts[phase]?.startNs).toBe(own[k]);
      }
    }
    // One process has one clock: it is found to be that, within what is said to be open.
    for (const { index, clock } of files) {
      expect(clock.length).toBe(index === 0 ? 0 : 4);
      for (const { offsetNs, uncertaintyNs, when } of clock)
        expect(Math.abs(offsetNs)).toBeLessThanOrEqual(
          uncertaintyNs + (when === 'before' ? 0 : (clock[0]?.uncertaintyNs ?? 0)),
        );
    }
    if (!rendezvous.startsWith('http')) expect(readdirSync(rendezvous)).toEqual([]);
  });

  it('begin the parts of a phase at one moment each, and read their clocks for the first', async () => {
    const rendezvous = place();
    const shards = await all(rendezvous, THREE);
    const starts: (readonly number[])[] = [];
    for (const part of [0, 1, 2]) starts.push(await Promise.all(shards.map((shard) => shard.begin(0, 50e6, part))));
    await Promise.all(shards.map((shard) => shard.begin(1, 50e6)));
    await Promise.all(shards.slice(1).map((shard) => shard.publish(`probed-0-0-${shard.index}`, { of: shard.index })));
    for (const index of [2, 1]) expect(await shards[0]?.take(`probed-0-0-${index}`)).toEqual({ of: index });
    await Promise.all(shards.map((shard) => shard.end()));
    const files = shards.map((shard) => shard.file());
    await Promise.all(shards.map((shard) => shard.leave()));
    for (const [first = NaN, ...others] of starts)
      for (const [k, startNs] of others.entries()) {
        const { plannedNs = NaN, startNs: ownNs = NaN } = files[k + 1]?.starts[0] ?? {};
        expect(startNs).toBe(first - (plannedNs - ownNs));
      }
    expect(starts.map(([first]) => first)).toEqual(starts.map(([first]) => first).sort((a = 0, b = 0) => a - b));
    for (const { index, clock, starts: phases } of files) {
      expect(phases.map(({ phase }) => phase)).toEqual([0, 1]);
      expect(clock.map(({ when }) => when)).toEqual(index === 0 ? [] : ['before', 'start', 'start', 'after']);
    }
    if (!rendezvous.startsWith('http')) expect(readdirSync(rendezvous)).toEqual([]);
  });

  it('all fail when one of them does, and name it', async () => {
    const shards = await all(place(), THREE);
    const waiting = Promise.all([0, 2].map((k) => problemOf((shards[k] as JoinedShard).begin(0, 50e6))));
    await shards[1]?.fail({ what: 'the target refused', remedy: 'none' });
    expect(await waiting).toEqual(Array(2).fill('invalid: shard 1 failed: the target refused'));
    await Promise.all(shards.map((shard) => shard.fail({ what: 'ended', remedy: 'none' })));
  });

  it.each([0, 2])('end with the words of shard %i where that refuses before it joins', async (odd) => {
    const rendezvous = place();
    const waiting = THREE.filter(({ index }) => index !== odd).map((each) => problemOf(joined(rendezvous, each)));
    await refused(rendezvous, odd, 'its scenario names no tool');
    expect(await Promise.all(waiting)).toEqual(
      Array(2).fill(`invalid: shard ${odd} failed: its scenario names no tool`),
    );
  });

  it('go on where a second process of the number of one of them refuses', async () => {
    const rendezvous = place();
    const shards = await all(rendezvous, THREE);
    for (const index of [1, 0]) await refused(rendezvous, index, 'a typing error');
    await Promise.all(shards.map((shard) => shard.begin(0, 50e6)));
    await Promise.all(shards.map((shard) => shard.end()));
    await Promise.all(shards.map((shard) => shard.leave()));
  });

  it('can meet under a name under which all of them have refused', async () => {
    const rendezvous = place();
    await Promise.all(THREE.map(({ index }) => refused(rendezvous, index, 'its scenario names no tool')));
    const shards = await all(rendezvous, THREE);
    await Promise.all(shards.map((shard) => shard.begin(0, 50e6)));
    await Promise.all(shards.map((shard) => shard.end()));
    await Promise.all(shards.map((shard) => shard.leave()));
  });
});

describe('shards that do not fit', () => {
  it('are named when they do not come', async () => {
    const place = FOLDER();
    const late = { withinMs: 300 };
    const found = await Promise.all([
      problemOf(joined(place, { index: 0, ...late })),
      problemOf(joined(place, { index: 2, withinMs: 5_000 })),
    ]);
    expect(found[0]).toBe('preflight: shard 1 of 3 did not join within 300 ms');
    expect(found[1]).toContain('shard 0 failed: shard 1 of 3 did not join');
    expect(await problemOf(joined(FOLDER(), { index: 1, ...late }))).toContain('shard 0 of group "g" did not answer');
  });

  it('are told what differs', async () => {
    const differing = async (more: Partial<Joining>): Promise<string> => {
      const place = FOLDER();
      const others = [{ index: 1 }, { index: 2, ...more }].map((each) => problemOf(joined(place, each)));
      const found = await problemOf(joined(place, { index: 0 }));
      await Promise.all(others);
      return found;
    };
    expect(await differing({ digest: 'd2' })).toContain('bad-input: shard 2 has another scenario than shard 0');
    expect(await differing({ version: '2' })).toContain('shard 2 is of version 2, and shard 0 of 1');
    expect(await differing({ of: 4 })).toContain('shard 2 says that there are 4 shards');
  });

  it('are told of a version first, whose notes may hold anything else', async () => {
    const place = FOLDER();
    const other = problemOf(joined(place, { index: 1, version: '2', digest: 'd2', of: 9 }));
    expect(await problemOf(joined(place, { index: 0 }))).toContain('shard 1 is of version 2, and shard 0 of 1');
    await other;
  });

  it('refuse notes that nobody of them has left', async () => {
    const place = FOLDER();
    mkdirSync(join(place, 'g'));
    writeFileSync(join(place, 'g', 'join-1'), '{"index":1}');
    const unread = "bad-input: what shard 1 says of itself can't be read";
    expect(await problemOf(joined(place, { index: 0 }))).toBe(unread);
    // The note of another shard under the name of this one.
    const swapped = FOLDER();
    const second = problemOf(joined(swapped, { index: 2 }));
    const note = join(swapped, 'g', 'join-2');
    await vi.waitUntil(() => existsSync(note));
    writeFileSync(join(swapped, 'g', 'join-1'), readFileSync(note));
    expect(await problemOf(joined(swapped, { index: 0 }))).toBe(unread);
    await second;
    const other = FOLDER();
    mkdirSync(join(other, 'g'));
    const refused = 'preflight: the note "accepted" on the rendezvous can\'t be read';
    writeFileSync(join(other, 'g', 'accepted'), '[1');
    expect(await problemOf(joined(other, { index: 1 }))).toBe(refused);
    const epoch = { utc: '2026-01-01T00:00:00.000Z', monotonicNs: 'soon' };
    for (const accepted of [
      { epoch, members: [] },
      { epoch: { ...epoch, monotonicNs: '5' }, members: [] },
    ]) {
      const there = FOLDER();
      mkdirSync(join(there, 'g'));
      writeFileSync(join(there, 'g', 'accepted'), JSON.stringify(accepted));
      expect(await problemOf(joined(there, { index: 1 }))).toBe(refused);
    }
  });

  it('are refused a second time, and without the token', async () => {
    const place = FOLDER();
    const first = problemOf(joined(place, { index: 0, withinMs: 600 }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await problemOf(joined(place, { index: 0 }))).toContain('shard 0 of group "g" has joined already');
    await first;
    const http = HTTP();
    const served = problemOf(joined(http, { index: 0, withinMs: 600 }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(
      await problemOf(joined(http, { index: 1, environment: { PLIMSOLL_SHARD_TOKEN: 'another one that is long' } })),
    ).toContain('answers with status 401');
    await served;
    expect(await problemOf(joined(http, { index: 1, environment: {} }))).toContain('needs PLIMSOLL_SHARD_TOKEN');
  });
});

describe('a rendezvous folder that is none', () => {
  it('is refused at once', async () => {
    const file = join(FOLDER(), 'file');
    writeFileSync(file, '');
    expect(await problemOf(joined(file, { index: 0 }))).toContain(
      `preflight: the rendezvous folder ${file}/g can't be`,
    );
  });

  it('ends a run that it is taken from, without another try', async () => {
    const place = FOLDER();
    const [first, second] = await all(place, [
      { index: 0, of: 2 },
      { index: 1, of: 2, withinMs: 300 },
    ]);
    rmSync(join(place, 'g'), { recursive: true });
    writeFileSync(join(place, 'g'), '');
    const what = `invalid: the rendezvous folder ${place}/g can't be used: a file is in the way`;
    expect(await problemOf((first as JoinedShard).begin(0, 50e6))).toBe(what);
    expect(await problemOf((second as JoinedShard).begin(0, 50e6))).toContain(
      "invalid: the rendezvous can't be reached",
    );
    for (const shard of [first, second]) await shard?.fail({ what: 'ended', remedy: 'none' });
  });
});
