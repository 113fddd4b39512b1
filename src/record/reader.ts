/** Reading a sealed record back. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, errorCode, messageOf } from '../problem/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import type { SampleColumns } from './columns.js';
import { runBaselineOf, type RunBaseline } from './baseline.js';
import { digestFile, textIfThere } from './files.js';
import { isAlive, parseRunFile, type RunFile } from './header.js';
import { FILES, type Manifest, type RunHeader, type RunStatus } from './layout.js';
import { readSamples } from './parquet/index.js';
import type { RunEvent } from './events.js';
import { readRows } from './row-files.js';
import type { RecordRows } from './rows.js';
import { readManifest } from './seal.js';
import { shardFileOf, shardsFileOf, type ShardFile, type ShardsFile } from './shard.js';

/** The rows of one line-by-line file. */
type Rows<Name extends keyof RecordRows> = readonly RecordRows[Name][];

/** Everything a run left, read into memory. */
export interface RunRecord {
  readonly dir: string;
  readonly header: RunHeader;
  readonly manifest: Manifest | null;
  readonly status: RunStatus;
  /** The resolved scenario, YAML. */
  readonly scenarioText: string;
  /** envelope.json as parsed; null when the run ended before there was one. */
  readonly envelope: unknown;
  /** `shard.json`; null when this is a whole run. */
  readonly shard: ShardFile | null;
  /** `shards.json`; null when the run was not merged of shards. */
  readonly shards: ShardsFile | null;
  /** `baseline.json`; null when the run was judged by its scenario alone. */
  readonly judgedBy: RunBaseline | null;
  readonly samples: SampleColumns;
  /** In order of `atNs`. */
  readonly events: Rows<'events.ndjson'>;
  readonly series: Rows<'series.ndjson'>;
  readonly health: Rows<'health.ndjson'>;
  readonly resources: Rows<'resources.ndjson'>;
  readonly machine: Rows<'machine.ndjson'>;
  readonly workers: Rows<'workers.ndjson'>;
  readonly effects: Rows<'effects.ndjson'>;
  readonly gateways: Rows<'gateways.ndjson'>;
  /** Null: not known, as the run broke off before these were written. */
  readonly faultHits: Rows<'fault-hits.ndjson'> | null;
  readonly tools: Rows<'tools.ndjson'> | null;
  readonly work: Rows<'work.ndjson'> | null;
  /** Null: the calls were not traced. */
  readonly upstreamCalls: Rows<'upstream-calls.ndjson'> | null;
  /** Null: the tool lists were not read. */
  readonly toolLists: Rows<'tool-lists.ndjson'> | null;
  /** Null: the scenario names none. */
  readonly serverMetrics: Rows<'server-metrics.ndjson'> | null;
}

/** Files without which nothing can be said of a run: a manifest that does not name them vouches for nothing. */
const NEEDED: readonly string[] = [FILES.run, FILES.scenario, FILES.samples, FILES.events, FILES.series, FILES.health];

/**
 * Reads a sealed record. Rejects with a ProblemError (`bad-input`) when the folder is no run, has no manifest, or holds
 * a file that is not the one its manifest vouches for (derived files, which can be made again, are not checked).
 */
export async function readRecord(dir: string): Promise<RunRecord> {
  return withSystemErrors(dir, async () => {
    const run = await readHeader(dir);
    const manifest = await verifySealed(dir, run);
    return { ...(await readFiles(dir, run)), manifest, status: manifest.status };
  });
}

/** The manifest of a record whose files are those that it vouches for; rejects as `readRecord` does. */
export async function verifySealed(dir: string, run: RunFile): Promise<Manifest> {
  const manifest = await readManifest(dir);
  if (manifest === null) throw isAlive(run) ? stillRunning(dir, run) : cutOff(dir);
  requireNeeded(dir, manifest);
  await verify(dir, manifest);
  return manifest;
}

/** The files of a record, whatever vouches for them. Rows that can't be read are left out, with a warning. */
export async function readFiles(dir: string, run: RunFile): Promise<Omit<RunRecord, 'manifest' | 'status'>> {
  const samples = await readSamples(join(dir, FILES.samples)).catch((error: unknown) => {
    const what = `${join(dir, FILES.samples)} can't be read: ${messageOf(error)}`;
    throw problem('samples-unreadable', what, `if ${FILES.spool} is there: plimsoll report --recover ${dir}`);
  });
  const envelopeText = await textIfThere(join(dir, FILES.envelope));
  const envelope = envelopeText === null ? null : parsedOrUndefined(envelopeText);
  const isEnvelope = envelopeText === null || isObject(envelope);
  const damages: Damage[] = isEnvelope ? [] : [{ file: FILES.envelope, lines: null }];
  const rowsIfThere = async <Name extends keyof RecordRows>(name: Name): Promise<Rows<Name> | null> => {
    const read = await readRows(dir, name);
    if (read !== null && read.damaged > 0) damages.push({ file: name, lines: read.damaged });
    return read === null ? null : read.rows;
  };
  const rowsOf = async <Name extends keyof RecordRows>(name: Name): Promise<Rows<Name>> =>
    (await rowsIfThere(name)) ?? [];
  const events = await rowsOf(FILES.events);
  const rest = {
    series: await rowsOf(FILES.series),
    health: await rowsOf(FILES.health),
    resources: await rowsOf(FILES.resources),
    machine: await rowsOf(FILES.machine),
    workers: await rowsOf(FILES.workers),
    effects: await rowsOf(FILES.effects),
    gateways: await rowsOf(FILES.gateways),
    faultHits: await rowsIfThere(FILES.faultHits),
    tools: await rowsIfThere(FILES.tools),
    work: await rowsIfThere(FILES.work),
    upstreamCalls: await rowsIfThere(FILES.upstreamCalls),
    toolLists: await rowsIfThere(FILES.toolLists),
    serverMetrics: await rowsIfThere(FILES.serverMetrics),
  };
  return {
    dir,
    header: run,
    scenarioText: (await textIfThere(join(dir, FILES.scenario))) ?? '',
    envelope: isObject(envelope) ? envelope : null,
    shard: shardFileOf(await textIfThere(join(dir, FILES.shard))),
    shards: shardsFileOf(await textIfThere(join(dir, FILES.shards))),
    judgedBy: runBaselineOf(await textIfThere(join(dir, FILES.baseline))),
    samples,
    events: [...events, ...damages.map((damage) => damageWarning(damage, lastNs(events)))],
    ...rest,
  };
}

/** What could not be read of a file: so many lines, or all of it (null). */
export interface Damage {
  readonly file: string;
  readonly lines: number | null;
}

export function damageWarning({ file, lines }: Damage, atNs: number): RunEvent {
  const many = lines === 1 ? '1 line' : `${lines ?? 0} lines`;
  return {
    type: 'warning',
    atNs,
    code: 'record-incomplete',
    what: `${file}: ${lines === null ? 'it' : many} could not be read and is left out`,
    remedy: 'take what this file says as incomplete; the samples are not affected',
  };
}

/** The last time in the events. */
export const lastNs = (events: readonly RunEvent[]): number =>
  events.reduce((last, { atNs }) => Math.max(last, atNs), 0);

/** Errors of the file system, such as a folder where a file is expected, are no bugs. */
export async function withSystemErrors<T>(dir: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProblemError || errorCode(error) === null) throw error;
    const remedy = 'check the files of this folder and their permissions';
    throw problem('record-unreadable', `${dir} can't be read: ${messageOf(error)}`, remedy);
  }
}

export async function readHeader(dir: string): Promise<RunFile> {
  const folder = await stat(dir).catch(() => null);
  if (folder === null) throw problem('no-such-run', `there is no folder ${dir}`, GIVE_FOLDER);
  if (!folder.isDirectory())
    throw problem('not-a-run', `${dir} is a file, not the folder of a run`, 'give the folder that holds it');
  const path = join(dir, FILES.run);
  const text = await textIfThere(path);
  if (text === null)
    throw problem('not-a-run', `${dir} is not the folder of a run: it has no ${FILES.run}`, GIVE_FOLDER);
  return parseRunFile(path, text);
}

function requireNeeded(dir: string, manifest: Manifest): void {
  const named = new Set(manifest.files.map(({ path }) => path));
  const unnamed = NEEDED.find((file) => !named.has(file));
  if (unnamed !== undefined) {
    const what = `${join(dir, FILES.manifest)} does not name ${unnamed}, which every record has`;
    throw problem('record-file-missing', what, 'restore the manifest from a copy of the run, or run again');
  }
}

async function verify(dir: string, manifest: Manifest): Promise<void> {
  for (const file of manifest.files) {
    if (file.derived === true) continue;
    const path = join(dir, file.path);
    const inside = !file.path.split('/').includes('..') && !file.path.startsWith('/');
    const actual = inside ? await digestFile(path).catch(() => null) : null;
    const remedy = 'restore the file from a copy of the run, or run again';
    if (actual === null) throw problem('record-file-missing', `${path} is in the manifest and can't be read`, remedy);
    const changed = `${path} was changed after the run: its digest is not the one in ${FILES.manifest}`;
    if (actual.sha256 !== file.sha256) throw problem('record-file-changed', changed, remedy);
  }
}

function cutOff(dir: string): ProblemError {
  const what = `${dir} has no ${FILES.manifest}: its run was cut off before it ended`;
  return problem('run-incomplete', what, `recover what it left with: plimsoll report --recover ${dir}`);
}

export function stillRunning(dir: string, run: RunFile): ProblemError {
  const what = `the run in ${dir} is still going on (process ${run.pid})`;
  return problem('run-alive', what, 'wait for it to end, or stop it with Ctrl-C');
}

export const problem = (code: string, what: string, remedy: string): ProblemError =>
  new ProblemError('bad-input', { code, what, remedy });

const GIVE_FOLDER = 'give the folder of a run, as printed at its end';

/** What a comparison reads of a sealed run, without its samples. */
export interface SealedTexts {
  readonly header: RunHeader;
  /** The text of each file that was asked for; null where the run has none. */
  readonly texts: readonly (string | null)[];
}

/**
 * Some files of a sealed run as text. Rejects with a ProblemError (`bad-input`) when the folder is no sealed run, or a
 * file is not the one its manifest vouches for, derived files included.
 */
export async function readSealedTexts(dir: string, names: readonly string[]): Promise<SealedTexts> {
  return withSystemErrors(dir, async () => {
    const run = await readHeader(dir);
    const manifest = await readManifest(dir);
    if (manifest === null) throw isAlive(run) ? stillRunning(dir, run) : cutOff(dir);
    requireNeeded(dir, manifest);
    const wanted = manifest.files.filter(({ path }) => names.includes(path));
    await verify(dir, { ...manifest, files: wanted.filter(({ derived }) => derived !== true) });
    for (const file of wanted) {
      const actual = await digestFile(join(dir, file.path)).catch(() => null);
      if (actual?.sha256 === file.sha256) continue;
      const what = `${join(dir, file.path)} is missing, or not as the run's manifest has it`;
      throw problem('derived-file-changed', what, `make it again with: plimsoll report ${dir}`);
    }
    const texts = names.map((name) =>
      wanted.some(({ path }) => path === name) ? textIfThere(join(dir, name)) : Promise.resolve(null),
    );
    return { header: run, texts: await Promise.all(texts) };
  });
}
