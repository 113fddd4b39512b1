import { withDefaults, type ToolsMockOptions } from '../../src/protocol/index.js';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { entryPath } from '../../src/package/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { startToolsMock } from '../../mock-servers/index.js';
import { initialize, post, USUAL_HEADERS } from './client.js';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const children: ChildProcessWithoutNullStreams[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(...args: readonly string[]): {
  child: ChildProcessWithoutNullStreams;
  ended: Promise<Ended>;
  ready: Promise<unknown>;
} {
  const child = spawn(process.execPath, [entryPath('toolsMock'), ...args]);
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ready = new Promise<unknown>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.includes('\n')) resolve(JSON.parse(stdout));
    });
    child.once('exit', () => reject(new Error(`ended before it was ready: ${stderr}`)));
  });
  ready.catch(() => undefined);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, ended, ready };
}

describe('the mock as a child process', () => {
  it('prints one ready line, serves, and ends with 0 on SIGTERM though connections are open', async () => {
    const { child, ended, ready } = start('{"path":"/other","workers":2}');
    const line = (await ready) as { ready: boolean; port: number; pid: number; path: string };
    expect(line).toEqual({ ready: true, port: line.port, pid: child.pid, path: '/other' });
    expect((await post(`http://127.0.0.1:${line.port}/other`, initialize(), USUAL_HEADERS)).status).toBe(200);
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect([code, stderr, stdout.split('\n').length]).toEqual([0, '', 2]);
  });

  it('ends when the stdin of its parent does, if asked to', async () => {
    const { child, ended, ready } = start('{}', '--parent-stdin');
    await ready;
    child.stdin.end();
    expect((await ended).code).toBe(0);
  });

  it('outlives its stdin if not asked to', async () => {
    const { child, ended, ready } = start();
    const { port } = (await ready) as { port: number };
    child.stdin.end();
    expect((await post(`http://127.0.0.1:${port}/mcp`, initialize(), USUAL_HEADERS)).status).toBe(200);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('says in one line that its port is in use, and ends with 3', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stdout, stderr } = await start(JSON.stringify({ port })).ended;
    other.close();
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(new RegExp(`^[^\\n]*port ${port} on 127\\.0\\.0\\.1 is in use[^\\n]*\\n$`));
  });

  it('says in one line what is wrong with its options, and ends with 2', async () => {
    for (const [args, part] of [
      [['{"workers":'], 'not JSON'],
      [['[]'], 'one JSON object'],
      [['{}', '{}'], 'one JSON object'],
      [['{"workers":0,"wrokers":3}'], 'unknown option "wrokers"'],
    ] as const) {
      const { code, stdout, stderr } = await start(...args).ended;
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(part);
      expect(stderr).not.toMatch(/\n./);
      expect(stderr).not.toContain('    at ');
    }
  });
});

describe('the mock in this process', () => {
  it('frees its port when stopped, with connections open and calls under way, and can be stopped twice', async () => {
    const mock = await startToolsMock({ serviceTime: { kind: 'constant', ns: 60_000_000_000 } });
    expect(mock.url).toBe(`http://127.0.0.1:${mock.port}/mcp`);
    const session = (await post(mock.url, initialize(), USUAL_HEADERS)).headers.get('mcp-session-id') ?? '';
    const body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"query":"x"}}}';
    const call = post(mock.url, body, { ...USUAL_HEADERS, 'mcp-session-id': session });
    const failed = expect(call).rejects.toThrow();
    while (mock.state().inService === 0) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([mock.stop(), mock.stop()]);
    await failed;
    const again = await startToolsMock({ port: mock.port });
    expect(again.port).toBe(mock.port);
    await again.stop();
  });

  it('refuses an address that is not of this machine', async () => {
    await expect(startToolsMock({ host: '192.0.2.1' })).rejects.toMatchObject({ kind: 'preflight' });
  });
});

describe('options', () => {
  it('are complete by default', () => {
    const options = withDefaults();
    expect(options.tools.map((tool) => [tool.name, tool.effect, tool.alwaysFails])).toEqual([
      ['search', false, false],
      ['book', true, false],
      ['fail', false, true],
    ]);
    expect(withDefaults(options)).toEqual(options);
    expect(withDefaults({ workers: 7 })).toEqual({ ...options, workers: 7 });
  });

  it('that are impossible are refused by name, all at once', () => {
    const bad: readonly (readonly [string, unknown])[] = [
      ['host', ''],
      ['port', 65_536],
      ['path', 'mcp'],
      ['path', '/plimsoll/mcp'],
      ['seed', 0.5],
      ['workers', 0],
      ['serviceTime', { kind: 'uniform' }],
      ['serviceTime', null],
      ['serviceTime', { kind: 'constant', ns: -1 }],
      ['serviceTime', { kind: 'exponential', meanNs: Infinity }],
      ['serviceTime', { kind: 'lognormal', medianNs: 10, p99Ns: 9 }],
      ['serviceTime', { kind: 'lognormal', medianNs: 0, p99Ns: 9 }],
      ['serviceTime', { kind: 'two-point', commonNs: 1, rareNs: 2, rareShare: 1.1 }],
      ['queueCapacity', -1],
      ['whenFull', 'explode'],
      ['retryAfterS', -1],
      ['addedQueueNs', 0.5],
      ['answers', 'xml'],
      ['tools', []],
      ['tools', [null]],
      ['tools', [{ name: 'a b', description: '', inputSchema: { type: 'object' }, effect: false, alwaysFails: false }]],
      ['tools', [{ name: 'a', description: '', inputSchema: {}, effect: 'yes', alwaysFails: false }]],
      [
        'tools',
        [
          {
            name: 'a',
            description: '',
            inputSchema: { type: 'object' },
            effect: true,
            alwaysFails: false,
            annotations: { titleHint: true },
          },
        ],
      ],
    ];
    for (const [option, value] of bad) {
      const options = { [option]: value } as Partial<ToolsMockOptions>;
      const refused = problemsOf(() => withDefaults(options));
      expect([option, value, refused.length > 0 && refused.every((what) => what.includes(option))]).toEqual([
        option,
        value,
        true,
      ]);
    }
    expect(problemsOf(() => withDefaults({ workers: 0, port: -1, answers: 'xml' as 'json' })).length).toBe(3);
  });
});

function problemsOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.kind === 'bad-input')
      return thrown.problems.map((problem) => problem.what);
    throw thrown;
  }
  return [];
}
