/**
 * What proxies and toxics do to connections, one behaviour each. Times are asserted from below, by order and by count;
 * upper bounds only separate a thing that happened at once from one that waited for a delay many times as long.
 */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { msOf, sleep, type Bench, type Pair, type Peer } from './bench.js';

export interface Behaviour {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<void>;
  /** What the real server does instead, and why ours does not. */
  readonly real?: { readonly run: (bench: Bench) => Promise<void>; readonly why: string };
}

/** Timers may fire this much early. */
const EARLY_MS = 1;
/** A delay that is never waited out, and the bound that shows it was not waited out. */
const LONG_MS = 60_000;
const SOON_MS = 8_000;

/** Waits for a round trip, so that what was sent before on this pair has been taken in by the proxy. */
async function ping({ client, server }: Pair): Promise<void> {
  const bytes = server.bytes + 1;
  client.send('.');
  await server.has(bytes);
}

export const PLAIN: readonly Behaviour[] = [
  {
    name: 'bytes pass unchanged, both ways at once',
    run: async (bench) => {
      const { client, server } = await bench.pair();
      const [up, down] = [randomBytes(1_500_000), randomBytes(1_500_000)];
      client.send(up);
      server.send(down);
      await Promise.all([client.has(down.length), server.has(up.length)]);
      expect(server.received.equals(up)).toBe(true);
      expect(client.received.equals(down)).toBe(true);
    },
  },
  {
    name: 'an upstream that refuses: the client connects and is closed',
    run: async (bench) => {
      await bench.change({ upstream: '127.0.0.1:1' });
      const client = await bench.dial();
      expect(await client.over()).toBe('fin');
    },
  },
  {
    name: 'an upstream that makes no sense: the same',
    run: async (bench) => {
      await bench.change({ upstream: 'nonsense' });
      expect(await (await bench.dial()).over()).toBe('fin');
    },
  },
  {
    name: "the server's close reaches the client after all data",
    run: async (bench) => {
      const { client, server } = await bench.pair();
      server.socket.end(Buffer.alloc(400_000));
      expect(await client.over()).toBe('fin');
      expect(client.bytes).toBe(400_000);
    },
  },
  {
    name: "half-close is not passed on: an answer after the client's end is lost",
    run: async (bench) => {
      const { client, server } = await bench.pair();
      client.socket.end('question');
      expect(await server.over()).toBe('fin');
      expect(server.text).toBe('question');
      server.send('answer');
      await client.over();
      expect(client.text).toBe('');
    },
  },
  {
    name: 'down refuses new connections and closes live ones with FIN; up again listens on the same port',
    run: async (bench) => {
      const { client, server } = await bench.pair();
      await bench.change({ enabled: false });
      expect([await client.over(), await server.over()]).toEqual(['fin', 'fin']);
      await expect(bench.dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await bench.change({ enabled: true });
      await ping(await bench.pair());
    },
  },
  {
    name: 'removing a proxy closes its connections',
    run: async (bench) => {
      const { client, server } = await bench.pair();
      await bench.ask('DELETE', `/proxies/${bench.name}`);
      expect([await client.over(), await server.over()]).toEqual(['fin', 'fin']);
      await expect(bench.dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    },
  },
  {
    name: 'another upstream closes live connections and takes the next',
    run: async (bench) => {
      const { client } = await bench.pair();
      const others: Peer[] = [];
      await bench.change({ upstream: await bench.startUpstream(others) });
      expect(await client.over()).toBe('fin');
      await ping(await bench.pair(others));
    },
  },
  {
    name: 'noop does nothing',
    run: async (bench) => {
      await bench.add('noop', {});
      const { client, server } = await bench.pair();
      server.send('hello');
      expect((await client.has(5)).text).toBe('hello');
    },
  },
];

export const LATENCY: readonly Behaviour[] = [
  {
    name: 'latency delays data in its direction and nothing else',
    run: async (bench) => {
      await bench.add('latency', { latency: 150 }, { stream: 'upstream' });
      const { client, server } = await bench.pair();
      expect(await msOf(() => (client.send('up'), server.has(2)))).toBeGreaterThanOrEqual(150 - EARLY_MS);
      const [up, down] = [server.has(4), client.has(4)];
      client.send('up');
      server.send('down');
      expect(await Promise.race([up.then(() => 'up'), down.then(() => 'down')])).toBe('down');
    },
  },
  {
    name: 'latency does not delay connecting',
    run: async (bench) => {
      await bench.add('latency', { latency: LONG_MS }, { stream: 'upstream' });
      expect(await msOf(() => bench.pair())).toBeLessThan(SOON_MS);
    },
  },
  {
    name: 'pipelined data is delayed once each, in order, and does not add up',
    run: async (bench) => {
      await bench.add('latency', { latency: 400 });
      const { client, server } = await bench.pair();
      const startMs = performance.now();
      for (const digit of '0123456789') {
        server.send(digit);
        await sleep(10);
      }
      await client.has(10);
      const tookMs = performance.now() - startMs;
      expect(client.text).toBe('0123456789');
      expect(tookMs).toBeGreaterThanOrEqual(400);
      expect(tookMs).toBeLessThan(10 * 400);
    },
  },
  {
    name: 'two latencies add',
    run: async (bench) => {
      await bench.add('latency', { latency: 100 });
      await bench.add('latency', { latency: 120 }, { name: 'second' });
      const { client, server } = await bench.pair();
      expect(await msOf(() => (server.send('x'), client.has(1)))).toBeGreaterThanOrEqual(220 - EARLY_MS);
    },
  },
  {
    name: 'jitter stays within its width and keeps the order',
    run: async (bench) => {
      await bench.add('latency', { latency: 60, jitter: 50 });
      const { client, server } = await bench.pair();
      let sent = '';
      for (let i = 0; i < 12; i++) {
        const digit = String.fromCharCode(65 + i);
        sent += digit;
        expect(await msOf(() => (server.send(digit), client.has(i + 1)))).toBeGreaterThanOrEqual(10 - EARLY_MS);
      }
      expect(client.text).toBe(sent);
    },
  },
  {
    name: 'a close waits for delayed data and for nothing else',
    run: async (bench) => {
      await bench.add('latency', { latency: 150 });
      const { client, server } = await bench.pair();
      expect(await msOf(() => (server.socket.end('bye'), client.over()))).toBeGreaterThanOrEqual(150 - EARLY_MS);
      expect(client.text).toBe('bye');
      await bench.update({ attributes: { latency: LONG_MS } });
      const silent = await bench.pair();
      expect(await msOf(() => (silent.server.socket.end(), silent.client.over()))).toBeLessThan(SOON_MS);
    },
  },
  {
    name: 'added to a live connection it acts on what comes next',
    run: async (bench) => {
      const { client, server } = await bench.pair();
      server.send('a');
      await client.has(1);
      await bench.add('latency', { latency: 120 });
      expect(await msOf(() => (server.send('b'), client.has(2)))).toBeGreaterThanOrEqual(120 - EARLY_MS);
    },
  },
  {
    name: 'removed, it lets everything go at once, in order',
    run: async (bench) => {
      await bench.add('latency', { latency: LONG_MS });
      const { client, server } = await bench.pair();
      for (const digit of '01234') {
        server.send(digit);
        await sleep(5);
      }
      expect(await msOf(() => bench.remove().then(() => client.has(5)))).toBeLessThan(SOON_MS);
      expect(client.text).toBe('01234');
    },
  },
  {
    name: 'changed, it lets go what it holds and delays what follows by the new value',
    run: async (bench) => {
      await bench.add('latency', { latency: LONG_MS });
      const { client, server } = await bench.pair();
      server.send('held');
      await sleep(50);
      expect(await msOf(() => bench.update({ attributes: { latency: 100 } }).then(() => client.has(4)))).toBeLessThan(
        SOON_MS,
      );
      expect(await msOf(() => (server.send('next'), client.has(8)))).toBeGreaterThanOrEqual(100 - EARLY_MS);
    },
  },
];

export const FLOW: readonly Behaviour[] = [
  {
    name: 'bandwidth: a kilobyte is 1 000 bytes, every byte is paid for',
    run: async (bench) => {
      await bench.add('bandwidth', { rate: 100 });
      const { client, server } = await bench.pair();
      expect(await msOf(() => (server.send(Buffer.alloc(50_000)), client.has(50_000)))).toBeGreaterThanOrEqual(480);
      expect(client.pieces.length).toBeGreaterThanOrEqual(4);
    },
  },
  {
    name: 'bandwidth 0 stalls and keeps the data; removal brings it',
    run: async (bench) => {
      await bench.add('bandwidth', { rate: 0 });
      const { client, server } = await bench.pair();
      const data = randomBytes(100_000);
      server.send(data);
      await sleep(250);
      expect(client.bytes).toBe(0);
      await bench.remove();
      expect((await client.has(data.length)).received.equals(data)).toBe(true);
    },
  },
  {
    name: 'bandwidth raised from 0: what is held flows at the new rate',
    run: async (bench) => {
      await bench.add('bandwidth', { rate: 0 });
      const { client, server } = await bench.pair();
      const data = randomBytes(150_000);
      server.send(data);
      await sleep(50);
      await bench.update({ attributes: { rate: 200 } });
      expect((await client.has(data.length)).received.equals(data)).toBe(true);
    },
  },
  {
    name: 'bandwidth counts for each connection and direction by itself',
    run: async (bench) => {
      await bench.add('bandwidth', { rate: 0 });
      const { client, server } = await bench.pair();
      server.send('stalled');
      client.send('free');
      await server.has(4);
      expect(client.bytes).toBe(0);
    },
  },
  {
    name: 'slicer cuts, rests after each piece and loses nothing',
    run: async (bench) => {
      await bench.add('slicer', { average_size: 1000, size_variation: 0, delay: 20_000 });
      const { client, server } = await bench.pair();
      const data = randomBytes(10_000);
      // Halving 10 000 until nothing is longer than 1 000 gives 16 pieces, 15 rests between them.
      expect(await msOf(() => (server.send(data), client.has(data.length)))).toBeGreaterThanOrEqual(15 * 20 - EARLY_MS);
      expect(client.received.equals(data)).toBe(true);
      expect(client.pieces.length).toBeGreaterThan(4);
    },
  },
  {
    name: 'slicer removed: the rest comes at once',
    run: async (bench) => {
      await bench.add('slicer', { average_size: 10, size_variation: 0, delay: 5_000_000 });
      const { client, server } = await bench.pair();
      server.send(Buffer.alloc(200));
      await client.has(1);
      expect(await msOf(() => bench.remove().then(() => client.has(200)))).toBeLessThan(SOON_MS);
    },
  },
  {
    name: 'limit_data passes exactly so many bytes and closes',
    run: async (bench) => {
      await bench.add('limit_data', { bytes: 100 });
      const { client, server } = await bench.pair();
      server.send(Buffer.alloc(250));
      expect(await client.over()).toBe('fin');
      expect(client.bytes).toBe(100);
    },
  },
  {
    name: 'limit_data closes when the limit is met exactly',
    run: async (bench) => {
      await bench.add('limit_data', { bytes: 100 });
      const { client, server } = await bench.pair();
      server.send(Buffer.alloc(60));
      await client.has(60);
      expect(client.ending).toBe(null);
      server.send(Buffer.alloc(40));
      expect(await client.over()).toBe('fin');
      expect(client.bytes).toBe(100);
    },
  },
  {
    name: 'limit_data 0 closes when the first byte comes, and not before',
    run: async (bench) => {
      await bench.add('limit_data', { bytes: 0 });
      const pair = await bench.pair();
      await ping(pair);
      expect(pair.client.ending).toBe(null);
      pair.server.send('x');
      expect(await pair.client.over()).toBe('fin');
      expect(pair.client.bytes).toBe(0);
    },
  },
  {
    name: 'limit_data counts on when it is changed',
    run: async (bench) => {
      await bench.add('limit_data', { bytes: 1000 });
      const { client, server } = await bench.pair();
      server.send(Buffer.alloc(60));
      await client.has(60);
      await bench.update({ attributes: { bytes: 80 } });
      server.send(Buffer.alloc(500));
      await client.over();
      expect(client.bytes).toBe(80);
    },
  },
  {
    name: 'toxics act in the order they were added',
    run: async (bench) => {
      await bench.add('limit_data', { bytes: 5 });
      await bench.add('latency', { latency: 150 }, { name: 'after' });
      const { client, server } = await bench.pair();
      expect(await msOf(() => (server.send('123456789'), client.over()))).toBeGreaterThanOrEqual(150 - EARLY_MS);
      expect(client.text).toBe('12345');
    },
  },
];

const bothEnds = ({ client, server }: Pair): Promise<readonly string[]> => Promise.all([client.over(), server.over()]);

export const ENDINGS: readonly Behaviour[] = [
  {
    name: 'slow_close holds back the close and not the data',
    run: async (bench) => {
      await bench.add('slow_close', { delay: 250 });
      const { client, server } = await bench.pair();
      const closing = msOf(() => (server.socket.end('data'), client.over()));
      await client.has(4);
      expect(client.ending).toBe(null);
      expect(await closing).toBeGreaterThanOrEqual(250 - EARLY_MS);
    },
  },
  {
    name: 'slow_close removed: a close held back comes at once',
    run: async (bench) => {
      await bench.add('slow_close', { delay: LONG_MS });
      const { client, server } = await bench.pair();
      server.socket.end('data');
      await client.has(4);
      await sleep(50);
      expect(client.ending).toBe(null);
      expect(await msOf(() => bench.remove().then(() => client.over()))).toBeLessThan(SOON_MS);
    },
  },
  {
    name: 'timeout drops data and closes both ends after silence',
    run: async (bench) => {
      await bench.add('timeout', { timeout: 150 });
      const pair = await bench.pair();
      pair.server.send('lost');
      expect(await msOf(async () => expect(await bothEnds(pair)).toEqual(['fin', 'fin']))).toBeGreaterThanOrEqual(100);
      expect(pair.client.bytes).toBe(0);
    },
  },
  {
    name: 'timeout waits anew after every piece of data',
    run: async (bench) => {
      await bench.add('timeout', { timeout: 1_000 });
      const { client, server } = await bench.pair();
      const startMs = performance.now();
      while (performance.now() - startMs < 1_400) {
        server.send('x');
        await sleep(50);
      }
      expect(client.ending).toBe(null);
      expect(await msOf(() => client.over())).toBeGreaterThanOrEqual(500);
      expect(client.bytes).toBe(0);
    },
  },
  {
    name: 'timeout 0 never closes; removing it does',
    run: async (bench) => {
      await bench.add('timeout', { timeout: 0 });
      const pair = await bench.pair();
      pair.server.send('lost');
      await sleep(200);
      expect(pair.client.ending).toBe(null);
      await bench.remove();
      expect(await bothEnds(pair)).toEqual(['fin', 'fin']);
      expect(pair.client.bytes).toBe(0);
    },
  },
  {
    name: 'removing timeout closes the connections it had spared as well',
    run: async (bench) => {
      await bench.add('timeout', { timeout: 0 }, { toxicity: 0 });
      const pair = await bench.pair();
      pair.server.send('spared');
      await pair.client.has(6);
      await bench.remove();
      expect(await bothEnds(pair)).toEqual(['fin', 'fin']);
    },
  },
  {
    name: 'timeout on one direction still ends with its source',
    run: async (bench) => {
      await bench.add('timeout', { timeout: 0 }, { stream: 'upstream' });
      const { client, server } = await bench.pair();
      client.socket.end();
      expect(await server.over()).toBe('fin');
    },
  },
  {
    name: 'timeout passes on the end of its source without waiting',
    run: async (bench) => {
      await bench.add('timeout', { timeout: LONG_MS });
      const { client, server } = await bench.pair();
      expect(await msOf(() => (server.socket.end('lost'), client.over()))).toBeLessThan(SOON_MS);
      expect(client.bytes).toBe(0);
    },
  },
  {
    name: 'reset_peer removed while it waits: the connection is reset all the same',
    run: async (bench) => {
      await bench.add('reset_peer', { timeout: 1_000 });
      const { client, server } = await bench.pair();
      server.send('swallowed');
      await sleep(100);
      await bench.remove();
      expect(await client.over()).toBe('reset');
      expect(client.bytes).toBe(0);
    },
  },
  {
    name: 'reset_peer resets both ends when data comes',
    run: async (bench) => {
      await bench.add('reset_peer', { timeout: 0 });
      const pair = await bench.pair();
      await ping(pair);
      expect(pair.client.ending).toBe(null);
      pair.server.send('x');
      expect(await bothEnds(pair)).toEqual(['reset', 'reset']);
      expect(pair.client.bytes).toBe(0);
    },
  },
  {
    name: 'reset_peer leaves an idle connection alone',
    run: async (bench) => {
      await bench.add('reset_peer', { timeout: 0 });
      const { client, server } = await bench.pair();
      await sleep(200);
      expect([client.ending, server.ending]).toEqual([null, null]);
    },
  },
  {
    name: 'reset_peer waits its time after the first data',
    run: async (bench) => {
      await bench.add('reset_peer', { timeout: 200 });
      const { client, server } = await bench.pair();
      expect(
        await msOf(async () => (server.send('x'), expect(await client.over()).toBe('reset'))),
      ).toBeGreaterThanOrEqual(200 - EARLY_MS);
    },
  },
  {
    name: "reset_peer upstream answers the client's end with a reset",
    run: async (bench) => {
      await bench.add('reset_peer', { timeout: 0 }, { stream: 'upstream' });
      const { client, server } = await bench.pair();
      client.socket.end();
      expect(await server.over()).toBe('reset');
    },
  },
  {
    name: 'reset_peer resets connections that are older than it',
    run: async (bench) => {
      const pair = await bench.pair();
      await ping(pair);
      await bench.add('reset_peer', { timeout: 0 });
      pair.server.send('x');
      expect(await bothEnds(pair)).toEqual(['reset', 'reset']);
    },
    real: {
      run: async (bench) => {
        const pair = await bench.pair();
        await ping(pair);
        await bench.add('reset_peer', { timeout: 0 });
        pair.server.send('x');
        expect(await bothEnds(pair)).toEqual(['fin', 'fin']);
      },
      why: 'in a run all connections are older than the fault',
    },
  },
  {
    name: 'reset_peer leaves spared connections alone',
    run: async (bench) => {
      await bench.add('reset_peer', { timeout: 0 }, { toxicity: 0 });
      const { client, server } = await bench.pair();
      server.socket.end('data');
      expect(await client.over()).toBe('fin');
      expect(client.text).toBe('data');
    },
    real: {
      run: async (bench) => {
        await bench.add('reset_peer', { timeout: 0 }, { toxicity: 0 });
        const { client, server } = await bench.pair();
        server.socket.end();
        expect(await client.over()).toBe('reset');
      },
      why: 'a fault on no connection must change none',
    },
  },
];

async function answered(bench: Bench, connections: number): Promise<readonly boolean[]> {
  const answers: boolean[] = [];
  for (let i = 0; i < connections; i++) {
    const { client, server } = await bench.pair();
    server.send('x');
    // limit_data 0 closes instead of passing: which of the two comes is the draw.
    answers.push(
      (await Promise.race([client.has(1).then(() => true), client.over().then(() => false)])) && client.bytes === 1,
    );
  }
  return answers;
}

export const TOXICITY: readonly Behaviour[] = [
  {
    name: 'toxicity 0 acts on no connection, 1 on every one',
    run: async (bench) => {
      await bench.add('limit_data', { bytes: 0 }, { toxicity: 0 });
      expect(await answered(bench, 6)).toEqual(Array.from({ length: 6 }, () => true));
      await bench.update({ toxicity: 1 });
      expect(await answered(bench, 6)).toEqual(Array.from({ length: 6 }, () => false));
    },
  },
  {
    name: 'toxicity between draws for each connection',
    run: async (bench) => {
      await bench.add('limit_data', { bytes: 0 }, { toxicity: 0.5 });
      const spared = (await answered(bench, 60)).filter(Boolean).length;
      // Outside this range once in 10^7 draws.
      expect(spared).toBeGreaterThan(8);
      expect(spared).toBeLessThan(52);
    },
  },
  {
    name: 'the draw holds as long as the connection',
    run: async (bench) => {
      await bench.add('timeout', { timeout: 0 }, { toxicity: 0.5 });
      const pairs = await Promise.all(Array.from({ length: 12 }, () => bench.pair()));
      const rounds: boolean[][] = [];
      for (let round = 1; round <= 3; round++) {
        for (const { server } of pairs) server.send('x');
        await sleep(100);
        rounds.push(pairs.map(({ client }) => client.bytes > 0));
      }
      expect(rounds[1]).toEqual(rounds[0]);
      expect(rounds[2]).toEqual(rounds[0]);
    },
  },
];

/** Touches every proxy of the engine, so it cannot run beside others. */
export const ALONE: readonly Behaviour[] = [
  {
    name: 'reset lets held data go, closes what a timeout swallowed from, and brings proxies up',
    run: async (bench) => {
      await bench.add('latency', { latency: LONG_MS });
      const { client, server } = await bench.pair();
      server.send('held');
      await sleep(50);
      await bench.ask('POST', '/reset');
      await client.has(4);
      await bench.add('timeout', { timeout: 0 });
      await bench.ask('POST', '/reset');
      expect(await client.over()).toBe('fin');
      await bench.change({ enabled: false });
      await bench.ask('POST', '/reset');
      await ping(await bench.pair());
    },
  },
];
