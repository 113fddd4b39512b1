import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startReaper, type Reaper } from '../../src/processes/index.js';
import type { RunEvent } from '../../src/record/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';
import { sampleProcess, startStack, type ProcessControl, type RunningStack } from '../../src/stack/index.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-supervisor-'));
const SERVER = join(FOLDER, 'server.mjs');
writeFileSync(
  SERVER,
  `import { createServer } from 'node:http';
   createServer((_, response) => response.end(String(process.pid))).listen(Number(process.argv[2]), '127.0.0.1');`,
);

const WEB = `web: { command: [node, ${SERVER}, "\${port}"] }`;
const MOCK = 'backend: { mock: tools }';

/** The state letter of /proc/PID/stat; null when there is no such process. */
function stateOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    return null;
  }
}

/** A session of a client that says only what it must. */
async function sessionAt(url: string): Promise<{ readonly book: (call: string) => Promise<number> }> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
  };
  const post = (body: object, more = {}): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
    });
  const opened = await post({
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  });
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' };
  return {
    book: async (call) =>
      (
        await post(
          {
            method: 'tools/call',
            params: { name: 'book', arguments: { berth: 'x' }, _meta: { 'plimsoll/call': call } },
          },
          session,
        )
      ).status,
  };
}

describe('a supervised service', () => {
  let reaper: Reaper;
  let stack: RunningStack | null = null;
  const events: RunEvent[] = [];
  const deaths: string[] = [];

  beforeEach(() => {
    reaper = startReaper();
    events.length = 0;
    deaths.length = 0;
  });
  afterEach(async () => {
    await stack?.stop();
    stack = null;
    await reaper.stop();
  });

  const up = async (
    name: 'web' | 'backend' | 'front',
    service: string,
  ): Promise<{
    readonly control: ProcessControl;
    readonly url: string;
    readonly stack: RunningStack;
    readonly pid: () => number;
  }> => {
    const text = `version: 1
name: supervised
stack: { services: { ${service} }, target: ${name} }
calls: [{ tool: book, arguments: { berth: x }, expect: derived, effect: exactly-once }]
phases: [{ name: one, regime: steady, rate: 10/s, for: 60s }]
faults: [{ phase: one, at: 5s, for: 5s, on: ${name}, type: kill }]
`;
    const { scenario } = scenarioFromText(text, join(FOLDER, 'stack.yaml'));
    const started = await startStack({
      spansUrl: null,
      scenario,
      engine: null,
      environment: {},
      nowNs: () => 0,
      event: (event) => events.push(event),
      log: () => undefined,
      keeper: reaper,
      wrote: () => undefined,
      left: () => undefined,
      abort: new AbortController().signal,
      died: (died, how) => deaths.push(`${died}: ${how}`),
    });
    stack = started;
    const running = started.services.find((each) => each.name === name);
    const control = started.controls.get(name);
    if (running === undefined || control === undefined) throw new Error('no service');
    return { control, url: running.url, stack: started, pid: () => running.child?.pid ?? 0 };
  };
  const edges = (): readonly string[] =>
    events.flatMap((event) =>
      event.type === 'service' ? [event.edge + (event.unexpected === true ? ' by itself' : '')] : [],
    );

  it('that is killed comes back on its port under another pid, which is not reported as a crash', async () => {
    const { control, url, stack: running, pid } = await up('web', WEB);
    const first = pid();
    expect(await (await fetch(url)).text()).toBe(String(first));
    await control.kill();
    expect(stateOf(first)).toBeNull();
    expect(running.processes()).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
    await control.start();
    expect(await (await fetch(url)).text()).toBe(String(pid()));
    expect(pid()).not.toBe(first);
    expect(running.processes()).toEqual([{ name: 'web', pid: pid(), stateUrl: null }]);
    expect(deaths).toEqual([]);
    expect(edges()).toEqual(['spawned', 'ready', 'stopping', 'exited', 'spawned', 'ready']);
    expect((await sampleProcess({ name: 'web', pid: pid(), stateUrl: null }, 0)).rssBytes).toBeGreaterThan(0);
  });

  it('that was restarted and then dies by itself is a death', async () => {
    const { control, pid } = await up('web', WEB);
    await control.terminate();
    await control.start();
    process.kill(pid(), 'SIGKILL');
    for (let i = 0; i < 400 && deaths.length === 0; i++) await sleep(25);
    expect(deaths).toEqual(['web: SIGKILL']);
    expect(edges().at(-1)).toBe('exited by itself');
  });

  it('that is frozen stands still until it is thawed, and can be stopped while it is', async () => {
    const { control, stack: running, pid } = await up('web', WEB);
    await control.freeze();
    expect(stateOf(pid())).toBe('T');
    await control.thaw();
    expect(stateOf(pid())).not.toBe('T');
    await control.freeze();
    await running.stop();
    expect(stateOf(pid())).toBeNull();
    expect(deaths).toEqual([]);
  });

  it('refuses what does not fit its state', async () => {
    const { control } = await up('web', WEB);
    await expect(control.thaw()).rejects.toThrow('can\'t thaw service "web": it is running');
    await expect(control.start()).rejects.toThrow('it is running');
    await control.kill();
    await expect(control.kill()).rejects.toThrow('can\'t kill service "web": it is not running');
    await expect(control.freeze()).rejects.toThrow('it is not running');
  });

  it('that is a gateway reports its own times over all its incarnations', async () => {
    const { control, url, stack: running } = await up('front', `${MOCK}, front: { mock: gateway, to: [backend] }`);
    const session = await sessionAt(url);
    for (const call of ['1', '2', '3']) expect(await session.book(call)).toBe(200);
    await control.terminate();
    await control.start();
    const again = await sessionAt(url);
    for (const call of ['4', '5']) expect(await again.book(call)).toBe(200);
    expect((await running.gateways(0n)).reduce((sum, { answered }) => sum + answered, 0)).toBe(5);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
  });

  it('that is a mock keeps the account of its effects over a kill, to the call, and leaves no file', async () => {
    const before = new Set(readdirSync(tmpdir()).filter((name) => name.startsWith('plimsoll-ledger-')));
    const { control, url, stack: running } = await up('backend', MOCK);
    const book = async (call: string): Promise<number> => (await sessionAt(url)).book(call);
    const fail = (label: string): Promise<Response> =>
      fetch(new URL('/plimsoll/faults', url), {
        method: 'POST',
        body: JSON.stringify({ kind: 'error', label, afterEffect: true }),
      });
    for (const call of ['preflight-0', '1', '2']) expect(await book(call)).toBe(200);
    expect((await running.work('begin')).map(({ incarnation, when, served }) => [incarnation, when, served])).toEqual([
      [0, 'begin', 3],
    ]);
    await fail('early');
    expect(await book('3')).toBe(500);
    await control.kill();
    await control.start();
    expect(await book('4')).toBe(200);
    await fail('late');
    expect(await book('5')).toBe(500);
    // What the first process counted is reported once, with the next counters.
    expect((await running.work('edge')).map(({ incarnation, when, served }) => [incarnation, when, served])).toEqual([
      [0, 'leaving', 4],
      [1, 'edge', 2],
    ]);
    await control.kill();
    const effects = await running.effects(0n);
    expect(effects.map(({ callId, tool }) => [callId, tool])).toEqual([1, 2, 3, 4, 5].map((call) => [call, 'book']));
    const affected = await running.faultHits(0n);
    expect(affected.map(({ fault, callId, tool, afterLift }) => [fault, callId, tool, afterLift])).toEqual([
      ['early', 3, 'book', false],
      ['late', 5, 'book', false],
    ]);
    for (const { receivedNs, atNs } of affected) expect(atNs).toBeGreaterThanOrEqual(receivedNs ?? Infinity);
    expect((await running.work('end')).map(({ incarnation, when }) => [incarnation, when])).toEqual([[1, 'leaving']]);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('plimsoll-ledger-') && !before.has(name))).toEqual(
      [],
    );
  });
});
