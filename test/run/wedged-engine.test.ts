/**
 * A whole run whose real fault proxy hangs while a fault is removed: it goes on, and nothing after is reported as the
 * target's.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.js';
import { REAL_IS_SKIPPED, withReal } from '../conformance/toxiproxy/engines.js';
import { scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { conducted } from './conducted.js';

/** Stands in front of the mock and makes each of its answers 300 kB long, with blanks after the JSON. */
const WIDENER = `
  import { createServer, request } from 'node:http';
  const [port, upstream] = process.argv.slice(2);
  const blanks = Buffer.alloc(300_000, ' ');
  createServer((from, to) => {
    to.on('error', () => undefined);
    const ask = request(new URL(from.url, upstream), { method: from.method, headers: from.headers }, (answer) => {
      const { 'content-length': length, 'transfer-encoding': encoding, ...headers } = answer.headers;
      const wide = /json/.test(headers['content-type'] ?? '');
      to.writeHead(answer.statusCode, headers);
      answer.on('data', (part) => to.write(part)).on('end', () => to.end(wide ? blanks : undefined));
    });
    ask.on('error', () => to.destroy());
    from.pipe(ask);
  }).listen(Number(port), '127.0.0.1');`;

const scenario = (widener: string): string => `version: 1
name: wedged
stack:
  services:
    backend: { mock: tools, workers: 32 }
    wide: { command: [node, ${widener}, "\${port}", "\${service.backend.url}"], ready: tcp }
  links: { upstream: { to: wide } }
  target: upstream
protocol: { sessions: 32 }
calls:
  - { tool: search, arguments: { query: hull }, expect: derived, deadline: 100ms }
phases:
  - { name: faulty, regime: steady, rate: 100/s, for: 2500ms, warmup: 0s }
faults:
  - { id: first, phase: faulty, at: 500ms, for: 400ms, on: upstream, type: latency, latency: 300ms }
recovery: { window: 200ms, hold: 400ms }
`;

describe('a run whose fault proxy hangs', () => {
  it.skipIf(REAL_IS_SKIPPED)(
    withReal('starts it again, goes on to its end, and says from when on it says nothing of the target'),
    async () => {
      const folder = scratchFolder();
      const widener = join(folder, 'widener.mjs');
      writeFileSync(widener, WIDENER);
      const { record, plan } = await conducted(scenarioFile(scenario(widener)), {
        engine: { kind: 'real-on-path' },
        engineCallLimitMs: 600,
      });
      expect(record.status).toBe('complete');
      const engine = record.events.filter((event) => event.type === 'engine');
      expect(engine.map(({ edge }) => edge)).toEqual(['started', 'wedged', 'started', 'stopped']);
      const edges = record.events.filter((event) => event.type === 'fault');
      expect(edges).toMatchObject([
        { edge: 'on', confirmedNs: expect.any(Number) as unknown },
        { edge: 'off', confirmedNs: null, error: expect.stringContaining('did not answer within 0.6 s') as unknown },
      ]);

      const { summary } = analyse({ record, plan });
      expect(summary.validity.verdict).toBe('invalid');
      expect(summary.validity.reasons.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['fault-proxy-wedged', 'fault-not-confirmed']),
      );
      expect(summary.recoveries).toMatchObject([
        { fault: 'first', clearNs: null, timeToRecover: { kind: 'unknown' }, drain: null },
      ]);
      expect(summary.samples.unaccounted).toBe(0);
      expect(summary.phases[0]?.offered).toBe(250);
      // The link works again.
      const againNs = engine[2]?.atNs ?? Infinity;
      const { samples } = record;
      expect(
        Array.from(samples.sentNs.keys()).some(
          (row) => samples.httpStatus[row] === 200 && (samples.sentNs[row] ?? 0) > againNs,
        ),
      ).toBe(true);
    },
    60_000,
  );
});
