/** Starting, driving and ending engines: what is left behind, and what is said when they fail. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/entrypoints.js';
import { isWedge, objectionsTo, startFaultEngine } from '../../src/toxiproxy/index.js';
import type { FaultEngine, FaultEngineOptions, LinkFault } from '../../src/toxiproxy/index.js';
import { ENGINES, NO_SKIP } from '../conformance/toxiproxy/engines.js';

const closers: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function engine(options: Partial<FaultEngineOptions> = {}): Promise<FaultEngine> {
  const started = await startFaultEngine({ choice: { kind: 'embedded' }, seed: 1, ...options });
  closers.push(() => started.stop());
  return started;
}

async function web(answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end('hello')): Promise<number> {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let i = 0; i < 500 && alive(pid); i++) await sleep(20);
  return !alive(pid);
}

const LATENCY: LinkFault = { type: 'latency', latencyMs: 50, jitterMs: 0, direction: 'downstream', toxicity: 1 };
const DOWN: LinkFault = { type: 'down' };

for (const { name, title, missing } of ENGINES) {
  describe.skipIf(missing && !NO_SKIP)(`a run's engine, ${title}`, () => {
    const choice = { kind: name === 'real' ? 'real-on-path' : 'embedded' } as const;

    it('starts, says what it is, applies and lifts faults, and leaves nothing', async () => {
      const lines: string[] = [];
      const started = await engine({ choice, onLog: (line) => lines.push(line) });
      expect(started).toMatchObject({ kind: name, ours: true, version: expect.any(String) as unknown });
      const { pid } = started;
      if (pid === null) throw new Error('a child has a pid');
      const port = await web();
      const link = await started.createLink('upstream', { upstream: { host: '127.0.0.1', port } });
      const url = `http://${link.listen.host}:${link.listen.port}/`;
      const call = async (): Promise<string> => (await fetch(url, { headers: { connection: 'close' } })).text();
      expect(await call()).toBe('hello');

      const applied = await link.apply('slow', LATENCY);
      expect(applied.confirmedNs).toBeGreaterThan(applied.askedNs);
      expect(Object.keys(applied).sort()).toEqual(['askedNs', 'confirmedNs']);
      const startMs = performance.now();
      expect(await call()).toBe('hello');
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(49);
      expect((await started.state()).proxies).toMatchObject([
        { name: 'upstream', upstream: `127.0.0.1:${port}`, enabled: true, toxics: [{ name: 'slow', type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 50, jitter: 0 } }] },
      ]);
      const lifted = await link.lift('slow');
      expect(lifted.askedNs).toBeGreaterThan(applied.confirmedNs);

      await link.apply('gone', DOWN);
      await link.apply('gone-too', DOWN);
      await expect(call()).rejects.toThrow();
      await link.lift('gone');
      await expect(call()).rejects.toThrow();
      await link.lift('gone-too');
      expect(await call()).toBe('hello');

      await link.apply('slow', LATENCY);
      await started.removeEverything();
      expect((await started.state()).proxies).toEqual([]);
      await expect(fetch(url)).rejects.toThrow();
      await started.removeEverything();
      await Promise.all([started.stop(), started.stop()]);
      expect(alive(pid)).toBe(false);
    });

    it('takes every kind of fault', async () => {
      const started = await engine({ choice });
      const link = await started.createLink('all', { upstream: { host: '127.0.0.1', port: 9 } });
      const on = { direction: 'upstream', toxicity: 0.5 } as const;
      const faults: readonly LinkFault[] = [
        { type: 'latency', latencyMs: 1, jitterMs: 2, ...on },
        { type: 'bandwidth', rateKBps: 3, ...on },
        { type: 'slow-close', delayMs: 4, ...on },
        { type: 'timeout', timeoutMs: 5, ...on },
        { type: 'reset', afterMs: 6, ...on },
        { type: 'slicer', averageSizeBytes: 7, sizeVariationBytes: 6, delayUs: 8, ...on },
        { type: 'limit-data', bytes: 9, ...on },
      ];
      for (const fault of faults) await link.apply(fault.type, fault);
      const [proxy] = (await started.state()).proxies;
      expect(proxy?.toxics.map(({ name: id, type, stream, toxicity, attributes }) => [id, type, stream, toxicity, Object.values(attributes)])).toEqual([
        ['latency', 'latency', 'upstream', 0.5, [1, 2]],
        ['bandwidth', 'bandwidth', 'upstream', 0.5, [3]],
        ['slow-close', 'slow_close', 'upstream', 0.5, [4]],
        ['timeout', 'timeout', 'upstream', 0.5, [5]],
        ['reset', 'reset_peer', 'upstream', 0.5, [6]],
        ['slicer', 'slicer', 'upstream', 0.5, [7, 6, 8]],
        ['limit-data', 'limit_data', 'upstream', 0.5, [9]],
      ]);
    });

    it('tells a taken port, a taken name and a fault that must not be sent', async () => {
      const started = await engine({ choice });
      const port = await web();
      const upstream = { host: '127.0.0.1', port };
      await expect(started.createLink('a', { listenPort: port, upstream })).rejects.toMatchObject({ failure: 'fault-proxy-refused', exitCode: 3, message: expect.stringContaining('address already in use') as unknown });
      const link = await started.createLink('a', { upstream });
      await expect(started.createLink('a', { upstream })).rejects.toThrow('proxy already exists');
      await expect(started.createLink('a/b', { upstream })).rejects.toMatchObject({ failure: 'bad-fault' });
      await expect(link.apply('x', { type: 'bandwidth', rateKBps: -1, direction: 'upstream', toxicity: 1 })).rejects.toMatchObject({ failure: 'bad-fault' });
      await expect(link.apply('x y', LATENCY)).rejects.toMatchObject({ failure: 'bad-fault' });
      await expect(link.lift('x')).rejects.toMatchObject({ failure: 'bad-fault' });
      await link.apply('x', LATENCY);
      await expect(link.apply('x', LATENCY)).rejects.toThrow('already on link "a"');
    });

    it('killed from outside, it says how, and calls fail at once', async () => {
      const started = await engine({ choice });
      const link = await started.createLink('a', { upstream: { host: '127.0.0.1', port: 9 } });
      process.kill(started.pid ?? Number.NaN, 'SIGKILL');
      expect(await started.exited).toBe('signal SIGKILL');
      await expect(link.apply('x', LATENCY)).rejects.toMatchObject({ failure: 'fault-proxy-gone' });
      await started.removeEverything();
    });

    it('that stops answering is a wedge, and is ended rather than waited for', async () => {
      const started = await engine({ choice, callLimitMs: 1_500 });
      const { pid } = started;
      if (pid === null) throw new Error('a child has a pid');
      const link = await started.createLink('a', { upstream: { host: '127.0.0.1', port: 9 } });
      process.kill(pid, 'SIGSTOP');
      // A process may answer once or twice before the signal has reached all of its threads.
      let failure: unknown = null;
      for (let i = 0; failure === null && i < 100; i++) failure = await link.apply(`x${i}`, LATENCY).then(() => null, (error: unknown) => error);
      expect(isWedge(failure)).toBe(true);
      expect(await started.wedged).toMatch(/^the fault proxy did not answer within 1.5 s: adding latency "x\d+" to proxy "a"$/);
      await started.removeEverything();
      expect(alive(pid)).toBe(false);
    });

    it('found by its address is left running, and clean', async () => {
      const host = await engine({ choice });
      const guest = await engine({ choice: { kind: 'url', url: `${host.url}/` } });
      expect(guest).toMatchObject({ kind: name, ours: false, pid: null, url: host.url, version: host.version });
      const link = await guest.createLink('guest', { upstream: { host: '127.0.0.1', port: 9 } });
      await link.apply('x', LATENCY);
      await guest.removeEverything();
      await guest.stop();
      expect((await host.state()).proxies).toEqual([]);
    });
  });
}

describe('an address that is no Toxiproxy', () => {
  it('is told so, whether nobody answers, something else answers, or answers never come', async () => {
    const other = await web();
    const silent = await web(() => undefined);
    const at = (port: number, callLimitMs = 5_000): Promise<FaultEngine> => engine({ choice: { kind: 'url', url: `http://127.0.0.1:${port}` }, callLimitMs });
    await expect(at(1)).rejects.toMatchObject({ failure: 'fault-proxy-gone', exitCode: 3 });
    await expect(at(other)).rejects.toMatchObject({ failure: 'fault-engine-unusable', exitCode: 3 });
    await expect(at(silent, 300)).rejects.toMatchObject({ failure: 'fault-proxy-wedged' });
  });
});

describe('a toxiproxy-server that is asked for and not found', () => {
  it('is told with what to do', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    try {
      await expect(engine({ choice: { kind: 'real-on-path' } })).rejects.toMatchObject({ failure: 'fault-engine-not-found', exitCode: 3, message: 'toxiproxy-server is not on PATH' });
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('the death of a run', () => {
  it('by SIGKILL takes the embedded engine along', async () => {
    const script = `
      import { startFaultEngine } from '${PACKAGE_ROOT}dist/src/toxiproxy/index.js';
      const engine = await startFaultEngine({ choice: { kind: 'embedded' }, seed: 1 });
      console.log(engine.pid);
      setInterval(() => undefined, 1000);`;
    const run = execa(process.execPath, ['--input-type=module', '--eval', script], { reject: false, timeout: 30_000 });
    const [line] = (await once(run.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(alive(pid)).toBe(true);
    run.kill('SIGKILL');
    await run;
    expect(await gone(pid)).toBe(true);
  });

  it('by an ordinary exit takes it along too', async () => {
    const script = `
      import { startFaultEngine } from '${PACKAGE_ROOT}dist/src/toxiproxy/index.js';
      const engine = await startFaultEngine({ choice: { kind: 'embedded' }, seed: 1 });
      console.log(engine.pid);
      process.exit(0);`;
    const { stdout, exitCode } = await execa(process.execPath, ['--input-type=module', '--eval', script], { reject: false, timeout: 30_000 });
    expect(exitCode).toBe(0);
    expect(await gone(Number(stdout))).toBe(true);
  });
});

describe('the check of a fault', () => {
  it('lets by whatever both engines take, and nothing that ends the real one', () => {
    const whole = fc.integer({ min: 0, max: 1_000_000 });
    const toxicity = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(whole, whole, whole, toxicity, (averageSizeBytes, sizeVariationBytes, delayUs, share) => {
        const fault: LinkFault = { type: 'slicer', averageSizeBytes, sizeVariationBytes, delayUs, direction: 'upstream', toxicity: share };
        expect(objectionsTo(fault).length === 0).toBe(averageSizeBytes >= 1 && sizeVariationBytes < averageSizeBytes);
      }),
    );
    const wrong = fc.oneof(fc.double({ max: -0.001, noNaN: true }), fc.constantFrom(0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53));
    fc.assert(
      fc.property(wrong, (rateKBps) => {
        expect(objectionsTo({ type: 'bandwidth', rateKBps, direction: 'upstream', toxicity: 1 })).toHaveLength(1);
      }),
    );
    expect(objectionsTo({ ...LATENCY, toxicity: Number.NaN })).toHaveLength(1);
    expect(objectionsTo({ ...LATENCY, toxicity: 1.1, jitterMs: -1 })).toHaveLength(2);
    expect(objectionsTo(DOWN)).toEqual([]);
  });
});
