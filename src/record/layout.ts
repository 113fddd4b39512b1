/** File names, version and manifest of a run directory. */
import { ProblemError } from '../problem/index.js';

/** Version of all files of a record. */
export const FORMAT_VERSION = 2;

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

/** One file of a record, its path relative to the run directory. */
export interface ManifestFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Made from the rest of the record. It may be made again at any time, so a record is complete without it. */
  readonly derived?: true;
}

/** `manifest.json`: written last. A directory without one holds an incomplete run. */
export interface Manifest {
  readonly schema: 'plimsoll/manifest-v2';
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly runId: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly files: readonly ManifestFile[];
  /** Attempts in samples.parquet. */
  readonly samples: number;
}

/**
 * A ProblemError (`bad-input`) when `found`, the JSON of a file of a run, is of another format version.
 * @param dir the run directory.
 */
export function checkVersion(dir: string, found: Readonly<Record<string, unknown>>): void {
  const { formatVersion: version, plimsollVersion } = found;
  if (version === FORMAT_VERSION || typeof version !== 'number') return;
  const writer = typeof plimsollVersion === 'string' ? ` (${plimsollVersion})` : '';
  throw new ProblemError('bad-input', [
    {
      code: 'run-format-version',
      what: `${dir} is a run record of format version ${version}; this version of plimsoll reads format version ${FORMAT_VERSION}.`,
      remedy:
        version < FORMAT_VERSION
          ? `Run the scenario again, or read the record with the version of plimsoll that wrote it${writer}.`
          : `Update plimsoll to the version that wrote the record${writer} or a later one.`,
    },
  ]);
}
