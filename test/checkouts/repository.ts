/** Repositories of the user, as tests make them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TestRepository {
  readonly root: string;
  /** Writes files and commits them, under this tag. */
  readonly commit: (tag: string, files: Readonly<Record<string, string>>) => void;
  readonly git: (...words: readonly string[]) => string;
  /** Everything that git keeps of the repository, by path, and the state of its working tree. */
  readonly state: () => unknown;
}

const IDENTITY = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];

export function testRepository(): TestRepository {
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-repository-'));
  const git = (...words: readonly string[]): string =>
    execFileSync('git', [...IDENTITY, ...words], { cwd: root, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  return {
    root,
    git,
    commit: (tag, files) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      git('add', '--all');
      git('commit', '--quiet', '--message', tag);
      git('tag', tag);
    },
    state: () => ({
      worktrees: git('worktree', 'list', '--porcelain')
        .split('\n')
        .filter((line) => line.startsWith('worktree ')),
      refs: git('for-each-ref'),
      status: git('status', '--porcelain'),
      files: readdirSync(join(root, '.git'), { recursive: true }).map(String).sort(),
    }),
  };
}
