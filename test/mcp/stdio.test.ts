import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, it } from 'vitest';
import type { CallTarget } from '../../src/scenario/index.js';
import { LineReader } from '../../src/mcp/transports/stdio/lines.js';
import { ProblemError } from '../../src/problem/index.js';
import { callSpec, drive, verdict } from './support.js';

const SERVER = fileURLToPath(new URL('./fixtures/stdio-server.mjs', import.meta.url));

function stdioTarget(...mode: readonly string[]): CallTarget {
  return { kind: 'stdio', command: [process.execPath, SERVER, ...mode], environment: {}, workingFolder: process.cwd() };
}

/** A target whose children write down who they are. */
function withPids(...mode: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-stdio-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'pids');
  const target: CallTarget = {
    kind: 'stdio',
    command: [process.execPath, SERVER, ...mode],
    environment: { PID_FILE: file },
    workingFolder: folder,
  };
  return { target, pids: () => readFileSync(file, 'utf8').trim().split('\n').map(Number) };
}

const tool = (name: string) => callSpec({ tool: name, label: name, arguments: {} });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a call over stdio', () => {
  it('is one line there and one back, counted and stamped', async () => {
    const driver = await drive(stdioTarget(), [
      callSpec({
        tool: 'echo',
        arguments: { q: { kind: 'constant', value: 'Größe\n🚢' } },
        expect: { kind: 'contains', part: 'Größe\\n🚢' },
      }),
    ]);
    const slot = await driver.call();
    expect(verdict(slot)).toBe('ok/none');
    expect(slot.rpcId).toBe(2);
    expect(slot.doneNs).toBe(slot.firstByteNs);
    expect(slot.doneNs).toBeGreaterThanOrEqual(slot.sentNs);
    expect(slot.httpStatus).toBe(0);
    const request = {
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'echo', arguments: { q: 'Größe\n🚢' } },
    };
    expect(slot.bytesOut).toBe(Buffer.byteLength(JSON.stringify(request)) + 1);
  });

  it('finds its answer by id, whatever the order', async () => {
    const driver = await drive(stdioTarget(), [tool('reverse')]);
    const slots = await Promise.all([driver.call(), driver.call(), driver.call(), driver.call()]);
    expect(slots.map(verdict)).toEqual(Array(4).fill('ok/none'));
    expect(driver.completions.map(({ rpcId }) => rpcId)).toEqual([3, 2, 5, 4]);
  });

  it('reads an answer that comes byte by byte, ended by CR LF', async () => {
    const driver = await drive(stdioTarget(), [
      callSpec({ tool: 'slow-bytes', expect: { kind: 'text', equals: 'Bläuling 🦋' } }),
    ]);
    expect(verdict(await driver.call())).toBe('ok/none');
  });

  it('answers a ping of the server and refuses what was not offered', async () => {
    const driver = await drive(stdioTarget(), [
      { ...tool('ping'), expect: { kind: 'text', equals: 'pong' } },
      { ...tool('ask'), expect: { kind: 'text', equals: 'error -32601' } },
    ]);
    expect([verdict(await driver.call({ spec: 0 })), verdict(await driver.call({ spec: 1 }))]).toEqual([
      'ok/none',
      'ok/none',
    ]);
  });

  it('takes an id that comes back as text, and says so at the end', async () => {
    const driver = await drive(stdioTarget(), [tool('text-id')]);
    expect(verdict(await driver.call())).toBe('ok/none');
    await driver.set.close(1e9);
    expect(driver.events).toContainEqual(expect.objectContaining({ code: 'ids-as-text' }));
  });

  it.each(['mute', 'last-word'])(
    'ends with the output of a child that goes on without one: no later call waits for its deadline (%s)',
    async (how) => {
      const driver = await drive(stdioTarget('stubborn'), [tool(how), tool('hang')]);
      const first = await driver.call({ spec: 0 });
      expect(verdict(first)).toBe(how === 'mute' ? 'transport/closed-early' : 'ok/none');
      const inFlight = driver.call({ spec: 1 });
      expect(verdict(await inFlight)).toMatch(/^transport\//);
      expect(verdict(await driver.call({ spec: 1 }))).toBe('transport/process-exited');
      expect(driver.events).toContainEqual(
        expect.objectContaining({ edge: 'lost', detail: 'closed its stdout and went on' }),
      );
    },
  );

  it('keeps the code of a JSON-RPC error', async () => {
    const slot = await (await drive(stdioTarget(), [tool('error')])).call();
    expect([verdict(slot), slot.rpcCode]).toEqual(['protocol/rpc-error', -32602]);
  });

  it('that was abandoned is not completed by its late answer', async () => {
    const driver = await drive(stdioTarget(), [tool('late')]);
    const given = driver.begin();
    driver.channel().abandon(given, true);
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(driver.completions).not.toContain(given);
  });

  it('waits while the pipe is full, in order; one abandoned meanwhile is never written', async () => {
    const { target, pids } = withPids();
    const driver = await drive(target, [
      tool('echo'),
      callSpec({ tool: 'echo', label: 'big', arguments: { q: { kind: 'text', bytes: 40_000 } } }),
      tool('hang'),
    ]);
    await driver.call({ spec: 0 });
    for (const pid of pids()) process.kill(pid, 'SIGSTOP');
    const calls = Array.from({ length: 20 }, () => driver.call({ spec: 1 }));
    const given = driver.begin({ spec: 2 });
    expect(given.bytesOut).toBe(0);
    driver.channel().abandon(given, true);
    for (const pid of pids()) process.kill(pid, 'SIGCONT');
    const slots = await Promise.all(calls);
    expect(new Set(slots.map(verdict))).toEqual(new Set(['ok/none']));
    expect(driver.completions.slice(1).map(({ rpcId }) => rpcId)).toEqual(slots.map(({ rpcId }) => rpcId));
    expect(given.bytesOut).toBe(0);
  });
});

describe('the child', () => {
  it('is one for each session, and gone when they are closed', async () => {
    const { target, pids } = withPids();
    const driver = await drive(target, [tool('echo')], { sessions: 3 });
    for (const session of [0, 1, 2]) expect(verdict(await driver.call({ session }))).toBe('ok/none');
    expect(new Set(pids()).size).toBe(3);
    expect(pids().map(isAlive)).toEqual([true, true, true]);
    await driver.set.close(5e9);
    expect(pids().map(isAlive)).toEqual([false, false, false]);
    const edges = driver.events.flatMap((event) => (event.type === 'session' ? [event.edge] : []));
    expect(edges).toEqual([...Array<string>(3).fill('opened'), ...Array<string>(3).fill('closed')]);
  });

  it('that exits fails what is in flight and every later call; what it had answered stays answered', async () => {
    const driver = await drive(stdioTarget(), [tool('hang'), tool('exit'), tool('echo')]);
    const first = await driver.call({ spec: 2 });
    const inFlight = [driver.call({ spec: 0 }), driver.call({ spec: 1 })];
    expect((await Promise.all(inFlight)).map(verdict)).toEqual(Array(2).fill('transport/process-exited'));
    const later = await driver.call({ spec: 2 });
    expect([verdict(first), verdict(later), later.bytesOut]).toEqual(['ok/none', 'transport/process-exited', 0]);
    expect(driver.events).toContainEqual(
      expect.objectContaining({ type: 'session', edge: 'lost', detail: 'exit code 7' }),
    );
    expect(driver.completions).toHaveLength(4);
  });

  it('that does not end with its input or with SIGTERM is killed', async () => {
    const { target, pids } = withPids('stubborn');
    const driver = await drive(target, [tool('echo')]);
    expect(pids().map(isAlive)).toEqual([true]);
    await driver.set.close(0.4e9);
    expect(pids().map(isAlive)).toEqual([false]);
  });

  it('that writes other lines to stdout is warned of once', async () => {
    const driver = await drive(stdioTarget('noisy'), [tool('echo')]);
    await driver.call();
    expect(driver.events.filter((event) => event.type === 'warning').map((event) => event.code)).toEqual([
      'stdout-not-json',
    ]);
  });

  it.each<[string, CallTarget, RegExp]>([
    ['dies at once', stdioTarget('dies'), /did not start: exit code 3 \(stderr: cannot read config\.json\)/],
    [
      'does not exist',
      { kind: 'stdio', command: ['/nonexistent/server'], environment: {}, workingFolder: '/' },
      /there is no program "\/nonexistent\/server"/,
    ],
    [
      'has no working folder',
      { kind: 'stdio', command: ['node'], environment: {}, workingFolder: '/nonexistent' },
      /the working folder \/nonexistent does not exist/,
    ],
    ['speaks another revision', stdioTarget('future'), /speaks MCP revision "2099-01-01"/],
    [
      'is no MCP server',
      { kind: 'stdio', command: [process.execPath, '-e', 'console.log(1)'], environment: {}, workingFolder: '/' },
      /did not start: exit code 0/,
    ],
  ])('that %s is one problem, and nothing is left', async (_name, target, words) => {
    const error = await drive(target, [tool('echo')], { sessions: 3 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).kind).toBe('preflight');
    expect((error as ProblemError).problems).toHaveLength(1);
    expect((error as ProblemError).message).toMatch(words);
  });
});

it('lines are the same however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, '')),
        { maxLength: 8 },
      ),
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.nat(300), { maxLength: 8 }),
      (lines, end, cuts) => {
        const bytes = Buffer.from(lines.map((line) => line + end).join(''));
        const seen: string[] = [];
        let counted = 0;
        const reader = new LineReader((text, length) => {
          seen.push(text);
          counted += length;
        }, 10_000);
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        for (let i = 1; i < places.length; i++) reader.push(bytes.subarray(places[i - 1], places[i]));
        expect(seen).toEqual(lines);
        expect(counted).toBe(bytes.length);
      },
    ),
  );
});

it('a line over the bound is reported', () => {
  const reader = new LineReader(() => undefined, 10);
  expect(reader.push(Buffer.from('1234567890'))).toBe(true);
  expect(reader.push(Buffer.from('1'))).toBe(false);
});
