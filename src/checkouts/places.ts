/**
 * The cache: a folder for each commit and way of preparing it, that one process at a time makes. What a process that
 * was killed has left half-made is taken away by the next.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isRunning, processStart } from '../processes/index.js';
import { git } from './git.js';

const OWNER_FILE = 'owner.json';
const UNMADE = '.unmade';
/** A checkout that nothing has used for so long is taken away. */
const KEPT_MS = 14 * 24 * 3_600_000;

/** Who made a checkout, and how far that is. */
export interface Owner {
  readonly state: 'preparing' | 'ready';
  /** Root of the repository whose worktree it is while it is prepared. */
  readonly repository: string;
  readonly commit: string;
  readonly prepare: string | null;
  readonly pid: number;
  /** Start time of that process; null where the system does not show it. */
  readonly start: string | null;
}

/** The cache of an environment (XDG Base Directory Specification). */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const cache = environment['XDG_CACHE_HOME'];
  const folder = cache !== undefined && isAbsolute(cache) ? cache : join(homedir(), '.cache');
  return join(folder, 'plimsoll', 'checkouts');
}

/** The checkout's files, in its place. */
export const treeIn = (place: string): string => join(place, 'tree');

export const ownedByUs = (what: Pick<Owner, 'repository' | 'commit' | 'prepare'>): Owner => ({
  state: 'preparing',
  ...what,
  pid: process.pid,
  start: processStart(process.pid),
});

/** Takes the place, if no other process has it: a folder with its owner appears at once. */
export function claimed(place: string, owner: Owner): boolean {
  const mine = `${place}.${process.pid}${UNMADE}`;
  mkdirSync(mine, { recursive: true });
  writeOwner(mine, owner);
  try {
    renameSync(mine, place);
    return true;
  } catch (thrown) {
    rmSync(mine, { recursive: true, force: true });
    // Somebody has it; if it can't be had for another reason, that is said.
    if (ownerOf(place) === null && !isThere(place)) throw thrown;
    return false;
  }
}

export function writeOwner(place: string, owner: Owner): void {
  const path = join(place, OWNER_FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(owner)}\n`);
  renameSync(`${path}.new`, path);
}

/** Null where there is none, or none that can be read. */
export function ownerOf(place: string): Owner | null {
  try {
    return JSON.parse(readFileSync(join(place, OWNER_FILE), 'utf8')) as Owner;
  } catch {
    return null;
  }
}

/** It is used again: it stays for another while. */
export function touch(place: string): void {
  const now = new Date();
  utimesSync(join(place, OWNER_FILE), now, now);
}

export function isThere(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

export const isBeingMade = (owner: Owner | null): boolean =>
  owner?.state === 'preparing' && isRunning(owner.pid, owner.start);

/** Git forgets the worktree; its files stay where they are, as a plain folder. */
export async function forgottenByGit(place: string, repository: string): Promise<void> {
  const tree = treeIn(place);
  const aside = `${tree}.aside`;
  // git removes the files of a worktree with it, but for those that it does not find.
  renameSync(tree, aside);
  if (isThere(repository)) await git(repository, ['worktree', 'remove', '--force', tree]);
  rmSync(join(aside, '.git'), { force: true });
  renameSync(aside, tree);
}

/** Takes a checkout away, with what git knows of it. */
export async function discarded(place: string): Promise<void> {
  const owner = ownerOf(place);
  const aside = `${place}.${process.pid}${UNMADE}`;
  try {
    rmSync(aside, { recursive: true, force: true });
    renameSync(place, aside);
  } catch {
    // Another process was faster.
    return;
  }
  if (owner?.state === 'preparing' && isThere(owner.repository))
    await git(owner.repository, ['worktree', 'remove', '--force', treeIn(place)]);
  rmSync(aside, { recursive: true, force: true, maxRetries: 3 });
}

/** Takes away what killed processes have left, and what has not been used for two weeks. */
export async function cleared(folder: string): Promise<void> {
  for (const name of isThere(folder) ? readdirSync(folder) : []) {
    const place = join(folder, name);
    const unmade = new RegExp(`\\.(\\d+)\\${UNMADE}$`).exec(name)?.[1];
    if (unmade !== undefined) {
      if (!isRunning(Number(unmade), null)) await unmadeGone(place, folder);
      continue;
    }
    const owner = ownerOf(place);
    const used = statSync(join(place, OWNER_FILE), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const isOld = owner?.state === 'ready' && Date.now() - used > KEPT_MS;
    if (isOld || (owner?.state !== 'ready' && !isBeingMade(owner))) await discarded(place);
  }
}

/** Half taken away when its process was killed: git may know of it still. */
async function unmadeGone(place: string, folder: string): Promise<void> {
  const owner = ownerOf(place);
  const was = join(folder, place.slice(folder.length + 1).replace(/\.\d+\.unmade$/, ''));
  if (owner?.state === 'preparing' && isThere(owner.repository) && !isThere(was))
    await git(owner.repository, ['worktree', 'remove', '--force', treeIn(was)]);
  rmSync(place, { recursive: true, force: true, maxRetries: 3 });
}
