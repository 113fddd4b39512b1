/** File names, versions and the manifest of a run directory. */

export const FORMAT_VERSION = 1;

export const FILES = {
  manifest: 'manifest.json',
  envelope: 'envelope.json',
  scenario: 'scenario.resolved.yaml',
  samples: 'samples.parquet',
  histograms: 'histograms.hlog',
  events: 'events.ndjson',
  series: 'series.ndjson',
  resources: 'resources.ndjson',
  health: 'health.ndjson',
  effects: 'effects.ndjson',
  gateways: 'gateways.ndjson',
  affected: 'fault-hits.ndjson',
  tools: 'tools.ndjson',
  work: 'work.ndjson',
  spool: 'samples.spool',
  run: 'run.json',
  logs: 'logs',
  summary: 'summary.json',
  summaryText: 'summary.md',
  report: 'report.html',
  gate: 'gate.json',
  junit: 'junit.xml',
} as const;

/** How a run ended. `recovered`: it was killed and its spool was read afterwards. */
export type RunStatus = 'complete' | 'interrupted' | 'failed' | 'recovered';

/** `run.json`: written first, so that a killed run can still be understood. */
export interface RunHeader {
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly runId: string;
  readonly name: string;
  readonly scenarioDigest: string;
  readonly plimsollVersion: string;
  readonly startedUtc: string;
  /** Monotonic epoch of the run, decimal nanoseconds. */
  readonly monotonicEpochNs: string;
  readonly pid: number;
}

/** `manifest.json`: written last. A directory without one holds an incomplete run. */
export interface Manifest {
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly runId: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  /** Attempts in samples.parquet. */
  readonly samples: number;
}
