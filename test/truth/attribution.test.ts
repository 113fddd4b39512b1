/**
 * Generator, link, gateway and upstream made slow in turn, the upstream frozen (by the run and from outside) and dying
 * of timeouts, in real runs: the first growing queue is named rightly, 7 of 7.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EXPORTS } from '../../src/export/index.js';
import type { Attribution, Summary } from '../../src/analysis/index.js';
import { EXIT, type ExitCode } from '../../src/problem/index.js';
import { FILES } from '../../src/record/index.js';
import { finished, onlyRun, scenarioFile, scratchFolder, start, until, type Started } from '../e2e/plimsoll.js';
import { LEAVES_OUT, asWholeRuns } from '../whole-runs.js';

interface Slow {
  readonly gateway?: string;
  readonly backend?: string;
  readonly load: string;
  readonly call?: string;
  readonly faults?: string;
}

/** Generator, link, gateway, upstream: the same way for all, with room in all but what the case makes slow. */
const scenario = ({
  gateway = '',
  backend = 'workers: 8, service-time: { constant: 2ms }',
  load,
  faults = '',
  call = 'deadline: 5s',
}: Slow): string => `version: 1
name: slow
stack:
  services:
    backend: { mock: tools, ${backend} }
    gate: { mock: gateway, to: [backend]${gateway} }
  links: { upstream: { to: gate } }
  target: upstream
protocol: { sessions: 64 }
calls: [{ tool: search, arguments: { query: hull }, expect: derived, ${call} }]
phases: [{ name: load, ${load} }]
${faults}`;

const STEADY = 'regime: steady, rate: 60/s, for: 5s, warmup: 0s';
/** 20/s, then more than one worker of 30 ms can do. */
const OVERLOAD =
  'regime: overload, before: { rate: 20/s, for: 2s }, rate: 100/s, for: 1500ms, after: { rate: 10/s, for: 1500ms }';

type Meanwhile = (started: Started, folder: string) => Promise<void>;

async function summaryOf(
  slow: Slow,
  endsWith: ExitCode = EXIT.pass,
  meanwhile: Meanwhile = () => Promise.resolve(),
): Promise<Summary> {
  const folder = scratchFolder();
  const started = start(['run', scenarioFile(scenario(slow)), '--out', folder, '--quiet']);
  const [result] = await Promise.all([finished(started), meanwhile(started, folder)]);
  expect(result.exitCode, `${result.stdout}${result.stderr}`).toBe(endsWith);
  expect(result.leftBehind).toEqual([]);
  return JSON.parse(readFileSync(join(onlyRun(folder), EXPORTS.summary.file), 'utf8')) as Summary;
}

async function attributionOf(...run: Parameters<typeof summaryOf>): Promise<Attribution> {
  const [attribution] = (await summaryOf(...run)).attributions;
  if (attribution === undefined) throw new Error('an open-loop phase without an attribution');
  return attribution;
}

const named = ({ firstGrowing, stage, gateway }: Attribution) => ({ firstGrowing, stage, gateway });

/** Stops a process for a second, one and a half seconds into the phase: the generator's, or that of a service. */
const freeze =
  (service: string | null): Meanwhile =>
  async (started, folder) => {
    const events = (): string => {
      const [dir] = readdirSync(folder);
      const path = join(folder, dir ?? '', FILES.events);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    };
    expect(await until(() => /"type":"phase".*"edge":"start"/.test(events()), 60_000)).toBe(true);
    const spawned = new RegExp(`"service":"${service}","edge":"ready","pid":(\\d+)`).exec(events())?.[1];
    const send = (signal: 'SIGSTOP' | 'SIGCONT') =>
      service === null ? started.process.kill(signal) : process.kill(Number(spawned), signal);
    await sleep(1_500);
    send('SIGSTOP');
    await sleep(1_000);
    send('SIGCONT');
  };

// Two and two: which queue grew is no matter of how fast the machine is.
describe.skipIf(LEAVES_OUT).concurrent(asWholeRuns('the first growing queue of a real run'), () => {
  it('is the generator when it sends late', async () => {
    // Enough calls for a p99, which the standstill makes not valid.
    const load = STEADY.replace('60/s', '200/s');
    expect(named(await attributionOf({ load }, EXIT.invalid, freeze(null)))).toEqual({
      firstGrowing: 'generator',
      stage: 'schedule-lag',
      gateway: null,
    });
  }, 90_000);

  it('is the network when the link has too little bandwidth', async () => {
    const faults =
      'faults: [{ phase: load, at: 2s, for: 1500ms, on: upstream, type: bandwidth, rate: 10KB/s, ' +
      'direction: upstream }]';
    expect(named(await attributionOf({ load: STEADY, faults }))).toEqual({
      firstGrowing: 'network',
      stage: 'outbound-hop',
      gateway: null,
    });
  }, 90_000);

  it('is the gateway when it has one worker', async () => {
    const slow = { gateway: ', workers: 1, service-time: { constant: 30ms }', load: OVERLOAD };
    expect(named(await attributionOf(slow))).toEqual({
      firstGrowing: 'gateway',
      stage: 'outbound-hop',
      gateway: 'gate',
    });
  }, 90_000);

  it('is the upstream when the run freezes its process', async () => {
    const faults = 'faults: [{ phase: load, at: 2s, for: 1s, on: backend, type: freeze }]';
    expect(await attributionOf({ load: STEADY, faults })).toMatchObject({
      firstGrowing: 'upstream',
      evidence: 'fault',
    });
  }, 90_000);

  it('is the upstream when its process is frozen from outside, which its polls show', async () => {
    expect(await attributionOf({ load: STEADY }, EXIT.pass, freeze('backend'))).toMatchObject({
      firstGrowing: 'upstream',
      evidence: 'polls',
    });
  }, 90_000);

  it('is the upstream queue when the calls in it are given up before their turn', async () => {
    const { attributions, phases } = await summaryOf({
      backend: 'workers: 1, service-time: { constant: 30ms }',
      call: 'deadline: 5s, timeout: 150ms, cancel: false, retry: { attempts: 2, backoff: 0ms, on: [timeout] }',
      load: OVERLOAD,
    });
    expect(attributions[0]).toMatchObject({ firstGrowing: 'upstream', stage: 'upstream-queue' });
    const [most] = phases[0]?.stageSplit?.ended ?? [];
    expect(most).toMatchObject({ stage: 'upstream-queue', how: 'gave-up' });
    expect(most?.share).toBeGreaterThan(0.5);
    // What was abandoned is worked through all the same.
    expect(phases[0]?.upstreamCalls?.max).toBeGreaterThan(20);
  }, 90_000);

  it('is the upstream when it has one worker', async () => {
    const slow = { backend: 'workers: 1, service-time: { constant: 30ms }', load: OVERLOAD };
    expect(named(await attributionOf(slow))).toEqual({
      firstGrowing: 'upstream',
      stage: 'upstream-queue',
      gateway: null,
    });
  }, 90_000);
});
