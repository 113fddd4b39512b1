/** Spans from an exporter to the rows of a record: received, read, and known by the trace context of their call. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { traceIdsOf, traceparentOf } from '../../src/catalog/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { readSpans, receiveSpans, type SpanBody, type SpanReceiver } from '../../src/spans/index.js';
import { asJson, asProtobuf, type Written } from './otlp.js';

const TRACE = traceIdsOf(7);
const EPOCH = 1_700_000_000_000_000_000n;
const [, TRACE_OF_41 = '', CALL_SPAN = ''] = traceparentOf(TRACE, 41).split('-');

const SERVER: Written = {
  ...{ traceId: TRACE_OF_41, spanId: '00f067aa0ba902b7', parentId: CALL_SPAN, name: 'POST /mcp', kind: 2 },
  ...{ startUnixNs: EPOCH + 5_000_000n, endUnixNs: EPOCH + 19_000_001n },
};
const TOOL: Written = {
  ...{ traceId: TRACE_OF_41, spanId: '00f067aa0ba902b8', parentId: SERVER.spanId, name: 'tools/call search', kind: 1 },
  ...{ startUnixNs: EPOCH + 7_000_000n, endUnixNs: EPOCH + 19_000_000n },
};
const ROWS = [
  {
    ...{ callId: 41, service: 'library', name: 'POST /mcp', kind: 'server', spanId: SERVER.spanId, parentId: null },
    ...{ startNs: 5_000_000, durationNs: 14_000_001 },
  },
  {
    ...{ callId: 41, service: 'library', name: 'tools/call search', kind: 'internal', spanId: TOOL.spanId },
    ...{ parentId: SERVER.spanId, startNs: 7_000_000, durationNs: 12_000_000 },
  },
];

const body = (bytes: Buffer | string, encoding: SpanBody['encoding'], gzipped = false): SpanBody => ({
  ...{ bytes: Buffer.from(bytes as string), encoding, gzipped },
});

describe('a request of an exporter', () => {
  const json = asJson('library', [SERVER, TOOL]);
  const protobuf = asProtobuf('library', [SERVER, TOOL]);

  it.each([
    ['JSON', body(json, 'json')],
    ['JSON with gzip', body(gzipSync(json), 'json', true)],
    ['protobuf', body(protobuf, 'protobuf')],
    ['protobuf with gzip', body(gzipSync(protobuf), 'protobuf', true)],
  ])('in %s is read to the nanosecond', (_, sent) => {
    expect(readSpans([sent], TRACE, EPOCH)).toEqual({ rows: ROWS, foreign: 0, unreadable: 0 });
  });

  it('that is cut off, or no such request at all, costs itself alone', () => {
    const wrong = [
      body(protobuf.subarray(0, protobuf.length - 9), 'protobuf'),
      body(Buffer.alloc(12, 0xff), 'protobuf'),
      body(json.slice(0, -9), 'json'),
      body('[1]', 'json'),
      body(json, 'json', true),
    ];
    expect(readSpans([...wrong, body(json, 'json')], TRACE, EPOCH)).toEqual({ rows: ROWS, foreign: 0, unreadable: 5 });
  });

  it('with spans of other traces, or without times, has these counted or left out', () => {
    const other = { ...SERVER, traceId: '4bf92f3577b34da6a3ce929d0e0e4736' };
    const endless = { ...SERVER, endUnixNs: 0n };
    const spans = [other, endless, SERVER, TOOL];
    for (const sent of [body(asJson('library', spans), 'json'), body(asProtobuf('library', spans), 'protobuf')])
      expect(readSpans([sent], TRACE, EPOCH)).toEqual({ rows: ROWS, foreign: 1, unreadable: 0 });
  });
});

describe('the receiver', () => {
  const receiver = async (port: number | null = null): Promise<SpanReceiver> => {
    const made = await receiveSpans(port);
    onTestFinished(() => made.close());
    return made;
  };
  const post = (url: string, type: string, bytes: string, more: Readonly<Record<string, string>> = {}) =>
    fetch(url, { method: 'POST', headers: { 'content-type': type, ...more }, body: bytes });

  it('keeps what is sent to /v1/traces, and answers as OTLP has it', async () => {
    const spans = await receiver();
    const json = await post(`${spans.url}/v1/traces`, 'application/json; charset=utf-8', '{"a":1}');
    expect([json.status, json.headers.get('content-type'), await json.text()]).toEqual([200, 'application/json', '{}']);
    const binary = await post(`${spans.url}/v1/traces`, 'application/x-protobuf', 'xyz', {
      'content-encoding': 'gzip',
    });
    expect([binary.status, await binary.text()]).toEqual([200, '']);
    const taken = spans.taken().map(({ bytes, encoding, gzipped }) => [bytes.toString(), encoding, gzipped]);
    expect(taken).toEqual([
      ['{"a":1}', 'json', false],
      ['xyz', 'protobuf', true],
    ]);
    expect(spans.taken()).toEqual([]);
    expect(spans.refused).toBe(0);
  });

  it('passes metrics and logs over, and counts what it refuses', async () => {
    const spans = await receiver();
    const statusOf = async (sent: Promise<Response>): Promise<number> => (await sent).status;
    expect(await statusOf(post(`${spans.url}/v1/metrics`, 'application/json', '{}'))).toBe(200);
    expect(await statusOf(post(`${spans.url}/elsewhere`, 'application/json', '{}'))).toBe(404);
    expect(await statusOf(post(`${spans.url}/v1/traces`, 'text/plain', '{}'))).toBe(415);
    expect(await statusOf(post(`${spans.url}/v1/traces`, 'application/json', '{}', { 'content-encoding': 'br' }))).toBe(
      415,
    );
    expect([spans.taken(), spans.refused]).toEqual([[], 2]);
  });

  it('on a port that is taken is one message', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const thrown: unknown = await receiveSpans(port).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ProblemError);
    expect(String((thrown as ProblemError).problems[0]?.what)).toContain(`port ${port} of this machine`);
  });
});
