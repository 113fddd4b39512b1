import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { brotliCompressSync, constants, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SAMPLE_FLAGS } from '../../src/record/index.js';
import { callSpec, drive, http, httpTarget, initializeResult, verdict } from './support.js';
import { answer, event, json, mcpServer, rpc, stream, type Message } from './mcp-server.js';

const CODINGS: readonly [string, (text: string) => Buffer][] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['identity', (text) => Buffer.from(text)],
];

describe('a body under a content coding that was not asked for', () => {
  it.each(CODINGS)('%s: is decoded, and its connection is used again', async (coding, encode) => {
    const server = await mcpServer({
      call: ({ message, response }) => json(response, encode(answer(message.id)), { 'content-encoding': coding }),
    });
    const driver = await drive(httpTarget(server.url));
    const slots = [await driver.call(), await driver.call(), await driver.call()];
    expect(slots.map(verdict)).toEqual(['ok/none', 'ok/none', 'ok/none']);
    expect(slots.map(({ flags }) => flags & SAMPLE_FLAGS.reusedConnection)).toEqual([0, 1, 1]);
  });

  it.each(CODINGS)('%s: so is an event stream', async (coding, encode) => {
    const server = await mcpServer({
      call: ({ message, response }) =>
        stream(response, { 'content-encoding': coding }).end(
          encode(event(rpc(undefined, { method: 'notifications/message' })) + event(answer(message.id))),
        ),
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('ok/none');
  });

  it('an event of a stream that goes on is taken as soon as its bytes are here', async () => {
    const server = await mcpServer({
      call: ({ message, response }) => {
        const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
        gzip.pipe(stream(response, { 'content-encoding': 'gzip' }));
        gzip.write(event(answer(message.id)));
      },
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('ok/none');
  });

  it('one that we do not decode has a class of its own', async () => {
    const server = await mcpServer({
      call: ({ message, response }) => json(response, answer(message.id), { 'content-encoding': 'zstd' }),
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('protocol/content-coding');
  });

  it('bytes that are not what the coding says are a broken answer', async () => {
    const server = await mcpServer({
      call: ({ message, response }) => json(response, answer(message.id), { 'content-encoding': 'gzip' }),
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('transport/http-malformed');
  });

  it('few bytes that become many are bounded like any answer, and the bound is ours', async () => {
    const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024, 'x'));
    const server = await mcpServer({
      call: ({ response }) => json(response, bomb, { 'content-encoding': 'gzip' }),
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('generator/answer-too-large');
  });
});

describe('the first message that answers decides', () => {
  const error = (id: number | string | undefined) => rpc(id, { error: { code: -1, message: 'second' } });

  it.each(['one read', 'two reads'])('an error after the answer, in %s', async (reads) => {
    const server = await mcpServer({
      call: ({ message, response }) => {
        const [first, second] = [event(answer(message.id)), event(error(message.id))];
        if (reads === 'one read') stream(response).end(first + second);
        else stream(response).write(first, () => setTimeout(() => response.end(second), 10));
      },
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('ok/none');
  });

  it.each(['one read', 'two reads'])('an answer after the error, in %s', async (reads) => {
    const server = await mcpServer({
      call: ({ message, response }) => {
        const [first, second] = [event(error(message.id)), event(answer(message.id))];
        if (reads === 'one read') stream(response).end(first + second);
        else stream(response).write(first, () => setTimeout(() => response.end(second), 10));
      },
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('protocol/rpc-error');
  });

  it('what is no JSON, and no answer behind it', async () => {
    const server = await mcpServer({ call: ({ response }) => stream(response).end(event('{"jsonrpc"')) });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('transport/sse-malformed');
  });

  it.each(['one read', 'two reads'])('an answer behind what is no JSON, in %s', async (reads) => {
    const server = await mcpServer({
      call: ({ message, response }) => {
        const [first, second] = [event('{"jsonrpc"'), event(answer(message.id))];
        if (reads === 'one read') stream(response).end(first + second);
        else stream(response).write(first, () => setTimeout(() => response.end(second), 10));
      },
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('ok/none');
  });
});

it('an id that comes back as text is taken, and said once at the end', async () => {
  const server = await mcpServer({
    call: ({ message, response }) =>
      message.id === 2 ? json(response, answer(String(message.id))) : stream(response).end(event(answer('3'))),
  });
  const driver = await drive(httpTarget(server.url));
  expect([verdict(await driver.call()), verdict(await driver.call())]).toEqual(['ok/none', 'ok/none']);
  await driver.set.close(1e9);
  expect(driver.events.filter((each) => each.type === 'warning').map(({ code }) => code)).toEqual(['ids-as-text']);
});

/** Refuses a large request on its head alone and reads no more of it: a balancer that has seen enough. */
async function refusingLarge() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const [head = '', body = ''] = text.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (length > 1_000_000) {
        socket.pause();
        socket.write(http(401, ''));
      } else if (text.includes('\r\n\r\n') && body.length >= length) {
        const { id, method } = JSON.parse(body) as Message;
        text = '';
        if (method === 'initialize') socket.write(http(200, initializeResult(Number(id))));
        else socket.write(id === undefined ? http(202, '') : http(200, answer(id)));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, sockets };
}

it('a connection whose request is still being sent when its answer comes carries no other', async () => {
  const server = await refusingLarge();
  const driver = await drive(httpTarget(server.url), [
    callSpec({ label: 'large', arguments: { q: { kind: 'text', bytes: 12 * 1024 * 1024 } } }),
    callSpec({ label: 'small' }),
  ]);
  expect(verdict(await driver.call({ spec: 0 }))).toBe('auth/http-401');
  const small = await driver.call({ spec: 1 });
  expect([verdict(small), small.flags & SAMPLE_FLAGS.reusedConnection]).toEqual(['ok/none', 0]);
  expect(server.sockets).toHaveLength(2);
});
