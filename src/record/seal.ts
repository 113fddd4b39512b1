/** From spool to sealed record: the files made after a run, and the manifest that vouches for all of them. */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ProblemError } from '../problem/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import type { SampleColumns } from './columns.js';
import { faultSpans } from './faults.js';
import {
  UNFINISHED,
  digestFile,
  fileError,
  jsonText,
  replaceFile,
  replaceText,
  textIfThere,
  writeWhole,
} from './files.js';
import type { RunFile } from './header.js';
import { histogramLog } from './hlog.js';
import { HOLDER_FILE } from './hold.js';
import { FILES, FORMAT_VERSION, checkVersion, type Manifest, type ManifestFile, type RunStatus } from './layout.js';
import { differenceInFile, writeSamples } from './parquet/index.js';
import type { RunEvent } from './events.js';
import { ndjson } from './row-files.js';
import type { HealthRow } from './rows.js';
import { seriesOf } from './series.js';

const MANIFEST_SCHEMA = 'plimsoll/manifest-v2';

/** What the files made after a run are made from. */
export interface Raw {
  readonly run: RunFile;
  readonly columns: SampleColumns;
  readonly events: readonly RunEvent[];
  readonly health: readonly HealthRow[];
}

/** Loads the packages that sealing needs, ahead of it. Rejects when one can't be loaded. */
export async function loadSealing(): Promise<void> {
  await import('hyparquet-writer');
  await import('hyparquet');
  await import('hdr-histogram-js');
}

/** Writes samples.parquet and reads it back; rejects unless every sample is there, unchanged. */
export async function writeVerifiedSamples(dir: string, raw: Raw): Promise<void> {
  const { run, columns, events } = raw;
  await replaceFile(join(dir, FILES.samples), async (unfinished) => {
    await writeSamples(unfinished, columns, { ...run, faultSpans: faultSpans(events) });
    const difference = await differenceInFile(unfinished, columns);
    if (difference !== null) throw new Error(`row ${difference.row} of ${difference.field} reads back differently`);
  });
}

export async function writeHistograms(dir: string, { columns, run }: Raw): Promise<void> {
  await replaceText(join(dir, FILES.histograms), await histogramLog(columns, run.startedUtc));
}

/** Writes series.ndjson and the events in order of time: when everything that belongs to the run has happened. */
export async function writeSeriesAndEvents(dir: string, { columns, events, health }: Raw): Promise<void> {
  await replaceText(join(dir, FILES.series), ndjson(seriesOf(columns, events, health)));
  await replaceText(join(dir, FILES.events), ndjson(inOrder(events)));
}

export const inOrder = (events: readonly RunEvent[]): readonly RunEvent[] =>
  [...events].sort((a, b) => a.atNs - b.atNs);

/** Digests every file and writes the manifest, last and whole. */
export async function writeManifest(dir: string, run: RunFile, status: RunStatus, samples: number): Promise<Manifest> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== FILES.manifest && !path.endsWith(UNFINISHED) && !path.startsWith(HOLDER_FILE))
    .sort();
  const files: ManifestFile[] = [];
  for (const path of paths) files.push({ path, ...(await digestFile(join(dir, path))) });
  const manifest: Manifest = {
    schema: MANIFEST_SCHEMA,
    formatVersion: FORMAT_VERSION,
    runId: run.runId,
    name: run.name,
    status,
    files,
    samples,
  };
  await replaceText(join(dir, FILES.manifest), jsonText(manifest));
  return manifest;
}

/** The manifest of a directory, or null when there is none. A ProblemError (`bad-input`) when it can't be read. */
export async function readManifest(dir: string): Promise<Manifest | null> {
  const path = join(dir, FILES.manifest);
  const text = await textIfThere(path);
  if (text === null) return null;
  const manifest = parsedOrUndefined(text);
  if (isObject(manifest)) checkVersion(dir, manifest);
  if (!isManifest(manifest)) {
    throw new ProblemError('bad-input', {
      code: 'manifest-unreadable',
      what: `${path} is not a manifest that this program can read`,
      remedy: `restore it from a copy of the run, or recover what is there with: plimsoll report --recover ${dir}`,
    });
  }
  return manifest;
}

const STATUSES: ReadonlySet<unknown> = new Set<RunStatus>([
  'complete',
  'aborted',
  'interrupted',
  'failed',
  'recovered',
]);

function isManifest(found: unknown): found is Manifest {
  if (!isObject(found) || found['schema'] !== MANIFEST_SCHEMA || found['formatVersion'] !== FORMAT_VERSION)
    return false;
  const { files, status } = found;
  return STATUSES.has(status) && Array.isArray(files) && files.every(isManifestFile);
}

function isManifestFile(found: unknown): boolean {
  return (
    isObject(found) &&
    typeof found['path'] === 'string' &&
    typeof found['bytes'] === 'number' &&
    typeof found['sha256'] === 'string'
  );
}

/**
 * Adds a file to a sealed record, which its manifest vouches for from then on; one of that name is replaced.
 * @throws ProblemError (`output`) when it can't be written.
 */
export async function keepInRecord(dir: string, path: string, text: string): Promise<void> {
  const manifest = await readManifest(dir);
  await writeWhole(join(dir, path), text);
  if (manifest === null) return;
  const others = manifest.files.filter((file) => file.path !== path);
  const files = [...others, { path, ...(await digestFile(join(dir, path))) }];
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  await writeWhole(join(dir, FILES.manifest), jsonText({ ...manifest, files }));
}

/**
 * Enters the files derived from a sealed record (summary, report, gate results) into its manifest as they are now;
 * files that were measured keep the digests they were sealed with. Does nothing in a directory without a manifest.
 */
export async function resealRecord(dir: string, derived: readonly string[]): Promise<void> {
  const manifest = await readManifest(dir);
  if (manifest === null) return;
  const files = manifest.files.filter((file) => file.derived !== true && !derived.includes(file.path));
  for (const path of derived) {
    const digest = await digestFile(join(dir, path)).catch(() => null);
    if (digest !== null) files.push({ path, ...digest, derived: true });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const path = join(dir, FILES.manifest);
  await replaceText(path, jsonText({ ...manifest, files })).catch((error: unknown) => {
    throw fileError(path, error);
  });
}
