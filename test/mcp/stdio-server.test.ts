/** A server over stdio as a process that is kept like a service: its events, its output, and what it writes instead. */
import { describe, expect, it } from 'vitest';
import { preflight } from '../../src/mcp/index.js';
import type { CallTarget } from '../../src/scenario/index.js';
import { callSpec, drive, problemOf, protocol, verdict } from './support.js';

/** A server in one line of options: `write` writes a message, `first` runs before anything is read. */
function server({ write = 'console.log(text)', first = '' }: { write?: string; first?: string }): CallTarget {
  const script = `
    import { createInterface } from 'node:readline';
    const serverInfo = { name: 's', version: '1' }, inputSchema = { type: 'object' };
    const say = (message) => { const text = JSON.stringify({ jsonrpc: '2.0', ...message }); ${write}; };
    ${first};
    createInterface({ input: process.stdin }).on('line', (line) => {
      if (line.startsWith('Content-Length') || line === '') return;
      const { id, method, params } = JSON.parse(line);
      if (method === 'initialize')
        say({ id, result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo } });
      else if (method === 'tools/list') say({ id, result: { tools: [{ name: 'search', inputSchema }] } });
      else if (method === 'tools/call') {
        if (params.arguments.crash) { process.stderr.write('fatal: boom\\n'); process.exit(3); }
        say({ id, result: { content: [{ type: 'text', text: 'ok' }] } });
      }
    });`;
  const command = [process.execPath, '--input-type=module', '-e', script] as const;
  return { kind: 'stdio', command, environment: {}, workingFolder: process.cwd() };
}

const examine = (target: CallTarget) =>
  preflight({ target, protocol: protocol({ transport: 'stdio' }), calls: [callSpec()], timeoutNs: 20e9, seed: 1 });

describe('a server that writes something else than one message a line', () => {
  const lsp = 'process.stdout.write(`Content-Length: ${Buffer.byteLength(text)}\\r\\n\\r\\n${text}`)';
  it.each<[string, CallTarget, string, string]>([
    [
      'JSON over several lines',
      server({ write: 'console.log(JSON.stringify(JSON.parse(text), null, 2))' }),
      'writes its messages over several lines',
      '{',
    ],
    [
      'JSON over several lines after a greeting',
      server({
        write: 'console.log(JSON.stringify(JSON.parse(text), null, "\\t"))',
        first: 'console.log("ready { soon }")',
      }),
      'writes its messages over several lines',
      'ready { soon }',
    ],
    [
      'a byte order mark before each message',
      server({ write: 'console.log(`\uFEFF${text}`)' }),
      'puts a byte order mark before',
      '{"jsonrpc"',
    ],
    ['headers before each message', server({ write: lsp }), 'puts Content-Length headers before', 'Content-Length: 1'],
  ])('%s: named at once, with the first line', async (_name, target, what, first) => {
    // A wait for an answer would end with another problem: the preflight has 20 s, the opening of a session 30.
    for (const reach of [examine, drive]) {
      const problem = await problemOf(reach(target));
      expect(problem.code).toBe('stdout-not-json');
      expect(problem.what).toContain(what);
      expect(problem.what).toContain(`no JSON message: "${first}`);
      expect(problem.remedy).toMatch(/^let the server write each message as one line of JSON, and its log to stderr/);
    }
  });

  it('nothing but other lines: they are named when the time is over', async () => {
    const silent = server({ write: '', first: 'console.log("loading the model")' });
    const problem = await problemOf(
      preflight({ target: silent, protocol: protocol(), calls: [callSpec()], timeoutNs: 1e9, seed: 1 }),
    );
    expect(problem.code).toBe('stdout-not-json');
    expect(problem.what).toMatch(/did not answer initialize and writes other lines .* "loading the model"$/);
  });

  it('a greeting before the messages: it is served, and warned of with the line', async () => {
    const target = server({ first: 'console.log("🚀 server started")' });
    expect((await examine(target)).executed.map(({ outcome }) => outcome)).toEqual(['ok']);
    const driver = await drive(target);
    expect(verdict(await driver.call())).toBe('ok/none');
    const warnings = driver.events.filter((event) => event.type === 'warning');
    expect(warnings.map(({ code, what }) => [code, what])).toEqual([
      ['stdout-not-json', expect.stringMatching(/session 0 .* the first of them: 🚀 server started$/)],
    ]);
  });
});

describe('a server that ends in the middle of a call', () => {
  it.each([
    ['by itself', 'process.exit(0)', 'transport', 'process-exited'],
    ['over a line longer than what is read', 'console.log("z".repeat(17 << 20))', 'generator', 'answer-too-large'],
  ])('%s: both clients say the same of it', async (_how, act, outcome, errorClass) => {
    const target = server({ write: `if (text.includes('"ok"')) { ${act}; return; } console.log(text)` });
    const { executed, executedByOwnClient } = await examine(target);
    expect([...executed, ...executedByOwnClient]).toMatchObject([
      { outcome, errorClass },
      { outcome, errorClass },
    ]);
  });
});

it('a server that is ended for a limit of ours is charged with no later call either', async () => {
  const driver = await drive(server({ write: 'console.log(text.includes(\'"ok"\') ? "z".repeat(17 << 20) : text)' }));
  expect(verdict(await driver.call())).toBe('generator/answer-too-large');
  expect(verdict(await driver.call())).toBe('generator/answer-too-large');
  await driver.set.close(1e9);
  expect(driver.events).toContainEqual(expect.objectContaining({ edge: 'exited', unexpected: false }));
});

describe('the process of a server', () => {
  const crash = callSpec({ label: 'crash', arguments: { crash: { kind: 'constant', value: true } } });

  it('has events like a service, one that ends by itself with its exit code', async () => {
    const driver = await drive(server({}), [callSpec(), crash], { sessions: 2 });
    expect(verdict(await driver.call({ session: 1 }))).toBe('ok/none');
    expect(verdict(await driver.call({ session: 1, spec: 1 }))).toBe('transport/process-exited');
    await driver.set.close(1e9);
    const of = (name: string) =>
      driver.events.flatMap((event) =>
        event.type === 'service' && event.service === name
          ? [[event.edge, event.exitCode ?? null, event.unexpected ?? null]]
          : [],
      );
    expect(of('stdio-server-2')).toEqual([
      ['spawned', null, null],
      ['ready', null, null],
      ['exited', 3, true],
    ]);
    expect(of('stdio-server-1').map(([edge, , unexpected]) => [edge, unexpected])).toEqual([
      ['spawned', null],
      ['ready', null],
      ['stopping', null],
      ['exited', false],
    ]);
  });
});
