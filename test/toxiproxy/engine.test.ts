/** Starting, driving and ending engines: what is left behind, and what is said when they fail. */
import { scenarioFromText } from '../../src/scenario/index.js';
import { canonicalJson } from '../../src/protocol/index.js';
import { linkRequests, type LinkAction, type Toxic } from '../../src/catalog/index.js';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import {
  isWedge,
  objectionsTo,
  startFaultEngine,
  type EngineChange,
  type FaultEngine,
  type FaultEngineOptions,
  type FaultLink,
} from '../../src/toxiproxy/index.js';
import { launchEmbedded, launchReal } from '../../src/toxiproxy/launch.js';
import { ENGINES, NO_SKIP, REAL_IS_SKIPPED, withReal } from '../conformance/toxiproxy/engines.js';

const closers: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function engine(options: Partial<FaultEngineOptions> = {}): Promise<FaultEngine> {
  const started = await startFaultEngine({ choice: { kind: 'embedded' }, seed: 1, ...options });
  closers.push(() => started.stop());
  return started;
}

async function web(
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end('hello'),
): Promise<number> {
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
  return soon(() => !alive(pid));
}

/** Waits until something is so; false after ten seconds. */
async function soon(isSo: () => boolean): Promise<boolean> {
  for (let i = 0; i < 500 && !isSo(); i++) await sleep(20);
  return isSo();
}

/** Resolves when a stopped process answers no more: the signal takes a moment to reach all of its threads. */
async function standstill(url: string): Promise<void> {
  while (
    await fetch(`${url}/version`, { signal: AbortSignal.timeout(200) }).then(
      () => true,
      () => false,
    )
  )
    await sleep(5);
}

function changesOf(): { readonly changes: EngineChange[]; readonly onChange: (change: EngineChange) => void } {
  const changes: EngineChange[] = [];
  return { changes, onChange: (change) => changes.push(change) };
}

const LATENCY_TOXIC: Toxic = {
  type: 'latency',
  stream: 'downstream',
  toxicity: 1,
  attributes: { latency: 50, jitter: 0 },
};
const LATENCY: LinkAction = { kind: 'toxic', toxic: LATENCY_TOXIC };
const DOWN: LinkAction = { kind: 'down' };

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
        {
          name: 'upstream',
          upstream: `127.0.0.1:${port}`,
          enabled: true,
          toxics: [
            {
              name: 'slow',
              type: 'latency',
              stream: 'downstream',
              toxicity: 1,
              attributes: { latency: 50, jitter: 0 },
            },
          ],
        },
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
      const texts = [
        'latency, latency: 1ms, jitter: 1ms',
        'bandwidth, rate: 3KB/s',
        'slow-close, delay: 4ms',
        'timeout, timeout: 5ms',
        'reset, after: 6ms',
        'slicer, average-size: 7B, size-variation: 6B, delay: 8us',
        'limit-data, bytes: 9B',
      ];
      const actions = texts.map((text) => linkActionOf(`${text}, direction: upstream, toxicity: 50%`));
      for (const [type, action] of actions) await link.apply(type, action);
      const requests = actions.map(([type, action]) => linkRequests(type, 'all', action).on);
      const [proxy] = (await started.state()).proxies;
      expect(
        proxy?.toxics.map(({ name: id, type, stream, toxicity, attributes }) => [
          id,
          type,
          stream,
          toxicity,
          Object.values(attributes),
        ]),
      ).toEqual([
        ['latency', 'latency', 'upstream', 0.5, [1, 1]],
        ['bandwidth', 'bandwidth', 'upstream', 0.5, [3]],
        ['slow-close', 'slow_close', 'upstream', 0.5, [4]],
        ['timeout', 'timeout', 'upstream', 0.5, [5]],
        ['reset', 'reset_peer', 'upstream', 0.5, [6]],
        ['slicer', 'slicer', 'upstream', 0.5, [7, 6, 8]],
        ['limit-data', 'limit_data', 'upstream', 0.5, [9]],
      ]);
      // What is explained is what was sent.
      expect(proxy?.toxics.map((toxic) => `POST /proxies/all/toxics ${canonicalJson(toxic)}`)).toEqual(
        requests.map((request) => request.replace(/\{.*/, (body) => canonicalJson(JSON.parse(body)))),
      );
    });

    it('reports a taken port, a taken name and a fault that must not be sent', async () => {
      const started = await engine({ choice });
      const port = await web();
      const upstream = { host: '127.0.0.1', port };
      await expect(started.createLink('a', { listenPort: port, upstream })).rejects.toMatchObject({
        failure: 'fault-proxy-refused',
        exitCode: 3,
        message: expect.stringContaining('address already in use') as unknown,
      });
      const link = await started.createLink('a', { upstream });
      await expect(started.createLink('a', { upstream })).rejects.toThrow('proxy already exists');
      await expect(started.createLink('a/b', { upstream })).rejects.toMatchObject({ failure: 'bad-fault' });
      await expect(
        link.apply('x', {
          kind: 'toxic',
          toxic: { type: 'bandwidth', stream: 'upstream', toxicity: 1, attributes: { rate: -1 } },
        }),
      ).rejects.toMatchObject({ failure: 'bad-fault' });
      await expect(link.apply('x y', LATENCY)).rejects.toMatchObject({ failure: 'bad-fault' });
      await expect(link.lift('x')).rejects.toMatchObject({ failure: 'bad-fault' });
      await link.apply('x', LATENCY);
      await expect(link.apply('x', LATENCY)).rejects.toThrow('already on link "a"');
    });

    it('killed from outside, it says how, and calls fail at once', async () => {
      const { changes, onChange } = changesOf();
      const started = await engine({ choice, onChange });
      const link = await started.createLink('a', { upstream: { host: '127.0.0.1', port: 9 } });
      process.kill(started.pid ?? Number.NaN, 'SIGKILL');
      expect(await soon(() => changes.length > 0)).toBe(true);
      expect(changes).toEqual([{ kind: 'died', how: 'signal SIGKILL', lastSeenNs: null }]);
      await expect(link.apply('x', LATENCY)).rejects.toMatchObject({ failure: 'fault-proxy-gone' });
      await started.removeEverything();
      expect(changes).toHaveLength(1);
    });

    it('that stops answering is killed and started again on its ports, with the faults that are to stay', async () => {
      const { changes, onChange } = changesOf();
      const kept: string[] = [];
      const keeper = {
        mark: {},
        watch: (pid: number) => kept.push(`+${pid}`),
        forget: (pid: number) => kept.push(`-${pid}`),
      };
      const started = await engine({ choice, callLimitMs: 600, onChange, keeper });
      const { pid: before } = started;
      if (before === null) throw new Error('a child has a pid');
      const upstream = { host: '127.0.0.1', port: await web() };
      const [slow, shut] = [
        await started.createLink('slow', { upstream }),
        await started.createLink('shut', { upstream }),
      ];
      const call = (link: FaultLink): Promise<string> =>
        fetch(`http://127.0.0.1:${link.listen.port}/`, { headers: { connection: 'close' } }).then((response) =>
          response.text(),
        );
      await slow.apply('stays', LATENCY);
      await slow.apply('goes', {
        kind: 'toxic',
        toxic: { ...LATENCY_TOXIC, attributes: { jitter: 0, latency: 60_000 } },
      });
      await shut.apply('gone', DOWN);
      process.kill(before, 'SIGSTOP');
      await standstill(started.url);

      expect(isWedge(await slow.lift('goes').catch((error: unknown) => error))).toBe(true);
      expect(changes).toEqual([
        {
          kind: 'wedged',
          askedNs: expect.any(BigInt) as unknown,
          what: 'the fault proxy did not answer within 0.6 s: removing "goes" from proxy "slow"',
        },
        { kind: 'restarted' },
      ]);
      expect(alive(before)).toBe(false);
      const after = started.pid ?? Number.NaN;
      expect(alive(after)).toBe(true);
      expect(kept).toEqual([`+${before}`, `-${before}`, `+${after}`]);

      const { proxies } = await started.state();
      expect(proxies).toMatchObject([
        { name: 'shut', listen: `127.0.0.1:${shut.listen.port}`, enabled: false, toxics: [] },
        {
          name: 'slow',
          listen: `127.0.0.1:${slow.listen.port}`,
          enabled: true,
          toxics: [{ name: 'stays', attributes: { latency: 50, jitter: 0 } }],
        },
      ]);
      const startMs = performance.now();
      expect(await call(slow)).toBe('hello');
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(49);
      await expect(slow.lift('goes')).rejects.toMatchObject({ failure: 'bad-fault' });
      await expect(call(shut)).rejects.toThrow();
      await shut.lift('gone');
      await slow.lift('stays');
      expect(await call(shut)).toBe('hello');
      await started.removeEverything();
      expect((await started.state()).proxies).toEqual([]);
      await started.stop();
      expect(alive(after)).toBe(false);
    });

    it('that stops answering while the run ends is ended rather than waited for', async () => {
      const { changes, onChange } = changesOf();
      const started = await engine({ choice, callLimitMs: 300, onChange });
      const pid = started.pid ?? Number.NaN;
      const link = await started.createLink('a', { upstream: { host: '127.0.0.1', port: 9 } });
      await link.apply('x', LATENCY);
      process.kill(pid, 'SIGSTOP');
      await standstill(started.url);
      await started.removeEverything();
      expect(alive(pid)).toBe(false);
      expect(changes).toEqual([]);
    });

    it('found by its address is left running, and clean', async () => {
      const host = await engine({ choice });
      const guest = await engine({ choice: { kind: 'url', url: `${host.url}/` } });
      expect(guest).toMatchObject({ kind: name, ours: false, pid: null, url: host.url, version: host.version });
      const link = await guest.createLink('guest', { upstream: { host: '127.0.0.1', port: 9 } });
      await link.apply('x', LATENCY);
      expect((await host.state()).proxies).toMatchObject([
        { name: expect.stringMatching(/^guest__plimsoll-[0-9a-f]{8}-\d+-\d+$/) as unknown, toxics: [{ name: 'x' }] },
      ]);
      await guest.removeEverything();
      await guest.stop();
      expect((await host.state()).proxies).toEqual([]);
    });

    it('found by its address is cleared of what a run that is no more left there, and of nothing else', async () => {
      const host = await engine({ choice });
      const first = await engine({ choice: { kind: 'url', url: host.url } });
      const link = await first.createLink('mine', { upstream: { host: '127.0.0.1', port: 9 } });
      const [mine = ''] = (await host.state()).proxies.map((proxy) => proxy.name);
      // The same owner with another start time: a process number that was used again.
      const dead = mine.replace(/^mine/, 'left').replace(/-\d+$/, '-1');
      const far = mine.replace(/^mine/, 'far').replace(/plimsoll-[0-9a-f]{8}/, 'plimsoll-00000000');
      for (const name of [dead, far, 'else']) await host.createLink(name, { upstream: { host: '127.0.0.1', port: 9 } });
      const second = await engine({ choice: { kind: 'url', url: host.url } });
      expect(second.leftOvers).toEqual({ removed: [dead], others: [far] });
      expect((await host.state()).proxies.map((proxy) => proxy.name)).toEqual(['else', far, mine]);
      await link.apply('x', LATENCY);
      await first.removeEverything();
    });

    it('found by its address that ends is missed, with the time it was last seen', async () => {
      const host = await engine({ choice });
      const { changes, onChange } = changesOf();
      const guest = await engine({ choice: { kind: 'url', url: host.url }, onChange });
      await guest.createLink('guest', { upstream: { host: '127.0.0.1', port: 9 } });
      const killedNs = process.hrtime.bigint();
      process.kill(host.pid ?? Number.NaN, 'SIGKILL');
      expect(await soon(() => changes.length > 0)).toBe(true);
      expect(changes).toEqual([
        {
          kind: 'died',
          how: expect.stringContaining("can't be reached") as unknown,
          lastSeenNs: expect.any(BigInt) as unknown,
        },
      ]);
      const [died] = changes;
      expect(died?.kind === 'died' && died.lastSeenNs !== null && died.lastSeenNs < killedNs).toBe(true);
      await expect(guest.removeEverything()).rejects.toMatchObject({ failure: 'fault-proxy-gone' });
      expect(changes).toHaveLength(1);
    });

    it('found by its address that stops answering is reported with what is left there, and left alone', async () => {
      const host = await engine({ choice });
      const { changes, onChange } = changesOf();
      const guest = await engine({ choice: { kind: 'url', url: host.url }, callLimitMs: 300, onChange });
      const link = await guest.createLink('guest', { upstream: { host: '127.0.0.1', port: 9 } });
      process.kill(host.pid ?? Number.NaN, 'SIGSTOP');
      await standstill(host.url);
      await expect(link.apply('x', LATENCY)).rejects.toMatchObject({ failure: 'fault-proxy-wedged' });
      expect(changes.map(({ kind }) => kind)).toEqual(['wedged']);
      await expect(guest.removeEverything()).rejects.toMatchObject({
        failure: 'fault-left-overs',
        message: expect.stringMatching(/still has "guest__plimsoll-/) as unknown,
      });
      expect(alive(host.pid ?? Number.NaN)).toBe(true);
      process.kill(host.pid ?? Number.NaN, 'SIGCONT');
    });
  });
}

describe('an address that is no Toxiproxy', () => {
  it('is reported, whether the port is closed, something else answers, or answers never come', async () => {
    const other = await web();
    const silent = await web(() => undefined);
    const at = (port: number, callLimitMs = 5_000): Promise<FaultEngine> =>
      engine({ choice: { kind: 'url', url: `http://127.0.0.1:${port}` }, callLimitMs });
    await expect(at(1)).rejects.toMatchObject({ failure: 'fault-proxy-gone', exitCode: 3 });
    await expect(at(other)).rejects.toMatchObject({ failure: 'fault-engine-unusable', exitCode: 3 });
    await expect(at(silent, 300)).rejects.toMatchObject({ failure: 'fault-proxy-wedged' });
  });
});

describe('a toxiproxy-server that is asked for and not found', () => {
  it('is reported with what to do', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    try {
      await expect(engine({ choice: { kind: 'real-on-path' } })).rejects.toMatchObject({
        failure: 'fault-engine-not-found',
        exitCode: 3,
        message: 'toxiproxy-server is not on PATH',
      });
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('a hung engine whose program is gone', () => {
  it.skipIf(REAL_IS_SKIPPED)(withReal('has died, and says why it was not started again'), async () => {
    const { changes, onChange } = changesOf();
    const started = await engine({ choice: { kind: 'real-on-path' }, callLimitMs: 300, onChange });
    const pid = started.pid ?? Number.NaN;
    const link = await started.createLink('a', { upstream: { host: '127.0.0.1', port: 9 } });
    process.kill(pid, 'SIGSTOP');
    await standstill(started.url);
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    try {
      await expect(link.apply('x', LATENCY)).rejects.toMatchObject({ failure: 'fault-proxy-wedged' });
    } finally {
      process.env['PATH'] = path;
    }
    expect(changes).toMatchObject([
      { kind: 'wedged' },
      { kind: 'died', how: 'it could not be started again: toxiproxy-server is not on PATH' },
    ]);
    expect(alive(pid)).toBe(false);
    await started.removeEverything();
  });
});

describe('a port for the API that another program has', () => {
  const launches = { embedded: launchEmbedded, real: launchReal } as const;
  for (const { name, title, missing } of ENGINES) {
    it.skipIf(missing && !NO_SKIP)(`reports ${title}, and no process is left`, async () => {
      const port = await web();
      let pid = Number.NaN;
      const nothing = (): void => undefined;
      const keeper = { mark: {}, watch: (started: number) => (pid = started), forget: nothing };
      await expect(
        launches[name]({ seed: 1, onLog: nothing, onStandstill: nothing, keeper, port }),
      ).rejects.toMatchObject({
        failure: 'fault-engine-unusable',
        exitCode: 3,
        message: expect.stringContaining(String(port)) as unknown,
      });
      expect(alive(pid)).toBe(false);
    });
  }
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
    const { stdout, exitCode } = await execa(process.execPath, ['--input-type=module', '--eval', script], {
      reject: false,
      timeout: 30_000,
    });
    expect(exitCode).toBe(0);
    expect(await gone(Number(stdout))).toBe(true);
  });
});

describe('the check of a fault', () => {
  it('lets by whatever both engines take, and nothing that ends the real one', () => {
    const whole = fc.integer({ min: 0, max: 1_000_000 });
    const toxicity = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(whole, whole, whole, toxicity, (average, variation, delay, share) => {
        const toxic: Toxic = {
          type: 'slicer',
          stream: 'upstream',
          toxicity: share,
          attributes: { average_size: average, size_variation: variation, delay },
        };
        expect(objectionsTo(toxic).length === 0).toBe(average >= 1 && variation < average);
      }),
    );
    const wrong = fc.oneof(
      fc.double({ max: -0.001, noNaN: true }),
      fc.constantFrom(0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53),
    );
    fc.assert(
      fc.property(wrong, (rate) => {
        expect(objectionsTo({ ...LATENCY_TOXIC, type: 'bandwidth', attributes: { rate } })).toHaveLength(1);
      }),
    );
    expect(objectionsTo({ ...LATENCY_TOXIC, toxicity: Number.NaN })).toHaveLength(1);
    expect(objectionsTo({ ...LATENCY_TOXIC, toxicity: 1.1, attributes: { latency: 50, jitter: -1 } })).toHaveLength(2);
  });
});

/** Type and action of a fault on a link, from what a scenario says of it. */
function linkActionOf(text: string): readonly [string, LinkAction] {
  const { scenario } = scenarioFromText(
    `version: 1
name: one fault
stack: { services: { backend: { mock: tools } }, links: { all: { to: backend } }, target: all }
calls: [{ tool: search, arguments: { query: hull }, expect: derived }]
phases: [{ name: one, regime: steady, rate: 10/s, for: 60s }]
faults: [{ phase: one, at: 5s, for: 5s, on: all, type: ${text} }]
`,
    'one-fault.yaml',
  );
  const [fault] = scenario.faults;
  if (fault?.place !== 'link') throw new Error(`no fault on a link: ${text}`);
  return [fault.type, fault.action];
}
