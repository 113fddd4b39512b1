/** Runs before a server of the official SDK that reports its times, and what the server wrote down of them itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { callOfTraceId, traceIdsOf } from '../../src/catalog/index.js';
import { EXIT } from '../../src/problem/index.js';
import { readRecord, type RunRecord } from '../../src/record/index.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';

const SERVER = fileURLToPath(new URL('servers/own-times-server.mjs', import.meta.url));
const SEED = 5;

export interface Times {
  readonly queueNs: number;
  readonly serviceNs: number;
}

export interface OwnTimes {
  readonly record: RunRecord;
  readonly summary: Summary;
  /** What the server measured of the calls of the run, in the order in which it served them. */
  readonly served: readonly Times[];
  /** The same by call; empty without a trace. */
  readonly byCall: ReadonlyMap<number, Times>;
}

/** Four callers before one worker. @param opentelemetry where it is installed; null: times come in Server-Timing. */
export async function ownTimes(opentelemetry: string | null): Promise<OwnTimes> {
  const folder = scratchFolder();
  const log = join(folder, 'measured.txt');
  const words = ['node', SERVER, '${port}', log, ...(opentelemetry === null ? [] : [opentelemetry])];
  const exporting = "{ OTEL_EXPORTER_OTLP_ENDPOINT: '${spans.url}', OTEL_EXPORTER_OTLP_PROTOCOL: http/protobuf }";
  const scenario = `version: 1
name: own times
seed: ${SEED}
stack:
${opentelemetry === null ? '' : '  spans: { work: tools/call }\n'}  services:
    library:
      command: ${JSON.stringify(words)}
${opentelemetry === null ? '' : `      environment: ${exporting}\n`}  target: library
protocol: { sessions: 4 }
calls: [{ tool: work, deadline: 5s }]
phases: [{ name: steady, regime: steady, concurrency: 4, for: 3s, warmup: 0s }]
default-gates: false
`;
  const run = await plimsoll(['run', scenarioFile(scenario), '--out', folder, '--quiet']);
  expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: EXIT.pass, leftBehind: [] });
  const dir = onlyRun(folder);
  const record = await readRecord(dir);
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  const rows = lines.map((line) => {
    const [traceId = '', queueNs, serviceNs] = line.split(' ');
    return { callId: callOfTraceId(traceIdsOf(SEED), traceId), queueNs: Number(queueNs), serviceNs: Number(serviceNs) };
  });
  return {
    record,
    summary: JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8')) as Summary,
    // The calls of the preflight are the first lines.
    served: rows.slice(-record.samples.length),
    byCall: new Map(rows.flatMap(({ callId, ...times }) => (callId === null ? [] : [[callId, times] as const]))),
  };
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Mean length of a stage in the breakdown of the one phase, which must come from the server's own times. */
export function stageMeanNs({ phases }: Summary, name: string): number {
  const split = phases[0]?.stageSplit;
  expect(split?.source).toBe('upstream');
  return split?.stages.find(({ stage }) => stage === name)?.meanNs ?? NaN;
}
