import fc from 'fast-check';
import { Agent, request } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectionPool, addressOf, requestOnce } from '../../src/mcp/transports/streamable-http/index.js';

/** What both clients are compared by. */
type Seen = { readonly status: number; readonly body: string } | 'failed';

/** Answers each request with the given bytes, cut at the given places, then closes or not. */
let script: { pieces: readonly Buffer[]; close: boolean } = { pieces: [], close: false };
const sockets = new Set<Socket>();
const server = createServer({ noDelay: true }, (socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('data', () => {
    const { pieces, close } = script;
    void (async () => {
      for (const piece of pieces) {
        if (socket.writable) socket.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (close) socket.end();
    })();
  });
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

async function ours(): Promise<Seen> {
  const pool = new ConnectionPool(addressOf(`http://127.0.0.1:${port}/mcp`), () => 0, 1);
  const answer = await requestOnce(
    pool.take(),
    'POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n',
    null,
    20_000,
  );
  pool.destroyAll();
  return answer.kind === 'failed' ? 'failed' : { status: answer.status, body: answer.text };
}

function theirs(): Promise<Seen> {
  return new Promise((resolve) => {
    const agent = new Agent({ keepAlive: false });
    const outgoing = request(
      { host: '127.0.0.1', port, path: '/mcp', method: 'POST', agent, headers: { 'content-length': 0 } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => resolve('failed'));
        response.on('end', () =>
          resolve(
            response.complete
              ? { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }
              : 'failed',
          ),
        );
      },
    );
    outgoing.on('error', () => resolve('failed'));
    outgoing.end();
  });
}

async function both(bytes: Buffer, cuts: readonly number[], close: boolean): Promise<[Seen, Seen]> {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  script = { pieces: places.slice(1).map((end, i) => bytes.subarray(places[i], end)), close };
  const mine = await ours();
  const other = await theirs();
  return [mine, other];
}

const chunked = (...parts: readonly string[]) =>
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${parts.join('')}`;

describe('odd answers, read by us and by node:http', () => {
  it.each<[string, string, boolean]>([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', false],
    ['odd case and white space', 'HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:\t 5 \r\n\r\nhello', false],
    ['chunks', chunked('3\r\nhel\r\n', '2\r\nlo\r\n', '0\r\n\r\n'), false],
    ['chunk extensions', chunked('3;a=b;c\r\nhel\r\n', '2;x="y z"\r\nlo\r\n', '0;end\r\n\r\n'), false],
    ['trailers', chunked('5\r\nhello\r\n', '0\r\nX-Sum: 1\r\nY:\r\n\r\n'), false],
    [
      'interim responses',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n' +
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      false,
    ],
    ['an end by close', 'HTTP/1.1 200 OK\r\n\r\nhello', true],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nhello', true],
    [
      'HTTP/1.0 that keeps the connection',
      'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
      false,
    ],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', false],
    ['the coding identity', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nhello', true],
    [
      'the coding identity and a length',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello',
      true,
    ],
    [
      'a length and the coding identity',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: identity\r\n\r\nhello',
      true,
    ],
    [
      'identity and chunked',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      false,
    ],
    [
      'chunked named twice',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      false,
    ],
    ['line ends before it', '\r\n\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', false],
    ['equal lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok', true],
    ['a list of equal lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok', true],
    ['a body that ends with the connection, over a 202', 'HTTP/1.1 202 Accepted\r\n\r\nok', true],
    ['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', false],
    ['no reason', 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok', false],
    ['a head cut short', 'HTTP/1.1 200 OK\r\nContent-Le', true],
    ['a body cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello', true],
    ['a chunk cut short', chunked('5\r\nhel'), true],
    ['chunks without an end', chunked('5\r\nhello\r\n'), true],
    ['a bad chunk size', chunked('zz\r\n'), true],
    ['a chunk without its end', chunked('2\r\nabcd\r\n0\r\n\r\n'), true],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello', true],
    ['length and chunked', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', true],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello', true],
    ['another protocol', 'SSH-2.0-OpenSSH\r\n', true],
    ['nothing', '', true],
  ])('%s, whole and byte by byte', async (_name, text, close) => {
    const bytes = Buffer.from(text, 'latin1');
    const [mine, other] = await both(bytes, [], close);
    expect(mine).toEqual(other);
    const [mineSlow, otherSlow] = await both(
      bytes,
      Array.from({ length: bytes.length }, (_, i) => i),
      close,
    );
    expect(mineSlow).toEqual(otherSlow);
    expect(mineSlow).toEqual(mine);
  });

  it('agree on generated answers cut anywhere', async () => {
    const made = fc.record({
      status: fc.constantFrom(200, 202, 404, 500),
      body: fc.string({ unit: 'grapheme', maxLength: 60 }),
      framing: fc.constantFrom('length', 'chunked', 'close'),
      size: fc.integer({ min: 1, max: 20 }),
      cut: fc.option(fc.nat(200), { freq: 4 }),
      cuts: fc.array(fc.nat(400), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(made, async ({ status, body, framing, size, cut, cuts }) => {
        const bytes = Buffer.from(body);
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        const length = framing === 'length' ? `Content-Length: ${bytes.length}\r\n` : '';
        const coding = framing === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : '';
        const head = `HTTP/1.1 ${status} X\r\n${length}${coding}\r\n`;
        const payload =
          framing === 'chunked'
            ? [
                ...pieces.flatMap((piece) => [
                  Buffer.from(`${piece.length.toString(16)}\r\n`),
                  piece,
                  Buffer.from('\r\n'),
                ]),
                Buffer.from('0\r\n\r\n'),
              ]
            : [bytes];
        const whole = Buffer.concat([Buffer.from(head), ...payload]);
        const sent = cut === null ? whole : whole.subarray(0, cut);
        const [mine, other] = await both(sent, cuts, framing === 'close' || cut !== null);
        expect(mine).toEqual(other);
      }),
      { numRuns: 120 },
    );
  });
});
