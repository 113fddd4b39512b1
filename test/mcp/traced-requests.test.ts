/** Requests with a seeded trace context: the same in `_meta` and as a header, and what a mock reports of them. */
import { describe, expect, it } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import { callOfTrace, traceIdsOf, traceparentOf } from '../../src/catalog/index.js';
import { callSpec, drive, http, httpTarget, rawServer, textResult, verdict } from './support.js';

const TRACE = traceIdsOf(7);

describe('a trace context', () => {
  it('is a valid traceparent that comes from the seed, and names its call', () => {
    const text = traceparentOf(TRACE, 41);
    expect(text).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(callOfTrace(TRACE, text)).toBe(41);
    expect(traceIdsOf(7)).toEqual(TRACE);
    expect(traceIdsOf(8)).not.toEqual(TRACE);
  });

  it('names no call of another run, and its call also with another span', () => {
    const text = traceparentOf(TRACE, 41);
    expect(callOfTrace(traceIdsOf(8), text)).toBeNull();
    expect(callOfTrace(TRACE, text.replace(/-[0-9a-f]{16}-01$/, '-00f067aa0ba902b7-00'))).toBe(41);
    expect(callOfTrace(TRACE, 'nonsense')).toBeNull();
  });
});

describe('a traced request', () => {
  it('carries the same context in _meta and as a header, call by call, and says how long it is', async () => {
    const server = await rawServer((_request, { id }) => [http(200, textResult(id, 'x'))]);
    const driver = await drive(httpTarget(server.url), [callSpec()], { trace: TRACE });
    const ids = [9, 10, 11, 1_000_000];
    for (const callId of ids) {
      const slot = await driver.call({ callId });
      expect(verdict(slot)).toBe('ok/none');
      const seen = server.seen.at(-1);
      expect(slot.bytesOut).toBe(Buffer.byteLength(`${seen?.head ?? ''}\r\n\r\n${seen?.body ?? ''}`));
    }
    const calls = server.seen.filter(({ body }) => body.includes('tools/call'));
    expect(calls.map(({ body }) => (JSON.parse(body) as { params: { _meta: unknown } }).params._meta)).toEqual(
      ids.map((id) => ({ traceparent: traceparentOf(TRACE, id), 'plimsoll/call': String(id) })),
    );
    expect(calls.map(({ head }) => /^traceparent: (.*)$/im.exec(head)?.[1]?.trim())).toEqual(
      ids.map((id) => traceparentOf(TRACE, id)),
    );
  });

  it('is reported by a mock with everything that came of it, and a plain one with nothing', async () => {
    const mock = await startToolsMock();
    const query = { query: { kind: 'unique', form: 'call' } } as const;
    try {
      const traced = await drive(
        httpTarget(mock.url, { authorization: 'Bearer something' }),
        [callSpec({ arguments: query })],
        {
          trace: TRACE,
        },
      );
      expect(verdict(await traced.call({ callId: 5 }))).toBe('ok/none');
      const plain = await drive(httpTarget(mock.url), [callSpec()]);
      expect(verdict(await plain.call({ callId: 6 }))).toBe('ok/none');
      const context = traceparentOf(TRACE, 5);
      expect(mock.truth()).toMatchObject([
        {
          call: '5',
          traceparent: context,
          traceHeader: context,
          argumentCall: 5,
          authorization: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        },
        { call: null, traceparent: null, traceHeader: null, argumentCall: null, authorization: null },
      ]);
    } finally {
      await mock.stop();
    }
  });
});
