/** What `plimsoll export` writes: metrics of OpenTelemetry, and every number as CSV. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operationDurations } from '../../src/analysis/index.js';
import { numbersOf } from '../../src/compare/index.js';
import { ASKED_FORMATS } from '../../src/export/index.js';
import { unixNano } from '../../src/export/unix-time.js';
import { outcomeCode, errorClassCode, SAMPLE_FLAGS } from '../../src/record/index.js';
import { columnsOf, okSample, TABLES } from '../record/samples.js';
import { fixtureInput, PLAIN_NAMES } from '../report/fixture.js';

const MS = 1e6;

/** A request that took so long from its send. */
const request = (callId: number, tookMs: number, more: Parameters<typeof okSample>[0] = {}) =>
  okSample({ callId, sentNs: 1e9, doneNs: 1e9 + tookMs * MS, ...more });

const samples = columnsOf(
  [
    request(0, 10),
    request(1, 10.000001),
    request(2, 400_000),
    request(3, 30, { outcome: outcomeCode('tool'), errorClass: errorClassCode('none') }),
    request(4, 30, { outcome: outcomeCode('protocol'), rpcCode: -32_602 }),
    request(5, 5, { spec: 1, phase: 1 }),
    request(6, 5, { flags: SAMPLE_FLAGS.final | SAMPLE_FLAGS.warmup }),
    request(7, 5, { sentNs: NaN }),
  ],
  TABLES,
);

describe('durations of requests', () => {
  const found = operationDurations(samples);

  it('are counted in the buckets of the convention, a bound in the bucket below it', () => {
    const ok = found.find(({ phase, error }) => phase === 'floor' && error === null);
    expect(ok).toMatchObject({ method: 'tools/call', subject: 'search', count: 3, minNs: 10 * MS });
    expect(ok?.buckets).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(ok?.sumNs).toBeCloseTo(400_020.000001 * MS, -2);
  });

  it('are apart by phase, call and error, and leave out warm-up and what was never sent', () => {
    expect(found.map(({ phase, method, error, count }) => [phase, method, error, count])).toEqual([
      ['floor', 'tools/call', null, 3],
      ['floor', 'tools/call', 'tool_error', 1],
      ['floor', 'tools/call', '-32602', 1],
      ['steady state', 'resources/read', null, 1],
    ]);
  });
});

interface Point {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  readonly count?: string;
  readonly bucketCounts?: readonly string[];
  readonly asDouble?: number;
}
interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly aggregationTemporality: number; readonly dataPoints: readonly Point[] };
}

function otlp(names = PLAIN_NAMES) {
  const text = ASKED_FORMATS.otlp({ view: fixtureInput(names), operations: () => operationDurations(samples) });
  const { resourceMetrics } = JSON.parse(text) as {
    resourceMetrics: readonly { scopeMetrics: readonly { metrics: readonly Metric[] }[] }[];
  };
  return { text, metrics: resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [] };
}

describe('metrics of OpenTelemetry', () => {
  it('have requests under the name of the convention, with whole numbers as strings', () => {
    const { metrics } = otlp();
    const [durations] = metrics;
    expect(durations).toMatchObject({
      name: 'mcp.client.operation.duration',
      unit: 's',
      histogram: { aggregationTemporality: 1 },
    });
    const failed = durations?.histogram?.dataPoints[1];
    expect(
      Object.fromEntries(failed?.attributes.map(({ key, value }) => [key, value.stringValue]) ?? []),
    ).toMatchObject({ 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'search', 'error.type': 'tool_error' });
    expect(failed?.count).toBe('1');
    expect(failed?.startTimeUnixNano).toMatch(/^\d{19}$/);
    expect(BigInt(failed?.timeUnixNano ?? 0)).toBeGreaterThan(BigInt(failed?.startTimeUnixNano ?? 0));
  });

  it('have every number of the run that has a value once, each name with one unit', () => {
    const { metrics } = otlp();
    const view = fixtureInput(PLAIN_NAMES);
    const values = numbersOf(view.analysis.summary).filter(
      ({ reading }) => reading.kind === 'value' && Number.isFinite(reading.value),
    );
    const gauges = metrics.filter(({ gauge }) => gauge !== undefined);
    expect(gauges.flatMap(({ gauge }) => gauge?.dataPoints ?? [])).toHaveLength(values.length);
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
  });

  it('keep names as data', () => {
    const text = 'a\r\n\u0000"}\u202e';
    const hostile = otlp({ run: text, tool: text, phase: text, fault: text, link: text, message: text });
    expect(hostile.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]|\\u0000|\\r/u);
  });
});

describe('Unix time', () => {
  it('is that of every moment, to the nanosecond', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2199-12-31'), noInvalidDate: true }), (date) => {
        expect(unixNano(date.toISOString())).toBe(BigInt(date.getTime()) * 1_000_000n);
      }),
    );
    expect(unixNano('2026-11-20T10:00:00.123456789Z')).toBe(1_795_168_800_123_456_789n);
    expect(unixNano('yesterday')).toBe(0n);
  });
});

describe('the numbers of a run as CSV', () => {
  it('have a line for each, with a value or why there is none', async () => {
    const view = fixtureInput(PLAIN_NAMES);
    const text = await ASKED_FORMATS.csv({ view, operations: () => [] });
    const [head = '', ...lines] = text.trimEnd().split('\r\n');
    expect(head).toBe('metric,stat,tool,where,unit,kind,value,low,high,why');
    expect(lines).toHaveLength(numbersOf(view.analysis.summary).length);
    const p50 = lines.find((line) => line.startsWith('response-time,p50,,') && line.includes(',value,'));
    expect(p50).toMatch(/,ns,value,\d+/);
    expect(lines.filter((line) => line.includes(',absent,'))).not.toEqual([]);
  });
});
