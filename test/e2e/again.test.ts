import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { entryPath } from '../../src/package/index.js';
import type { Summary } from '../../src/analysis/index.js';
import { FILES, type RunHeader } from '../../src/record/index.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from './plimsoll.js';

/** A server in a folder of its own, which its command names relative to the scenario. */
const SERVER = `import { spawn } from 'node:child_process';
const options = JSON.stringify({ port: Number(process.argv[2]) });
spawn(process.execPath, [${JSON.stringify(entryPath('toolsMock'))}, options], { stdio: 'inherit' });
`;
const SCENARIO = `version: 1
name: again
stack:
  services:
    backend: { command: [node, server.mjs, "\${port}"], ready: tcp, path: /mcp }
  target: backend
calls:
  - { tool: search, arguments: { query: { pick: [hull, draught] } } }
phases:
  - { name: steady, regime: steady, rate: 50/s, for: 500ms, warmup: 0s }
`;

it('the command that a report prints makes the run again from the folder of the run, beside it', async () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'server.mjs'), SERVER);
  const first = await plimsoll(['run', scenarioFile(SCENARIO, folder), '--out', join(folder, 'runs'), '--quiet']);
  expect(first.stderr).toBe('machine not judged: assumed by a test');
  const dir = onlyRun(join(folder, 'runs'));
  const before = readdirSync(dir);
  const page = readFileSync(join(dir, 'report.html'), 'utf8');
  const command = /<code>(plimsoll run [^<]*)<\/code>/.exec(page)?.[1] ?? '';
  const [program, ...words] = command.split(' ');
  expect([program, ...words]).toEqual(['plimsoll', 'run', FILES.scenario, '--out', '..']);

  const again = await execa(process.execPath, [entryPath('command'), ...words, '--json', '--quiet'], {
    cwd: dir,
    env: { PLIMSOLL_ASSUME_MACHINE: 'quiet:20000/s' },
    reject: false,
  });
  expect(again.exitCode, again.stderr).toBe(0);
  expect(readdirSync(dir)).toEqual(before);
  const made = JSON.parse(again.stdout) as { readonly dir: string; readonly summary: Summary };
  expect(made.dir.startsWith('../')).toBe(true);
  const { scenarioDigest } = JSON.parse(readFileSync(join(dir, FILES.run), 'utf8')) as RunHeader;
  expect(made.summary.scenarioDigest).toBe(scenarioDigest);
}, 60_000);
