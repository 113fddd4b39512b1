/**
 * Three processes on one mock are one run: the arrivals and arguments of a single process, a record that bears out its
 * own numbers, and the latencies of a single process as far as chance allows. Without one of them there is no run.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { EXPORTS } from '../../src/export/index.js';
import { FILES, readRecord, shardOfCall, type RunRecord } from '../../src/record/index.js';
import { finished, mockScenario, onlyRun, plimsoll, scenarioFile, scratchFolder, until } from '../e2e/plimsoll.js';
import { compareSummary } from '../recompute/compare.js';
import { recountedHistograms } from '../record/recounted.js';
import { recordSchemaErrors } from '../run-record-schemas.js';
import { FULL, LEAVES_OUT, asWholeRuns } from '../whole-runs.js';
import { freePort } from '../clusters/ports.js';
import { GROUP, arrivalsOf, isUnderLoad, startShards } from './shards.js';

/** How many processes. */
const COUNTS = FULL ? [2, 3, 4] : [3];
/** Three queries whose requests differ by this much: far more than the digits of a call's number. */
const STEP = 400;
const QUERIES = [0, 1, 2].map((n) => 'q'.repeat(1 + n * STEP));

/** Services far longer than what a busy machine adds, and a server for each call: latencies are drawn independently. */
const scenario = (seconds: number): string =>
  scenarioFile(
    mockScenario({
      backend: '{ mock: tools, workers: 64, service-time: { lognormal: { median: 80ms, p99: 240ms } } }',
      calls: `- { tool: search, weight: 3, arguments: { query: { pick: [${QUERIES.join(', ')}] } }, expect: derived }
  - { tool: book, weight: 1, arguments: { berth: { unique: uuid } }, expect: derived, effect: exactly-once }`,
      phases: `- { name: steady, regime: steady, rate: 130/s, arrivals: poisson, for: ${seconds}s, warmup: 0s }
  - { name: floor, regime: floor, for: 400ms }`,
    }).replace('sessions: 4', 'sessions: 6'),
  );

const summaryIn = (dir: string): Summary =>
  JSON.parse(readFileSync(join(dir, EXPORTS.summary.file), 'utf8')) as Summary;

/** Lines of a histogram log that hold a histogram. */
const intervals = (log: string): readonly string[] => log.split('\n').filter((line) => line.startsWith('Tag='));

/** Files that were measured, with their digests. */
const measured = ({ manifest }: RunRecord) => manifest?.files.filter(({ derived }) => derived !== true);

const responseTimesMs = ({ samples }: RunRecord): readonly number[] =>
  Array.from(samples.doneNs, (doneNs, row) => (doneNs - (samples.intendedNs[row] ?? NaN)) / 1e6).filter(
    (_, row) => samples.phase[row] === 0,
  );

/** Largest distance of the distributions of two samples. */
function distance(a: readonly number[], b: readonly number[]): number {
  const share = (of: readonly number[], x: number): number => of.filter((each) => each <= x).length / of.length;
  return Math.max(...[...a, ...b].map((x) => Math.abs(share(a, x) - share(b, x))));
}

/** What chance makes of that distance once in a million (Smirnov's asymptotic bound). */
const chanceOf = (n: number, m: number): number => Math.sqrt((-Math.log(0.5e-6) / 2) * ((n + m) / (n * m)));

describe('a shard that waits for another one', () => {
  /** A scenario whose requests carry a secret, and its shards; what is odd about the first one. */
  const started = (odd: Partial<Record<'secret' | 'folder', 'missing'>>) => {
    const folder = scratchFolder();
    const text = mockScenario().replace(
      'sessions: 4',
      `sessions: 4, headers: { x-token: "\${secret.SCALE_OUT_TOKEN}" }`,
    );
    const scenario = scenarioFile(text);
    return startShards({
      ...{ scenario, of: 2, folder },
      environment: (index) => (index === 0 && odd.secret === 'missing' ? {} : { SCALE_OUT_TOKEN: 'a token of a test' }),
      // A file is no folder.
      out: (index) => (index === 0 && odd.folder === 'missing' ? scenario : join(folder, 'shards')),
    });
  };

  it.each([
    ['a secret', { secret: 'missing' }, 2, 'shard 0 failed: the secret SCALE_OUT_TOKEN is not set'],
    ['a folder for its record', { folder: 'missing' }, 74, /shard 0 failed: .*scenario\.yaml/],
  ] as const)('ends with the words of shard 0 where that lacks %s', async (_what, odd, exitCode, words) => {
    const [first, other] = await Promise.all(started(odd).map((shard) => finished(shard)));
    expect([first?.exitCode, first?.leftBehind]).toEqual([exitCode, []]);
    expect([other?.exitCode, other?.leftBehind]).toEqual([4, []]);
    expect(other?.stderr).toMatch(words);
  });
});

describe.skipIf(LEAVES_OUT)(asWholeRuns('processes on one mock'), () => {
  it.each(COUNTS)(
    '%i of them are together the run of one',
    async (of) => {
      const [file, folder] = [scenario(2), scratchFolder()];
      const [alone, ...shards] = await Promise.all([
        plimsoll(['run', file, '--quiet', '--out', join(folder, 'alone')]),
        ...startShards({ scenario: file, of, folder }).map((shard) => finished(shard)),
      ]);
      const all = [alone, ...shards];
      expect(
        all.map(({ exitCode, leftBehind }) => [exitCode, leftBehind]),
        all.map(({ stderr }) => stderr).join('\n'),
      ).toEqual(Array(1 + of).fill([0, []]));
      expect(readdirSync(join(folder, 'meet'))).toEqual([]);

      const merge = (name: string) =>
        plimsoll(['merge', join(folder, 'shards', GROUP), '--out', join(folder, name), '--name', 'm']);
      const merged = await merge('merged');
      expect(merged.exitCode, merged.stderr).toBe(0);
      const dir = join(folder, 'merged', 'm');
      const [one, three] = [await readRecord(onlyRun(join(folder, 'alone'))), await readRecord(dir)];
      const opened = (of: RunRecord) => arrivalsOf(of, STEP).filter(({ phase }) => phase === 0);
      expect(opened(three)).toEqual(opened(one));
      expect(new Set(opened(one).map(({ spec, size }) => `${spec} ${size}`)).size).toBeGreaterThanOrEqual(4);

      expect(intervals(readFileSync(join(dir, FILES.histograms), 'utf8'))).toEqual(
        intervals(await recountedHistograms(three)),
      );
      expect(await compareSummary(dir)).toEqual([]);
      expect(recordSchemaErrors(dir)).toEqual([]);

      const summary = summaryIn(dir);
      expect(summary.shards?.shards.map(({ shard }) => shard)).toEqual(Array.from({ length: of }, (_, k) => k));
      expect([summary.validity.verdict, summary.effects?.duplicates, summary.effects?.lost]).toEqual(['valid', 0, 0]);
      const [n, m] = [responseTimesMs(one), responseTimesMs(three)];
      expect(distance(n, m)).toBeLessThan(chanceOf(n.length, m.length));

      await merge('again');
      const again = join(folder, 'again', 'm');
      expect(measured(await readRecord(again))).toEqual(measured(three));
      expect(summaryIn(again)).toEqual(summary);
    },
    90_000,
  );

  if (FULL)
    it('search for a capacity together, and go on at what they found', async () => {
      // Four workers of 25 ms can do 160 calls/s, on a busy machine less, never more.
      const file = scenarioFile(
        mockScenario({
          backend: '{ mock: tools, workers: 4, service-time: { constant: 25ms } }',
          phases: `- { name: load line, regime: capacity, between: [60/s, 240/s], step: 2s, resolution: 50%, \
confirmations: 1 }
  - { name: half, regime: steady, rate: 0.5x, for: 1s, warmup: 0s }`,
        }),
      );
      const folder = scratchFolder();
      const all = await Promise.all(startShards({ scenario: file, of: 3, folder }).map((shard) => finished(shard)));
      expect(
        all.map(({ exitCode, leftBehind }) => [exitCode, leftBehind]),
        all.map(({ stderr }) => stderr).join('\n'),
      ).toEqual(Array(3).fill([0, []]));
      expect(readdirSync(join(folder, 'meet'))).toEqual([]);
      const merged = await plimsoll(['merge', join(folder, 'shards', GROUP), '--out', folder, '--name', 'm']);
      expect(merged.exitCode, merged.stderr).toBe(0);
      const dir = join(folder, 'm');
      const { samples, events } = await readRecord(dir);
      const summary = summaryIn(dir);
      const [search] = summary.capacities;
      const probes = search?.probes ?? [];
      expect(probes.length).toBeGreaterThan(1);
      for (const { ratePerSecond, verdict, evidence } of probes) {
        expect(evidence.unaccounted).toBe(0);
        if (ratePerSecond > 165) expect(verdict).not.toBe('passed');
      }
      // What shard 0 counted while the search went on is what the merged record holds of each probe.
      const [searched, half] = summary.phases;
      const counts = (of: readonly { readonly offered: number; readonly good: number }[] = []) =>
        of.map(({ offered, good }) => ({ offered, good }));
      expect(counts(searched?.stages)).toEqual(counts(probes.map(({ evidence }) => evidence)));
      expect(search?.passedPerSecond).toBeLessThan(165);
      expect(half?.scheduledPerSecond).toBeCloseTo((search?.passedPerSecond ?? NaN) / 2, 6);
      expect(new Set(samples.callId.map((id) => shardOfCall(id)))).toEqual(new Set([0, 1, 2]));
      const starts = events.filter((event) => event.type === 'phase' && event.phase === 0 && event.edge === 'start');
      expect(starts.length).toBe(probes.length);
      expect(recordSchemaErrors(dir)).toEqual([]);
    }, 120_000);

  it('are no run when one of them is killed: it is named, and nothing is left', async () => {
    const folder = scratchFolder();
    const shards = startShards({ scenario: scenario(60), of: 3, folder });
    const hasBegun = await until(() => isUnderLoad(folder, 1), 60_000);
    shards[1]?.process.kill('SIGKILL');
    const all = await Promise.all(shards.map((shard) => finished(shard)));
    expect(hasBegun, all.map(({ stderr }) => stderr).join('\n')).toBe(true);
    expect(all.map(({ exitCode, leftBehind }) => [exitCode, leftBehind])).toEqual([
      [4, []],
      [undefined, []],
      [4, []],
    ]);
    for (const k of [0, 2]) expect(all[k]?.stderr).toContain('shard 1 was lost: its process has ended');
    const merged = await plimsoll(['merge', join(folder, 'shards', GROUP), '--out', join(folder, 'merged')]);
    expect(merged.exitCode).toBe(4);
    expect(merged.stderr).toContain('the run is invalid: shard 1 was cut off before it ended');
    expect(existsSync(join(folder, 'merged'))).toBe(false);
  }, 90_000);

  if (FULL)
    it.each([
      ['a folder', 1],
      ['HTTP', 1],
      ['HTTP', 0],
    ])(
      'that meet through %s are no run when shard %i stands still: it is named, and ends when it goes on',
      async (place, odd) => {
        const folder = scratchFolder();
        const token = { PLIMSOLL_SHARD_TOKEN: 'a token that nobody knows' };
        const http = { rendezvous: `http://127.0.0.1:${await freePort()}`, environment: () => token };
        const shards = startShards({ scenario: scenario(90), of: 3, folder, ...(place === 'HTTP' ? http : {}) });
        const hasBegun = await until(() => isUnderLoad(folder, odd), 60_000);
        shards[odd]?.process.kill('SIGSTOP');
        const ends = shards.map((shard) => finished(shard));
        await Promise.all(ends.filter((_, index) => index !== odd));
        shards[odd]?.process.kill('SIGCONT');
        const all = await Promise.all(ends);
        expect(hasBegun, all.map(({ stderr }) => stderr).join('\n')).toBe(true);
        for (const [index, { exitCode, leftBehind, stderr }] of all.entries()) {
          expect([exitCode, leftBehind]).toEqual([4, []]);
          if (index !== odd) expect(stderr).toContain(`shard ${odd} was lost: `);
        }
      },
      240_000,
    );
});
