/** A server that says nothing of its own times: its queue is seen all the same, and its gates say whose age it is. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { EXPORTS } from '../../src/export/index.js';
import { EXIT } from '../../src/problem/index.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';

const SERVER = fileURLToPath(new URL('fixtures/stampless-server.mjs', import.meta.url));
/**
 * 10 ms a call is 100/s: 105/s for 5 s, the shortest phase with a trend, is 525 calls. The stall comes a second into
 * the phase after that.
 */
const OVERLOAD = { ratePerSecond: 105, seconds: 5 } as const;
const STALL = { call: OVERLOAD.ratePerSecond * OVERLOAD.seconds + 40, forMs: 700 } as const;

const scenario = (port: number): string => `version: 1
name: stampless
stack: { target: { url: 'http://127.0.0.1:${port}/mcp' } }
protocol: { sessions: 8, in-flight-per-session: 64 }
calls: [{ tool: work, deadline: 5s }]
phases:
  - { name: over, regime: steady, rate: ${OVERLOAD.ratePerSecond}/s, for: ${OVERLOAD.seconds}s, warmup: 0s }
  - { name: stalled, regime: steady, rate: 40/s, for: 3s, warmup: 0s }
gates:
  - { metric: queue-age, stat: slope, phase: over, max: 1ms/s }
  - { metric: queue-age, stat: max, phase: stalled, max: 100ms }
`;

let run: { readonly exitCode: number | undefined; readonly stdout: string; readonly dir: string };

beforeAll(async () => {
  const parameters = [SERVER, '10', String(STALL.call), String(STALL.forMs)];
  const server = spawn(process.execPath, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    let port = NaN;
    for await (const line of createInterface(server.stdout)) {
      ({ port } = JSON.parse(line) as { readonly port: number });
      break;
    }
    const folder = scratchFolder();
    const { exitCode, stdout, leftBehind } = await plimsoll(['run', scenarioFile(scenario(port)), '--out', folder]);
    expect(leftBehind).toEqual([]);
    run = { exitCode, stdout, dir: onlyRun(folder) };
  } finally {
    server.kill('SIGKILL');
  }
}, 60_000);

const text = (export_: keyof typeof EXPORTS): string => readFileSync(join(run.dir, EXPORTS[export_].file), 'utf8');

it('fails the gate on the slope at 105 % of its capacity, and that on the maximum when it stalls for 700 ms', () => {
  expect(run.exitCode, run.stdout).toBe(EXIT.gateFailed);
  const { results } = JSON.parse(text('gate')) as { readonly results: readonly { readonly verdict: string }[] };
  expect(results.map(({ verdict }) => verdict)).toEqual(['regress', 'regress']);
});

it('names whose age it was: on the terminal, in gate.json and in junit.xml', () => {
  const gates = ['queue-age slope of over', 'queue-age max of stalled'];
  for (const [where, printed] of [
    ['terminal', run.stdout],
    ['gate.json', text('gate')],
    ['junit.xml', text('junit')],
  ] as const)
    for (const gate of gates) {
      const line = printed.split('\n').find((each) => each.includes(gate));
      expect(line, `${gate} on ${where}`).toContain('(source: unanswered)');
    }
});

it('is seen to be as old as it was: 48 ms older every second, and 700 ms at the stall', () => {
  const { phases } = JSON.parse(text('summary')) as Summary;
  const [over, stalled] = phases.map(({ queueAge }) => queueAge);
  expect([over?.source, stalled?.source]).toEqual(['unanswered', 'unanswered']);
  expect((over?.slope?.nsPerSecond ?? NaN) / 1e6).toBeGreaterThan(0.5 * (1 - 100 / 105) * 1e3);
  expect((stalled?.maxNs ?? NaN) / 1e6).toBeGreaterThanOrEqual(STALL.forMs);
});

it('names the phase of each reason when the run is gated again', async () => {
  const { validity } = JSON.parse(text('summary')) as Summary;
  const ofPhases = validity.reasons.filter(({ phase }) => phase !== null);
  expect(ofPhases.map(({ phase }) => phase)).toContain('over');
  const { stdout, exitCode } = await plimsoll(['gate', run.dir]);
  expect(exitCode).toBe(EXIT.gateFailed);
  for (const { phase, what } of ofPhases) expect(stdout).toContain(`${phase}: ${what}`);
});
