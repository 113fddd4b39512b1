/**
 * Who works on an experiment, or recovers a run: one process at a time. Its file is there while it does; that of a
 * process which has ended is taken over.
 */
import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../problem/index.js';
import { isRunning, processStart } from '../processes/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import { fileError } from './files.js';

/** Name of the file in the folder that is held. */
export const HOLDER_FILE = 'holder.json';

/** A file that is neither there nor can be made is a link to nowhere. */
const MOST_TRIES = 100;

/** A process that works on a folder. */
export interface Holder {
  readonly pid: number;
  /** In the system's own count; null where it doesn't report it. */
  readonly processStart: string | null;
  /** The machine that it runs on. */
  readonly host: string;
}

/** No other process works on the folder until it is released. */
export interface Hold {
  readonly kind: 'held';
  release(): void;
}

export type HoldResult = Hold | { readonly kind: 'refused'; readonly holder: Holder };

/**
 * Takes a folder for this process, unless another one has it.
 * @throws ProblemError (`output`) where the folder can't be written.
 */
export function holdFolder(dir: string): HoldResult {
  const path = join(dir, HOLDER_FILE);
  const ours: Holder = { pid: process.pid, processStart: processStart(process.pid), host: hostname() };
  // Distinguished from another of this process, which may be a thread or a test.
  const text = `${JSON.stringify({ ...ours, key: randomBytes(8).toString('hex') })}\n`;
  try {
    // Of several that take over the same file one makes the new one, and the others find it.
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      if (isMade(path, text)) return { kind: 'held', release: () => release(path, text) };
      const found = textOf(path);
      if (found === null) continue;
      const holder = holderOf(found);
      if (holder !== null && isAtWork(holder)) return { kind: 'refused', holder };
      removeIf(path, found);
    }
    throw new Error('something is in its place that can neither be read nor replaced');
  } catch (error) {
    throw fileError(path, error);
  }
}

/** What can't be removed is left: once this process has ended it is taken over. */
function release(path: string, text: string): void {
  try {
    removeIf(path, text);
  } catch {
    // What was done is written, and says so itself; this file is no part of it.
  }
}

/** The process that works on a folder; null: there is none. */
export function holderIn(dir: string): Holder | null {
  try {
    const holder = holderOf(textOf(join(dir, HOLDER_FILE)) ?? '');
    return holder !== null && isAtWork(holder) ? holder : null;
  } catch {
    return null;
  }
}

/** Of another machine nothing is known, so that its processes count as running. */
const isAtWork = ({ host, pid, processStart: start }: Holder): boolean => host !== hostname() || isRunning(pid, start);

/** Makes the file whole, or, where there is one, not at all. */
function isMade(path: string, text: string): boolean {
  const hidden = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(hidden, text);
  try {
    linkSync(hidden, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    return isCopied(hidden, path);
  } finally {
    rmSync(hidden, { force: true });
  }
}

/** For file systems without links. */
function isCopied(from: string, path: string): boolean {
  try {
    copyFileSync(from, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the file that has this text, and no other that has taken its place meanwhile. */
function removeIf(path: string, text: string): void {
  const aside = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    const moved = textOf(aside);
    if (moved !== null && moved !== text) isMade(path, moved);
  } finally {
    rmSync(aside, { force: true });
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Null for a file that is no holder's: it was cut off, or is somebody else's. */
function holderOf(text: string): Holder | null {
  const found = parsedOrUndefined(text);
  if (!isObject(found)) return null;
  const { pid, processStart: start, host } = found;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0 || typeof host !== 'string') return null;
  return { pid, host, processStart: typeof start === 'string' ? start : null };
}
