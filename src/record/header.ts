/** run.json: written first, so that a killed run can still be understood; and whether a run is still alive. */
import { dirname } from 'node:path';
import { ProblemError } from '../problem/index.js';
import { isRunning, processStart } from '../processes/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import { FORMAT_VERSION, checkVersion, type RunHeader } from './layout.js';
import type { SampleTables } from './columns.js';
import { slugTable } from './slug.js';

const RUN_SCHEMA = 'plimsoll/run-header-v2';

/** The whole of `run.json`. */
export interface RunFile extends RunHeader {
  readonly schema: 'plimsoll/run-header-v2';
  readonly tables: SampleTables;
  /** Slug to name, as used in the tags of histograms.hlog. */
  readonly slugs: {
    readonly phases: Readonly<Record<string, string>>;
    readonly tools: Readonly<Record<string, string>>;
  };
  /** When the process with `pid` began, in the system's own count; null where the system doesn't report it. */
  readonly processStart: string | null;
}

export function runFile(header: Omit<RunHeader, 'formatVersion'>, tables: SampleTables): RunFile {
  const bySlug = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries([...slugTable(names)].map(([name, slugged]) => [slugged, name]));
  return {
    schema: RUN_SCHEMA,
    formatVersion: FORMAT_VERSION,
    ...header,
    processStart: processStart(header.pid),
    tables,
    slugs: { phases: bySlug(tables.phases), tools: bySlug(tables.tools) },
  };
}

/** Parses `run.json`; a ProblemError (`bad-input`) when it is not one, or of another format version. */
export function parseRunFile(path: string, text: string): RunFile {
  const run = parsedOrUndefined(text);
  if (isObject(run)) checkVersion(dirname(path), run);
  if (
    !isObject(run) ||
    run['schema'] !== RUN_SCHEMA ||
    run['formatVersion'] !== FORMAT_VERSION ||
    typeof run['runId'] !== 'string' ||
    typeof run['pid'] !== 'number' ||
    typeof run['startedUtc'] !== 'string' ||
    typeof run['name'] !== 'string' ||
    !areTables(run['tables'])
  ) {
    throw new ProblemError('bad-input', {
      code: 'not-a-run',
      what: `${path} is not the header of a run`,
      remedy: 'give the folder of a run, as printed at its end',
    });
  }
  return run as unknown as RunFile;
}

function areTables(found: unknown): boolean {
  if (!isObject(found)) return false;
  const isListOf = (name: string, type: 'string' | 'number' | 'boolean'): boolean => {
    const list = found[name] ?? [];
    return Array.isArray(list) && list.every((each) => typeof each === type);
  };
  const names = ['phases', 'calls', 'operations', 'tools'].every(
    (name) => found[name] !== undefined && isListOf(name, 'string'),
  );
  return names && isListOf('deadlinesNs', 'number') && isListOf('exactlyOnce', 'boolean');
}

/** Whether the process that wrote this header still runs: of the same number, and begun at the same time. */
export const isAlive = (run: RunFile): boolean => isRunning(run.pid, run.processStart);
