/** The user's repository, and which commit a name of git means in it. */
import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { ProblemError, suggestion } from '../problem/index.js';
import { git } from './git.js';

export interface Repository {
  /** Folder of its working tree, absolute, without symbolic links. */
  readonly root: string;
  /** The folder that was asked for, relative to it: empty for the root. */
  readonly inside: string;
}

export interface Commit {
  /** As it was given: `v1.2`, `HEAD`. */
  readonly ref: string;
  /** Its full id. */
  readonly id: string;
  /** The working tree has changes beside this commit, which is the one that is checked out. */
  readonly leavesOutChanges: boolean;
}

/**
 * The repository that one of the folders lies in, the first that does; a
 * ProblemError (`bad-input`) where none does.
 */
export async function repositoryAround(folders: readonly string[]): Promise<Repository> {
  for (const folder of folders) {
    const { ok, stdout, stderr } = await git(folder, ['rev-parse', '--show-toplevel']);
    const root = stdout.trim();
    if (!ok && !stderr.includes('not a git repository') && !stderr.includes('must be run in a work tree'))
      throw new ProblemError('bad-input', {
        code: 'no-repository',
        what: `git can't use the repository around ${folder}: ${stderr.trim()}`,
        remedy: 'do what git says there',
      });
    if (!ok || root === '') continue;
    const inside = relative(realpathSync(root), realpathSync(folder)).split(sep).join('/');
    return { root: realpathSync(root), inside };
  }
  throw new ProblemError('bad-input', {
    code: 'no-repository',
    what: `an arm is a commit, and no git repository is around ${[...new Set(folders)].join(' or ')}`,
    remedy: 'keep the scenario in the repository of the server, or call the command inside of it',
  });
}

/** The commit of a branch, tag or other name; a ProblemError (`bad-input`) when the repository has no such commit. */
export async function commitOf({ root }: Repository, ref: string): Promise<Commit> {
  // No name of git begins as an option does, and no argument holds a NUL.
  const id = ref.startsWith('-') || ref.includes('\0') ? null : await resolved(root, ref);
  if (id === null) throw await unknownRef(root, ref);
  const isHead = (await resolved(root, 'HEAD')) === id;
  const status = isHead ? await git(root, ['status', '--porcelain', '--untracked-files=no']) : null;
  return { ref, id, leavesOutChanges: status !== null && status.stdout.trim() !== '' };
}

async function resolved(root: string, ref: string): Promise<string | null> {
  const { ok, stdout } = await git(root, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  return ok && /^[0-9a-f]{40,64}$/.test(stdout.trim()) ? stdout.trim() : null;
}

async function unknownRef(root: string, ref: string): Promise<ProblemError> {
  const shallow = (await git(root, ['rev-parse', '--is-shallow-repository'])).stdout.trim() === 'true';
  const named = await git(root, ['for-each-ref', '--format=%(refname:short)', '--count=1000']);
  const near = suggestion(ref, named.stdout.split('\n').filter(Boolean), 'branches and tags');
  const remedy = shallow
    ? 'this clone is shallow: fetch the commit first (git fetch --depth 1 origin REF, or fetch-depth: 0 in CI)'
    : near.startsWith('did you mean')
      ? near
      : 'name a branch, tag or commit that "git rev-parse" knows there; fetch it first if it is not there yet';
  return new ProblemError('bad-input', {
    code: 'unknown-ref',
    what: `the repository ${root} has no commit "${ref}"`,
    remedy,
  });
}
