import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT, entryPath } from '../../src/package/index.js';
import { finished, mockScenario, plimsoll, scenarioFile, scratchFolder, start } from './plimsoll.js';

interface BadInput {
  readonly what: string;
  readonly scenario: string;
  readonly exitCode: number;
  readonly says: RegExp;
  readonly remedy: RegExp;
  readonly out?: string;
}

const holder = createServer();
let takenPort = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  takenPort = (holder.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => holder.close(resolve)));

const on = (services: string, target: string): string => `version: 1
name: bad
stack:
  services:
    ${services}
  target: ${target}
calls:
  - { tool: search, arguments: { query: hull }, expect: success }
phases:
  - { name: one, regime: floor, for: 1s }
`;

const A_FILE = join(scratchFolder(), 'a-file');
writeFileSync(A_FILE, '');

/** A server that lists one tool, under a name of 10 kB that would write lines into the log of a CI system. */
const LIAR = join(scratchFolder(), 'liar.mjs');
writeFileSync(
  LIAR,
  `import { createInterface } from 'node:readline';
const name = 'x\\n::error::the server speaks\\r\\n##vso[task.complete]\\u2028::warning::' + 'y'.repeat(10_000);
const say = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (method === 'initialize')
    say(id, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } });
  if (method === 'tools/list') say(id, { tools: [{ name, inputSchema: { type: 'object' } }] });
});
`,
);

const TABLE: readonly (BadInput | (() => BadInput))[] = [
  {
    what: 'YAML that is none',
    scenario: 'version: 1\nname: [unclosed\n',
    exitCode: 2,
    says: /scenario\.yaml:\d+:\d+/,
    remedy: /./,
  },
  {
    what: 'an unknown key',
    scenario: mockScenario().replace('name: e2e', 'name: e2e\nphasses: []'),
    exitCode: 2,
    says: /unknown key "phasses"/,
    remedy: /phases/,
  },
  {
    what: 'a missing unit',
    scenario: mockScenario({ phases: '- { name: s, regime: steady, rate: 50/s, for: 30 }' }),
    exitCode: 2,
    says: /unit/,
    remedy: /30s/,
  },
  {
    what: 'a tool the mock does not have',
    scenario: mockScenario({ calls: '- { tool: serch, expect: success }' }),
    exitCode: 2,
    says: /scenario\.yaml:\d+:\d+.*"serch"/,
    remedy: /search/,
  },
  {
    what: 'a tool the server does not have',
    scenario: on(`web: { command: [node, ${entryPath('toolsMock')}, '{"port":\${port}}'], ready: tcp }`, 'web').replace(
      'tool: search',
      'tool: serch',
    ),
    exitCode: 3,
    says: /"serch"/,
    remedy: /search/,
  },
  {
    what: 'arguments a tool does not take',
    scenario: mockScenario({ calls: '- { tool: search, arguments: { query: 5 }, expect: success }' }),
    exitCode: 3,
    says: /search.*arguments|arguments.*search/s,
    remedy: /./,
  },
  () => ({
    what: 'a port in use',
    scenario: on(`web: { command: [node, -e, "setInterval(() => {}, 1e3)"], port: ${takenPort}, ready: tcp }`, 'web'),
    exitCode: 3,
    says: new RegExp(`port ${takenPort}`),
    remedy: /another port/,
  }),
  {
    what: 'a server that never gets ready',
    scenario: on('web: { command: [node, -e, "setInterval(() => {}, 1e3)"], ready: tcp, within: 500ms }', 'web'),
    exitCode: 3,
    says: /did not accept connections/,
    remedy: /within/,
  },
  {
    what: 'a server that dies at its start',
    scenario: on(
      'web: { command: [node, -e, "console.error(`cannot open the hatch`); process.exit(3)"], ready: tcp }',
      'web',
    ),
    exitCode: 3,
    says: /exit code 3[\s\S]*cannot open the hatch/,
    remedy: /by hand/,
  },
  {
    what: 'a program that is not there',
    scenario: on('web: { command: [no-such-program], ready: tcp }', 'web'),
    exitCode: 3,
    says: /can't be started/,
    remedy: /no-such-program/,
  },
  {
    what: 'an address where nothing listens',
    scenario: on('web: { url: "http://127.0.0.1:9/mcp" }', 'web'),
    exitCode: 3,
    says: /127\.0\.0\.1:9/,
    remedy: /./,
  },
  {
    what: 'a remote address without leave',
    scenario: on('web: { url: "http://mcp.example.com/mcp" }', 'web'),
    exitCode: 2,
    says: /mcp\.example\.com|remote/,
    remedy: /allow-remote/,
  },
  {
    what: 'an output folder that is a file',
    scenario: mockScenario(),
    exitCode: 74,
    says: /a-file/,
    remedy: /./,
    out: A_FILE,
  },
  {
    what: 'an output folder that can not be made',
    scenario: mockScenario(),
    exitCode: 74,
    says: /\/proc\/no-such/,
    remedy: /./,
    out: '/proc/no-such/folder',
  },
  {
    what: 'a missing secret',
    scenario: mockScenario().replace(
      'protocol: { sessions: 4 }',
      'protocol: { sessions: 4, headers: { authorization: "Bearer ${secret.PLIMSOLL_NOT_SET}" } }',
    ),
    exitCode: 2,
    says: /PLIMSOLL_NOT_SET/,
    remedy: /environment/,
  },
];

describe.concurrent('bad input gives one clear message, the right exit code, and leaves nothing behind:', () => {
  for (const row of TABLE) {
    const title = typeof row === 'function' ? 'a port in use' : row.what;
    it(title, async () => {
      const { scenario, exitCode, says, remedy, out } = typeof row === 'function' ? row() : row;
      const folder = out ?? scratchFolder();
      const result = await plimsoll(['run', scenarioFile(scenario), '--out', folder, '--quiet']);
      expect(result.stderr).toMatch(says);
      expect(
        result.stderr
          .split('\n')
          .filter((line) => line.startsWith('  hint: '))
          .join('\n'),
      ).toMatch(remedy);
      expect(result.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
      expect(result.exitCode).toBe(exitCode);
      expect(result.stdout).toBe('');
      expect(result.leftBehind).toEqual([]);
      if (out === undefined) expect(readdirSync(folder)).toEqual([]);
    });
  }

  it('a server whose tool name would write lines into a log: none is a command, and the text is cut', async () => {
    const scenario = `version: 1
name: liar
stack: { target: { command: [node, ${LIAR}] } }
protocol: { transport: stdio, sessions: 1 }
calls: [{ tool: search, arguments: { query: hull } }]
phases: [{ name: one, regime: floor, for: 1s }]
`;
    const { exitCode, stderr } = await plimsoll(['run', scenarioFile(scenario), '--out', scratchFolder()]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('the server has no tool "search"');
    expect(stderr.split(/[\n\r\u2028]/).filter((line) => /^\s*::|##\w*\[/.test(line))).toEqual([]);
    expect(stderr.length).toBeLessThan(12_000);
  });

  it('a scenario file that is not there', async () => {
    const result = await plimsoll(['run', 'no/such/file.yaml']);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('no/such/file.yaml');
  });

  it('a doubtful scenario: it is valid, and validate and --explain print the warning with its place', async () => {
    const file = scenarioFile(
      on('web: { command: [server], ready: tcp }', 'web').replace('expect: success', 'expect: derived'),
    );
    for (const command of [['validate'], ['run', '--explain']]) {
      const { exitCode, stderr } = await plimsoll([...command, file]);
      expect(exitCode, stderr).toBe(0);
      expect(stderr).toMatch(/^warning .*scenario\.yaml:8:\d+ calls\.0\.expect: only mock servers/m);
      expect(stderr).toMatch(/^ {2}hint: use /m);
    }
  });

  it.each([
    [['rum', 'quickstart'], /did you mean "run"\?/],
    [['foo'], /commands: (?:[a-z]+, )+[a-z]+/],
    [['no-such.yaml'], /did you mean "plimsoll run no-such\.yaml"\?/],
    [['src'], /did you mean "plimsoll report src"\?/],
    [['example.com/mcp'], /begins with http:\/\/ or https:\/\//],
  ] as const)(
    'a command that does not exist: %s ends with what may have been meant, and --help',
    async (words, hint) => {
      const { exitCode, stdout, stderr } = await plimsoll(words);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(new RegExp(`^error there is no command "${words[0]}"\n {2}hint: `));
      expect(stderr).toMatch(hint);
      expect(stderr.trimEnd()).toMatch(/plimsoll --help lists them with examples$/);
      expect(stderr).not.toMatch(/look at a server/);
    },
  );

  it.each([
    [['run'], /missing required argument 'file'\n {2}hint: add --help/],
    [['export', 'no-run'], /no format is named\n {2}hint: .*csv/],
    [['runs', 'prun'], /there is no folder "prun"\n {2}hint: .*runs prune/],
  ] as const)('a command that lacks something: %s ends with what to type', async (words, message) => {
    const { exitCode, stderr } = await plimsoll(words);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('a flag that does not exist, a bad seed and an unknown engine', async () => {
    const file = scenarioFile(mockScenario());
    expect((await plimsoll(['run', file, '--sed', '1'])).exitCode).toBe(2);
    expect((await plimsoll(['run', file, '--seed', 'x'])).exitCode).toBe(2);
    expect((await plimsoll(['run', file, '--fault-engine', 'imaginary'])).exitCode).toBe(2);
    const workers = await plimsoll(['run', file, '--workers', 'abc']);
    expect([workers.exitCode, workers.stderr]).toEqual([2, expect.stringContaining('--workers:1:1')]);
  });

  it('a directory that holds no run', async () => {
    const result = await plimsoll(['report', scratchFolder()]);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });

  it('what is no folder, where one is asked for', async () => {
    const folder = scratchFolder();
    const loop = join(folder, 'loop');
    symlinkSync('loop', loop);
    const commands = [
      ['merge', '/dev/null'],
      ['compare', loop],
      ['history', '--in', join(folder, 'a'.repeat(300))],
    ];
    for (const command of commands) {
      const { exitCode, stderr } = await plimsoll(command);
      expect([command, exitCode, stderr]).toEqual([command, 2, expect.not.stringMatching(/^\s+at |bug/m)]);
      expect(stderr).toMatch(/^error /);
    }
  });

  it('a disk that gets full while the run goes on: what fits is kept, and nothing is sealed as whole', async () => {
    const folder = scratchFolder();
    const mount = `mount -t tmpfs -o size=96k tmpfs ${folder}`;
    const scenario = scenarioFile(
      mockScenario({ phases: '- { name: steady, regime: steady, concurrency: 8, for: 4s, warmup: 0s }' }),
    );
    const command =
      `${mount} && ${process.execPath} ${PACKAGE_ROOT}dist/bin/plimsoll.js run ${scenario} ` +
      `--out ${folder} --quiet; code=$?; ls ${folder}/*/; cat ${folder}/*/manifest.json ` +
      '2>/dev/null; exit $code';
    const { exitCode, all: output } = await execa('unshare', ['--mount', '--map-root-user', 'sh', '-c', command], {
      reject: false,
      all: true,
      stdin: 'ignore',
    });
    expect(exitCode, output).toBe(74);
    expect(output).toMatch(/no space left|ENOSPC|disk is full/i);
    expect(output).not.toMatch(/"status": "complete"/);
    expect(output).not.toMatch(/^\s+at .*:\d+:\d+/m);
  });
});

describe.concurrent('a run that is stopped from outside', () => {
  const long = mockScenario({ phases: '- { name: steady, regime: steady, rate: 200/s, for: 60s, warmup: 0s }' });

  it('ends at once with nothing kept when it is interrupted before it measures', async () => {
    const folder = scratchFolder();
    const started = start([
      'run',
      scenarioFile(on('web: { command: [node, -e, "setInterval(() => {}, 1e3)"], ready: tcp, within: 60s }', 'web')),
      '--out',
      folder,
    ]);
    started.process.stderr?.once('data', () => setTimeout(() => started.process.kill('SIGINT'), 1_000));
    const result = await finished(started);
    expect(result.exitCode).toBe(130);
    expect(result.leftBehind).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('on %s keeps what it measured, marked as interrupted, and exits %i', async (signal, exitCode) => {
    const folder = scratchFolder();
    const started = start(['run', scenarioFile(long), '--out', folder, '--json']);
    let said = '';
    started.process.stderr?.on('data', (text: Buffer) => {
      const before = said;
      said += text.toString();
      if (!before.includes('phase 1 of 1') && said.includes('phase 1 of 1'))
        setTimeout(() => started.process.kill(signal), 1_200);
    });
    const result = await finished(started);
    expect(result.exitCode).toBe(exitCode);
    expect(result.leftBehind).toEqual([]);
    const { summary } = JSON.parse(result.stdout) as {
      summary: { status: string; validity: { verdict: string }; samples: { logicalCalls: number } };
    };
    expect(summary.status).toBe('interrupted');
    expect(summary.validity.verdict).toBe('invalid');
    expect(summary.samples.logicalCalls).toBeGreaterThan(100);
    expect(summary.samples.logicalCalls).toBeLessThan(6_000);
  });
});
