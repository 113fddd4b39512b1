/** Which code ran: the lock file's digest, and the state of the git repository the command was called in. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { known, unknown, type Fact } from './facts.js';

const GIT_TIMEOUT_MS = 3_000;
const GIT_MAX_BYTES = 64 * 1024 * 1024;

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Digest of the lock file npm installed from: the package's own, or npm's record of what is installed around it. */
export async function lockfileDigest(packageFolder: string): Promise<Fact<string>> {
  for (const path of ['package-lock.json', 'npm-shrinkwrap.json', join('..', '.package-lock.json')]) {
    const content = await readFile(join(packageFolder, path)).catch(() => null);
    if (content !== null) return known(sha256(content));
  }
  return unknown(`no package-lock.json in ${packageFolder}`);
}

export interface GitState {
  readonly gitCommit: Fact<string>;
  readonly gitDirty: Fact<boolean>;
  readonly gitDiffDigest: Fact<string>;
}

const NO_COMMIT = unknown('not called in a git repository with a commit');

/**
 * Bounded in time; a folder outside any repository, or a machine without git, has no such facts. One process of git,
 * and a second one where a file that it tracks has changed.
 */
export async function gitState(folder: string): Promise<GitState> {
  const status = await git(folder, ['status', '--porcelain=v2', '--branch', '--no-ahead-behind']);
  if (status.value === null) return { gitCommit: status, gitDirty: status, gitDiffDigest: status };
  const lines = status.value.split('\n').filter((line) => line !== '');
  const commit = lines.flatMap((line) => /^# branch\.oid ([0-9a-f]+)$/.exec(line)?.[1] ?? [])[0];
  if (commit === undefined) return { gitCommit: NO_COMMIT, gitDirty: NO_COMMIT, gitDiffDigest: NO_COMMIT };
  const changes = lines.filter((line) => !line.startsWith('# '));
  return {
    gitCommit: known(commit),
    gitDirty: known(changes.length > 0),
    gitDiffDigest: changes.every((line) => line.startsWith('? ')) ? known(sha256('')) : await diffDigest(folder),
  };
}

async function diffDigest(folder: string): Promise<Fact<string>> {
  const diff = await git(folder, ['diff', 'HEAD', '--no-ext-diff', '--no-textconv', '--no-color']);
  return diff.value === null ? diff : known(sha256(diff.value));
}

async function git(folder: string, words: readonly string[]): Promise<Fact<string>> {
  const { execa } = await import('execa');
  const result = await execa('git', words, {
    cwd: folder,
    timeout: GIT_TIMEOUT_MS,
    maxBuffer: GIT_MAX_BYTES,
    reject: false,
    stdin: 'ignore',
    // No lock is taken on a repository that may be in use.
    env: { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
  });
  if (!result.failed) return known(result.stdout);
  if (result.code === 'ENOENT') return unknown('there is no git on this machine');
  if (result.timedOut) return unknown(`git took longer than ${GIT_TIMEOUT_MS / 1000} s`);
  return NO_COMMIT;
}
