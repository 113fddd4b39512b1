/** A server whose tracer reports spans: its queue and service are those that it wrote down itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { callOfTraceId, traceIdsOf } from '../../src/catalog/index.js';
import { EXIT } from '../../src/problem/index.js';
import { readRecord, type RunRecord } from '../../src/record/index.js';
import { recordSchemaErrors } from '../run-record-schemas.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';

const SERVER = fileURLToPath(new URL('fixtures/span-server.mjs', import.meta.url));
const SEED = 5;
/** The starts of spans are whole milliseconds, those of two spans of a call: queues are exact to one of them. */
const CLOCK_STEP_NS = 1_000_000;

const scenario = (log: string): string => `version: 1
name: spans
seed: ${SEED}
stack:
  spans: { work: tools/call }
  services:
    traced:
      command: [node, '${SERVER}', '8', '\${port}', '${log}']
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: '\${spans.url}' }
  target: traced
protocol: { sessions: 4 }
calls: [{ tool: work, deadline: 5s }]
phases: [{ name: steady, regime: steady, concurrency: 4, for: 2s, warmup: 0s }]
default-gates: false
`;

let record: RunRecord;
let dir: string;
/** What the server measured, by call. */
let measured: ReadonlyMap<number, readonly [queueNs: number, serviceNs: number]>;

beforeAll(async () => {
  const folder = scratchFolder();
  const log = join(folder, 'measured.txt');
  const { exitCode, stderr, stdout, leftBehind } = await plimsoll([
    'run',
    scenarioFile(scenario(log)),
    '--out',
    folder,
  ]);
  expect(exitCode, stdout + stderr).toBe(EXIT.pass);
  expect(leftBehind).toEqual([]);
  dir = onlyRun(folder);
  record = await readRecord(dir);
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  measured = new Map(
    lines.flatMap((line) => {
      const [traceId = '', queueNs, serviceNs] = line.split(' ');
      const callId = callOfTraceId(traceIdsOf(SEED), traceId);
      return callId === null ? [] : [[callId, [Number(queueNs), Number(serviceNs)]] as const];
    }),
  );
}, 60_000);

it('has the service of every call to the nanosecond, and its queue within the step of the clock', () => {
  const { samples } = record;
  expect(samples.length).toBeGreaterThan(100);
  expect(measured.size).toBe(samples.length);
  for (let row = 0; row < samples.length; row++) {
    const [queueNs = NaN, serviceNs = NaN] = measured.get(samples.callId[row] ?? NaN) ?? [];
    const [received = NaN, started = NaN, finished = NaN] = [
      ...[samples.receivedNs[row], samples.startedNs[row], samples.finishedNs[row]],
    ];
    // Both ends are rounded to whole nanoseconds.
    expect(Math.abs(finished - started - serviceNs)).toBeLessThanOrEqual(1);
    expect(Math.abs(started - received - queueNs)).toBeLessThan(CLOCK_STEP_NS + 1);
  }
});

it('has the mean queue and service of the breakdown from there, and says of how many', () => {
  const { phases, spans } = JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8')) as Summary;
  const n = measured.size;
  expect(spans).toEqual({
    ...{ calls: n, answered: n, joined: n, withQueue: n, longer: 0, uneven: 0, unread: 0 },
    // The call of the preflight, which is none of the run.
    foreign: 2,
    work: 'tools/call',
  });
  const split = phases[0]?.stageSplit;
  expect(split?.source).toBe('upstream');
  const meanOf = (name: string): number => split?.stages.find(({ stage }) => stage === name)?.meanNs ?? NaN;
  const mean = (of: readonly number[]): number => of.reduce((sum, ns) => sum + ns, 0) / of.length;
  const log = [...measured.values()];
  expect(Math.abs(meanOf('service') - mean(log.map(([, service]) => service)))).toBeLessThan(1_000);
  // Cut-off starts differ evenly in both directions: their mean is much nearer than one step.
  expect(Math.abs(meanOf('upstream-queue') - mean(log.map(([queue]) => queue)))).toBeLessThan(CLOCK_STEP_NS / 4);
  expect(meanOf('upstream-queue')).toBeGreaterThan(2 * meanOf('service'));
});

it('leaves its spans in the record, as the schema has them', () => {
  const lines = readFileSync(join(dir, 'spans.ndjson'), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(2 * measured.size);
  expect(recordSchemaErrors(dir)).toEqual([]);
  const report = readFileSync(join(dir, 'report.html'), 'utf8');
  expect(report).toMatch(/Queue and service of \d+ of \d+ answered attempts come from the spans of the servers/);
});
