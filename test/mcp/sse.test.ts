import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SseReader } from '../../src/mcp/transports/streamable-http/sse.js';

function read(text: string | Buffer, cuts: readonly number[] = [], max = 1_000_000) {
  const messages: string[] = [];
  const reader = new SseReader((piece, start, end) => messages.push(piece.toString('utf8', start, end)), max);
  reader.reset();
  const bytes = Buffer.from(text);
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  let state = 'more';
  for (let i = 1; i < places.length && state === 'more'; i++) {
    const piece = Buffer.from(bytes.subarray(places[i - 1], places[i]));
    state = reader.push(piece, 0, piece.length);
    piece.fill(0x58);
  }
  return { messages, state, lastEventId: reader.lastEventId, retryMs: reader.retryMs, passedOver: reader.passedOver };
}

it.each([
  ['a message', 'event: message\ndata: {"a":1}\n\n', ['{"a":1}']],
  ['a message without a type', 'data: x\n\n', ['x']],
  ['data without the space', 'data:x\n\n', ['x']],
  ['only one space is taken', 'data:  x\n\n', [' x']],
  ['several data lines', 'data: a\ndata: b\ndata\n\n', ['a\nb\n']],
  ['CR line ends', 'data: a\r\rdata: b\r\r', ['a', 'b']],
  ['CRLF line ends', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  ['a byte order mark', '\uFEFFdata: a\n\n', ['a']],
  ['a byte order mark later is part of a name', 'data: a\n\n\uFEFFdata: b\n\n', ['a']],
  ['comments', ': keepalive\n\ndata: a\n:x\ndata: b\n\n', ['a\nb']],
  ['a priming event', 'id: 1\ndata:\n\ndata: a\n\n', ['a']],
  ['other types', 'event: ping\ndata: 1\n\nevent: endpoint\ndata: /x\n\ndata: a\n\n', ['a']],
  ['unknown fields', 'foo: bar\ndatax: 1\ndata: a\n\n', ['a']],
  ['an event that was not ended', 'data: a\n\ndata: b\n', ['a']],
  ['letters of more than one byte', 'data: Bläuling 🦋\n\n', ['Bläuling 🦋']],
])('%s', (_name, text, messages) => {
  expect(read(text).messages).toEqual(messages);
  expect(
    read(
      text,
      Array.from({ length: Buffer.byteLength(text) }, (_, i) => i),
    ).messages,
  ).toEqual(messages);
});

it('a retry that no timer could hold is bounded', () => {
  expect(read('retry: 99999999999\n\n').retryMs).toBe(600_000);
  expect(read(`retry: ${'9'.repeat(400)}\n\n`).retryMs).toBe(600_000);
});

it('id and retry are kept; an id with NUL and a retry that is no number are not', () => {
  expect(read('id: 7\nretry: 1500\n\nid: a\0b\nretry: soon\n\n')).toMatchObject({ lastEventId: '7', retryMs: 1_500 });
});

it('what is passed over is counted', () => {
  expect(read('data:\n\nevent: ping\ndata: 1\n\n: comment\n\n').passedOver).toBe(2);
});

it('a line or an event over the bound stops the stream', () => {
  expect(read(`data: ${'a'.repeat(200)}`, [50], 100).state).toBe('too-large');
  expect(read('data: aaaaaaaaaa\n'.repeat(20), [], 100).state).toBe('too-large');
  expect(read('data: aaaaaaaaaa\n\n'.repeat(20), [], 100).messages).toHaveLength(20);
});

it('any stream reads the same however it is cut, and as the standard says', () => {
  const event = fc.record({
    type: fc.constantFrom('', 'message', 'other'),
    data: fc.array(
      fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\r\n\0]/g, '')),
      { maxLength: 3 },
    ),
    comment: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 6 }),
      fc.constantFrom('\n', '\r', '\r\n'),
      fc.array(fc.nat(1_000), { maxLength: 8 }),
      (events, end, cuts) => {
        let text = '';
        const expected: string[] = [];
        for (const { type, data, comment } of events) {
          if (comment) text += `: note${end}`;
          if (type !== '') text += `event: ${type}${end}`;
          for (const line of data) text += `data: ${line}${end}`;
          text += end;
          if (type !== 'other' && data.length > 0 && data.join('\n') !== '') expected.push(data.join('\n'));
        }
        const length = Buffer.byteLength(text);
        expect(
          read(
            text,
            cuts.map((cut) => cut % (length + 1)),
          ).messages,
        ).toEqual(expected);
      },
    ),
    { numRuns: 400 },
  );
});
