/** A commit in a folder of its own: checked out as a worktree, prepared by a command, and kept for the next time. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, fileErrorAdvice, ProblemError } from '../problem/index.js';
import { runCommand } from './command.js';
import { git } from './git.js';
import {
  cacheFolder,
  claimed,
  cleared,
  discarded,
  forgottenByGit,
  isBeingMade,
  isThere,
  ownedByUs,
  ownerOf,
  touch,
  treeIn,
  writeOwner,
} from './places.js';
import type { Commit, Repository } from './repository.js';

const WAIT_MS = 500;
const SHORT_ID = 12;

export interface CheckoutRequest {
  readonly repository: Repository;
  readonly commit: Commit;
  /** Run by a shell at the root of the worktree; null: nothing has to be done. */
  readonly prepare: string | null;
  /** For that command: what the arm sets, over the environment of this process. */
  readonly own: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly abort: AbortSignal;
  readonly onEmergency: (act: () => Promise<void>) => void;
  /** Something that takes time begins: `preparing v1.2 (0f3c…): npm ci`. */
  readonly step: (text: string) => void;
}

export interface Checkout {
  /** The folder that stands for the one around which the repository was found; made where the commit has none. */
  readonly folder: string;
  /** Whether it was there already. */
  readonly fromCache: boolean;
}

/** Takes away what killed processes have left of checkouts, git's worktrees included. */
export const clearLeftOvers = (environment: Readonly<Record<string, string | undefined>>): Promise<void> =>
  cleared(cacheFolder(environment));

/**
 * The prepared checkout of a commit, out of the cache where it is there. Rejects with a ProblemError (`preflight`) when
 * it can't be checked out or its command fails, with the last lines of it, and when `abort` is aborted; nothing is left
 * then.
 */
export async function preparedCheckout(request: CheckoutRequest): Promise<Checkout> {
  try {
    return await foundOrMade(request);
  } catch (thrown) {
    if (!isSystemError(thrown)) throw thrown;
    const { why, mend } = fileErrorAdvice(thrown);
    throw new ProblemError('preflight', {
      code: 'no-cache',
      what: `checkouts of commits can't be kept in ${cacheFolder(request.environment)}: ${why}`,
      remedy: `${mend}, or name another folder with XDG_CACHE_HOME`,
    });
  }
}

const isSystemError = (thrown: unknown): boolean => /^E[A-Z0-9]+$/.test(errorCode(thrown) ?? '');

async function foundOrMade(request: CheckoutRequest): Promise<Checkout> {
  const { repository, commit, prepare, own, environment, abort, step } = request;
  const folder = cacheFolder(environment);
  const place = join(folder, keyOf(commit, prepare, own));
  const checkout = (fromCache: boolean): Checkout => {
    const inside = join(treeIn(place), repository.inside);
    mkdirSync(inside, { recursive: true });
    return { folder: inside, fromCache };
  };
  mkdirSync(folder, { recursive: true });
  const mine = ownedByUs({ repository: repository.root, commit: commit.id, prepare });
  let waits = false;
  while (!claimed(place, mine)) {
    const owner = ownerOf(place);
    if (owner?.state === 'ready' && isThere(treeIn(place))) {
      touch(place);
      return checkout(true);
    }
    if (!isBeingMade(owner)) {
      await discarded(place);
      continue;
    }
    if (!waits) step(`waiting for ${nameOf(commit)}, which process ${owner?.pid ?? '?'} prepares`);
    waits = true;
    await sleep(WAIT_MS, undefined, { signal: abort });
  }
  request.onEmergency(() => discarded(place));
  try {
    await make(request, place);
    await forgottenByGit(place, repository.root);
    writeOwner(place, { ...mine, state: 'ready' });
    return checkout(false);
  } catch (thrown) {
    await discarded(place);
    throw thrown;
  }
}

async function make({ repository, commit, prepare, own, environment, abort, ...rest }: CheckoutRequest, place: string) {
  const { step, onEmergency } = rest;
  step(`checking out ${nameOf(commit)}`);
  const tree = treeIn(place);
  const added = await git(repository.root, ['worktree', 'add', '--detach', '--quiet', tree, commit.id], abort);
  abort.throwIfAborted();
  if (!added.ok)
    throw new ProblemError('preflight', {
      code: 'no-worktree',
      what: `${nameOf(commit)} can't be checked out: ${added.stderr.trim()}`,
      remedy: `see what "git worktree add" says in ${repository.root}`,
    });
  if (prepare === null) return;
  step(`preparing ${nameOf(commit)}: ${prepare}`);
  const all = { ...environment, ...own };
  const run = { command: prepare, folder: tree, environment: all, abort, onEmergency };
  const { failure, lastLines } = await runCommand(run);
  if (failure === null) return;
  const last = lastLines.length === 0 ? '; it wrote nothing' : `; its last lines:\n${lastLines.join('\n')}`;
  throw new ProblemError('preflight', {
    code: 'not-prepared',
    what: `${nameOf(commit)} can't be prepared: "${prepare}" ${failure}${last}`,
    remedy: `let "prepare" in the scenario build that commit, as it does in a fresh clone of ${repository.root}`,
  });
}

const nameOf = ({ ref, id }: Commit): string => {
  const short = id.slice(0, SHORT_ID);
  return id.startsWith(ref) ? short : `${ref} (${short})`;
};

/** Modules are built for the Node.js that builds them, and by whatever the arm's environment makes of the command. */
function keyOf({ id }: Commit, prepare: string | null, own: Readonly<Record<string, string>>): string {
  const variables = Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1));
  const what = JSON.stringify([id, prepare, prepare === null ? null : [variables, process.version, process.arch]]);
  return `${id.slice(0, SHORT_ID)}-${createHash('sha256').update(what).digest('hex').slice(0, SHORT_ID)}`;
}
