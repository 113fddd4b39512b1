import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_HEAD_BYTES, ResponseReader } from '../../src/mcp/fast-path/response.js';

interface Read {
  readonly state: string;
  readonly status: number;
  readonly keepAlive: boolean;
  readonly bodyKind: string;
  readonly retryAfter: string;
  readonly sessionId: string;
  readonly body: string;
  readonly consumed: number;
}

/** Reads `bytes` cut at `cuts`, then ends the connection if `ends`. */
function read(bytes: Buffer, cuts: readonly number[] = [], ends = false): Read {
  const body: Buffer[] = [];
  const reader: ResponseReader = new ResponseReader({
    head: () => undefined,
    body: (piece, start, end) => body.push(Buffer.from(piece.subarray(start, end))),
  });
  reader.wantSessionId = true;
  reader.reset();
  let state = 'more';
  let consumed = 0;
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < places.length && state === 'more'; i++) {
    // A buffer of its own for each piece, overwritten afterwards as a shared read buffer is.
    const piece = Buffer.from(bytes.subarray(places[i - 1], places[i]));
    state = reader.push(piece, 0, piece.length);
    consumed += reader.consumed;
    piece.fill(0x58);
  }
  if (ends && state === 'more') state = reader.finish() ? 'complete' : 'broken';
  const { status, keepAlive, bodyKind, retryAfter, sessionId } = reader.head;
  return {
    state,
    status,
    keepAlive,
    bodyKind,
    retryAfter,
    sessionId,
    body: Buffer.concat(body).toString('latin1'),
    consumed,
  };
}

function response(...lines: string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

const oddCase = (name: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((upper) =>
      [...name].map((letter, i) => (upper[i] === true ? letter.toUpperCase() : letter.toLowerCase())).join(''),
    );

const chunkedBody = (body: Buffer, sizes: readonly number[], extension: string, trailer: string): Buffer => {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of [...sizes, body.length]) {
    const piece = body.subarray(at, Math.min(body.length, at + size));
    at += piece.length;
    if (piece.length > 0)
      parts.push(Buffer.from(`${piece.length.toString(16)}${extension}\r\n`), piece, Buffer.from('\r\n'));
  }
  parts.push(Buffer.from(`0\r\n${trailer}\r\n`));
  return Buffer.concat(parts);
};

/** A valid response, and what must be read from it. */
const validResponse = fc
  .record({
    status: fc.constantFrom(200, 202, 400, 404, 429, 500, 503),
    reason: fc.constantFrom('OK', '', 'Too Many Requests', 'caf\xe9'),
    body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    framing: fc.constantFrom('length', 'chunked', 'until-close'),
    sizes: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }),
    extension: fc.constantFrom('', ';a=b', ';q="x y";z', ' ; spaced'),
    trailer: fc.constantFrom('', 'X-Sum: 1\r\n', 'A: \r\nB:c\r\n'),
    names: fc.tuple(
      oddCase('content-length'),
      oddCase('transfer-encoding'),
      oddCase('content-type'),
      oddCase('retry-after'),
      oddCase('mcp-session-id'),
    ),
    interim: fc.constantFrom(
      '',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 P\r\n\r\n',
    ),
    close: fc.boolean(),
    space: fc.constantFrom('', ' ', ' \t '),
  })
  .map((made) => {
    const [contentLength, transferEncoding, contentType, retryAfter, sessionId] = made.names;
    const lines = [
      `HTTP/1.1 ${made.status} ${made.reason}`,
      `${contentType}:${made.space}application/json; charset=utf-8${made.space}`,
      `${retryAfter}:${made.space}7`,
      `${sessionId}:${made.space}abc-1`,
      'X-Other: a:b, c',
      ...(made.close ? ['Connection: Close'] : []),
      ...(made.framing === 'length' ? [`${contentLength}:${made.space}${made.body.length}`] : []),
      ...(made.framing === 'chunked' ? [`${transferEncoding}:${made.space}Chunked`] : []),
    ];
    const body =
      made.framing === 'chunked' ? chunkedBody(made.body, made.sizes, made.extension, made.trailer) : made.body;
    return {
      bytes: Buffer.concat([Buffer.from(`${made.interim}${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]),
      ends: made.framing === 'until-close',
      expected: {
        state: 'complete',
        status: made.status,
        keepAlive: made.framing !== 'until-close' && !made.close,
        bodyKind: 'json',
        retryAfter: '7',
        sessionId: 'abc-1',
        body: made.body.toString('latin1'),
      },
    };
  });

describe('a valid response', () => {
  it('reads the same however the network cuts it', () => {
    fc.assert(
      fc.property(validResponse, fc.array(fc.nat(2_000), { maxLength: 8 }), ({ bytes, ends, expected }, cuts) => {
        const places = cuts.map((cut) => cut % (bytes.length + 1));
        expect(read(bytes, places, ends)).toEqual({ ...expected, consumed: bytes.length });
      }),
      { numRuns: 400 },
    );
  });

  it('reads the same byte by byte', () => {
    fc.assert(
      fc.property(validResponse, ({ bytes, ends, expected }) => {
        expect(
          read(
            bytes,
            Array.from({ length: bytes.length }, (_, i) => i),
            ends,
          ),
        ).toEqual({ ...expected, consumed: bytes.length });
      }),
      { numRuns: 100 },
    );
  });

  it('does not claim the bytes behind it', () => {
    fc.assert(
      fc.property(validResponse, ({ bytes, ends, expected }) => {
        fc.pre(!ends);
        const more = Buffer.concat([bytes, Buffer.from('HTTP/1.1 200 OK\r\n')]);
        expect(read(more)).toEqual({ ...expected, consumed: bytes.length });
      }),
      { numRuns: 50 },
    );
  });

  it('breaks off, and says so, when it is cut short', () => {
    fc.assert(
      fc.property(validResponse, fc.nat(), ({ bytes, ends }, cut) => {
        const short = bytes.subarray(0, cut % bytes.length);
        const result = read(short, [], true);
        // Only a body that ends with the connection can't be distinguished from a shorter one.
        expect(result.state).toBe(
          ends && short.includes('X-Other') && short.includes('\r\n\r\n', short.indexOf('X-Other'))
            ? 'complete'
            : 'broken',
        );
      }),
      { numRuns: 200 },
    );
  });
});

it('any bytes end in a state, never in an exception, and alike for every cut', () => {
  const piece = fc.constantFrom(
    'HTTP/1.1 200 OK',
    '\r\n',
    '\r',
    '\n',
    ':',
    ' ',
    'Content-Length',
    '5',
    '0',
    'Transfer-Encoding: chunked',
    'hello',
    'f',
    ';',
    '\0',
    '\x80',
    'HTTP/1.0 204 N',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), fc.array(fc.nat(400), { maxLength: 5 }), (pieces, cuts) => {
      const bytes = Buffer.from('HTTP/1.1 200 OK\r\n' + pieces.join(''), 'latin1');
      const whole = read(bytes, [], true);
      const cut = read(
        bytes,
        cuts.map((at) => at % (bytes.length + 1)),
        true,
      );
      expect(['complete', 'malformed', 'broken']).toContain(whole.state);
      expect(cut.state).toBe(whole.state);
      expect(cut.body).toBe(whole.body);
    }),
    { numRuns: 500 },
  );
});

describe('where a body ends', () => {
  it.each([
    [
      '204 has none, whatever its length says',
      ['HTTP/1.1 204 No Content', 'Content-Length: 5', '', ''],
      'complete',
      '',
    ],
    ['304 has none', ['HTTP/1.1 304 Not Modified', 'Content-Length: 5', '', ''], 'complete', ''],
    ['length 0', ['HTTP/1.1 200 OK', 'Content-Length: 0', '', ''], 'complete', ''],
    ['an empty chunked body', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', '', ''], 'complete', ''],
    ['no reason phrase and no space before it', ['HTTP/1.1 200', 'Content-Length: 2', '', 'ok'], 'complete', 'ok'],
    [
      'upper-case hex and leading zeros in a chunk size',
      ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '000A', '0123456789', '0', '', ''],
      'complete',
      '0123456789',
    ],
  ])('%s', (_name, lines, state, body) => {
    const result = read(response(...lines));
    expect([result.state, result.body]).toEqual([state, body]);
  });

  it.each([
    ['identity is none: the body ends with the connection', ['identity'], 'hello', 'hello'],
    ['identity beside chunked', ['identity', 'chunked'], '5\r\nhello\r\n0\r\n\r\n', 'hello'],
    ['both in one field', ['Identity , Chunked'], '5\r\nhello\r\n0\r\n\r\n', 'hello'],
    ['chunked named twice is applied once', ['chunked', 'chunked'], '5\r\nhello\r\n0\r\n\r\n', 'hello'],
  ])('transfer codings: %s', (_name, codings, sent, body) => {
    const head = ['HTTP/1.1 200 OK', ...codings.map((coding) => `Transfer-Encoding: ${coding}`), '', sent];
    const result = read(response(...head), [], true);
    expect([result.state, result.body, result.keepAlive]).toEqual(['complete', body, sent !== body]);
  });

  it('line ends before an answer belong to none', () => {
    const bytes = response(
      '',
      '\r\n\nHTTP/1.1 103 Early Hints',
      '',
      '\r\nHTTP/1.1 200 OK',
      'Content-Length: 2',
      '',
      'ok',
    );
    for (let at = 0; at < bytes.length; at++)
      expect(read(bytes, [at])).toMatchObject({ state: 'complete', status: 200, body: 'ok', consumed: bytes.length });
  });

  it('any reason is read over', () => {
    expect(read(response('HTTP/1.1 200 O\x01K\x7f', 'Content-Length: 2', '', 'ok'))).toMatchObject({ body: 'ok' });
  });

  it('a body that is announced where none can be keeps its connection from other answers', () => {
    for (const field of ['Content-Length: 5', 'Transfer-Encoding: chunked'])
      expect(read(response('HTTP/1.1 204 No Content', field, '', ''))).toMatchObject({ keepAlive: false });
    expect(read(response('HTTP/1.1 204 No Content', 'Content-Length: 0', '', ''))).toMatchObject({ keepAlive: true });
  });

  it.each([
    ['HTTP/1.1', [], true],
    ['HTTP/1.1', ['Connection: close'], false],
    ['HTTP/1.1', ['Connection: upgrade, close'], false],
    ['HTTP/1.0', [], false],
    ['HTTP/1.0', ['Connection: Keep-Alive'], true],
  ])('%s with %j keeps the connection: %s', (version, headers, keeps) => {
    expect(read(response(`${version} 200 OK`, ...headers, 'Content-Length: 0', '', '')).keepAlive).toBe(keeps);
  });
});

describe('folded lines', () => {
  it('are read as one, however they are cut, and bring no line break into a value', () => {
    const fields = ['Content-Type: application/json;', '\tcharset=utf-8', 'Retry-After:', ' 7'];
    const session = ['Mcp-Session-Id: abc', '  ', ' def'];
    const bytes = response('HTTP/1.1 200 OK', ...fields, ...session, 'Content-Length: 4', '', '\r\n x');
    const everywhere = Array.from({ length: bytes.length }, (_, i) => i);
    for (const cuts of [[], everywhere, ...everywhere.map((at) => [at])])
      expect(read(bytes, cuts)).toMatchObject({
        ...{ state: 'complete', status: 200, bodyKind: 'json', retryAfter: '7', body: '\r\n x' },
        sessionId: expect.stringMatching(/^abc +def$/) as unknown,
      });
  });
});

describe('what is malformed', () => {
  it.each([
    ['another protocol', ['SSH-2.0-OpenSSH_9.2', '', '']],
    ['another version', ['HTTP/2.0 200 OK', '', '']],
    ['a status of two digits', ['HTTP/1.1 20 OK', 'Content-Length: 0', '', '']],
    ['a bare LF', ['HTTP/1.1 200 OK\nContent-Length: 0', '', '']],
    ['a bare CR', ['HTTP/1.1 200 OK', 'X: a\rb', '', '']],
    ['a blank before the first field', ['HTTP/1.1 200 OK', ' X: a', '', '']],
    ['a folded length', ['HTTP/1.1 200 OK', 'Content-Length: 1', ' 2', '', '']],
    ['a space before the colon', ['HTTP/1.1 200 OK', 'Content-Length : 0', '', '']],
    ['a line without a colon', ['HTTP/1.1 200 OK', 'nonsense', '', '']],
    ['an empty field name', ['HTTP/1.1 200 OK', ': x', '', '']],
    ['a NUL in a value', ['HTTP/1.1 200 OK', 'X: a\0b', '', '']],
    ['two lengths', ['HTTP/1.1 200 OK', 'Content-Length: 3', 'Content-Length: 3', '', 'abc']],
    ['a negative length', ['HTTP/1.1 200 OK', 'Content-Length: -1', '', '']],
    ['a list of lengths', ['HTTP/1.1 200 OK', 'Content-Length: 3, 3', '', 'abc']],
    ['length beside chunked', ['HTTP/1.1 200 OK', 'Content-Length: 3', 'Transfer-Encoding: chunked', '', '0', '', '']],
    ['length beside identity', ['HTTP/1.1 200 OK', 'Content-Length: 3', 'Transfer-Encoding: identity', '', 'abc']],
    ['identity before a length', ['HTTP/1.1 200 OK', 'Transfer-Encoding: identity', 'Content-Length: 3', '', 'abc']],
    ['identity over chunked', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked, identity', '', '0', '', '']],
    ['line ends without end', ['\r\n'.repeat(MAX_HEAD_BYTES), '']],
    ['a coding that was not asked for', ['HTTP/1.1 200 OK', 'Transfer-Encoding: gzip, chunked', '', '0', '', '']],
    ['a chunk size that is no number', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', 'xyz', '']],
    ['an empty chunk size', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '', '']],
    ['a chunk longer than it says', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '2', 'abc', '0', '', '']],
    ['an endless chunk size', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', 'f'.repeat(20), '']],
    ['a folded trailer', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', 'A: b', ' c', '', '']],
    ['switching protocols', ['HTTP/1.1 101 Switching Protocols', 'Upgrade: x', '', '']],
    ['an endless head', ['HTTP/1.1 200 OK', `X: ${'a'.repeat(MAX_HEAD_BYTES)}`, '', '']],
    [
      'an endless chunk extension',
      ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', `1;${'a'.repeat(MAX_HEAD_BYTES)}`, ''],
    ],
    ['endless interim responses', [...Array<string>(200).fill('HTTP/1.1 100 Continue\r\n'), '']],
  ])('%s', (_name, lines) => {
    expect(read(response(...lines)).state).toBe('malformed');
    expect(
      read(
        response(...lines),
        Array.from({ length: 200 }, (_, i) => i),
      ).state,
    ).toBe('malformed');
  });
});

it('a head that comes again, on this connection or another, is read as it was the first time', () => {
  const heads = fc.constantFrom(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n',
    'HTTP/1.1 429 OK\r\nContent-Length: 2\r\nRetry-After: 7\r\n',
    'HTTP/1.1 429 OK\r\nContent-Length: 2\r\nRetry-After: 8\r\n',
    'HTTP/1.0 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n',
  );
  const expected = new Map<string, Read>();
  fc.assert(
    fc.property(fc.array(fc.tuple(heads, fc.nat(400)), { minLength: 10, maxLength: 60 }), (sequence) => {
      const reader: ResponseReader = new ResponseReader({ head: () => undefined, body: () => undefined });
      for (const [head, cut] of sequence) {
        const bytes = Buffer.from(`${head}\r\nok`, 'latin1');
        reader.reset();
        // In two pieces now and then: a head that is put together must not disturb what is remembered.
        const at = cut < bytes.length ? cut : 0;
        const first = reader.push(bytes, 0, at);
        const state = first === 'more' ? reader.push(bytes, at, bytes.length) : first;
        const { status, keepAlive, bodyKind, retryAfter } = reader.head;
        const known = expected.get(head) ?? read(bytes);
        expected.set(head, known);
        expect({ state, status, keepAlive, bodyKind, retryAfter }).toEqual({
          state: 'complete',
          status: known.status,
          keepAlive: known.keepAlive,
          bodyKind: known.bodyKind,
          retryAfter: known.retryAfter,
        });
      }
    }),
    { numRuns: 200 },
  );
});
