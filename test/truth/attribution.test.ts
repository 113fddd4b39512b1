/**
 * Generator, link, gateway and upstream made slow in turn, in real runs: the first growing queue is named rightly, 4 of
 * 4.
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

interface Slow {
  readonly gateway?: string;
  readonly backend?: string;
  readonly load: string;
  readonly faults?: string;
}

/** Generator, link, gateway, upstream: the same way for all, with room in all but what the case makes slow. */
const scenario = ({
  gateway = '',
  backend = 'workers: 8, service-time: { constant: 2ms }',
  load,
  faults = '',
}: Slow): string => `version: 1
name: slow
stack:
  services:
    backend: { mock: tools, ${backend} }
    gate: { mock: gateway, to: [backend]${gateway} }
  links: { upstream: { to: gate } }
  target: upstream
protocol: { sessions: 64 }
calls: [{ tool: search, arguments: { query: hull }, expect: derived, deadline: 5s }]
phases: [{ name: load, ${load} }]
${faults}`;

const STEADY = 'regime: steady, rate: 60/s, for: 5s, warmup: 0s';
/** 20/s, then more than one worker of 30 ms can do. */
const OVERLOAD =
  'regime: overload, before: { rate: 20/s, for: 2s }, rate: 100/s, for: 1500ms, after: { rate: 10/s, for: 1500ms }';

async function attributionOf(
  slow: Slow,
  endsWith: ExitCode = EXIT.pass,
  meanwhile: (started: Started, folder: string) => Promise<void> = () => Promise.resolve(),
): Promise<Attribution> {
  const folder = scratchFolder();
  const started = start(['run', scenarioFile(scenario(slow)), '--out', folder, '--quiet']);
  const [result] = await Promise.all([finished(started), meanwhile(started, folder)]);
  expect(result.exitCode, result.stderr).toBe(endsWith);
  expect(result.leftBehind).toEqual([]);
  const { attributions } = JSON.parse(readFileSync(join(onlyRun(folder), EXPORTS.summary.file), 'utf8')) as Summary;
  const [attribution] = attributions;
  if (attribution === undefined) throw new Error('an open-loop phase without an attribution');
  return attribution;
}

const named = ({ firstGrowing, stage, gateway }: Attribution) => ({ firstGrowing, stage, gateway });

/** Stops the generator's process for a second, one and a half seconds into its phase. */
async function freezeGenerator(started: Started, folder: string): Promise<void> {
  const events = (): string => {
    const [dir] = readdirSync(folder);
    const path = join(folder, dir ?? '', FILES.events);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  expect(await until(() => /"type":"phase".*"edge":"start"/.test(events()), 60_000)).toBe(true);
  await sleep(1_500);
  started.process.kill('SIGSTOP');
  await sleep(1_000);
  started.process.kill('SIGCONT');
}

// Two and two: which queue grew is no matter of how fast the machine is.
describe.concurrent('the first growing queue of a real run', () => {
  it('is the generator when it sends late', async () => {
    expect(named(await attributionOf({ load: STEADY }, EXIT.invalid, freezeGenerator))).toEqual({
      firstGrowing: 'generator',
      stage: 'send-lag',
      gateway: null,
    });
  }, 90_000);

  it('is the network when the link has too little bandwidth', async () => {
    const faults =
      'faults: [{ phase: load, at: 2s, for: 1500ms, on: upstream, type: bandwidth, rate: 10KB/s, ' +
      'direction: upstream }]';
    expect(named(await attributionOf({ load: STEADY, faults }))).toEqual({
      firstGrowing: 'network',
      stage: 'outbound',
      gateway: null,
    });
  }, 90_000);

  it('is the gateway when it has one worker', async () => {
    const slow = { gateway: ', workers: 1, service-time: { constant: 30ms }', load: OVERLOAD };
    expect(named(await attributionOf(slow))).toEqual({ firstGrowing: 'gateway', stage: 'outbound', gateway: 'gate' });
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
