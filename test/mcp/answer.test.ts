import { derivedAnswer } from '../../src/protocol/index.js';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Oracle, outcomeOf, retryAfterNs } from '../../src/mcp/oracle/index.js';
import { emptyHead, type BodyKind, type Coding } from '../../src/mcp/fast-path/index.js';
import { ERROR_CLASSES, OUTCOMES } from '../../src/record/index.js';
import type { Expectation } from '../../src/scenario/index.js';
import { callSpec, emptySlot, textResult, verdict } from './support.js';

const EPOCH = '123456789012345';

function judged(
  status: number,
  body: string,
  expectation: Expectation = { kind: 'success' },
  expectedText = '',
  retryAfter = '',
) {
  const slot = emptySlot();
  slot.rpcId = 5;
  slot.expectedText = expectedText;
  const head = { ...emptyHead(), status, retryAfter, bodyKind: 'json' as const };
  new Oracle([callSpec({ expect: expectation })], EPOCH, { overloadCodes: [-32050] }).judgeHttp(slot, head, body);
  return slot;
}

const rpcError = (code: number, message = 'x') => JSON.stringify({ jsonrpc: '2.0', id: 5, error: { code, message } });

describe('the layers of an answer, in their order', () => {
  it.each<[string, number, string, string]>([
    ['unauthorised, with a JSON-RPC error in the body', 401, rpcError(-32001), 'auth/http-401'],
    ['forbidden', 403, '', 'auth/http-403'],
    ['too many requests', 429, '', 'shed/http-429'],
    ['unavailable', 503, '', 'shed/http-503'],
    ['internal error with a JSON-RPC error inside', 500, rpcError(-32603), 'protocol/rpc-error'],
    ['bad gateway with a JSON-RPC error inside', 502, rpcError(-32000), 'protocol/rpc-error'],
    ['internal error with JSON of something else', 500, '{"error":"x"}', 'transport/http-5xx'],
    ['unavailable, with a JSON-RPC error inside', 503, rpcError(-32603), 'shed/http-503'],
    ['the code of an overload', 200, rpcError(-32050), 'shed/rpc-overload'],
    ['the code of an overload under an internal error', 500, rpcError(-32050), 'shed/rpc-overload'],
    ['another code beside that of an overload', 200, rpcError(-32051), 'protocol/rpc-error'],
    ['bad gateway', 502, '<html>', 'transport/http-5xx'],
    ['gateway timeout', 504, '', 'transport/http-5xx'],
    ['not found', 404, rpcError(-32001, 'Session not found'), 'session/http-404'],
    [
      'bad request for want of a session',
      400,
      rpcError(-32000, 'Bad Request: No valid session ID provided'),
      'session/session-unknown',
    ],
    ['bad request', 400, rpcError(-32000, 'Bad Request: Unsupported protocol version'), 'protocol/http-4xx'],
    ['not acceptable', 406, '', 'protocol/http-4xx'],
    ['a redirect', 307, '', 'protocol/http-3xx'],
    ['HTML', 200, '<html>', 'transport/body-not-json'],
    ['nothing', 202, '', 'protocol/not-json-rpc'],
    [
      'an answer that was only accepted',
      202,
      '{"jsonrpc":"2.0","id":5,"result":{"content":[]}}',
      'protocol/not-json-rpc',
    ],
    ['truncated JSON', 200, textResult(5, 'x').slice(0, -1), 'transport/body-not-json'],
    ['JSON of something else', 200, '{"ok":true}', 'protocol/not-json-rpc'],
    ['a batch that has the answer', 200, `[${textResult(4, 'y')},${textResult(5, 'x')}]`, 'ok/none'],
    ['a batch without it', 200, `[${textResult(4, 'x')}]`, 'protocol/not-json-rpc'],
    ['null', 200, 'null', 'protocol/not-json-rpc'],
    ['neither result nor error', 200, '{"jsonrpc":"2.0","id":5}', 'protocol/not-json-rpc'],
    ['a result that is no object', 200, '{"jsonrpc":"2.0","id":5,"result":"x"}', 'protocol/not-json-rpc'],
    ['an error that is no object', 200, '{"jsonrpc":"2.0","id":5,"error":"x"}', 'protocol/not-json-rpc'],
    ['a JSON-RPC error', 200, rpcError(-32602), 'protocol/rpc-error'],
    [
      'a JSON-RPC error without an id',
      200,
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}',
      'protocol/rpc-error',
    ],
    ['a JSON-RPC error about the session', 200, rpcError(-32001, 'Session not found'), 'session/session-unknown'],
    ['a tool error', 200, '{"jsonrpc":"2.0","id":5,"result":{"isError":true,"content":[]}}', 'tool/tool-error'],
    [
      "someone else's tool error",
      200,
      '{"jsonrpc":"2.0","id":6,"result":{"isError":true,"content":[]}}',
      'tool/tool-error',
    ],
    ["someone else's answer", 200, textResult(6, 'x'), 'semantic/wrong-id'],
    ['the id as text', 200, textResult(5, 'x').replace(':5,', ':"5",'), 'ok/none'],
    ['another id as text', 200, textResult(5, 'x').replace(':5,', ':"05",'), 'semantic/wrong-id'],
    ['an id that is a list', 200, textResult(5, 'x').replace(':5,', ':[5],'), 'semantic/wrong-id'],
    ['an answer', 200, textResult(5, 'x'), 'ok/none'],
    ['a result without content', 200, '{"jsonrpc":"2.0","id":5,"result":{}}', 'semantic/bad-result'],
    ['a handle of a task', 200, '{"jsonrpc":"2.0","id":5,"result":{"task":{"taskId":"7"}}}', 'semantic/bad-result'],
    [
      'isError as text',
      200,
      '{"jsonrpc":"2.0","id":5,"result":{"isError":"true","content":[]}}',
      'semantic/bad-result',
    ],
    ['content that is no list', 200, '{"jsonrpc":"2.0","id":5,"result":{"content":"x"}}', 'semantic/bad-result'],
    ['content of plain texts', 200, '{"jsonrpc":"2.0","id":5,"result":{"content":["x"]}}', 'semantic/bad-result'],
    ['structured content alone', 200, '{"jsonrpc":"2.0","id":5,"result":{"structuredContent":{"a":1}}}', 'ok/none'],
    [
      'a method beside the result',
      200,
      '{"jsonrpc":"2.0","id":5,"method":"ping","result":{"content":[]}}',
      'protocol/not-json-rpc',
    ],
    ['isError: false', 200, '{"jsonrpc":"2.0","id":5,"result":{"isError":false,"content":[]}}', 'ok/none'],
  ])('%s: HTTP %d', (_name, status, body, expected) => {
    const slot = judged(status, body);
    expect(verdict(slot)).toBe(expected);
    expect(slot.httpStatus).toBe(status);
  });

  it('the JSON-RPC code is kept, also from a body under an HTTP error; one that fits no sample is 0', () => {
    expect(judged(200, rpcError(-32602)).rpcCode).toBe(-32602);
    expect(judged(400, rpcError(-32020)).rpcCode).toBe(-32020);
    expect(judged(200, rpcError(1e12)).rpcCode).toBe(0);
    expect(judged(200, rpcError(0.5)).rpcCode).toBe(0);
  });
});

describe('what a right answer is', () => {
  const image =
    '{"jsonrpc":"2.0","id":5,"result":{"content":[' +
    '{"type":"image","data":"","mimeType":"image/png"},{"type":"text","text":"hull 7"}]}}';
  it.each<[string, Expectation, string, string, string]>([
    ['equal text', { kind: 'text', equals: '' }, 'x', textResult(5, 'x'), 'ok/none'],
    ['other text', { kind: 'text', equals: '' }, 'x', textResult(5, 'x '), 'semantic/wrong-value'],
    ['text that contains', { kind: 'contains', part: '' }, 'hull', textResult(5, 'a hull b'), 'ok/none'],
    [
      'text that does not contain',
      { kind: 'contains', part: '' },
      'hull',
      textResult(5, 'a hul b'),
      'semantic/wrong-value',
    ],
    ['the first text is behind an image', { kind: 'contains', part: '' }, 'hull', image, 'ok/none'],
    [
      'the derived answer',
      { kind: 'derived' },
      derivedAnswer('search', '{}'),
      textResult(5, derivedAnswer('search', '{}')),
      'ok/none',
    ],
    [
      'the derived answer to other arguments',
      { kind: 'derived' },
      derivedAnswer('search', '{}'),
      textResult(5, derivedAnswer('search', '{"a":1}')),
      'semantic/wrong-value',
    ],
    [
      'no content',
      { kind: 'text', equals: '' },
      'x',
      '{"jsonrpc":"2.0","id":5,"result":{"content":[]}}',
      'semantic/no-content',
    ],
    [
      'content without text',
      { kind: 'text', equals: '' },
      '',
      '{"jsonrpc":"2.0","id":5,"result":{"content":[{"type":"audio","data":"","mimeType":"audio/wav"}]}}',
      'semantic/no-content',
    ],
    [
      'no content where none is expected',
      { kind: 'success' },
      '',
      '{"jsonrpc":"2.0","id":5,"result":{"content":[]}}',
      'ok/none',
    ],
  ])('%s', (_name, expectation, expectedText, body, expected) => {
    expect(verdict(judged(200, body, expectation, expectedText))).toBe(expected);
  });
});

describe('answers of several blocks, embedded resources and structured content', () => {
  const result = (members: object): string => JSON.stringify({ jsonrpc: '2.0', id: 5, result: members });
  const embedded = (text: string) => ({
    type: 'resource',
    resource: { uri: 'note://1', mimeType: 'text/plain', text },
  });
  const words = (text: string) => ({ type: 'text', text });
  const contains: Expectation = { kind: 'contains', part: '' };
  const text: Expectation = { kind: 'text', equals: '' };
  const structured: Expectation = { kind: 'structured', members: {} };
  const picture = { type: 'image', data: 'aHVsbA==', mimeType: 'image/png' };
  const blob = { type: 'resource', resource: { uri: 'note://2', blob: 'aHVsbA==' } };
  const wanted = '{"depth":{"m":4.2},"tags":["a","b"],"berth":null}';

  it.each<[string, Expectation, string, object, string]>([
    ['a text in the second block', contains, 'hull', { content: [words('see:'), words('the hull')] }, 'ok/none'],
    ['a text in an embedded resource', contains, 'hull', { content: [embedded('the hull')] }, 'ok/none'],
    ['one behind a text block', contains, 'hull', { content: [words('see:'), embedded('hull')] }, 'ok/none'],
    ['exactly the text of an embedded resource', text, 'hull', { content: [words('x'), embedded('hull')] }, 'ok/none'],
    ['a text in none of them', contains, 'hull', { content: [words('h'), embedded('ull')] }, 'semantic/wrong-value'],
    ['neither text nor resource with one', contains, 'hull', { content: [picture, blob] }, 'semantic/no-content'],
    [
      'a text in the block asked for',
      { ...contains, block: 1 },
      'hull',
      { content: [picture, embedded('hull')] },
      'ok/none',
    ],
    [
      'a text in another block than the one asked for',
      { ...contains, block: 1 },
      'hull',
      { content: [words('hull'), words('keel')] },
      'semantic/wrong-value',
    ],
    ['a block without text', { ...text, block: 0 }, 'hull', { content: [picture] }, 'semantic/no-content'],
    ['fewer blocks', { ...text, block: 2 }, 'hull', { content: [words('hull')] }, 'semantic/no-content'],
    [
      'structured content with everything expected, and more',
      structured,
      wanted,
      { content: [], structuredContent: { tags: ['a', 'b'], depth: { m: 4.2, ft: 13.8 }, berth: null, more: 1 } },
      'ok/none',
    ],
    [
      'structured content with a longer list',
      structured,
      wanted,
      { content: [], structuredContent: { tags: ['a', 'b', 'c'], depth: { m: 4.2 }, berth: null } },
      'semantic/wrong-value',
    ],
    [
      'structured content without a member',
      structured,
      wanted,
      { content: [], structuredContent: { tags: ['a', 'b'], depth: { m: 4.2 } } },
      'semantic/wrong-value',
    ],
    [
      'structured content with a number as text',
      structured,
      wanted,
      { content: [], structuredContent: { tags: ['a', 'b'], depth: { m: '4.2' }, berth: null } },
      'semantic/wrong-value',
    ],
    ['no structured content', structured, wanted, { content: [words(wanted)] }, 'semantic/no-content'],
  ])('%s', (_name, expectation, expectedText, members, expected) => {
    expect(verdict(judged(200, result(members), expectation, expectedText))).toBe(expected);
  });
});

describe('stamps', () => {
  const stamped = (id: number, stamps: unknown) =>
    JSON.stringify({ jsonrpc: '2.0', id, result: { content: [], _meta: { 'plimsoll/stamps': stamps } } });

  it('absolute nanoseconds become run time, exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 18n }), fc.bigInt({ min: 0n, max: 10n ** 15n }), (epoch, later) => {
        const slot = emptySlot();
        slot.rpcId = 5;
        const oracle = new Oracle([callSpec()], epoch.toString());
        oracle.judgeMessage(
          slot,
          JSON.parse(stamped(5, { received: (epoch + later).toString(), started: epoch.toString(), finished: '0' })),
        );
        expect([slot.receivedNs, slot.startedNs]).toEqual([Number(later), 0]);
      }),
    );
  });

  it.each([
    [{ received: 5 }],
    [{ received: '' }],
    [{ received: '-1' }],
    [{ received: '1e9' }],
    [{ received: '9'.repeat(20) }],
    ['x'],
    [null],
  ])('%j is no stamp', (stamps) => {
    expect(judged(200, stamped(5, stamps)).receivedNs).toBeNaN();
  });

  it('of a clock that is years from ours are kept as far from it as can be recorded, for that to be noticed', () => {
    const slot = emptySlot();
    slot.rpcId = 5;
    const sinceBoot = '35491936287443';
    const since1970 = '1796159309838380440';
    for (const [epoch, stamp, apartNs] of [
      [since1970, sinceBoot, -(2 ** 51)],
      [sinceBoot, since1970, 2 ** 51],
    ] as const) {
      new Oracle([callSpec()], epoch).judgeMessage(slot, JSON.parse(stamped(5, { received: stamp, started: epoch })));
      expect([slot.receivedNs, slot.startedNs]).toEqual([apartNs, 0]);
    }
  });

  it("someone else's stamps are not taken", () => {
    expect(judged(200, stamped(6, { received: EPOCH })).receivedNs).toBeNaN();
    expect(judged(200, stamped(5, { received: EPOCH })).receivedNs).toBe(0);
  });
});

describe('content types and codings', () => {
  const under = (bodyKind: BodyKind, coding: Coding, body: string) => {
    const slot = emptySlot();
    slot.rpcId = 5;
    new Oracle([callSpec()], EPOCH).judgeHttp(slot, { ...emptyHead(), status: 200, bodyKind, coding }, body);
    return verdict(slot);
  };

  it('an answer under a content type that MCP does not have is none, whatever it holds', () => {
    expect(under('other', 'identity', textResult(5, 'x'))).toBe('protocol/content-type');
    expect(under('other', 'identity', '<html>')).toBe('protocol/content-type');
    expect(under('other', 'identity', '')).toBe('protocol/content-type');
    expect(under('json', 'identity', textResult(5, 'x'))).toBe('ok/none');
  });

  it('a coding that we do not decode is said to be the reason', () => {
    expect(under('json', 'other', 'x')).toBe('protocol/content-coding');
    expect(under('event-stream', 'other', 'x')).toBe('protocol/content-coding');
  });
});

it('the dates of Retry-After are in GMT in all their forms, wherever the machine is', () => {
  const zone = process.env['TZ'];
  onTestFinished(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });
  const wallMs = Date.UTC(2026, 10, 6, 8, 49, 37);
  for (const place of ['America/New_York', 'Asia/Kolkata', 'UTC']) {
    process.env['TZ'] = place;
    for (const date of ['Fri Nov  6 08:49:40 2026', 'Fri, 06 Nov 2026 08:49:40 GMT', 'Friday, 06-Nov-26 08:49:40 GMT'])
      expect([place, date, retryAfterNs(date, wallMs)]).toEqual([place, date, 3e9]);
    expect(retryAfterNs('Fri, 06 Nov 2026 10:49:40 +0200', wallMs)).toBe(3e9);
  }
});

it('Retry-After in seconds or as a date; nothing else', () => {
  const wallMs = Date.parse('Fri, 20 Nov 2026 12:00:00 GMT');
  expect(retryAfterNs('3', wallMs)).toBe(3e9);
  expect(retryAfterNs('Fri, 20 Nov 2026 12:00:10 GMT', wallMs)).toBe(10e9);
  expect(retryAfterNs('Fri, 20 Nov 2026 11:00:00 GMT', wallMs)).toBe(0);
  for (const odd of ['', '-1', '1.5', 'soon', '99999999999999999999', '2026'])
    expect(retryAfterNs(odd, wallMs)).toBe(odd === '2026' ? 2026e9 : 0);
  expect(judged(429, '', { kind: 'success' }, '', '2').retryAfterNs).toBe(2e9);
  expect(judged(200, rpcError(-32050), { kind: 'success' }, '', '2').retryAfterNs).toBe(2e9);
  expect(judged(500, '', { kind: 'success' }, '', '2').retryAfterNs).toBe(0);
});

it('the order in which classes are looked for is the order of the outcomes', () => {
  const seen = [
    'generator-error',
    'connection-reset',
    'http-401',
    'http-429',
    'http-404',
    'rpc-error',
    'tool-error',
    'wrong-value',
    'none',
  ] as const;
  const ranks = seen.map((errorClass) => OUTCOMES.indexOf(outcomeOf(errorClass)));
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(new Set(ranks).size).toBe(seen.length);
  for (const errorClass of ERROR_CLASSES) expect(OUTCOMES).toContain(outcomeOf(errorClass));
});

it('any text at all is judged, never thrown at', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.integer({ min: 200, max: 599 }), (text, status) => {
      const slot = judged(status, text, { kind: 'contains', part: '' }, 'q');
      expect(OUTCOMES[slot.outcome]).not.toBe('ok');
    }),
  );
});
