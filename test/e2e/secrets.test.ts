/** A secret in every encoding, through every way out of the command: none of them shows it. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/problem/index.js';
import { ENCODINGS, hitsOf } from '../secrets/encodings.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder, type Finished } from './plimsoll.js';

const SECRET = 'Canary-5f/1c+7 "7"<&>%=:z';
const TEXTS = Object.values(ENCODINGS).map((encode) => encode(SECRET));

/** An MCP server that writes the texts wherever it can; `dies` before it listens, or `refuses` everyone. */
const SERVER = `
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
const texts = JSON.parse(readFileSync(new URL('./texts.json', import.meta.url), 'utf8'));
const [port, manner] = process.argv.slice(2);
for (const text of texts) { console.log('log ' + text); console.error('complaint ' + text); }
if (manner === 'dies') process.exit(1);
let calls = 0;
createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => (body += piece)).on('end', () => {
    if (manner === 'refuses') return response.writeHead(401, { 'content-type': 'text/plain' }).end(texts.join(' '));
    if (request.method !== 'POST') return response.writeHead(405).end();
    const { id, method } = JSON.parse(body);
    if (id === undefined) return response.writeHead(202).end();
    const text = texts[calls % texts.length];
    const serverInfo = { name: 's ' + text, version: '1' };
    const results = {
      initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo },
      'tools/list': { tools: [{ name: 'search', description: text, inputSchema: { type: 'object' } }] },
    };
    const result = results[method] ?? { isError: true, content: [{ type: 'text', text: 'bad ' + text }] };
    if (method === 'tools/call') calls++;
    const answer = calls % 3 === 2 && method === 'tools/call' ? { error: { code: -32000, message: text } } : { result };
    response.writeHead(200, { 'content-type': 'application/json', 'x-note': encodeURIComponent(text) });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
  });
}).listen(Number(port), '127.0.0.1');
`;

function scenario(folder: string, manner: string): string {
  writeFileSync(join(folder, 'server.mjs'), SERVER);
  writeFileSync(join(folder, 'texts.json'), JSON.stringify(TEXTS));
  return scenarioFile(
    `version: 1
name: canary
stack:
  services:
    web: { command: [node, server.mjs, "\${port}", ${manner}], environment: { KEY: "\${secret.KEY}" }, within: 10s }
  target: web
protocol: { headers: { x-api-key: "\${secret.HEADER}" } }
calls:
  - { tool: search, arguments: { query: "\${secret.KEY}" }, expect: { contains: "\${secret.KEY}" }, deadline: 1s }
phases: [{ name: load, regime: steady, rate: 60/s, for: 1s, warmup: 0s }]
gates: [{ metric: error-ratio, max: 100% }]
`,
    folder,
  );
}

/** HEADER has no characters that a header may not have. */
const SECRETS = { KEY: SECRET, HEADER: 'k3Yc4narypl41n' };

const shown = (text: string): readonly string[] => Object.values(SECRETS).flatMap((secret) => hitsOf(text, secret));

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

async function ended(manner: string, ...flags: readonly string[]): Promise<Finished & { readonly out: string }> {
  const out = scratchFolder();
  const result = await plimsoll(['run', scenario(scratchFolder(), manner), '--out', out, ...flags], SECRETS);
  expect(shown(result.stdout), 'stdout').toEqual([]);
  expect(shown(result.stderr), 'stderr').toEqual([]);
  return { ...result, out };
}

describe.concurrent('a secret', () => {
  it('is found by this test where it is shown, in every encoding', () => {
    for (const text of TEXTS) expect(hitsOf(`log ${text}`, SECRET)).not.toEqual([]);
  });

  it.each([['as text'], ['--json']])(
    'is not in what is printed when a service dies at its start (%s)',
    async (flag) => {
      const { exitCode, stderr, stdout } = await ended('dies', ...(flag === '--json' ? [flag] : []));
      expect(exitCode, stderr).toBe(EXIT.preflight);
      expect(stdout + stderr).toContain('[secret KEY]');
    },
    60_000,
  );

  it('is not in what is printed when the preflight is refused with it', async () => {
    const { exitCode, stderr } = await ended('refuses');
    expect(exitCode, stderr).toBe(EXIT.preflight);
    expect(stderr).toContain('[secret KEY]');
  }, 60_000);

  it('is in no file of a run whose server writes it everywhere, and not in what is printed', async () => {
    const { out, stderr, stdout } = await ended('serves', '--json');
    expect(stdout, stderr).toContain('"summary"');
    const files = filesBelow(onlyRun(out));
    expect(files.length).toBeGreaterThan(10);
    for (const path of files) expect([path, shown(readFileSync(path, 'latin1'))]).toEqual([path, []]);
    for (const path of files) expect([path, shown(readFileSync(path, 'utf8'))]).toEqual([path, []]);
    expect(readFileSync(join(onlyRun(out), 'logs', 'web.log'), 'utf8')).toContain('[secret KEY]');
  }, 60_000);

  it('is in no file of a comparison whose arms hold it, and not in what is printed of it', async () => {
    const [folder, out] = [scratchFolder(), scratchFolder()];
    const file = scenario(folder, 'serves');
    writeFileSync(
      file,
      `${readFileSync(file, 'utf8')}arms:
  before: {}
  after: { protocol: { headers: { x-other: "\${secret.OTHER}" } } }
trials: { pairs: 1, cool-down: 0s }
`,
    );
    const secrets = { ...SECRETS, OTHER: 'an0therCanary0fArms' };
    const seen = (text: string): readonly string[] => Object.values(secrets).flatMap((secret) => hitsOf(text, secret));
    const { stdout, stderr } = await plimsoll(['compare', file, '--out', out, '--json'], secrets);
    expect(stdout, stderr).toContain('"outcomes"');
    expect([seen(stdout), seen(stderr)]).toEqual([[], []]);
    const files = filesBelow(out);
    expect(files.length).toBeGreaterThan(25);
    for (const path of files) expect([path, seen(readFileSync(path, 'latin1'))]).toEqual([path, []]);
  }, 60_000);
});
