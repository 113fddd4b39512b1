/** What the embedded engine promises beyond the API it copies: seeds, bounds, answers under load, and how it ends. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { entryPath } from '../../../src/package/index.js';
import {
  startEmbeddedServer,
  type EmbeddedServerOptions,
  type EngineDraws,
} from '../../../src/toxiproxy/embedded/index.js';
import { Bench, sleep } from '../../conformance/toxiproxy/bench.js';

const closers: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function embedded(options: EmbeddedServerOptions = {}): Promise<string> {
  const server = await startEmbeddedServer({ host: '127.0.0.1', port: 0, ...options });
  closers.push(() => server.close());
  return server.url;
}

/**
 * Which of 24 connections a toxic spares; the proxy's name is part of the draw, so it is given. And what the engine
 * says it drew.
 */
async function sparedAndTold(
  seed: number,
  toxicity: number,
  { toxic = 't', proxy = 'link' } = {},
): Promise<{ readonly answers: string; readonly draws: EngineDraws }> {
  const upstream = createTcpServer((socket) => socket.on('error', () => undefined).end('x'));
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  const url = await embedded({ seed });
  const ask = (path: string, body: unknown): Promise<Response> =>
    fetch(url + path, { method: 'POST', body: JSON.stringify(body) });
  const created = (await (
    await ask('/proxies', { name: proxy, upstream: `127.0.0.1:${(upstream.address() as AddressInfo).port}` })
  ).json()) as { readonly listen: string };
  await ask(`/proxies/${proxy}/toxics`, { name: toxic, type: 'limit_data', attributes: { bytes: 0 }, toxicity });
  let answers = '';
  for (let i = 0; i < 24; i++) {
    const socket = connect({ port: Number(created.listen.split(':')[1]), host: '127.0.0.1' });
    let bytes = 0;
    socket.on('data', (part) => (bytes += part.length));
    await once(socket, 'close');
    answers += bytes;
  }
  upstream.close();
  return { answers, draws: (await (await fetch(`${url}/draws`)).json()) as EngineDraws };
}

const spared = async (seed: number, toxicity: number, toxic = 't'): Promise<string> =>
  (await sparedAndTold(seed, toxicity, { toxic })).answers;

describe('toxicity', () => {
  it('is the same for the same seed, and another for another seed or toxic', async () => {
    const first = await spared(7, 0.5);
    expect(await spared(7, 0.5)).toBe(first);
    expect(await spared(8, 0.5)).not.toBe(first);
    expect(await spared(7, 0.5, 'other')).not.toBe(first);
  });

  it('is listed as drawn, connection by connection, and does not depend on the run of the proxy', async () => {
    const { answers, draws } = await sparedAndTold(7, 0.5);
    expect(draws).toMatchObject({
      seed: 7,
      proxies: [{ link: 'link', accepted: 24, toxics: [{ name: 't', stream: 'downstream' }] }],
    });
    const connections = draws.proxies[0]?.toxics[0]?.connections ?? [];
    expect(connections.map(({ connection }) => connection)).toEqual(Array.from({ length: 24 }, (_, n) => n + 1));
    // '0' is affected.
    expect(connections.map(({ affected }) => (affected ? '0' : '1')).join('')).toBe(answers);
    for (const { draw, affected } of connections) expect(affected).toBe(draw < 0.5);
    expect(await sparedAndTold(7, 0.5, { proxy: 'link__plimsoll-0123abcd-42-4711' })).toEqual({ answers, draws });
  });

  it('when raised only adds connections', async () => {
    const few = await spared(7, 0.3);
    const many = await spared(7, 0.7);
    expect(many).not.toBe(few);
    // '0' is affected: a connection that is affected at 0.3 is affected at 0.7.
    for (let i = 0; i < few.length; i++) if (few[i] === '0') expect(many[i]).toBe('0');
  });
});

describe('on a live connection', () => {
  it('a change of toxicity adds and removes the toxic without closing the connection', async () => {
    const bench = await Bench.create(await embedded({ seed: 1 }));
    closers.push(() => bench.close());
    const { client, server } = await bench.pair();
    await bench.add('bandwidth', { rate: 0 }, { toxicity: 0 });
    server.send('a');
    await client.has(1);
    await bench.update({ toxicity: 1 });
    server.send('b');
    await sleep(80);
    expect(client.text).toBe('a');
    await bench.update({ toxicity: 0 });
    server.send('c');
    expect((await client.has(3)).text).toBe('abc');
  });

  it('adding a toxic leaves what others hold where it is', async () => {
    const bench = await Bench.create(await embedded({ seed: 1 }));
    closers.push(() => bench.close());
    await bench.add('latency', { latency: 60_000 });
    const { client, server } = await bench.pair();
    server.send('held');
    await sleep(50);
    await bench.add('noop', {}, { name: 'n' });
    await sleep(80);
    expect(client.bytes).toBe(0);
    await bench.remove();
    await client.has(4);
  });

  it('a toxic removed from the middle of a chain keeps the order of bytes', async () => {
    const bench = await Bench.create(await embedded({ seed: 1 }));
    closers.push(() => bench.close());
    await bench.add('latency', { latency: 20 }, { name: 'first' });
    await bench.add('latency', { latency: 60_000 }, { name: 'second' });
    await bench.add('slicer', { average_size: 3, size_variation: 2, delay: 100 }, { name: 'third' });
    const { client, server } = await bench.pair();
    const text = Array.from({ length: 60 }, (_, i) => String.fromCharCode(48 + i)).join('');
    for (const part of text.match(/.{1,7}/g) ?? []) {
      server.send(part);
      await sleep(3);
    }
    await sleep(60);
    await bench.remove('second');
    expect((await client.has(text.length)).text).toBe(text);
  });
});

describe('what toxics hold', () => {
  it('is bounded: reading stops, the server feels it, nothing is lost, and it is counted', async () => {
    const maxHeldBytes = 200_000;
    const url = await embedded({ maxHeldBytes, metrics: true });
    const bench = await Bench.create(url);
    closers.push(() => bench.close());
    await bench.add('latency', { latency: 60_000 });
    const { client, server } = await bench.pair();
    const data = Buffer.alloc(24_000_000, 'load');
    server.send(data);
    const read = async (name: string): Promise<number> => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const line = text
        .split('\n')
        .find((candidate) => candidate.startsWith(`toxiproxy_proxy_${name}{direction="downstream"`));
      return Number(line?.split(' ').at(-1));
    };
    let before = -1;
    for (let now = await read('received_bytes_total'); now !== before; now = await read('received_bytes_total')) {
      before = now;
      await sleep(100);
    }
    // The bound and at most one read beyond it.
    expect(before).toBeGreaterThan(maxHeldBytes);
    expect(before).toBeLessThanOrEqual(maxHeldBytes + 65_536);
    expect(await read('buffer_bound_hits_total')).toBe(1);
    expect(server.socket.writableLength).toBeGreaterThan(0);
    await bench.remove();
    expect((await client.has(data.length)).received.equals(data)).toBe(true);
  });
});

describe('under load', () => {
  it('every removal of any kind of fault is answered while clients abandon large answers', async () => {
    const url = await embedded({ seed: 3 });
    const answer = Buffer.alloc(300_000);
    const backend = createServer((_, response) => response.end(answer));
    await once(backend.listen(0, '127.0.0.1'), 'listening');
    closers.push(() => {
      backend.closeAllConnections();
      backend.close();
    });
    const ask = (method: string, path: string, body?: unknown): Promise<Response> =>
      fetch(url + path, {
        method,
        signal: AbortSignal.timeout(5_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const created = (await (
      await ask('POST', '/proxies', { name: 'a', upstream: `127.0.0.1:${(backend.address() as AddressInfo).port}` })
    ).json()) as { readonly listen: string };

    let loading = true;
    const clients = Array.from({ length: 32 }, async () => {
      while (loading) {
        await fetch(`http://${created.listen}/`, { signal: AbortSignal.timeout(100) })
          .then((response) => response.arrayBuffer())
          .catch(() => undefined);
      }
    });
    const faults = [
      ['latency', { latency: 300 }],
      ['bandwidth', { rate: 50 }],
      ['slicer', { average_size: 500, size_variation: 100, delay: 200 }],
      ['timeout', { timeout: 0 }],
    ] as const;
    let answered = 0;
    for (const [type, attributes] of faults) {
      expect((await ask('POST', '/proxies/a/toxics', { name: 't', type, attributes })).status).toBe(200);
      await sleep(150);
      if ((await ask('DELETE', '/proxies/a/toxics/t')).status === 204) answered++;
    }
    loading = false;
    await Promise.all(clients);
    expect(answered).toBe(faults.length);
    const after = await fetch(`http://${created.listen}/`, { headers: { connection: 'close' } });
    expect((await after.arrayBuffer()).byteLength).toBe(answer.length);
  });
});

describe('as a program', () => {
  const start = (...flags: string[]) =>
    execa(process.execPath, [entryPath('faultEngine'), ...flags], { reject: false, timeout: 20_000 });

  it('says when it is ready, serves, and ends on SIGTERM with code 0', async () => {
    const child = start('-host', '127.0.0.1', '-port', '0', '-seed', '5');
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const ready = JSON.parse(line.toString()) as Readonly<Record<string, unknown>>;
    expect(ready).toMatchObject({ ready: true, engine: 'embedded', pid: child.pid, seed: 5 });
    const version = await (await fetch(`http://127.0.0.1:${String(ready['port'])}/version`)).json();
    expect(version).toEqual({ version: ready['version'] });
    expect(ready['version']).toMatch(/^\d+\.\d+\.\d+\+embedded$/);
    child.kill('SIGTERM');
    expect((await child).exitCode).toBe(0);
  });

  it('ends with its standard input when asked to', async () => {
    const child = execa(
      process.execPath,
      [entryPath('faultEngine'), '-host', '127.0.0.1', '-port', '0', '-parent-stdin'],
      { reject: false, stdin: 'pipe', timeout: 20_000 },
    );
    await once(child.stdout, 'data');
    child.stdin.end();
    expect((await child).exitCode).toBe(0);
  });

  it('reports a taken port, a bad flag and a bad proxy in one line each, without a stack trace', async () => {
    const taken = createTcpServer();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    const { port } = taken.address() as AddressInfo;
    const [busy, flag] = await Promise.all([start('-host', '127.0.0.1', '-port', String(port)), start('-colour')]);
    taken.close();
    expect([busy.exitCode, flag.exitCode]).toEqual([3, 2]);
    expect(busy.stderr).toBe(
      `the fault proxy's API can't be served: listen tcp 127.0.0.1:${port}: bind: address already in use: ` +
        'give another port with -port, or -port 0 for a free one',
    );
    expect(flag.stderr).toBe('there is no flag -colour: -help lists the flags');
    await expect(
      startEmbeddedServer({ port: 0, proxies: [{ name: 'a', listen: 'nonsense', upstream: 'x', enabled: true }] }),
    ).rejects.toThrow(
      "the proxies to begin with can't be set up: listen tcp: address nonsense: missing port in address",
    );
  });
});
