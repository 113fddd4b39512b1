/** `plimsoll compare` of two commits of a repository: from the sources of a server to the verdict as an exit code. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comparisonExitCode, type Comparison } from '../../src/compare/index.js';
import { EXIT } from '../../src/problem/index.js';
import { EXPERIMENT_FILE, type ExperimentFile } from '../../src/record/index.js';
import { testRepository } from '../checkouts/repository.js';
import { finished, plimsoll, scratchFolder, start, until } from './plimsoll.js';
import { LEAVES_OUT, asWholeRuns } from '../whole-runs.js';

const IS_FULL = process.env['PLIMSOLL_FULL'] === '1';

/** A small MCP server whose calls take as long as `time.mjs` says, which is made out of a source by its build. */
const SERVER = `import { createServer } from 'node:http';
import { milliseconds } from './built/time.mjs';
createServer((request, response) => {
  if (request.method !== 'POST') return response.writeHead(405).end();
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const { id, method, params } = JSON.parse(body);
    if (id === undefined) return response.writeHead(202).end();
    const answer = (result) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    };
    const { protocolVersion } = params ?? {};
    if (method === 'initialize')
      return answer({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'sample', version: '1' } });
    if (method === 'tools/list') return answer({ tools: [{ name: 'search', inputSchema: { type: 'object' } }] });
    setTimeout(() => answer({ content: [{ type: 'text', text: 'hull' }] }), milliseconds);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
`;
const BUILD = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
mkdirSync('built', { recursive: true });
const text = readFileSync('time.txt', 'utf8').trim();
if (!/^\\d+$/.test(text)) throw new Error('time.txt holds no number: ' + text);
writeFileSync('built/time.mjs', 'export const milliseconds = ' + text + ';');
`;
const scenario = ({ seconds = 1, pairs = 3, more = '' } = {}): string => `version: 1
name: gate
stack:
  services: { server: { command: [node, ../server.mjs, "\${port}"] } }
  target: server
calls: [{ tool: search, arguments: {}, expect: success }]
phases: [{ name: load, regime: steady, rate: 100/s, for: ${seconds}s, warmup: 0s }]
prepare: node build.mjs
trials: { pairs: ${pairs}, cool-down: 0s }
${more}`;
const MEDIAN = ['--gate', '{ metric: response-time, stat: p50, max-increase: 10% }'];

/** Releases of the server: \`v1\` answers after 100 ms, \`v2\` after 120 ms, and the head can't be built. */
function releases(text = scenario()) {
  const repository = testRepository();
  const files = { 'server.mjs': SERVER, 'build.mjs': BUILD, '.gitignore': 'built/\n', 'bench/gate.yaml': text };
  repository.commit('v1', { ...files, 'time.txt': '100' });
  repository.commit('v2', { 'time.txt': '120' });
  repository.commit('broken', { 'time.txt': 'soon' });
  return { ...repository, file: join(repository.root, 'bench', 'gate.yaml') };
}

const experimentIn = (out: string): ExperimentFile =>
  JSON.parse(readFileSync(join(out, readdirSync(out)[0] ?? '', EXPERIMENT_FILE), 'utf8')) as ExperimentFile;

describe.skipIf(LEAVES_OUT)(asWholeRuns('two commits of a server'), () => {
  it('are built in worktrees and compared: the one that is slower by 20 % fails the gate', async () => {
    const size = IS_FULL ? { seconds: 5, pairs: 10 } : {};
    const repository = releases(scenario(size));
    const before = repository.state();
    const out = scratchFolder();
    const flags = ['--baseline', 'git:v1', '--candidate', 'git:v2', '--out', out, '--json', '--quiet'];
    const found = await plimsoll(['compare', repository.file, ...flags, ...(IS_FULL ? [] : MEDIAN)]);
    const comparison = JSON.parse(found.stdout) as Comparison;
    expect(found.leftBehind).toEqual([]);
    expect(repository.state()).toEqual(before);
    const commits = ['v1', 'v2'].map((tag) => repository.git('rev-parse', tag));
    expect(experimentIn(out).arms.map(({ git }) => git)).toEqual([
      { ref: 'v1', commit: commits[0], prepare: 'node build.mjs' },
      { ref: 'v2', commit: commits[1], prepare: 'node build.mjs' },
    ]);
    const [commit] = comparison.environment.filter(({ field }) => field === 'target.commit');
    expect(commit?.arms).toEqual([
      { arm: 'baseline', values: [commits[0]] },
      { arm: 'candidate', values: [commits[1]] },
    ]);
    // Twenty milliseconds of a hundred, in each pair, on a busy machine too.
    const [median] = comparison.effects.filter(({ metric, stat }) => metric === 'response-time' && stat === 'p50');
    expect(median?.pairs.every(({ reference, candidate }) => (candidate ?? 0) > (reference ?? 0))).toBe(true);
    expect(found.exitCode, found.stderr).toBe(comparisonExitCode(comparison.verdict));
    expect([comparison.verdict, found.exitCode], found.stdout).toEqual(['regress', EXIT.gateFailed]);
  }, 600_000);

  it('stay out of the way of a run of one of them, and of an explanation', async () => {
    const more = 'arms: { released: { git: v1 }, next: { git: v2 }, here: {} }\n';
    const { file, git, state } = releases(scenario({ more }));
    const before = state();
    const explained = await plimsoll(['compare', file, '--explain']);
    expect(explained.exitCode, explained.stderr).toBe(EXIT.pass);
    expect(explained.stdout).toContain(
      `  next  v2 (${git('rev-parse', 'v2').slice(0, 12)}), prepared by: node build.mjs`,
    );
    expect(explained.stdout).toMatch(/^ {2}here$/m);
    const out = scratchFolder();
    const run = await plimsoll(['run', file, '--arm', 'next', '--out', out, '--json', '--quiet']);
    expect(run.exitCode, run.stderr).toBe(EXIT.pass);
    const [folder = ''] = readdirSync(out).filter((name) => name !== 'latest');
    expect(readFileSync(join(out, folder, 'envelope.json'), 'utf8')).toContain(git('rev-parse', 'v2'));
    expect(state()).toEqual(before);
  }, 60_000);
});

describe('arms that are commits are refused in one clear message, before anything is sent, and leave nothing:', () => {
  // What is refused leaves the repository as it was, so that one is enough.
  let ready: ReturnType<typeof releases> | undefined;
  const refused = async (parameters: readonly string[], repository = (ready ??= releases())) => {
    const before = repository.state();
    const out = join(scratchFolder(), 'experiments');
    const result = await plimsoll(['compare', repository.file, ...parameters, '--out', out]);
    expect(repository.state()).toEqual(before);
    expect([existsSync(out), result.leftBehind]).toEqual([false, []]);
    expect(result.stderr).toContain('hint: ');
    expect(result.stderr).not.toMatch(/^\s+at /m);
    return result;
  };

  it('a commit that does not build, with the last lines of its build', async () => {
    const { exitCode, stderr } = await refused(['--baseline', 'git:v1', '--candidate', 'git:HEAD']);
    expect(exitCode).toBe(EXIT.preflight);
    expect(stderr).toMatch(
      /arm candidate: HEAD \([0-9a-f]{12}\) can't be prepared: "node build.mjs" ended with exit code 1/,
    );
    expect(stderr).toContain('time.txt holds no number: soon');
  }, 30_000);

  it.each([
    ['an unknown commit', ['--baseline', 'git:v3', '--candidate', 'git:v2'], 'has no commit "v3"'],
    ['the same commit twice', ['--baseline', 'git:v1', '--candidate', 'git:v2~1'], 'v1 and v2~1 are the same commit'],
    ['one arm', ['--candidate', 'git:v2'], 'two arms or more, found 1'],
    ['an arm of nothing', ['--arm', 'git:v2'], '--arm "git:v2" does not say what the arm is'],
  ])('%s', async (_what, parameters, said) => {
    const { exitCode, stderr } = await refused(parameters);
    expect(exitCode).toBe(EXIT.badInput);
    expect(stderr).toContain(said);
  });

  it('a path that leads back into the working tree, which every commit would run', async () => {
    const repository = releases();
    const text = readFileSync(repository.file, 'utf8');
    repository.commit('absolute', {
      'bench/gate.yaml': text.replace('../server.mjs', join(repository.root, 'server.mjs')),
    });
    const { stderr } = await refused(['--baseline', 'git:v1', '--candidate', 'git:v2'], repository);
    expect(stderr).toContain('leads into the working tree');
    repository.commit('outside', {
      'bench/gate.yaml': text.replace('{ command:', '{ working-folder: ../.., command:'),
    });
    const outside = await refused(['--baseline', 'git:v1', '--candidate', 'git:v2'], repository);
    expect(outside.stderr).toContain('is not inside of its worktree');
  });

  it('a scenario that lies in no repository, and runs that were made before', async () => {
    const file = join(scratchFolder(), 'gate.yaml');
    writeFileSync(file, scenario());
    const arms = ['--baseline', 'git:v1', '--candidate', 'git:v2'];
    const { exitCode, stderr } = await plimsoll(['compare', file, ...arms]);
    // This repository is around the folder in which the tests run, and has no such commits.
    expect([exitCode, /has no commit "v1"|no git repository is around/.test(stderr)]).toEqual([EXIT.badInput, true]);
    const runs = await plimsoll(['compare', scratchFolder(), scratchFolder(), '--candidate', 'git:HEAD']);
    expect(runs.stderr).toContain('--candidate names an arm to be run, and no scenario file is given');
  });
});

describe('a comparison of commits that is cut off while one is prepared', () => {
  const SLOW = scenario().replace('prepare: node build.mjs', 'prepare: node build.mjs && sleep 30');

  it.each([
    ['by Ctrl-C', 'SIGINT', EXIT.interrupted],
    ['by a kill', 'SIGKILL', undefined],
  ] as const)(
    'leaves nothing %s: at the latest after the next start',
    async (_how, signal, exitCode) => {
      const repository = releases(SLOW);
      const before = repository.state();
      const cache = scratchFolder();
      const environment = { XDG_CACHE_HOME: cache };
      const places = join(cache, 'plimsoll', 'checkouts');
      const out = join(scratchFolder(), 'experiments');
      const command = ['compare', repository.file, '--baseline', 'git:v1', '--candidate', 'git:v2', '--out', out];
      const cut = start(command, environment);
      const isBuilt = (): boolean =>
        existsSync(places) && readdirSync(places).some((name) => existsSync(join(places, name, 'tree', 'built')));
      expect(await until(isBuilt)).toBe(true);
      cut.process.kill(signal);
      const result = await finished(cut);
      expect([result.exitCode, result.leftBehind]).toEqual([exitCode, []]);
      if (signal === 'SIGKILL') {
        repository.commit('quick', { 'bench/gate.yaml': scenario() });
        expect((await plimsoll([...command, '--candidate', 'git:broken'], environment)).exitCode).toBe(EXIT.preflight);
        expect(readdirSync(places)).toHaveLength(1);
        expect(repository.state()).toMatchObject({ worktrees: [`worktree ${repository.root}`] });
        return;
      }
      expect(result.stderr).toContain('interrupted before the first trial; nothing was kept');
      expect([readdirSync(places), existsSync(out)]).toEqual([[], false]);
      expect(repository.state()).toEqual(before);
    },
    60_000,
  );
});
