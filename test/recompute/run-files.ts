/**
 * A run directory as plain rows: samples.parquet through hyparquet alone, line-by-line files and the scenario by hand.
 *
 * Nothing here or in its neighbours computes with the code that made summary.json: only type names are shared.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { parse } from 'yaml';

/** One row of samples.parquet. Times in nanoseconds since the run's epoch; null where the moment never came. */
export interface Attempt {
  readonly callId: number;
  readonly retryNo: number;
  readonly phase: number;
  readonly stage: number;
  readonly spec: number;
  readonly intendedNs: number;
  readonly admittedNs: number | null;
  readonly sentNs: number | null;
  readonly firstByteNs: number | null;
  readonly doneNs: number;
  readonly receivedNs: number | null;
  readonly startedNs: number | null;
  readonly finishedNs: number | null;
  readonly outcome: string;
  readonly errorClass: string;
  readonly reusedConnection: boolean;
  readonly final: boolean;
  readonly warmup: boolean;
  /** The upstream's times are from its log. */
  readonly upstreamLog: boolean;
}

export interface PhaseEvent {
  readonly type: 'phase';
  readonly atNs: number;
  readonly phase: number;
  readonly edge: 'start' | 'scheduled-end' | 'drained';
}

export interface StageEvent {
  readonly type: 'stage';
  readonly atNs: number;
  readonly phase: number;
  readonly stage: number;
  readonly label: string;
  readonly ratePerSecond: number;
  readonly rampToPerSecond?: number;
}

export interface FaultEvent {
  readonly type: 'fault';
  readonly atNs: number;
  readonly fault: string;
  readonly phase: number;
  readonly edge: 'on' | 'off';
  readonly askedNs: number;
  readonly confirmedNs: number | null;
}

export interface SessionEvent {
  readonly type: 'session';
  readonly atNs: number;
  readonly session: number;
  readonly edge: 'opened' | 'lost' | 'reopened' | 'closed';
}

export interface RunEdgeEvent {
  readonly type: 'run';
  readonly atNs: number;
  readonly edge: 'start' | 'end' | 'interrupted';
}

export interface EngineEvent {
  readonly type: 'engine';
  readonly atNs: number;
  readonly edge: 'started' | 'stopped' | 'died' | 'wedged';
}

export interface EarlyEndEvent {
  readonly type: 'early-end';
  readonly atNs: number;
  readonly rule: 'error-share' | 'no-goodput' | 'schedule-lag';
  readonly limit: number;
  readonly seen: number;
  readonly what: string;
}

export interface PreflightEvent {
  readonly type: 'preflight';
  readonly atNs: number;
  readonly toolListKept?: { readonly ttlMs: number; readonly scope: 'public' | 'private' };
}

export type RecordedEvent =
  EarlyEndEvent | EngineEvent | PreflightEvent | PhaseEvent | StageEvent | FaultEvent | RunEdgeEvent | SessionEvent;

export interface Execution {
  readonly callId: number | null;
  readonly tool: string;
}

/** What the recomputation goes by. */
export interface RunFiles {
  readonly attempts: readonly Attempt[];
  /** In order of time. */
  readonly events: readonly RecordedEvent[];
  readonly executions: readonly Execution[];
  /** The resolved scenario, parsed and nothing more. */
  readonly scenario: unknown;
  readonly header: {
    readonly runId: string;
    readonly name: string;
    readonly scenarioDigest: string;
    readonly startedUtc: string;
  };
  readonly manifest: { readonly status: string; readonly samples: number };
  /** Null: there is none. */
  readonly envelope: { readonly target?: { readonly protocolVersion?: unknown } } | null;
}

function numberIn(cell: unknown): number {
  const value = orNull(cell);
  if (value === null) throw new Error('a cell that is never empty is empty');
  return value;
}

function orNull(cell: unknown): number | null {
  return typeof cell === 'bigint' || typeof cell === 'number' ? Number(cell) : null;
}

async function readAttempts(path: string): Promise<readonly Attempt[]> {
  const content = readFileSync(path);
  const file = new Uint8Array(content).buffer;
  const rows = await parquetReadObjects({ file });
  return rows.map((row) => ({
    callId: numberIn(row['call_id']),
    retryNo: numberIn(row['retry_no']),
    phase: numberIn(row['phase_index']),
    stage: numberIn(row['stage']),
    spec: numberIn(row['call_index']),
    intendedNs: numberIn(row['t_intended_ns']),
    admittedNs: orNull(row['t_admitted_ns']),
    sentNs: orNull(row['t_sent_ns']),
    firstByteNs: orNull(row['t_first_byte_ns']),
    doneNs: numberIn(row['t_done_ns']),
    receivedNs: orNull(row['t_received_ns']),
    startedNs: orNull(row['t_started_ns']),
    finishedNs: orNull(row['t_finished_ns']),
    outcome: String(row['outcome']),
    errorClass: String(row['error_class']),
    reusedConnection: row['reused_connection'] === true,
    final: row['final'] === true,
    warmup: row['warmup'] === true,
    upstreamLog: row['upstream_log'] === true,
  }));
}

function ndjson(path: string): readonly unknown[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

/** Reads a sealed run directory. */
export async function readRunFiles(dir: string): Promise<RunFiles> {
  const json = (name: string): unknown => JSON.parse(readFileSync(join(dir, name), 'utf8'));
  return {
    attempts: await readAttempts(join(dir, 'samples.parquet')),
    events: ndjson(join(dir, 'events.ndjson')) as readonly RecordedEvent[],
    executions: ndjson(join(dir, 'effects.ndjson')) as readonly Execution[],
    scenario: parse(readFileSync(join(dir, 'scenario.resolved.yaml'), 'utf8')),
    header: json('run.json') as RunFiles['header'],
    manifest: json('manifest.json') as RunFiles['manifest'],
    envelope: existsSync(join(dir, 'envelope.json')) ? (json('envelope.json') as RunFiles['envelope']) : null,
  };
}
