/**
 * Commits of a repository in folders of their own: prepared once, and nothing left of
 * them where they should not be.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { clearLeftOvers, commitOf, preparedCheckout, repositoryAround } from '../../src/checkouts/index.js';
import { ProblemError, type Problem } from '../../src/problem/index.js';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { testRepository, type TestRepository } from './repository.js';

const folder = (): string => mkdtempSync(join(tmpdir(), 'plimsoll-checkouts-'));

interface Setting {
  readonly cache: string;
  readonly prepare?: string | null;
  readonly abort?: AbortSignal;
  readonly own?: Readonly<Record<string, string>>;
}

/** Checks a commit out; says what was done for it. */
async function checkedOut(root: string, ref: string, { cache, prepare = null, abort, own = {} }: Setting) {
  const repository = await repositoryAround([root]);
  const commit = await commitOf(repository, ref);
  const steps: string[] = [];
  const checkout = await preparedCheckout({
    ...{ repository, commit, prepare, own },
    environment: { ...process.env, XDG_CACHE_HOME: cache },
    abort: abort ?? new AbortController().signal,
    onEmergency: () => undefined,
    step: (text) => steps.push(text),
  });
  return { ...checkout, steps };
}

const placesIn = (cache: string): readonly string[] => {
  const places = join(cache, 'plimsoll', 'checkouts');
  return existsSync(places) ? readdirSync(places) : [];
};

async function problemOf(act: Promise<unknown>): Promise<Problem> {
  const thrown: unknown = await act.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof ProblemError) || thrown.problems[0] === undefined)
    throw new Error(`no problem: ${String(thrown)}`);
  return thrown.problems[0];
}

function twoCommits(): TestRepository {
  const repository = testRepository();
  repository.commit('one', { 'server.mjs': 'one', 'bench/gate.yaml': 'version: 1' });
  repository.commit('two', { 'server.mjs': 'two' });
  return repository;
}

describe('a commit that is checked out', () => {
  it('is prepared once, in a worktree of git, and then a cached folder; the repository stays as it was', async () => {
    const repository = twoCommits();
    const hook = join(repository.root, '.git', 'hooks', 'post-checkout');
    writeFileSync(hook, '#!/bin/sh\ntouch hook-has-run\n');
    chmodSync(hook, 0o755);
    const before = repository.state();
    const cache = folder();
    const prepare = 'git rev-parse HEAD > commit.txt; echo "$COLOUR" > colour.txt; ls -a > files.txt';
    const made = await checkedOut(repository.root, 'one', { cache, prepare, own: { COLOUR: 'green' } });
    expect(readFileSync(join(made.folder, 'server.mjs'), 'utf8')).toBe('one');
    expect(readFileSync(join(made.folder, 'commit.txt'), 'utf8').trim()).toBe(repository.git('rev-parse', 'one'));
    expect(readFileSync(join(made.folder, 'colour.txt'), 'utf8').trim()).toBe('green');
    expect(readFileSync(join(made.folder, 'files.txt'), 'utf8')).not.toContain('hook-has-run');
    expect(existsSync(join(made.folder, '.git'))).toBe(false);
    expect(repository.state()).toEqual(before);
    expect(made.steps.join('\n')).toMatch(/^checking out one \([0-9a-f]{12}\)\npreparing one \([0-9a-f]{12}\): git/);

    writeFileSync(join(made.folder, 'kept'), '');
    const again = await checkedOut(repository.root, 'HEAD~1', { cache, prepare, own: { COLOUR: 'green' } });
    expect(again).toMatchObject({ folder: made.folder, fromCache: true, steps: [] });
    expect(existsSync(join(again.folder, 'kept'))).toBe(true);

    // Another commit, command or variable makes another folder.
    const others = [
      await checkedOut(repository.root, 'two', { cache, prepare, own: { COLOUR: 'green' } }),
      await checkedOut(repository.root, 'one', { cache, prepare: 'true', own: { COLOUR: 'green' } }),
      await checkedOut(repository.root, 'one', { cache, prepare, own: { COLOUR: 'red' } }),
    ];
    expect(new Set([made, ...others].map((each) => each.folder)).size).toBe(4);
    expect(repository.state()).toEqual(before);
  });

  it('stands for the folder of the scenario, also where that commit has none', async () => {
    const repository = twoCommits();
    const bench = join(repository.root, 'bench');
    const { folder: inside } = await checkedOut(bench, 'one', { cache: folder() });
    expect(readFileSync(join(inside, 'gate.yaml'), 'utf8')).toBe('version: 1');
    repository.git('rm', '-rq', 'bench');
    repository.commit('three', { 'later/gate.yaml': 'version: 1' });
    const { folder: made } = await checkedOut(join(repository.root, 'later'), 'one', { cache: folder() });
    expect(existsSync(join(made, '..', 'server.mjs'))).toBe(true);
  });

  it('is prepared by one process at a time: another one waits for it', async () => {
    const repository = twoCommits();
    const cache = folder();
    const prepare = 'echo once >> times.txt; sleep 1';
    const [first, second] = await Promise.all([
      checkedOut(repository.root, 'one', { cache, prepare }),
      checkedOut(repository.root, 'one', { cache, prepare }),
    ]);
    expect([first.fromCache, second.fromCache].sort()).toEqual([false, true]);
    expect(readFileSync(join(first.folder, 'times.txt'), 'utf8')).toBe('once\n');
  });

  it('is taken away when nothing has used it for two weeks, and not before', async () => {
    const repository = twoCommits();
    const cache = folder();
    await checkedOut(repository.root, 'one', { cache });
    await checkedOut(repository.root, 'two', { cache });
    const [old = '', recent] = placesIn(cache);
    const days = (count: number): Date => new Date(Date.now() - count * 24 * 3_600_000);
    utimesSync(join(cache, 'plimsoll', 'checkouts', old, 'owner.json'), days(15), days(15));
    await clearLeftOvers({ XDG_CACHE_HOME: cache });
    expect(placesIn(cache)).toEqual([recent]);
  });
});

describe('nothing is left, in the cache or in the repository,', () => {
  it('of a commit that can not be prepared; its last lines are told', async () => {
    const repository = twoCommits();
    const before = repository.state();
    const cache = folder();
    const prepare = 'seq 1 40; echo "error: no such module" >&2; exit 3';
    const problem = await problemOf(checkedOut(repository.root, 'one', { cache, prepare }));
    expect(problem.code).toBe('not-prepared');
    expect(problem.what).toMatch(/^one \([0-9a-f]{12}\) can't be prepared: "seq 1 40; .*" ended with exit code 3/);
    expect(problem.what).toMatch(/\n40\nerror: no such module$/);
    expect(problem.what).not.toContain('\n20\n');
    expect(placesIn(cache)).toEqual([]);
    expect(repository.state()).toEqual(before);
  });

  it('when it is interrupted while it is prepared, also of what the command has started', async () => {
    const repository = twoCommits();
    const before = repository.state();
    const cache = folder();
    const out = join(folder(), 'beats');
    const controller = new AbortController();
    const prepare = `(while :; do echo beat >> ${out}; sleep 0.05; done) & wait`;
    const cut = checkedOut(repository.root, 'one', { cache, prepare, abort: controller.signal }).catch(() => 'cut');
    while (!existsSync(out)) await sleep(20);
    controller.abort('SIGINT');
    expect(await cut).toBe('cut');
    expect(placesIn(cache)).toEqual([]);
    expect(repository.state()).toEqual(before);
    const length = readFileSync(out, 'utf8').length;
    await sleep(200);
    expect(readFileSync(out, 'utf8')).toHaveLength(length);
  });

  it('after the next start, when its process was killed', async () => {
    const repository = twoCommits();
    const before = repository.state();
    const cache = folder();
    const out = join(folder(), 'beats');
    const script = `
      import { commitOf, preparedCheckout, repositoryAround } from '${PACKAGE_ROOT}dist/src/checkouts/index.js';
      const repository = await repositoryAround([${JSON.stringify(repository.root)}]);
      const commit = await commitOf(repository, 'one');
      const prepare = ${JSON.stringify(`while :; do echo beat >> ${out}; sleep 0.05; done`)};
      const rest = { own: {}, environment: process.env, abort: new AbortController().signal };
      await preparedCheckout({ repository, commit, prepare, ...rest, onEmergency: () => {}, step: () => {} });`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, XDG_CACHE_HOME: cache },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    while (!existsSync(out)) await sleep(20);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(repository.git('worktree', 'list').split('\n')).toHaveLength(2);
    await clearLeftOvers({ XDG_CACHE_HOME: cache });
    expect(placesIn(cache)).toEqual([]);
    expect(repository.state()).toEqual(before);
    await sleep(500);
    const length = readFileSync(out, 'utf8').length;
    await sleep(200);
    expect(readFileSync(out, 'utf8')).toHaveLength(length);
    expect((await checkedOut(repository.root, 'one', { cache })).fromCache).toBe(false);
  });
});

describe('what git does not know is said in one message:', () => {
  it('a commit that is not there, with the one that was probably meant', async () => {
    const { root } = twoCommits();
    const repository = await repositoryAround([root]);
    const problem = await problemOf(commitOf(repository, 'onne'));
    expect(problem).toMatchObject({
      code: 'unknown-ref',
      remedy: expect.stringContaining('did you mean "one"') as string,
    });
    // No option of git.
    expect((await problemOf(commitOf(repository, '--all'))).code).toBe('unknown-ref');
    expect((await problemOf(commitOf(repository, 'one\0two'))).code).toBe('unknown-ref');
  });

  it('a cache that can not be written', async () => {
    const { root, state } = twoCommits();
    const before = state();
    const cache = join(folder(), 'file');
    writeFileSync(cache, '');
    await clearLeftOvers({ XDG_CACHE_HOME: cache });
    const { code, what, remedy } = await problemOf(checkedOut(root, 'one', { cache }));
    expect([code, remedy]).toEqual(['no-cache', 'remove that file, or name another folder with XDG_CACHE_HOME']);
    expect(what).toContain(join(cache, 'plimsoll', 'checkouts'));
    expect(state()).toEqual(before);
  });

  it('a folder without a repository', async () => {
    const problem = await problemOf(repositoryAround([folder()]));
    expect(problem.code).toBe('no-repository');
    expect(problem.what).toContain('no git repository is around');
  });

  it('that HEAD is not what the working tree holds', async () => {
    const test = twoCommits();
    const repository = await repositoryAround([test.root]);
    expect((await commitOf(repository, 'HEAD')).leavesOutChanges).toBe(false);
    writeFileSync(join(test.root, 'server.mjs'), 'changed');
    expect((await commitOf(repository, 'HEAD')).leavesOutChanges).toBe(true);
    expect((await commitOf(repository, 'one')).leavesOutChanges).toBe(false);
  });
});
