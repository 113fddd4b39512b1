/** The package as users get it: what is in it, and that it works where nothing else of the repository is. */
import { execa } from 'execa';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { scratchFolder } from './plimsoll.js';

/** Vitest asks its workers for colours where CI is set. */
const env = { NO_COLOR: '1' };
const home = scratchFolder();
const installed = join(home, 'node_modules', 'plimsoll');
let files: readonly string[] = [];

beforeAll(async () => {
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', home];
  const { stdout } = await execa('npm', pack, { cwd: PACKAGE_ROOT });
  const [packed] = JSON.parse(stdout) as readonly {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  files = (packed?.files ?? []).map(({ path }) => path);
  mkdirSync(installed, { recursive: true });
  await execa('tar', ['xzf', join(home, packed?.filename ?? ''), '-C', installed, '--strip-components', '1']);
  const { dependencies = {} } = JSON.parse(
    (await execa('npm', ['pkg', 'get', '--json'], { cwd: installed })).stdout,
  ) as { readonly dependencies?: Readonly<Record<string, string>> };
  // What npm would install beside it, and nothing else.
  for (const name of Object.keys(dependencies))
    symlinkSync(join(PACKAGE_ROOT, 'node_modules', name), join(home, 'node_modules', name));
}, 60_000);

const command = (...words: readonly string[]) =>
  execa(process.execPath, [join(installed, 'dist/bin/plimsoll.js'), ...words], { cwd: home, env, reject: false });

describe('the package', () => {
  it('holds the bundles, documents and schemas, and neither maps nor what the bundles are made of', () => {
    expect(files).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md', 'LICENSE', 'docs/scenario.md']));
    expect(files.filter((path) => path.endsWith('.map') || /^(?:src|test|dist\/(?!bin\/))/.test(path))).toEqual([]);
    expect(readdirSync(join(home, 'node_modules')).sort()).toEqual(['autocannon', 'plimsoll']);
  });

  it('exports its schemas', async () => {
    const schema = `await import('plimsoll/schema/scenario-v1.json', { with: { type: 'json' } })`;
    const program = `console.log((${schema}).default.title)`;
    const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', program], { cwd: home });
    expect(stdout).toBe('Plimsoll scenario, version 1');
  });

  it('finds its scenarios by their names, and makes a run of one', async () => {
    const explained = await command('run', 'quickstart', '--explain');
    expect(explained.exitCode, explained.stderr).toBe(0);
    const sets = ['phases.0.for=1s', 'phases.0.warmup=0s'].flatMap((set) => ['--set', set]);
    const run = await execa(
      process.execPath,
      [join(installed, 'dist/bin/plimsoll.js'), 'run', 'floor', ...sets, '--no-default-gates'],
      { cwd: home, reject: false, env: { ...env, PLIMSOLL_ASSUME_MACHINE: 'quiet:20000/s', XDG_CACHE_HOME: home } },
    );
    expect(run.stderr).not.toMatch(/^bug /m);
    expect(existsSync(join(home, 'reports/runs/latest/report.html')), run.stderr).toBe(true);
  });

  it.each(['everything-server', 'filesystem-stdio'])('says which package %s needs', async (name) => {
    const { exitCode, stderr } = await command('run', name);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/starts a server of @modelcontextprotocol\/server-\w+, which is not installed/);
    expect(stderr).toContain('hint: ');
  });

  it('says what is there when no scenario has the name', async () => {
    const { exitCode, stderr } = await command('run', 'quikstart');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('quickstart');
  });
});

describe('a limit on open files', () => {
  it.each([24, 64, 128])('of %i is told in one message', async (limit) => {
    const words = `ulimit -n ${limit}; exec "$0" "$@"`;
    const { exitCode, stderr } = await execa(
      'sh',
      ['-c', words, process.execPath, join(installed, 'dist/bin/plimsoll.js'), 'run', 'quickstart'],
      { cwd: home, env, reject: false },
    );
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^error the limit on open files is too low: .*\n {2}hint: raise it .*ulimit -n 4096$/);
  });
});
