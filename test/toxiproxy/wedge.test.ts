/**
 * Removing a fault while clients give up in the middle of large answers: what makes the real server hang. 32 clients
 * abort after 100 ms, answers have 300 kB, and the fault is 300 ms of latency.
 */
import type { LinkAction } from '../../src/catalog/index.js';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  isWedge,
  startFaultEngine,
  type EngineChange,
  type EngineChoice,
  type FaultEngine,
  type FaultLink,
} from '../../src/toxiproxy/index.js';
import { REAL_IS_SKIPPED, withReal } from '../conformance/toxiproxy/engines.js';

const REMOVALS = 24;
const CLIENTS = 32;
const GIVE_UP_MS = 100;
const ANSWER = Buffer.alloc(300_000);
const SLOW: LinkAction = {
  kind: 'toxic',
  toxic: { type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 300, jitter: 0 } },
};

const closers: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Stage {
  readonly engine: FaultEngine;
  readonly link: FaultLink;
  readonly changes: readonly EngineChange[];
  /** Ends the load. */
  readonly quiet: () => Promise<void>;
}

/** An engine with a link in front of a server of large answers, and clients that keep giving up. */
async function underLoad(choice: EngineChoice, callLimitMs: number): Promise<Stage> {
  const server = createServer((_, response) => response.end(ANSWER));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const changes: EngineChange[] = [];
  const engine = await startFaultEngine({ choice, seed: 3, callLimitMs, onChange: (change) => changes.push(change) });
  closers.push(() => engine.stop());
  const link = await engine.createLink('large', {
    upstream: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
  });
  let loading = true;
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (loading) await giveUp(link.listen.port);
  });
  const quiet = async (): Promise<void> => {
    loading = false;
    await Promise.all(clients);
  };
  closers.push(quiet);
  return { engine, link, changes, quiet };
}

/** Asks, reads what comes, and is gone when its patience ends. */
async function giveUp(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined).on('data', () => undefined);
  socket.write('GET / HTTP/1.1\r\nhost: large\r\n\r\n');
  await sleep(GIVE_UP_MS);
  socket.destroy();
}

async function wholeAnswerBytes({ listen }: FaultLink): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${listen.port}/`, {
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(5_000),
  });
  return (await response.arrayBuffer()).byteLength;
}

describe('a removal under load', () => {
  it(`is answered by the embedded engine, ${REMOVALS} of ${REMOVALS} times`, async () => {
    const { link, changes, quiet } = await underLoad({ kind: 'embedded' }, 5_000);
    let answered = 0;
    for (let n = 0; n < REMOVALS; n++) {
      await link.apply('slow', SLOW);
      await sleep(30);
      const { askedNs, confirmedNs } = await link.lift('slow');
      if (confirmedNs > askedNs) answered++;
    }
    await quiet();
    expect(answered).toBe(REMOVALS);
    // That the machine let it stand still for some milliseconds is the machine's, and is said.
    expect(changes.filter(({ kind }) => kind !== 'stood-still')).toEqual([]);
    expect(await wholeAnswerBytes(link)).toBe(ANSWER.length);
  });

  it.skipIf(REAL_IS_SKIPPED)(
    withReal('that hangs the real server is noticed, and survived by starting it again'),
    async () => {
      const { engine, link, changes, quiet } = await underLoad({ kind: 'real-on-path' }, 700);
      const { pid: before } = engine;
      let failure: unknown = null;
      for (let n = 0; n < REMOVALS && failure === null; n++) {
        await link.apply('slow', SLOW);
        await sleep(300);
        failure = await link.lift('slow').then(
          () => null,
          (error: unknown) => error,
        );
      }
      expect(isWedge(failure)).toBe(true);
      expect(changes.map(({ kind }) => kind)).toEqual(['wedged', 'restarted']);
      expect(engine.pid).not.toBe(before);
      await quiet();
      expect((await engine.state()).proxies).toMatchObject([
        { name: 'large', listen: `127.0.0.1:${link.listen.port}`, enabled: true, toxics: [] },
      ]);
      expect(await wholeAnswerBytes(link)).toBe(ANSWER.length);
    },
  );
});
