/** `plimsoll run --live`: the page and its events while a run goes on, and that both are gone with it. */
import { get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startLiveServer, type LiveView } from '../../src/live/index.js';
import { livePage } from '../../src/report/index.js';
import { MS, S } from '../analysis/fixtures/scenario.js';
import { Watched } from '../live/watched.js';
import { finished, mockScenario, scenarioFile, scratchFolder, start } from './plimsoll.js';

type Sent = LiveView & { readonly isWhole: boolean; readonly nowNs: number };

/** The events of a body that has ended. */
const eventsOf = (body: string): readonly { readonly name: string; readonly data: Sent }[] =>
  body
    .split('\n\n')
    .filter((text) => text !== '')
    .map((text) => {
      const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(text) ?? [];
      return { name, data: JSON.parse(data) as Sent };
    });

describe('plimsoll run --live', () => {
  it('serves the seconds of the run until it has ended', async () => {
    const file = scenarioFile(
      mockScenario({ phases: '- { name: steady, regime: steady, rate: 250/s, for: 3s, warmup: 0s }' }),
    );
    const run = start(['run', file, '--live', '--out', scratchFolder()]);
    let printed = '';
    const url = await new Promise<string>((resolve, reject) => {
      run.process.stderr?.on('data', (text: Buffer) => {
        printed += text.toString();
        const found = /^live: (http:\S+)$/m.exec(printed)?.[1];
        if (found !== undefined) resolve(found);
      });
      run.process.once('exit', () => reject(new Error(`it ended without an address: ${printed}`)));
    });
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("connect-src 'self'");
    const events = eventsOf(await (await fetch(`${url}events`)).text());
    const { exitCode, stderr, leftBehind } = await finished(run);
    expect(exitCode, stderr).toBe(0);
    expect(leftBehind).toEqual([]);
    expect(events.at(-1)?.name).toBe('ended');
    const sent = events.filter(({ name }) => name === 'seconds').map(({ data }) => data);
    // Every second once, in order.
    const seconds = sent.flatMap((each) => each.seconds.map(({ fromNs }) => fromNs));
    expect(seconds).toEqual(seconds.map((_, index) => index * S));
    const ended = sent.flatMap((each) => each.seconds).reduce((sum, { good, late }) => sum + good + late, 0);
    expect(ended).toBeGreaterThan(200);
    expect(ended).toBeLessThanOrEqual(750);
    expect(sent.at(-1)).toMatchObject({ phases: [{ name: 'steady' }], isPart: false });
    await expect(fetch(url)).rejects.toThrow();
  }, 60_000);
});

describe('the page of a run that goes on', () => {
  /** The status that a request gets. */
  async function statusOf(url: string, options: RequestInit = {}): Promise<number> {
    const response = await fetch(url, options);
    await response.body?.cancel();
    return response.status;
  }

  it('is read-only, and for those alone who have its address', async () => {
    const server = await startLiveServer(new Watched().run, livePage());
    const { url } = server;
    const { origin } = new URL(url);
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await statusOf(url)).toBe(200);
    expect(await statusOf(`${origin}/`)).toBe(404);
    expect(await statusOf(`${origin}/${'0'.repeat(32)}/`)).toBe(404);
    expect(await statusOf(`${url}other`)).toBe(404);
    expect(await statusOf(url, { method: 'POST', body: '{}' })).toBe(405);
    // What a page of another site gets that has pointed its name at this machine.
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example:1'])
      expect(await statusAs(url, host), host).toBe(403);
    // What a browser sends through a port that is forwarded to this machine.
    expect(await statusAs(url, 'localhost:9000')).toBe(200);
    await server.close();
  });

  it('has room for eight readers, and for others once one has gone', async () => {
    const server = await startLiveServer(new Watched().run, livePage());
    const readers = await Promise.all(Array.from({ length: 8 }, () => opened(`${server.url}events`)));
    expect(await statusOf(`${server.url}events`)).toBe(503);
    readers[0]?.abort();
    await expect.poll(() => statusOf(`${server.url}events`)).toBe(200);
    for (const reader of readers) reader.abort();
    await server.close();
  });

  it('sends a reader that comes later all that is kept, and then what is new', async () => {
    const watched = new Watched();
    watched.phase(1, 0);
    for (let second = 0; second < 3; second++) watched.spool((second + 1) * S, watched.calls(second, 20, MS));
    watched.nowNs = 4.5 * S;
    const server = await startLiveServer(watched.run, livePage());
    const response = await fetch(`${server.url}events`);
    watched.nowNs = 5.5 * S;
    await server.close();
    const sent = eventsOf(await response.text());
    expect(sent.map(({ name }) => name)).toEqual(['seconds', 'seconds', 'ended']);
    expect(sent.slice(0, 2).map(({ data }) => [data.isWhole, data.seconds.map(({ good }) => good)])).toEqual([
      [true, [20, 20, 20]],
      [false, [0]],
    ]);
  });

  it('sends of a long run what a page draws, the last ten minutes, once, and then what is new', async () => {
    const watched = new Watched();
    watched.nowNs = 700 * S;
    const server = await startLiveServer(watched.run, livePage());
    const response = await fetch(`${server.url}events`);
    watched.nowNs = 702 * S;
    await server.close();
    const sent = eventsOf(await response.text()).filter(({ name }) => name === 'seconds');
    expect(sent.map(({ data }) => [data.isWhole, data.firstSecond, data.seconds.length])).toEqual([
      [true, 98, 600],
      [false, 698, 2],
    ]);
    expect(sent[0]?.data.seconds[0]?.fromNs).toBe(98 * S);
  });

  async function opened(url: string): Promise<AbortController> {
    const controller = new AbortController();
    await fetch(url, { signal: controller.signal });
    return controller;
  }

  /** The status of a request that names another host. */
  function statusAs(url: string, host: string): Promise<number> {
    const { port, pathname } = new URL(url);
    return new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: pathname, headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }).once('error', reject);
    });
  }
});
