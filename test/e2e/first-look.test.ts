/** From the name of a server to a scenario, on the real command and real servers; and what helps to get there. */
import { execa } from 'execa';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { served } from '../discover/served.js';
import { FULL } from '../whole-runs.js';
import { finished, onlyRun, plimsoll, scratchFolder, start } from './plimsoll.js';

const MODULES = join(PACKAGE_ROOT, 'node_modules/@modelcontextprotocol');
const EVERYTHING = ['node', join(MODULES, 'server-everything/dist/index.js')] as const;
const FILESYSTEM = ['node', join(MODULES, 'server-filesystem/dist/index.js')] as const;

describe('plimsoll init', () => {
  it.each([
    ['the reference server', EVERYTHING, 'echo'],
    ['the file system server', [...FILESYSTEM, PACKAGE_ROOT], 'list_allowed_directories'],
  ] as const)('writes a scenario that is valid for %s, with tools that it has', async (_, command, tool) => {
    const file = join(scratchFolder(), 'server.yaml');
    const written = await plimsoll(['init', '--no-measure', '--quiet', '-o', file, '--', ...command]);
    expect(written, written.stderr).toMatchObject({ exitCode: 0, stdout: '', leftBehind: [] });
    expect(written.stderr).toContain(`plimsoll run ${file}`);
    expect(written.stderr).toMatch(/left out: \d+ tools\n/);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=.*scenario-v1\.json\n/);
    expect(text).toContain(`- tool: "${tool}"`);
    const valid = await plimsoll(['validate', '--json', file]);
    expect(JSON.parse(valid.stdout)).toMatchObject({ valid: [{ file, warnings: [] }] });
    // The file that it writes is never an accident.
    const again = await plimsoll(['init', '--no-measure', '-o', file, '--', ...command]);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('there is a file');
  });
});

describe('plimsoll with the name of a server', () => {
  it.each([
    [['http://127.0.0.1:64999/mcp'], 3, /nothing listens .*\n {2}hint: .*plimsoll http:\/\/127\.0\.0\.1:64999\/mcp/],
    [['127.0.0.1:64999'], 3, /nothing listens/],
    [['http://192.0.2.1:3000/mcp'], 2, /is not on this machine\n {2}hint: .*--allow-remote --max-rate/],
    [['--allow-remote', 'http://192.0.2.1:3000/mcp'], 2, /--max-rate/],
    [['--', 'no-such-program-here'], 3, /did not start/],
    [['--'], 2, /no command stands behind --/],
    [['node', 'server.js'], 2, /no command "node"\n {2}hint: .*plimsoll -- node server\.js;/],
    [['--header', 'Authorization: Bearer abcdefgh', 'http://127.0.0.1:1/mcp'], 2, /is written out/],
    [['init', '--from', 'no-such-run', 'http://127.0.0.1:1/mcp'], 2, /no-such-run/],
  ] as const)('%s ends with exit code %i and one message', async (words, code, message) => {
    const { exitCode, stderr, stdout, leftBehind } = await plimsoll(words);
    expect({ exitCode, leftBehind, stdout }, stderr).toEqual({ exitCode: code, leftBehind: [], stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it('calls no tool that may change something, and says how to name one with all that was typed', async () => {
    const names = ['delete_all', 'drop', 'send_mail', 'pay', 'run', 'exec', 'list_notes'];
    const tools = names.map((name) => ({ name, inputSchema: { type: 'object' } }));
    const { origin, ledger } = await served({ tools });
    const typed = ['--max-rate', '50/s', '--seed', '7', `${origin}/mcp`];
    for (const verb of [[], ['init', '--no-measure']]) {
      const { exitCode, stderr, stdout, leftBehind } = await plimsoll([...verb, ...typed]);
      expect({ exitCode, leftBehind, stdout }, stderr).toEqual({ exitCode: 3, leftBehind: [], stdout: '' });
      for (const name of names) expect(stderr).toContain(`  | ${name}: not annotated as read-only`);
      const words = ['plimsoll', ...verb.slice(0, 1), '--tool list_notes', ...verb.slice(1), ...typed];
      expect(stderr.trimEnd().endsWith(words.join(' ')), stderr).toBe(true);
    }
    expect(ledger).toEqual([]);
    const named = ['init', '--no-measure', '--quiet', '--tool', 'list_notes'];
    const written = await plimsoll([...named, `${origin}/mcp`]);
    expect(written.stderr).toContain(`plimsoll init --tool list_notes --no-measure -o server.yaml ${origin}/mcp`);
    expect(ledger).toEqual(['list_notes', 'list_notes']);
  });

  it('that is interrupted says to look again, and lends no scenario its numbers', async () => {
    const { origin } = await served();
    const out = scratchFolder();
    const started = start(['--out', out, '--seed', '7', `${origin}/mcp`]);
    let printed = '';
    started.process.stderr?.on('data', (text: Buffer) => {
      const before = printed;
      printed += text.toString();
      if (!before.includes('phase 1 of 4') && printed.includes('phase 1 of 4')) started.process.kill('SIGINT');
    });
    const { exitCode, stdout, stderr, leftBehind } = await finished(started);
    expect({ exitCode, leftBehind }, stderr).toEqual({ exitCode: 130, leftBehind: [] });
    expect(stdout).toContain('next: take the first look again');
    expect(stdout.trimEnd().endsWith(`\n  plimsoll --seed 7 ${origin}/mcp`), stdout).toBe(true);
    expect(stdout).not.toContain('plimsoll init');

    const latest = join(out, 'latest');
    const written = await plimsoll(['init', '--quiet', '--from', latest, `${origin}/mcp`]);
    expect(written.exitCode, written.stderr).toBe(0);
    expect(written.stderr).toContain('has no numbers of a first look that can be used');
    expect(written.stdout.replaceAll('\n# ', ' ')).toContain('Nothing was measured for it.');
    expect(written.stdout).not.toContain(basename(onlyRun(out)));

    const another = await served({ serverName: 'museum' });
    const refused = await plimsoll(['init', '--quiet', '--from', latest, `${another.origin}/mcp`]);
    expect({ exitCode: refused.exitCode, stdout: refused.stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toMatch(/measured the server "library", and this one is "museum"\n {2}hint: /);
  }, 60_000);

  // Two minutes: with `npm run nightly`. The first command of the README is such a run, and tested as one.
  const measuring = async (): Promise<void> => {
    const out = scratchFolder();
    const { exitCode, stdout, stderr } = await plimsoll(['--quiet', '--out', out, '--', ...EVERYTHING]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/under load: echo, /);
    expect(stdout).toMatch(/load line/i);
    // `latest` is another run tomorrow: what is written names the run itself.
    const latest = await plimsoll(['init', '--quiet', '--from', join(out, 'latest'), '--', ...EVERYTHING]);
    expect(latest.stdout.replaceAll('\n# ', ' ')).toContain(`the first look in ${basename(onlyRun(out))}.`);
    const next = /^ {2}plimsoll (init --from .*)$/m.exec(stdout)?.[1] ?? '';
    const file = join(out, 'server.yaml');
    const words = next.replace('server.yaml', file).split(' ');
    const written = await plimsoll(words);
    expect(written.exitCode, written.stderr).toBe(0);
    const run = await plimsoll(['run', '--quiet', '--out', out, file]);
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  };
  if (FULL) it('measures a real server, and its scenario passes its own gates', measuring, 240_000);
});

describe('plimsoll examples', () => {
  it('lists each shipped scenario with the command that runs it', async () => {
    const { stdout } = await plimsoll(['examples']);
    expect(stdout).toMatch(/^plimsoll run quickstart +\S/);
    expect(stdout).toMatch(/^plimsoll compare compare +\S/m);
    const json = JSON.parse((await plimsoll(['examples', '--json'])).stdout) as { examples: readonly object[] };
    expect(json.examples.length).toBeGreaterThan(15);
    for (const each of json.examples)
      expect(each).toMatchObject({ description: expect.stringMatching(/^\S.{10,}/) as string });
  });
});

const isInstalled = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** Writes the completion script of a shell to a file. */
async function scriptOf(shell: string, name: string): Promise<string> {
  const file = join(scratchFolder(), name);
  writeFileSync(file, (await plimsoll(['completion', shell])).stdout);
  return file;
}

/** Types each line into a zsh of its own, presses Tab, and prints what then stands there. */
const ZSH_TYPES = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "fpath=(\${(q)1:h} \\$fpath); autoload -Uz compinit; compinit -D -u; bindkey '^I' complete-word
show() { print -r -- \\"[[\\$BUFFER]]\\"; BUFFER= }; zle -N show; bindkey '^T' show; print REA''DY"
zpty -r shell seen '*READY*'
shift
for line; do
  zpty -w -n shell "$line"$'\\t\\x14'
  zpty -r shell seen '*\\[\\[*\\]\\]*'
  print -r -- "\${\${seen##*\\[\\[}%%\\]\\]*}"
done
zpty -d shell`;

describe('plimsoll completion', () => {
  it('completes verbs, flags and names in bash', async () => {
    const script = (await plimsoll(['completion', 'bash'])).stdout;
    const completed = async (...words: readonly string[]): Promise<readonly string[]> => {
      const set = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
      const { stdout } = await execa('bash', ['-c', `${script}\n${set}; _plimsoll; printf '%s\\n' "\${COMPREPLY[@]}"`]);
      return stdout.split('\n');
    };
    expect(await completed('plimsoll', 'comp')).toEqual(['compare', 'completion']);
    expect(await completed('plimsoll', 'run', '--pro')).toEqual(['--profile']);
    expect(await completed('plimsoll', 'run', 'quick')).toEqual(['quickstart']);
    expect(await completed('plimsoll', 'completion', 'f')).toEqual(['fish']);
  });

  it.each(['zsh', 'fish'])('names every verb and flag for %s', async (shell) => {
    const script = (await plimsoll(['completion', shell])).stdout;
    const help = (await plimsoll(['run', '--help'])).stdout;
    const flags = [...help.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, name = '']) => name);
    expect(flags.length).toBeGreaterThan(8);
    for (const name of flags) expect(script).toContain(shell === 'fish' ? `-l ${name} ` : `'--${name}:`);
    for (const verb of ['look', 'init', 'run', 'compare', 'examples', 'completion']) expect(script).toContain(verb);
  });

  // With `npm run nightly`, where the shells are installed.
  if (FULL && isInstalled('zsh'))
    it('completes verbs, flags and names in zsh', async () => {
      const file = await scriptOf('zsh', '_plimsoll');
      const typed = ['plimsoll comple', 'plimsoll run --prof', 'plimsoll run quickst', 'plimsoll completion fi'];
      const { stdout } = await execa('zsh', ['-f', '-c', ZSH_TYPES, 'zsh', file, ...typed], { timeout: 60_000 });
      expect(stdout.split('\n').map((line) => line.trimEnd())).toEqual([
        'plimsoll completion',
        'plimsoll run --profile',
        'plimsoll run quickstart',
        'plimsoll completion fish',
      ]);
    });

  if (FULL && isInstalled('fish'))
    it('completes verbs, flags and names in fish', async () => {
      const file = await scriptOf('fish', 'plimsoll.fish');
      const completed = async (typed: string): Promise<readonly string[]> => {
        const script = 'source $argv[1]; complete -C $argv[2]';
        const { stdout } = await execa('fish', ['--no-config', '-c', script, file, typed]);
        return stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
      };
      expect(await completed('plimsoll comp')).toEqual(['compare', 'completion']);
      expect(await completed('plimsoll run --pro')).toEqual(['--profile']);
      expect(await completed('plimsoll run quick')).toEqual(['quickstart']);
      expect(await completed('plimsoll completion fi')).toEqual(['fish']);
    });

  it('of another shell is refused with those there are', async () => {
    const { exitCode, stderr } = await plimsoll(['completion', 'csh']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/bash, zsh, fish/);
  });
});
