/** Spans of the servers: where they are received, and what a scenario can't mean. */
import { describe, expect, it } from 'vitest';
import { traceIdsOf } from '../../src/catalog/index.js';
import { changed, GOOD, line, problemsOf, read } from './helpers.js';

const SERVER = 'backend: { command: [node, server.js], environment: { OTEL_EXPORTER_OTLP_ENDPOINT: "${spans.url}" } }';
const BACKEND = 'backend: { mock: tools, workers: 4, service-time: { constant: 8ms } }';
const withSpans = (spans: string, server = SERVER): string =>
  changed(
    'stack:\n',
    `stack:\n  spans: ${spans}\n`,
    changed(BACKEND, server, changed('expect: derived', 'expect: success', changed('exactly-once', 'none'))),
  );

describe('spans', () => {
  it('are received on a free port, and calls have a trace context then', () => {
    const { scenario } = read(withSpans('{}'));
    expect(scenario.stack.spans).toEqual({ port: null, work: null });
    expect(scenario.protocol.trace).toEqual(traceIdsOf(scenario.seed));
    expect(read(GOOD).scenario.stack.spans).toBeUndefined();
  });

  it('can have a port that a server knows, and a name of the work', () => {
    const text = withSpans('{ port: 4318, work: tools/call }', 'backend: { url: "http://127.0.0.1:3000/mcp" }');
    expect(read(text).scenario.stack.spans).toEqual({ port: 4318, work: 'tools/call' });
  });

  it.each([
    [withSpans('{}', 'backend: { command: [node, server.js] }'), /^good.yaml:5:3 stack.spans: no server learns where/],
    [changed('protocol: {', 'protocol: { trace: false,', withSpans('{}')), /^good.yaml:11:\d+ protocol.trace: spans/],
    [
      changed('  spans: {}\n', '', withSpans('{}')),
      /^good.yaml:6:\d+ stack.services.backend.environment.OTEL_\w+: no spans are received/,
    ],
    [
      changed('sessions: 16', 'headers: { x: "${spans.url}" }', withSpans('{}')),
      /\$\{spans.url\} is not filled in here/,
    ],
    [withSpans('{ port: 0 }'), /stack.spans.port/],
    [withSpans('{ ports: 1 }'), /stack.spans.*ports/],
  ])('are refused where they mean nothing', (text, problem) => {
    expect(problemsOf(() => read(text)).map(line)).toContainEqual(expect.stringMatching(problem) as string);
  });
});
