/**
 * SIGKILL of the engine, the target and the run in turn: what is reported, that nothing is left, and that the next run
 * starts clean.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXPORTS } from '../../src/export/index.js';
import type { Summary } from '../../src/analysis/index.js';
import { FILES, type RunEvent } from '../../src/record/index.js';
import { startFaultEngine } from '../../src/toxiproxy/index.js';
import { REAL_IS_SKIPPED, withReal } from '../conformance/toxiproxy/engines.js';
import { compareSummary } from '../recompute/compare.js';
import {
  finished,
  mockScenario,
  onlyRun,
  plimsoll,
  scenarioFile,
  scratchFolder,
  start,
  until,
  type Started,
} from './plimsoll.js';

const SCENARIO = scenarioFile(
  mockScenario({
    phases: '- { name: steady, regime: steady, rate: 100/s, for: 2s, warmup: 0s }',
    more:
      'faults:\n  - { id: slow, phase: steady, at: 300ms, for: 1500ms, on: upstream, type: latency, ' +
      'latency: 20ms }\n',
  }).replace('  target: backend', '  links: { upstream: { to: backend } }\n  target: upstream'),
);
const OFFERED = 200;
/** Whole runs side by side, on a machine that may be busy. */
const LIMIT_MS = 90_000;

interface Underway extends Started {
  readonly folder: string;
}

/** A run whose fault is on. */
async function faulty(...flags: string[]): Promise<Underway> {
  const folder = scratchFolder();
  const started = start(['run', SCENARIO, '--out', folder, ...flags]);
  const isOn = (): boolean => events(folder).some((event) => event.type === 'fault' && event.edge === 'on');
  if (!(await until(isOn, LIMIT_MS / 3))) throw new Error(`the fault never came: ${(await started.process).stderr}`);
  return { ...started, folder };
}

function events(folder: string): readonly RunEvent[] {
  const run = existsSync(folder) ? readdirSync(folder).find((name) => name !== 'latest') : undefined;
  const path = join(folder, run ?? '', FILES.events);
  if (run === undefined || !existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // The last line may still be on its way to the disk.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as RunEvent);
}

function kill(run: Underway, program: string): void {
  const pids = run.alive().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(program));
  expect(pids, program).toHaveLength(1);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}

const summaryOf = (folder: string): Summary =>
  JSON.parse(readFileSync(join(onlyRun(folder), EXPORTS.summary.file), 'utf8')) as Summary;

/** Ports that the run's links listened on, as the engine reported them. */
function linkPorts(folder: string): readonly number[] {
  const { faults } = JSON.parse(readFileSync(join(onlyRun(folder), FILES.envelope), 'utf8')) as {
    readonly faults: {
      readonly engineState: { readonly value: { readonly proxies: readonly { readonly listen: string }[] } };
    };
  };
  return faults.engineState.value.proxies.map(({ listen }) => Number(listen.split(':').at(-1)));
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** The run went on to its end, reported what happened to it, and left nothing. */
async function expectToldWhole(run: Underway, codes: readonly string[]): Promise<void> {
  const { exitCode, leftBehind } = await finished(run);
  expect(leftBehind).toEqual([]);
  expect(exitCode).toBe(4);
  const { status, samples, phases, validity, recoveries, warnings } = summaryOf(run.folder);
  expect(warnings.map(({ code }) => code)).toContain('fault-engine-died');
  expect([status, samples.unaccounted, phases[0]?.offered]).toEqual(['complete', 0, OFFERED]);
  expect(validity.reasons.map(({ code }) => code)).toEqual(expect.arrayContaining([...codes]));
  expect(validity.reasons.find(({ code }) => code === 'fault-engine-died')?.what).toMatch(
    /ended .* into the run \(signal SIGKILL\): the rest of phase "steady" is inconclusive$/,
  );
  expect(recoveries.map(({ clearNs }) => clearNs)).toEqual([null]);
  expect(await compareSummary(onlyRun(run.folder))).toEqual([]);
  const ports = linkPorts(run.folder);
  expect(ports).toHaveLength(1);
  for (const port of ports) expect(await listens(port)).toBe(false);
}

describe.concurrent('SIGKILL', () => {
  it(
    'of the embedded engine is reported as that, and the run keeps all of its calls',
    async () => {
      const run = await faulty();
      kill(run, 'bin/fault-engine.js');
      await expectToldWhole(run, ['fault-engine-died', 'fault-not-confirmed']);
    },
    LIMIT_MS,
  );

  it.skipIf(REAL_IS_SKIPPED)(
    withReal('of the real server and then of the target is reported as both'),
    async () => {
      const run = await faulty('--fault-engine', 'real');
      kill(run, 'toxiproxy-server');
      kill(run, 'bin/tools-mock.js');
      await expectToldWhole(run, ['fault-engine-died', 'fault-not-confirmed', 'service-died']);
    },
    LIMIT_MS,
  );

  it.skipIf(REAL_IS_SKIPPED)(
    withReal('of a run takes the real server along, and its port'),
    async () => {
      const run = await faulty('--fault-engine', 'real');
      const ports = linkPorts(run.folder);
      expect(ports).toHaveLength(1);
      run.process.kill('SIGKILL');
      expect((await finished(run)).leftBehind).toEqual([]);
      for (const port of ports) expect(await listens(port)).toBe(false);
    },
    LIMIT_MS,
  );

  it(
    'of a run on an engine of others leaves no process, and the next run takes its toxic and its port away',
    async () => {
      const engine = await startFaultEngine({ choice: { kind: 'embedded' }, seed: 1 });
      try {
        const killed = await faulty('--toxiproxy', engine.url);
        killed.process.kill('SIGKILL');
        expect((await finished(killed)).leftBehind).toEqual([]);
        const [left] = (await engine.state()).proxies;
        expect(left).toMatchObject({
          name: expect.stringMatching(/^upstream__plimsoll-/) as unknown,
          toxics: [{ name: 'slow' }],
        });

        const folder = scratchFolder();
        const next = await plimsoll(['run', SCENARIO, '--out', folder, '--toxiproxy', engine.url]);
        expect(next.leftBehind).toEqual([]);
        expect(next.exitCode, next.stderr).toBe(0);
        const { status, samples, phases, validity, recoveries, warnings } = summaryOf(folder);
        expect(status).toBe('complete');
        expect([samples.unaccounted, phases[0]?.offered]).toEqual([0, OFFERED]);
        expect(recoveries.map(({ clearNs }) => clearNs === null)).toEqual([false]);
        expect(
          validity.reasons.map(({ code }) => code).filter((code) => /fault|service|samples|record/.test(code)),
        ).toEqual([]);
        expect(warnings.find(({ code }) => code === 'fault-left-overs')?.what).toContain(left?.name);
        expect((await engine.state()).proxies).toEqual([]);
        expect(await listens(Number(left?.listen.split(':').at(-1)))).toBe(false);
      } finally {
        await engine.stop();
      }
    },
    LIMIT_MS,
  );

  it(
    'is not needed where a terminal is closed: SIGHUP takes the toxic from an engine of others, and seals the run',
    async () => {
      const engine = await startFaultEngine({ choice: { kind: 'embedded' }, seed: 1 });
      try {
        const run = await faulty('--toxiproxy', engine.url);
        // The terminal itself is gone as well.
        run.process.stdout.destroy();
        run.process.stderr.destroy();
        run.process.kill('SIGHUP');
        const { exitCode, leftBehind } = await finished(run);
        expect([exitCode, leftBehind]).toEqual([143, []]);
        expect((await engine.state()).proxies).toEqual([]);
        expect(summaryOf(run.folder).status).toBe('interrupted');
      } finally {
        await engine.stop();
      }
    },
    LIMIT_MS,
  );

  it(
    'cannot happen to a real engine that is not there: it is missed before anything starts',
    async () => {
      const folder = scratchFolder();
      const result = await plimsoll(['run', SCENARIO, '--out', folder, '--fault-engine', 'real'], {
        PATH: '/nonexistent',
      });
      expect(result.exitCode).toBe(3);
      expect(result.stderr).toContain('toxiproxy-server is not on PATH');
      expect(result.stderr).not.toMatch(/^\s+at /m);
      expect(result.leftBehind).toEqual([]);
      expect(readdirSync(folder)).toEqual([]);
    },
    LIMIT_MS,
  );
});
