/** File names, version and manifest of a run directory. */
import { ProblemError } from '../problem/index.js';

/** Version of all files of a record. */
export const FORMAT_VERSION = 2;

/** Distance of the polls of the servers' own counters during a run. */
export const WORK_EVERY_NS = 250_000_000;

export const FILES = {
  manifest: 'manifest.json',
  envelope: 'envelope.json',
  scenario: 'scenario.resolved.yaml',
  samples: 'samples.parquet',
  histograms: 'histograms.hlog',
  events: 'events.ndjson',
  series: 'series.ndjson',
  resources: 'resources.ndjson',
  machine: 'machine.ndjson',
  workers: 'workers.ndjson',
  health: 'health.ndjson',
  effects: 'effects.ndjson',
  gateways: 'gateways.ndjson',
  faultHits: 'fault-hits.ndjson',
  tools: 'tools.ndjson',
  work: 'work.ndjson',
  upstreamCalls: 'upstream-calls.ndjson',
  toolLists: 'tool-lists.ndjson',
  spans: 'spans.ndjson',
  serverMetrics: 'server-metrics.ndjson',
  spool: 'samples.spool',
  run: 'run.json',
  baseline: 'baseline.json',
  shard: 'shard.json',
  shards: 'shards.json',
  logs: 'logs',
  serviceFiles: 'files',
} as const;

/** What each file holds, in one sentence, for docs/run-record.md. */
export const FILE_CONTENTS: Readonly<Record<keyof typeof FILES, string>> = {
  manifest: 'Name, size and SHA-256 of every other file. Written last: a directory without it holds an incomplete run.',
  envelope: 'Everything about the run that is not its result: host, limits, noise, generator, stack, versions.',
  scenario: 'The scenario after every substitution but secrets.',
  samples: 'One row for each attempt of each call.',
  histograms: 'Latencies of each second in the interval log format of HdrHistogram, by phase and tool.',
  events: 'What happened: phases, faults, services, sessions, probes, contract changes, warnings.',
  series: 'One line for each second: load, outcomes, queue, faults. Made from samples, events and health.',
  resources: 'CPU, memory, descriptors and threads of each process, once a second.',
  workers: 'What each load worker knows of its own sends, to hold the samples against, once a second.',
  machine: 'What other processes took of the machine, once a second.',
  health: 'How well the generator kept its schedule, once a second.',
  effects: 'The executions that the mocks wrote down, for counting duplicate and lost side effects.',
  gateways: 'Queue, service and upstream times of the reference gateways, by window.',
  faultHits: 'The calls that each fault in a mock hit.',
  tools: 'Annotations of the tools that are called.',
  work: 'What each mock has done with its calls, at the edges of faults and at the ends of the run.',
  upstreamCalls: 'The calls that the mocks received, and what of each request had arrived. Of traced runs alone.',
  toolLists: 'The tool list of the target in several sessions, and those of the mocks behind it, before the load.',
  spans: 'The spans of the calls, as the tracers of the servers reported them. Of runs that receive spans alone.',
  serverMetrics: 'Metrics of the servers themselves, once a second. Of runs whose scenario names some alone.',
  spool: 'The samples while the run goes on. Removed when samples.parquet has been read back.',
  run: 'Identity of the run. Written first, so that a killed run can be recovered.',
  baseline: 'What the run was judged by besides its scenario: the stored baseline, and gates of the command line.',
  shard: 'Which part of a run the record holds, and the readings of its clock. Of a shard alone.',
  shards: 'What each shard of a merged run did, and its clock. Of merged runs alone.',
  logs: 'Output of each service; of a long one the first and the last part.',
  serviceFiles:
    'What was written for services before they started: `files/<service>/<name>`, without the values of secrets.',
};

/**
 * How a run ended. `aborted`: early, by a rule of the scenario. `recovered`: it was killed and its spool was read
 * afterwards.
 */
export type RunStatus = 'complete' | 'aborted' | 'interrupted' | 'failed' | 'recovered';

/** `run.json`: written first, so that a killed run can still be understood. */
export interface RunHeader {
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly runId: string;
  readonly name: string;
  readonly scenarioDigest: string;
  readonly plimsollVersion: string;
  readonly startedUtc: string;
  /** The run's epoch on the monotonic clock of the host, decimal nanoseconds. All times count from it. */
  readonly monotonicEpochNs: string;
  readonly pid: number;
}

/** One file of a record, its path relative to the run directory. */
export interface ManifestFile {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
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
  const isOlder = version < FORMAT_VERSION;
  throw new ProblemError('bad-input', {
    code: 'run-format-version',
    what:
      `${dir} is a run record of format version ${version}; ` +
      `this version of plimsoll reads format version ${FORMAT_VERSION}`,
    remedy: isOlder
      ? `run the scenario again, or read the record with the version of plimsoll that wrote it${writer}`
      : `update plimsoll to the version that wrote the record${writer} or a later one`,
  });
}
