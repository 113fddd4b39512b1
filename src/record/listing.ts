/** The runs and experiments of a folder: what they are, how large, and removing them. */
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from '../processes/index.js';
import { ProblemError, errorCode } from '../problem/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import { EXPERIMENT_FILE } from './experiment.js';
import { fileError } from './files.js';
import { holderIn, holdFolder } from './hold.js';
import { FILES, type RunStatus } from './layout.js';

export interface KeptRecord {
  /** As found: below the folder that was listed. */
  readonly path: string;
  readonly kind: 'run' | 'experiment';
  /** Of the scenario. */
  readonly name: string;
  readonly startedUtc: string;
  /** Of a run its end, `incomplete` when it was killed; of an experiment `complete` when it has all its trials. */
  readonly status: 'running' | RunStatus | 'incomplete';
  /** Of the run, or of each trial of the experiment. */
  readonly runIds: readonly string[];
  readonly bytes: number;
}

export interface RecordList {
  /** The oldest first. */
  readonly records: readonly KeptRecord[];
  /** Folders that hold something else, or a record whose age this version can't read. */
  readonly others: readonly string[];
}

/** Lists the records directly in a folder; none where there is no such folder. Links are not followed. */
export async function listRecords(folder: string): Promise<RecordList> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw new ProblemError('bad-input', {
      code: 'no-records',
      what: `${folder} is no folder that can be read`,
      remedy: 'give a folder that holds runs or experiments',
    });
  });
  const records: KeptRecord[] = [];
  const others: string[] = [];
  for (const entry of entries.filter((each) => each.isDirectory())) {
    const path = join(folder, entry.name);
    const record = await recordOf(path);
    if (record === null) others.push(path);
    else records.push(record);
  }
  records.sort((a, b) => (a.startedUtc < b.startedUtc ? -1 : 1));
  return { records, others: others.sort() };
}

/** What is to be kept; null: no limit of that kind. */
export interface PruneLimits {
  readonly olderThanMs: number | null;
  readonly keep: number | null;
  readonly maxBytes: number | null;
}

/**
 * The records that are beyond a limit, the oldest first: those that are too old, all but the newest `keep`, and the
 * oldest until the rest is not larger than `maxBytes`. What runs is never among them, and nothing that `isNeeded`.
 */
export function recordsToRemove<Kept extends Pick<KeptRecord, 'startedUtc' | 'status' | 'bytes'>>(
  records: readonly Kept[],
  { olderThanMs, keep, maxBytes }: PruneLimits,
  nowMs: number,
  isNeeded: (record: Kept) => boolean,
): readonly Kept[] {
  const inOrder = [...records].sort((a, b) => (a.startedUtc < b.startedUtc ? -1 : 1));
  const removed = new Set<Kept>();
  let left = inOrder.reduce((sum, { bytes }) => sum + bytes, 0);
  const remove = (record: Kept): void => {
    if (record.status === 'running' || isNeeded(record) || removed.has(record)) return;
    removed.add(record);
    left -= record.bytes;
  };
  if (olderThanMs !== null)
    inOrder.filter(({ startedUtc }) => nowMs - Date.parse(startedUtc) > olderThanMs).forEach(remove);
  if (keep !== null) inOrder.slice(0, Math.max(0, inOrder.length - keep)).forEach(remove);
  if (maxBytes !== null) for (const record of inOrder) if (left > maxBytes) remove(record);
  return inOrder.filter((record) => removed.has(record));
}

/** Removes a record that `listRecords` gave, unless it runs by now. Says whether it is gone. */
export async function removeRecord({ path }: Pick<KeptRecord, 'path'>): Promise<boolean> {
  const now = await recordOf(path);
  if (now === null || now.status === 'running') return false;
  // A process that would go on with it is refused from now on, and then finds nothing.
  const hold = holdFolder(path);
  if (hold.kind === 'refused') return false;
  await rm(path, { recursive: true, force: true }).catch((error: unknown) => {
    hold.release();
    throw fileError(path, error);
  });
  return true;
}

/** Null for a folder that is no record. */
async function recordOf(path: string): Promise<KeptRecord | null> {
  const folder = await lstat(path).catch(() => null);
  if (folder?.isDirectory() !== true) return null;
  const run = await headerIn(path);
  if (run !== null) return { path, kind: 'run', ...run, runIds: [run.runId], bytes: await sizeOf(path) };
  const experiment = await jsonIn(path, EXPERIMENT_FILE);
  const { name, startedUtc, order, attempts } = experiment ?? {};
  if (typeof name !== 'string' || !isMoment(startedUtc) || !Array.isArray(order) || !Array.isArray(attempts))
    return null;
  const folders = await readdir(join(path, 'runs')).catch(() => []);
  const runs = (await Promise.all(folders.map((each) => headerIn(join(path, 'runs', each))))).filter(
    (each) => each !== null,
  );
  const isUsed = (attempt: unknown): attempt is { readonly arm?: unknown } =>
    isObject(attempt) && attempt['standing'] === 'used';
  const stopped: readonly unknown[] = Array.isArray(experiment?.['stoppedArms']) ? experiment['stoppedArms'] : [];
  const isRun = (arm: unknown): boolean => !stopped.some((each) => isObject(each) && each['arm'] === arm);
  const used = attempts.filter(isUsed).filter(({ arm }) => isRun(arm));
  const isWhole = used.length === order.flat().filter(isRun).length;
  const isLive = runs.some(({ status }) => status === 'running') || holderIn(path) !== null;
  return {
    path,
    kind: 'experiment',
    name,
    startedUtc,
    status: isLive ? 'running' : isWhole ? 'complete' : 'incomplete',
    runIds: runs.map(({ runId }) => runId),
    bytes: await sizeOf(path),
  };
}

const STATUSES: readonly RunStatus[] = ['complete', 'aborted', 'interrupted', 'failed', 'recovered'];

interface RunStanding extends Pick<KeptRecord, 'name' | 'startedUtc' | 'status'> {
  readonly runId: string;
}

/** Of any version: older records are there to be removed as well. */
async function headerIn(dir: string): Promise<RunStanding | null> {
  const run = await jsonIn(dir, FILES.run);
  const { runId, name, startedUtc, pid, processStart } = run ?? {};
  if (typeof runId !== 'string' || typeof name !== 'string' || !isMoment(startedUtc)) return null;
  const manifest = await jsonIn(dir, FILES.manifest);
  const sealed = STATUSES.find((each) => each === manifest?.['status']);
  // The process goes on after a run is sealed: its report is written then, or the next trial runs.
  const start = typeof processStart === 'string' ? processStart : null;
  const isLive = (typeof pid === 'number' && isRunning(pid, start)) || holderIn(dir) !== null;
  return { runId, name, startedUtc, status: isLive ? 'running' : (sealed ?? 'incomplete') };
}

const isMoment = (found: unknown): found is string => typeof found === 'string' && !Number.isNaN(Date.parse(found));

async function jsonIn(dir: string, file: string): Promise<Readonly<Record<string, unknown>> | null> {
  const text = await readFile(join(dir, file), 'utf8').catch(() => null);
  const found = text === null ? null : parsedOrUndefined(text);
  return isObject(found) ? found : null;
}

/** Bytes of all files below a folder; of what goes away meanwhile none. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await lstat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
