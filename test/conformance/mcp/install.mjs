/**
 * Installs the official conformance suite of MCP, and a Node.js that it runs on, into the folder that the tests look
 * in. `--all`: also the version before, which the nightly tests hold us against.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
const folder = process.env.PLIMSOLL_CONFORMANCE ?? join(cache, 'plimsoll-ci');
const suite = 'node_modules/@modelcontextprotocol/conformance';

const wanted = [
  { into: 'node24', holds: 'node_modules/node/bin/node', name: 'node@24', flags: [] },
  {
    ...{ into: 'conformance', holds: suite, name: '@modelcontextprotocol/conformance@0.2.0-alpha.12' },
    flags: ['--ignore-scripts'],
  },
  {
    ...{ into: 'conformance-0.1', holds: suite, name: '@modelcontextprotocol/conformance@0.1.16' },
    flags: ['--ignore-scripts'],
  },
].filter(({ into }) => into !== 'conformance-0.1' || process.argv.includes('--all'));

for (const { into, holds, name, flags } of wanted) {
  const prefix = join(folder, into);
  if (existsSync(join(prefix, holds))) continue;
  mkdirSync(prefix, { recursive: true });
  const words = ['install', ...flags, '--no-audit', '--no-fund', '--no-save', '--prefix', prefix, name];
  const { status } = spawnSync('npm', words, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exitCode = 1;
}
