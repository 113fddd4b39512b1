import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallWriter } from '../../src/mcp/json-rpc.js';
import { RequestTemplate } from '../../src/mcp/fast-path/request-template.js';
import { callSpec, drive, http, httpTarget, rawServer, textResult, verdict } from './support.js';

const SPECS = [callSpec(), callSpec({ expect: { kind: 'derived' } }), callSpec({ effect: 'exactly-once' })];
const ARGUMENTS = ['{"query":"hull"}', '{"query":"bow"}', '{"query":"Größe 🚢"}'];
const HEADS = ['POST /mcp HTTP/1.1\r\nContent-Length: ', 'POST /mcp HTTP/1.1\r\nX-Owner: Grün\r\nContent-Length: '];

/** A call as far as its request depends on it; the JSON-RPC ids of a session count up. */
const call = fc.record({
  // Most calls are like the one before.
  spec: fc.nat({ max: 8 }).map((n) => Math.max(0, n - 6)),
  text: fc.nat({ max: 8 }).map((n) => Math.max(0, n - 6)),
  head: fc.nat({ max: 8 }).map((n) => Math.max(0, n - 7)),
  callId: fc.oneof(fc.nat({ max: 1_000 }), fc.integer({ min: 0, max: 4_294_967_295 })),
  /** Whether the system took all of it. */
  taken: fc.nat({ max: 9 }).map((n) => n > 0),
});

describe('a known request', () => {
  it('is, byte for byte, the text that would be sent', () => {
    let known = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_147_480_000 }),
        fc.array(call, { minLength: 1, maxLength: 40 }),
        (firstId, calls) => {
          const writer = new CallWriter(SPECS, false);
          const request = new RequestTemplate();
          for (const [n, { spec, text, head: which, callId, taken }] of calls.entries()) {
            const id = firstId + n;
            writer.compose(id, spec, ARGUMENTS[text] ?? '', callId);
            const { ascii } = writer;
            const head = `${HEADS[which] ?? ''}${writer.bytes}\r\n\r\n${CallWriter.start}`;
            const whole = head + id + writer.tail(callId);
            const bytes = request.bytes(writer, head, id, callId);
            if (bytes !== null) {
              known++;
              expect(bytes.equals(Buffer.from(whole, ascii ? 'latin1' : 'utf8'))).toBe(true);
            }
            expect(JSON.parse(CallWriter.start + id + writer.tail(callId))).toMatchObject({
              id,
              params: { arguments: JSON.parse(ARGUMENTS[text] ?? '') as unknown },
            });
            if (!taken) request.forget();
          }
        },
      ),
    );
    expect(known).toBeGreaterThan(100);
  });

  it('is known from its second time on, and no longer when anything but its ids is different', () => {
    const writer = new CallWriter(SPECS, false);
    const request = new RequestTemplate();
    const isKnown = (id: number, spec: number, text: string, head = 'head '): boolean => {
      writer.compose(id, spec, text, 7);
      return request.bytes(writer, head, id, 7) !== null;
    };
    expect([1, 2, 3].map((id) => isKnown(id, 0, '{}'))).toEqual([false, true, true]);
    expect(isKnown(4, 0, '{"a":1}')).toBe(false);
    expect(isKnown(5, 0, '{"a":1}')).toBe(true);
    expect(isKnown(10, 0, '{"a":1}')).toBe(false);
    expect(isKnown(11, 0, '{"a":1}', 'other ')).toBe(false);
    expect(isKnown(12, 1, '{"a":1}', 'other ')).toBe(false);
    expect(isKnown(13, 1, '{"a":1}', 'other ')).toBe(true);
    request.forget();
    expect(isKnown(14, 1, '{"a":1}', 'other ')).toBe(false);
  });

  it('reaches the server whole, call by call and side by side, however large it is', async () => {
    const server = await rawServer((_request, { id }) => [http(200, textResult(id, 'x'))]);
    const large = 'hull '.repeat(400_000);
    const driver = await drive(httpTarget(server.url), [
      callSpec({ effect: 'exactly-once' }),
      callSpec({ arguments: { text: { kind: 'constant', value: large } }, effect: 'exactly-once' }),
    ]);
    for (let callId = 95; callId < 105; callId++) expect(verdict(await driver.call({ callId }))).toBe('ok/none');
    for (const round of [0, 1, 2]) {
      const slots = await Promise.all([0, 1, 2, 3].map((n) => driver.call({ spec: 1, callId: 200 + round * 4 + n })));
      expect(slots.map(verdict)).toEqual(slots.map(() => 'ok/none'));
    }
    const calls = server.seen
      .map(({ body }) =>
        body === ''
          ? null
          : (JSON.parse(body) as {
              id: number;
              method: string;
              params: { arguments: { text?: string }; _meta: Record<string, string> };
            }),
      )
      .filter((each) => each?.method === 'tools/call');
    expect(new Set(calls.map((each) => each?.id)).size).toBe(22);
    expect(calls.map((each) => Number(each?.params._meta['plimsoll/call'])).sort((a, b) => a - b)).toEqual([
      ...Array.from({ length: 10 }, (_, n) => 95 + n),
      ...Array.from({ length: 12 }, (_, n) => 200 + n),
    ]);
    expect(calls.filter((each) => each?.params.arguments.text === large)).toHaveLength(12);
  });
});
