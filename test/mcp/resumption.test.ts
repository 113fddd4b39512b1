import { describe, expect, it, vi } from 'vitest';
import { callSpec, drive, httpTarget, verdict } from './support.js';
import { answer, event, json, mcpServer, rpc, stream } from './mcp-server.js';

/** Ends the stream of each call after an event with an id; the answer is had by a GET with it. */
async function polling(retry: string, get?: Parameters<typeof mcpServer>[0]['get']) {
  const asked: { id: unknown; atMs: number }[] = [];
  let endedMs = 0;
  const server = await mcpServer({
    call: ({ message, response }) => {
      endedMs = performance.now();
      stream(response).end(`id: e${message.id}\n${retry}data:\n\n`);
    },
    get: (exchange) => {
      const { request, response } = exchange;
      const id = request.headers['last-event-id'];
      asked.push({ id, atMs: performance.now() - endedMs });
      if (get !== undefined) get(exchange);
      else stream(response).end(event(answer(Number(String(id).slice(1))), 'last'));
    },
  });
  return { ...server, asked };
}

describe('an answer whose stream the server ends before it', () => {
  it('is fetched from the last event on, after the time that the server names', async () => {
    const server = await polling('retry: 60\n');
    const driver = await drive(httpTarget(server.url));
    const slot = await driver.call();
    expect(verdict(slot)).toBe('ok/none');
    expect(server.asked.map(({ id }) => id)).toEqual([`e${slot.rpcId}`]);
    expect(server.asked[0]?.atMs).toBeGreaterThanOrEqual(55);
    expect(slot.doneNs - slot.firstByteNs).toBeGreaterThanOrEqual(55e6);
    expect(server.seen.filter((method) => method === 'tools/call')).toHaveLength(1);
  });

  it('the bytes of all its streams are counted', async () => {
    const server = await polling('retry: 10\n');
    const driver = await drive(httpTarget(server.url));
    const [once, again] = [await driver.call(), await driver.call()];
    const direct = await mcpServer({
      call: ({ message, response }) => stream(response).end(event(answer(message.id))),
    });
    const plain = await (await drive(httpTarget(direct.url))).call();
    expect(once.bytesIn).toBeGreaterThan(plain.bytesIn);
    expect(again.bytesIn).toBe(once.bytesIn);
  });

  it('may be asked for more than once: each stream says from where on', async () => {
    let turns = 0;
    const server = await polling('retry: 10\n', ({ request, response }) => {
      turns++;
      if (turns < 4) stream(response).end(`id: turn-${turns}\ndata:\n\n`);
      else stream(response).end(event(answer(2)));
      expect(request.headers['mcp-session-id']).toBe('s1');
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(server.asked.map(({ id }) => id)).toEqual(['e2', 'turn-1', 'turn-2', 'turn-3']);
  });

  it('that has no more of it is counted as what it is: a stream without an answer', async () => {
    const server = await polling('retry: 10\n', ({ response }) => response.writeHead(400).end());
    const driver = await drive(httpTarget(server.url));
    const slot = await driver.call();
    expect([verdict(slot), slot.httpStatus]).toEqual(['transport/sse-no-answer', 400]);
    expect(server.asked).toHaveLength(1);
  });

  it('is asked for three times at most while the server is out of order', async () => {
    const server = await polling('retry: 10\n', ({ response }) => response.writeHead(503).end());
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('transport/sse-no-answer');
    expect(server.asked).toHaveLength(3);
  });

  it('without an id on any event can not be had, and nothing is asked', async () => {
    const server = await mcpServer({
      call: ({ response }) => stream(response).end(event(rpc(undefined, { method: 'notifications/message' }))),
      get: ({ response }) => stream(response),
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('transport/sse-no-answer');
    expect(server.seen).not.toContain('GET');
  });
});

describe('a stream that breaks off after an event with an id', () => {
  it('is resumed as well', async () => {
    const server = await mcpServer({
      call: ({ message, response }) => {
        stream(response).write(`id: e${message.id}\nretry: 10\ndata:\n\n`, () => response.destroy());
      },
      get: ({ request, response }) =>
        stream(response).end(event(answer(Number(String(request.headers['last-event-id']).slice(1))))),
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('ok/none');
  });
});

describe('a call that is given up while it waits for the rest of its answer', () => {
  it('is not completed any more, asks for nothing, and is cancelled explicitly', async () => {
    const server = await polling('retry: 300\n');
    const driver = await drive(httpTarget(server.url));
    const slot = driver.begin();
    await vi.waitFor(() => expect(server.seen).toContain('tools/call'));
    await vi.waitFor(() => expect(slot.connection).toBe(-1), { interval: 5 });
    driver.channel().abandon(slot, true);
    await vi.waitFor(() => expect(server.seen).toContain('notifications/cancelled'));
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(server.seen).not.toContain('GET');
    expect(driver.completions).toEqual([]);
  });

  it('also while the rest is on its way', async () => {
    const server = await polling('retry: 10\n', ({ response }) => stream(response));
    const driver = await drive(httpTarget(server.url));
    const slot = driver.begin();
    await vi.waitFor(() => expect(server.seen).toContain('GET'));
    driver.channel().abandon(slot, true);
    await vi.waitFor(() => expect(server.seen).toContain('notifications/cancelled'));
    expect(driver.completions).toEqual([]);
  });
});

it('other calls of the session go on meanwhile', async () => {
  const server = await mcpServer({
    call: ({ message, response }) => {
      const { arguments: given } = message.params as { arguments: { q?: string } };
      if (given.q === 'poll') stream(response).end(`id: e${message.id}\nretry: 40\ndata:\n\n`);
      else json(response, answer(message.id));
    },
    get: ({ request, response }) =>
      stream(response).end(event(answer(Number(String(request.headers['last-event-id']).slice(1))))),
  });
  const driver = await drive(httpTarget(server.url), [
    callSpec({ label: 'a', arguments: { q: { kind: 'constant', value: 'poll' } } }),
    callSpec({ label: 'b', arguments: {} }),
  ]);
  const polled = driver.call({ spec: 0 });
  for (let i = 0; i < 5; i++) expect(verdict(await driver.call({ spec: 1 }))).toBe('ok/none');
  expect(verdict(await polled)).toBe('ok/none');
});
