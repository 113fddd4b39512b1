import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.js';
import { ERROR_CLASSES, FILES } from '../../src/record/index.js';
import { scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { conducted, type Conducted } from './conducted.js';

/** Answers 20 calls; the next one ends it with exit code 3. */
const SERVER = `
  import { createInterface } from 'node:readline';
  const serverInfo = { name: 's', version: '1' }, inputSchema = { type: 'object' };
  const say = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
  let calls = 0;
  process.stderr.write('up as ' + process.env.NAME + '\\n');
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line);
    if (method === 'initialize')
      say({ id, result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo } });
    else if (method === 'tools/list') say({ id, result: { tools: [{ name: 'echo', inputSchema }] } });
    else if (method === 'tools/call') {
      if (++calls > 20) { process.stderr.write('fatal: boom\\n'); process.exit(3); }
      say({ id, result: { content: [{ type: 'text', text: 'ok' }] } });
    }
  });`;

/**
 * Numbers itself among all that were started: the preflight has started two. The first of the run dies by a signal at
 * its fifth call, and the second takes leave without a word at its eighth.
 */
const DIVERSE = SERVER.replace(
  'let calls = 0;',
  `let calls = 0, number = 0;
  import { mkdirSync } from 'node:fs';
  for (let isFree = false; !isFree; )
    try { mkdirSync(process.env.CLAIMS + ++number); isFree = true; } catch {}`,
).replace(
  /if \(\+\+calls > 20\).*/,
  `calls++;
      if (number === 3 && calls === 5) process.kill(process.pid, 'SIGSEGV');
      if (number === 4 && calls === 8) process.exit(0);`,
);

const scenario = (script: string, folder = ''): string => `version: 1
name: stdio-servers
stack:
  target:
    command: [node, --input-type=module, -e, ${JSON.stringify(script)}]
    environment: { NAME: tester, CLAIMS: ${JSON.stringify(folder)} }
protocol: { sessions: 2 }
calls: [{ tool: echo, deadline: 2s }]
phases: [{ name: steady, regime: steady, rate: 40/s, for: 2s }]
default-gates: false
`;

describe('a server over stdio that ends in the middle of a run', () => {
  let run: Conducted;
  beforeAll(async () => {
    run = await conducted(scenarioFile(scenario(SERVER), scratchFolder()));
  }, 60_000);

  it('is reported like a service: how it ended, its last lines, and where its log is', () => {
    const deaths = run.record.events.flatMap((event) =>
      event.type === 'warning' && event.code === 'service-died' ? [event] : [],
    );
    expect(deaths.map(({ what }) => what).sort()).toEqual(
      ['stdio-server-1', 'stdio-server-2'].map(
        (name) => `service "${name}" ended by itself (exit code 3); its last lines:\n  up as tester\n  fatal: boom`,
      ),
    );
    expect(deaths[0]?.remedy).toContain(`${run.record.dir}/logs`);
    const { validity } = analyse(run).summary;
    expect(validity.reasons.map(({ code, what }) => [code, what])).toContainEqual([
      'service-died',
      'service "stdio-server-1" ended by itself (exit code 3)',
    ]);
  });

  it('leaves what it wrote to stderr in the logs of the run', () => {
    const folder = join(run.record.dir, FILES.logs);
    const logs = readdirSync(folder).filter((name) => name.startsWith('stdio-server'));
    expect(logs.sort()).toEqual(['stdio-server-1.log', 'stdio-server-2.log']);
    for (const log of logs) expect(readFileSync(join(folder, log), 'utf8')).toBe('up as tester\nfatal: boom\n');
  });

  it('has its processor time and memory in the resources, each server by itself', () => {
    const rows = run.record.resources.filter(({ process }) => process.startsWith('stdio-server'));
    expect(new Set(rows.map(({ process }) => process))).toEqual(new Set(['stdio-server-1', 'stdio-server-2']));
    expect(rows.every(({ pid }) => pid !== process.pid)).toBe(true);
    if (process.platform === 'linux') expect(rows.some(({ rssBytes }) => (rssBytes ?? 0) > 1_000_000)).toBe(true);
  });
});

describe('two servers over stdio that end in ways of their own', () => {
  it('are both named, one by its signal and one by exit code 0, and their calls count as transport', async () => {
    const folder = scratchFolder();
    const run = await conducted(scenarioFile(scenario(DIVERSE, join(folder, 'server-')), folder));
    const { summary } = analyse(run);
    const died = summary.validity.reasons.flatMap(({ code, what }) => (code === 'service-died' ? [what] : []));
    expect(died.map((what) => what.replace(/server-\d/, 'server-N')).sort()).toEqual([
      'service "stdio-server-N" ended by itself (exit code 0)',
      'service "stdio-server-N" ended by itself (signal SIGSEGV)',
    ]);
    const { samples } = run.record;
    const endings = new Set(Array.from(samples.errorClass, (code) => ERROR_CLASSES[code]));
    expect([...endings].sort()).toEqual(['none', 'process-exited']);
  }, 60_000);
});
