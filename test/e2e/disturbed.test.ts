/**
 * Runs that others on the machine disturb, and are made again; runs that are hopeless, and end early. The machine's
 * capacity is assumed; what others use is measured where a test says so.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import type { Comparison } from '../../src/compare/index.js';
import { EXIT } from '../../src/problem/index.js';
import { EXPERIMENT_FILE, FILES, type ExperimentFile } from '../../src/record/index.js';
import { finished, mockScenario, onlyRun, plimsoll, scenarioFile, scratchFolder, start, until } from './plimsoll.js';
import { FULL, LEAVES_OUT, asWholeRuns } from '../whole-runs.js';

const runsIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name !== 'latest')
    .sort();

interface RunOutput {
  readonly dir: string;
  readonly summary: Summary;
  readonly gates: {
    readonly verdict: string;
    readonly results: readonly { readonly text: string; readonly why: string }[];
  };
  readonly setAside: readonly { readonly dir: string; readonly reason: string }[];
}

describe.skipIf(LEAVES_OUT)(asWholeRuns('a run that others disturb'), () => {
  const SHORT = mockScenario({ phases: '- { name: steady, regime: steady, rate: 50/s, for: 1500ms, warmup: 0s }' });

  it('is made again as often as is allowed; every one is kept, and the last says so', async () => {
    const out = scratchFolder();
    const flags = ['--repeat-disturbed', '1', '--out', out, '--json', '--quiet'];
    const busy = { PLIMSOLL_ASSUME_MACHINE: 'busy:20000/s' };
    const found = await plimsoll(['run', scenarioFile(SHORT), ...flags], busy);
    expect(found.exitCode, found.stderr).toBe(EXIT.inconclusive);
    const { setAside, dir, summary } = JSON.parse(found.stdout) as RunOutput;
    expect(found.stderr).toContain('run again (1 of at most 1): other processes were busy on 1.5 of 2 cores');
    expect(runsIn(out)).toHaveLength(2);
    expect(setAside).toHaveLength(1);
    expect(setAside[0]?.dir).not.toBe(dir);
    for (const run of [dir, setAside[0]?.dir ?? '']) expect(existsSync(join(run, FILES.manifest))).toBe(true);
    expect(summary.warnings).toMatchObject([
      { code: 'run-again', remedy: `nothing: it is kept in ${setAside[0]?.dir ?? ''}` },
    ]);
  }, 60_000);

  it('is made once when the time for it is over, and waits for a quiet machine no longer than is wanted', async () => {
    const out = scratchFolder();
    const flags = ['--repeat-disturbed', '3', '--within', '100ms', '--wait-until-quiet', '600ms', '--out', out];
    const busy = { PLIMSOLL_ASSUME_MACHINE: 'busy:20000/s' };
    const found = await plimsoll(['run', scenarioFile(SHORT), ...flags], busy);
    expect(found.exitCode, found.stderr).toBe(EXIT.inconclusive);
    expect(runsIn(out)).toHaveLength(1);
    expect(found.stderr).toContain('waiting for a quiet machine, up to 600 ms: others are busy on 1.5 cores');
    expect(found.stderr).toContain('the machine did not become quiet within 600 ms');
  }, 60_000);
});

describe.skipIf(LEAVES_OUT)(asWholeRuns('a hopeless run'), () => {
  const hopeless = (rule: string): string =>
    mockScenario({
      calls: '- { tool: fail, expect: success, deadline: 5s }',
      phases: '- { name: steady, regime: steady, rate: 50/s, for: 60s, warmup: 0s }',
      more: `abort-on: { ${rule}, window: 1s }\ndefault-gates: false`,
    });

  it.each([
    ['error-share: 50%', /^\d+ of \d+ calls were not ok over 1 s \(100 %, limit 50 %\)$/],
    ['no-goodput: true', /^no call was ok over 1 s$/],
  ])(
    'ends early by %s, fails, and says why',
    async (rule, what) => {
      const out = scratchFolder();
      const flags = ['--out', out, '--json', '--quiet'];
      const found = await plimsoll(['run', scenarioFile(hopeless(rule)), ...flags]);
      expect([found.exitCode, found.leftBehind], found.stderr).toEqual([EXIT.gateFailed, []]);
      const { summary, gates } = JSON.parse(found.stdout) as RunOutput;
      expect(summary.status).toBe('aborted');
      expect(summary.endedEarly?.what).toMatch(what);
      expect(summary.validity.reasons[0]).toMatchObject({ code: 'aborted', severity: 'doubtful' });
      expect(gates).toMatchObject({ verdict: 'regress', results: [{ text: `abort-on ${rule.split(':')[0] ?? ''}` }] });
      expect(found.stderr).toContain('ended early: ');
      // The verdict again, from the record alone.
      const again = await plimsoll(['gate', onlyRun(out)]);
      expect([again.exitCode, again.stdout.includes('the run was ended early')]).toEqual([EXIT.gateFailed, true]);
    },
    60_000,
  );

  it('ends at once when it is interrupted all the same, and is interrupted then', async () => {
    const out = scratchFolder();
    const text = hopeless('error-share: 50%').replace('window: 1s', 'window: 30s');
    const run = start(['run', scenarioFile(text), '--out', out]);
    const isSending = (): boolean => runsIn(out).some((name) => existsSync(join(out, name, FILES.envelope)));
    expect(await until(isSending)).toBe(true);
    run.process.kill('SIGINT');
    expect((await finished(run)).exitCode).toBe(EXIT.interrupted);
  }, 60_000);

  it('of a candidate fails the comparison, in which every trial stands', async () => {
    const text = `version: 1
name: hopeless
stack:
  services: { backend: { mock: tools, workers: 4, service-time: { constant: 1ms } } }
  target: backend
calls: [{ tool: search, arguments: { query: hull }, expect: success, deadline: 20ms }]
phases: [{ name: load, regime: steady, rate: 100/s, for: 3s, warmup: 0s }]
abort-on: { error-share: 90%, window: 1s }
arms:
  before: {}
  after:
    stack: { services: { backend: { tools: { search: { input-schema: { type: object }, always-fails: true } } } } }
trials: { pairs: 1, cool-down: 0s }
`;
    const found = await plimsoll(['compare', scenarioFile(text), '--out', scratchFolder(), '--json', '--quiet']);
    const comparison = JSON.parse(found.stdout) as Comparison;
    expect([found.exitCode, comparison.verdict], found.stdout).toEqual([EXIT.gateFailed, 'regress']);
    const after = comparison.arms.find(({ name }) => name === 'after');
    expect(after?.trials).toHaveLength(1);
    expect(after?.finding).toMatch(/^1 of 1 trial ended early by abort-on: \d+ of \d+ calls were not ok/);
    expect(comparison.gates.find(({ text: gate }) => gate === 'abort-on')).toMatchObject({ verdict: 'regress' });
  }, 60_000);
});

/** Uses every core, in processes that are none of the command's. */
function spinners(): { readonly end: () => void } {
  const spin = (): ChildProcess => spawn(process.execPath, ['--eval', 'for (;;) {}'], { stdio: 'ignore' });
  const all = Array.from({ length: 2 * availableParallelism() }, spin);
  return { end: () => all.forEach((each) => each.kill('SIGKILL')) };
}

const REAL = { PLIMSOLL_ASSUME_MACHINE: 'watched:20000/s' };

const arms = (more: string): string => `version: 1
name: disturbed
stack:
  services: { backend: { mock: tools, workers: 4, service-time: { constant: 1ms } } }
  target: backend
calls: [{ tool: search, arguments: { query: hull } }]
phases: [{ name: load, regime: steady, rate: 50/s, for: 2500ms, warmup: 0s }]
default-gates: false
trials: { pairs: 1, cool-down: 0s }
${more}`;
const TWO_TIMES =
  'arms: { before: {}, after: { stack: { services: { backend: { service-time: { constant: 2ms } } } } } }\n';

describe.skipIf(LEAVES_OUT)(asWholeRuns('a trial that a CPU spinner disturbs'), () => {
  const cases = ['before', 'after'].flatMap((arm) => Array.from({ length: FULL ? 5 : 1 }, (_, n) => [arm, n] as const));

  it.each(cases)(
    'is found, and its row repeated: arm %s, time %i',
    async (arm) => {
      const out = scratchFolder();
      const run = start(
        ['compare', scenarioFile(arms(TWO_TIMES)), '--repeat-disturbed', '1', '--out', out, '--quiet'],
        REAL,
      );
      const dir = (): string => join(out, readdirSync(out)[0] ?? '');
      const folder = (): string => join(dir(), 'runs', `${arm}-1`);
      expect(await until(() => existsSync(join(folder(), FILES.envelope)), 60_000)).toBe(true);
      const others = spinners();
      try {
        await until(() => existsSync(join(folder(), FILES.manifest)), 60_000);
      } finally {
        others.end();
      }
      const { stderr } = await finished(run);
      const { disturbedBlocks, attempts } = JSON.parse(
        readFileSync(join(dir(), EXPERIMENT_FILE), 'utf8'),
      ) as ExperimentFile;
      expect(disturbedBlocks, stderr).toMatchObject([{ row: 0, repeat: 0 }]);
      expect(disturbedBlocks[0]?.arms).toContain(arm);
      expect(disturbedBlocks[0]?.reason).toContain('other processes were busy on');
      expect(attempts.map(({ standing }) => standing)).toEqual(['disturbed', 'disturbed', 'used', 'used']);
    },
    120_000,
  );

  it('is not excused when it is the candidate itself that burns the CPU', async () => {
    const folder = scratchFolder();
    const server = join(folder, 'server.mjs');
    writeFileSync(server, BURNING_SERVER);
    const out = scratchFolder();
    const burning = `arms:
  before: {}
  after:
    stack:
      services:
        backend: { mock: null, workers: null, service-time: null, command: [node, ${server}, "\${port}"] }
`;
    const scenario = scenarioFile(arms(burning));
    const found = await plimsoll(['compare', scenario, '--repeat-disturbed', '1', '--out', out, '--quiet'], REAL);
    const dir = join(out, readdirSync(out)[0] ?? '');
    const { disturbedBlocks, attempts } = JSON.parse(
      readFileSync(join(dir, EXPERIMENT_FILE), 'utf8'),
    ) as ExperimentFile;
    // Others may be busy too, on a shared machine; the candidate alone is never what is excused.
    expect(
      disturbedBlocks.filter(({ arms: own }) => !own.includes('before')),
      found.stderr,
    ).toEqual([]);
    const used = attempts.filter(({ arm, standing }) => arm === 'after' && standing === 'used');
    expect(used).toHaveLength(1);
    // It did take the cores, and they count as the run's own.
    const rows = readFileSync(join(dir, used[0]?.run ?? '', FILES.machine), 'utf8')
      .trim()
      .split('\n');
    const own = rows.map((row) => {
      const { cores, idleCores, othersCores } = JSON.parse(row) as Record<
        'cores' | 'idleCores' | 'othersCores',
        number
      >;
      return cores - idleCores - othersCores;
    });
    expect(Math.max(...own)).toBeGreaterThan(0.4);
  }, 120_000);
});

/** Answers at once, and keeps every core busy with processes of its own. */
const BURNING_SERVER = `import { createServer } from 'node:http';
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
for (let n = 0; n < 2 * availableParallelism(); n++) spawn(process.execPath, ['--eval', 'for (;;) {}']);
createServer((request, response) => {
  if (request.method !== 'POST') return response.writeHead(405).end();
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const { id, method, params } = JSON.parse(body);
    if (id === undefined) return response.writeHead(202).end();
    const results = {
      initialize: () => ({
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'burning', version: '1' },
      }),
      'tools/list': () => ({ tools: [{ name: 'search', inputSchema: { type: 'object' } }] }),
    };
    const result = (results[method] ?? (() => ({ content: [{ type: 'text', text: 'hull' }] })))();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
`;
