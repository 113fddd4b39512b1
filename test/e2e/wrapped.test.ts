/**
 * What users really start: servers behind `sh -c`, `npm run` and `npx`, stdio servers that heed nothing, grandchildren
 * in sessions of their own. The command ends when its work is done, and leaves nothing that it could end.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EXPORTS } from '../../src/export/index.js';
import type { Summary } from '../../src/analysis/index.js';
import { entryPath } from '../../src/package/index.js';
import { seededRandom } from '../../src/random/index.js';
import { finished, onlyRun, plimsoll, scenarioFile, scratchFolder, start, until } from './plimsoll.js';
import { LEAVES_OUT, asWholeRuns } from '../whole-runs.js';

/** 3 kills, or the 20 of `npm run nightly`. */
const KILLS = process.env['PLIMSOLL_FULL'] === '1' ? 20 : 3;
/** A whole run of the scenario below takes longer. */
const KILLED_WITHIN_MS = 6_000;
const LIMIT_MS = 90_000;

/** A stdio server that goes on at the end of its input, and at every signal that it can. */
const STUBBORN = `
import { createInterface } from 'node:readline';
for (const name of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(name, () => {});
setInterval(() => {}, 1_000);
const say = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (method === 'initialize')
    say(id, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } });
  if (method === 'tools/list') say(id, { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] });
  if (method === 'tools/call') say(id, { content: [{ type: 'text', text: 'ay' }] });
});
`;

/** A folder with that server, and with a web server that \`npm run web\` and \`npx web\` start too. */
function workshop(): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  writeFileSync(join(folder, 'stubborn.mjs'), STUBBORN);
  const web = `#!/usr/bin/env node
import { createServer } from 'node:http';
createServer((_, response) => response.end('ay')).listen(Number(process.argv[2]), '127.0.0.1');
`;
  for (const path of ['web.mjs', 'node_modules/.bin/web']) {
    writeFileSync(join(folder, path), web);
    chmodSync(join(folder, path), 0o755);
  }
  const scripts = { web: 'node web.mjs', stdio: 'node stubborn.mjs' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'workshop', type: 'module', scripts }));
  return folder;
}

interface Parts {
  readonly services?: readonly string[];
  readonly target: string;
  readonly seconds: number;
}

function scenario(folder: string, { services = [], target, seconds }: Parts): string {
  const text = `version: 1
name: wrapped
stack:
${services.length === 0 ? '' : `  services:\n${services.map((line) => `    ${line}\n`).join('')}`}  target: ${target}
protocol: { ${target.includes('command') ? 'transport: stdio, ' : ''}sessions: 2 }
calls: [{ tool: ${target.includes('command') ? 'echo' : 'search, arguments: { query: hull }'}, deadline: 5s }]
default-gates: false
phases:
  - { name: steady, regime: steady, rate: 20/s, for: ${seconds}s, warmup: 0s }
`;
  return scenarioFile(text, folder);
}

const WRAPPED = [
  'shell: { command: [sh, -c, "node web.mjs $0 & wait", "${port}"], ready: tcp }',
  'package: { command: [npm, run, --silent, web, --, "${port}"], ready: tcp }',
  'once: { command: [npx, --no, web, "${port}"], ready: tcp }',
];
const SHELL_TARGET = '{ command: [sh, -c, "node stubborn.mjs; true"] }';

const summaryOf = (folder: string): Summary =>
  JSON.parse(readFileSync(join(onlyRun(folder), EXPORTS.summary.file), 'utf8')) as Summary;

describe.skipIf(LEAVES_OUT)(asWholeRuns('kill -9 of a run'), () => {
  const draws = seededRandom(15, 'kills');
  const moments = Array.from({ length: KILLS }, () => Math.round(draws.next() * KILLED_WITHIN_MS));
  it.each(moments)(
    'after %i ms leaves nothing of servers behind sh -c, npm run and npx, and of stdio servers that heed nothing',
    async (afterMs) => {
      const folder = workshop();
      const file = scenario(folder, { services: WRAPPED, target: SHELL_TARGET, seconds: 30 });
      const run = start(['run', file, '--out', join(folder, 'runs')]);
      await sleep(afterMs);
      expect(run.process.exitCode).toBeNull();
      run.process.kill('SIGKILL');
      expect((await finished(run)).leftBehind).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe.skipIf(LEAVES_OUT).concurrent(asWholeRuns('a run'), () => {
  for (const [name, target] of [
    ['sh -c', SHELL_TARGET],
    ['npm run', '{ command: [npm, run, --silent, stdio] }'],
  ] as const) {
    it(
      `whose stdio server behind ${name} ends neither with its input nor with SIGTERM ends, and leaves none`,
      async () => {
        const folder = workshop();
        const file = scenario(folder, { target, seconds: 1 });
        const result = await plimsoll(['run', file, '--out', join(folder, 'runs')]);
        expect(result.exitCode, result.stderr).toBe(0);
        expect(result.leftBehind).toEqual([]);
        expect(summaryOf(join(folder, 'runs')).phases[0]?.offered).toBe(20);
      },
      LIMIT_MS,
    );
  }

  it(
    'that is interrupted twice ends at once, with all of its servers',
    async () => {
      const folder = workshop();
      const file = scenario(folder, { services: WRAPPED.slice(0, 1), target: SHELL_TARGET, seconds: 30 });
      const run = start(['run', file, '--out', join(folder, 'runs')]);
      // The preflight's server is one, and one for each session.
      expect(await until(() => run.alive().length >= 8, LIMIT_MS / 3)).toBe(true);
      run.process.kill('SIGINT');
      run.process.kill('SIGINT');
      const { exitCode, leftBehind } = await finished(run);
      expect(exitCode).toBe(130);
      expect(leftBehind).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'whose service leaves a process in a session of its own ends all the same, and names it',
    async () => {
      const folder = workshop();
      const mock = `exec node ${entryPath('command')} mock tools --port $0`;
      const daemon = `setsid sh -c 'trap \\"\\" TERM; exec sleep 300' & ${mock}`;
      const services = [`backend: { command: [sh, -c, "${daemon}", "\${port}"], path: /mcp, ready: tcp }`];
      const file = scenario(folder, { services, target: 'backend', seconds: 1 });
      const result = await plimsoll(['run', file, '--out', join(folder, 'runs')]);
      const [left, ...more] = result.leftBehind;
      if (left !== undefined) process.kill(left, 'SIGKILL');
      expect(more).toEqual([]);
      expect(result.exitCode, result.stderr).toBe(0);
      const warning = summaryOf(join(folder, 'runs')).warnings.find(({ code }) => code === 'process-left');
      expect(warning?.what).toContain(`${left} (sleep 300)`);
      expect(result.stderr).toContain(`kill ${left}`);
    },
    LIMIT_MS,
  );
});
