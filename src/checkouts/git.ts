/** Calling git in a folder, without what an environment of git would make it do. */
import { execa } from 'execa';
import { ProblemError } from '../problem/index.js';

const MOST_BYTES = 16 * 1024 * 1024;

export interface GitAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables with which a hook of git names its own repository: every call would mean that one. */
const OF_A_REPOSITORY = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
];

/** The environment for git and for what a checkout is prepared with. */
export function withoutRepository(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !OF_A_REPOSITORY.includes(name)));
}

/**
 * Runs git without hooks, prompts, and locks that are not needed. Rejects with a ProblemError (`bad-input`) where there
 * is no git on this machine.
 */
export async function git(folder: string, words: readonly string[], abort?: AbortSignal): Promise<GitAnswer> {
  const result = await execa('git', ['-c', 'core.hooksPath=/dev/null', ...words], {
    cwd: folder,
    extendEnv: false,
    env: { ...withoutRepository(process.env), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    reject: false,
    stdin: 'ignore',
    maxBuffer: MOST_BYTES,
    ...(abort === undefined ? {} : { cancelSignal: abort }),
  });
  if (result.failed && result.code === 'ENOENT')
    throw new ProblemError('bad-input', {
      code: 'no-git',
      what: 'an arm is a commit of a repository, and there is no git on this machine',
      remedy: 'install git, or name other arms',
    });
  return { ok: !result.failed, stdout: result.stdout, stderr: result.stderr };
}
