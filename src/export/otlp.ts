/**
 * A run as metrics of OpenTelemetry, in the JSON form of OTLP: what a collector takes on `/v1/metrics`. Requests are
 * histograms under the names of the semantic conventions for MCP; every other number is a gauge of ours.
 */
import { DURATION_BOUNDS_NS, type OperationDurations } from '../analysis/index.js';
import { metricOf } from '../catalog/index.js';
import { numbersOf } from '../compare/index.js';
import type { Unit } from '../format/index.js';
import type { RunView } from '../report/index.js';
import { jsonText } from './format.js';
import { plainLabel } from './labels.js';
import { unixNano } from './unix-time.js';

/** Units in the notation of UCUM, and how many of ours one is. */
const UNITS: Readonly<Record<Unit, readonly [ucum: string, size: number]>> = {
  ns: ['s', 1e9],
  'per-second': ['{call}/s', 1],
  ratio: ['1', 1],
  multiple: ['1', 1],
  count: ['1', 1],
  'ns-per-second': ['s/s', 1e9],
  'bytes-per-hour': ['By/h', 1],
  'per-hour': ['1/h', 1],
};

type Texts = readonly (readonly [key: string, text: string | null])[];

/** Attributes as OTLP has them; what is not known is left out. */
const attributes = (texts: Texts) =>
  texts.flatMap(([key, text]) =>
    text === null || text === '' ? [] : [{ key, value: { stringValue: plainLabel(text) } }],
  );

/** A fact of the envelope as text; null where it is unknown. */
function fact(envelope: unknown, group: string, name: string): string | null {
  const inside = (found: unknown, key: string): unknown =>
    typeof found === 'object' && found !== null && key in found ? (found as Record<string, unknown>)[key] : null;
  const value = inside(inside(inside(envelope, group), name), 'value');
  return typeof value === 'string' ? value : null;
}

/** The whole of a request of `ExportMetricsServiceRequest`. */
export function otlpMetrics(run: RunView, operations: readonly OperationDurations[]): string {
  const { summary } = run.analysis;
  const { envelope } = run;
  const startNs = unixNano(summary.startedUtc);
  const endNs = startNs + BigInt(Math.round(summary.durationNs));
  const time = { startTimeUnixNano: String(startNs), timeUnixNano: String(endNs) };
  const transport = fact(envelope, 'target', 'transport');
  const network: Texts = [
    ['network.transport', transport === null ? null : transport === 'stdio' ? 'pipe' : 'tcp'],
    ['mcp.protocol.version', fact(envelope, 'target', 'protocolVersion')],
  ];
  const version = fact(envelope, 'identity', 'plimsollVersion');
  return jsonText({
    resourceMetrics: [
      {
        resource: {
          attributes: attributes([
            ['service.name', 'plimsoll'],
            ['service.version', version],
            ['service.instance.id', summary.runId],
            ['plimsoll.scenario', summary.name],
            ['plimsoll.validity', summary.validity.verdict],
            ['plimsoll.target', fact(envelope, 'target', 'serverName')],
            ['plimsoll.target.version', fact(envelope, 'target', 'serverVersion')],
            ['vcs.ref.head.revision', fact(envelope, 'identity', 'gitCommit')],
          ]),
        },
        scopeMetrics: [
          {
            scope: { name: 'plimsoll', ...(version === null ? {} : { version: plainLabel(version) }) },
            metrics: [histogram(operations, network, time), ...gauges(run, time.timeUnixNano)],
          },
        ],
      },
    ],
  });
}

/** A histogram whose counts are of this run alone. */
const DELTA = 1;

function histogram(operations: readonly OperationDurations[], network: Texts, time: object) {
  return {
    name: 'mcp.client.operation.duration',
    description: 'Duration of the MCP request, from its send to its end.',
    unit: 's',
    histogram: {
      aggregationTemporality: DELTA,
      dataPoints: operations.map(({ method, subject, phase, error, count, sumNs, minNs, maxNs, buckets }) => ({
        attributes: attributes([
          ['mcp.method.name', method],
          ['gen_ai.tool.name', method === 'tools/call' ? subject : null],
          ['gen_ai.prompt.name', method === 'prompts/get' ? subject : null],
          ['error.type', error],
          ['plimsoll.phase', phase],
          ...network,
        ]),
        ...time,
        // 64-bit whole numbers are strings in the JSON form of protobuf.
        count: String(count),
        ...{ sum: sumNs / 1e9, min: minNs / 1e9, max: maxNs / 1e9 },
        bucketCounts: buckets.map(String),
        explicitBounds: DURATION_BOUNDS_NS.map((ns) => ns / 1e9),
      })),
    },
  };
}

interface Gauge {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly gauge: { readonly dataPoints: object[] };
}

/** Every number of the run that has a value, by its metric and unit. */
function gauges({ analysis: { summary } }: RunView, timeUnixNano: string): readonly Gauge[] {
  const found = new Map<string, Gauge>();
  for (const { metric, stat, tool, where, reading } of numbersOf(summary)) {
    const { definition, stats } = metricOf(metric);
    const unit = stats[stat]?.unit;
    if (unit === undefined || reading.kind !== 'value' || !Number.isFinite(reading.value)) continue;
    const [ucum, size] = UNITS[unit];
    // One name has one unit.
    const key = `${metric} ${ucum}`;
    const suffix = [...found.keys()].some((other) => other.startsWith(`${metric} `) && other !== key) ? `.${stat}` : '';
    const gauge = found.get(key) ?? {
      name: `plimsoll.${metric.replaceAll('-', '_')}${suffix}`,
      description: definition,
      unit: ucum,
      gauge: { dataPoints: [] },
    };
    found.set(key, gauge);
    gauge.gauge.dataPoints.push({
      attributes: attributes([
        ['plimsoll.stat', stat],
        ['plimsoll.where', where],
        ['gen_ai.tool.name', tool],
      ]),
      timeUnixNano,
      asDouble: reading.value / size,
    });
  }
  return [...found.values()];
}
