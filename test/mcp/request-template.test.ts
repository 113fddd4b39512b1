import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestJson, requestTextOf, type RequestText } from '../../src/catalog/index.js';
import { RequestTemplate, RequestWriter, type SpecHead } from '../../src/mcp/fast-path/index.js';
import { callSpec, drive, http, httpTarget, rawServer, textResult, verdict } from './support.js';

const PLAIN = { revision: '2025-11-25', propagateDeadline: false, trace: null } as const;
const SPECS = [callSpec(), callSpec({ expect: { kind: 'derived' } }), callSpec({ effect: 'exactly-once' })];
const ARGUMENTS = ['{"query":"hull"}', '{"query":"bow"}', '{"query":"Größe 🚢"}'];
/** A head without arguments in it. */
const plain = (text: string): SpecHead => ({ text, parameters: [] });
/** By spec: each may have header lines of its own. */
const HEADS = ['/mcp', '/other'].map((path) =>
  SPECS.map((_, spec) => plain(`POST ${path} HTTP/1.1\r\nX-Spec: ${spec}\r\nContent-Length: `)),
);
const TEXTS = SPECS.map((spec) => requestTextOf(spec, PLAIN));

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

describe('a request that is like the one before', () => {
  it('is, byte for byte, the text that would be sent', () => {
    let reused = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_147_480_000 }),
        fc.array(call, { minLength: 1, maxLength: 40 }),
        (firstId, calls) => {
          const template = new RequestTemplate(new RequestWriter(SPECS, PLAIN));
          let heads = HEADS[0] ?? [];
          template.setHeads(heads);
          for (const [n, { spec, text, head, callId, taken }] of calls.entries()) {
            const id = firstId + n;
            if (heads !== HEADS[head]) template.setHeads((heads = HEADS[head] ?? []));
            template.compose(id, spec, ARGUMENTS[text] ?? '', callId);
            const request = template.request(id, callId);
            if (typeof request !== 'string') reused++;
            const sent = Buffer.from(request);
            const [sentHead = '', body = ''] = sent.toString().split('\r\n\r\n');
            expect(template.size).toBe(sent.length);
            expect(sentHead).toBe(`${heads[spec]?.text}${Buffer.byteLength(body)}`);
            expect(body).toBe(requestJson(TEXTS[spec] as RequestText, id, ARGUMENTS[text] ?? '', callId));
            expect(JSON.parse(body)).toMatchObject({
              id,
              params: { arguments: JSON.parse(ARGUMENTS[text] ?? '') as unknown },
            });
            if (!taken) template.forget();
          }
        },
      ),
    );
    expect(reused).toBeGreaterThan(100);
  });

  it('is bytes from its second time on, and text when anything but its ids is different', () => {
    const template = new RequestTemplate(new RequestWriter(SPECS, PLAIN));
    template.setHeads([plain('head '), plain('head '), plain('other ')]);
    const isReused = (id: number, spec: number, text: string): boolean => {
      template.compose(id, spec, text, 7);
      return typeof template.request(id, 7) !== 'string';
    };
    expect([1, 2, 3].map((id) => isReused(id, 0, '{}'))).toEqual([false, true, true]);
    expect(isReused(4, 0, '{"a":1}')).toBe(false);
    expect(isReused(5, 0, '{"a":1}')).toBe(true);
    expect(isReused(10, 0, '{"a":1}')).toBe(false);
    expect(isReused(11, 1, '{"a":1}')).toBe(false);
    expect(isReused(12, 1, '{"a":1}')).toBe(true);
    template.setHeads([plain('another '), plain('another '), plain('another ')]);
    expect([13, 14].map((id) => isReused(id, 1, '{"a":1}'))).toEqual([false, true]);
    template.forget();
    expect(isReused(15, 1, '{"a":1}')).toBe(false);
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
