/**
 * run.json: written first, so that a killed run can still be understood. And the question whether a run is still alive.
 */
import { ProblemError } from '../problem/index.js';
import { isRunning, processStart } from '../processes/index.js';
import { FORMAT_VERSION, type RunHeader } from './layout.js';
import type { SampleTables } from './columns.js';
import { slugTable } from './slug.js';

/** The whole of `run.json`. */
export interface RunFile extends RunHeader {
  readonly schema: 'plimsoll/run-header-v1';
  readonly tables: SampleTables;
  /** Slug to name, as used in the tags of histograms.hlog. */
  readonly slugs: {
    readonly phases: Readonly<Record<string, string>>;
    readonly tools: Readonly<Record<string, string>>;
  };
  /** When the process with `pid` began, in the system's own count; null where the system doesn't tell. */
  readonly processStart: string | null;
}

export function runFile(header: Omit<RunHeader, 'formatVersion'>, tables: SampleTables): RunFile {
  const bySlug = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries([...slugTable(names)].map(([name, slugged]) => [slugged, name]));
  return {
    schema: 'plimsoll/run-header-v1',
    formatVersion: FORMAT_VERSION,
    ...header,
    processStart: processStart(header.pid),
    tables,
    slugs: { phases: bySlug(tables.phases), tools: bySlug(tables.tools) },
  };
}

/** Parses `run.json`; a ProblemError (`bad-input`) when it is not one, or of another version. */
export function parseRunFile(path: string, text: string): RunFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const run = (typeof value === 'object' ? value : null) as Partial<RunFile> | null;
  if (
    run === null ||
    typeof run.runId !== 'string' ||
    typeof run.pid !== 'number' ||
    typeof run.startedUtc !== 'string' ||
    run.tables === undefined
  ) {
    throw new ProblemError('bad-input', [
      {
        code: 'not-a-run',
        what: `${path} is not the header of a run.`,
        remedy: 'Give the folder of a run, as printed at its end.',
      },
    ]);
  }
  if (run.formatVersion !== FORMAT_VERSION) {
    throw new ProblemError('bad-input', [
      {
        code: 'run-format-version',
        what: `${path} has format version ${String(run.formatVersion)}; this program reads version ${FORMAT_VERSION}.`,
        remedy: 'Read it with the version of plimsoll that wrote it.',
      },
    ]);
  }
  return run as RunFile;
}

/**
 * Whether the process that wrote this header still runs. A process of the same number that began at another time
 * doesn't count.
 */
export function isAlive(run: RunFile): boolean {
  return isRunning(run.pid, run.processStart);
}
