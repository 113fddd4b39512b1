/** What a service of somebody else needs: files with the addresses of the stack, and steps once it has come up. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/problem/index.js';
import { startReaper, type Reaper } from '../../src/processes/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';
import { startStack, type RunningStack } from '../../src/stack/index.js';
import type { FaultEngine } from '../../src/toxiproxy/index.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-files-test-'));

/** Serves the file that it is given; takes in what is posted to /add, and refuses a second time. */
const SERVER = join(FOLDER, 'server.mjs');
writeFileSync(
  SERVER,
  `import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
const [, , port, file] = process.argv;
let added = '';
createServer((request, response) => {
  if (request.url === '/slow') return;
  if (request.url === '/away') return response.writeHead(307, { location: 'http://example.com/' }).end();
  if (request.method !== 'POST') return response.end(added + (file ? readFileSync(file) : ''));
  if (added !== '') return response.writeHead(409).end('there already: hush-hush-hush');
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    added = [request.headers.authorization, request.headers['content-type'], body].join(' ');
    response.writeHead(201).end('taken');
  });
}).listen(Number(port), '127.0.0.1');
`,
);

const LISTEN = { host: '127.0.0.1', port: 4242 };
const ENGINE = { createLink: () => Promise.resolve({ listen: LISTEN }) } as unknown as FaultEngine;

describe('a service with files and steps', () => {
  let reaper: Reaper;
  let stack: RunningStack | null = null;
  let logged = '';
  const written: Record<string, string> = {};

  beforeEach(() => {
    reaper = startReaper();
    logged = '';
  });
  afterEach(async () => {
    await stack?.stop();
    stack = null;
    await reaper.stop();
  });

  const start = async (service: string, more = ''): Promise<RunningStack> => {
    const environment = { TOKEN: 'hush-hush-hush' };
    const text = `version: 1
name: files
stack:
  services:
    up: { mock: tools }
    gate:
${service.replace(/^/gm, '      ')}
  links: { cable: { to: up } }
  target: gate
calls: [{ tool: any, expect: success }]
phases: [{ name: one, regime: steady, rate: 1/s, for: 60s }]
${more}`;
    const { scenario } = scenarioFromText(text, join(FOLDER, 'files.yaml'), { environment });
    stack = await startStack({
      spansUrl: null,
      scenario,
      engine: ENGINE,
      environment,
      nowNs: () => 0,
      event: () => undefined,
      log: (_service, output) => (logged += output),
      keeper: reaper,
      wrote: (name, file, content) => (written[`${name}/${file}`] = content),
      left: () => undefined,
      abort: new AbortController().signal,
      died: () => undefined,
    });
    return stack;
  };
  const failure = async (service: string): Promise<string> => {
    try {
      await start(service);
    } catch (thrown) {
      if (thrown instanceof ProblemError) return thrown.problems.map(({ what }) => what).join('\n');
      throw thrown;
    }
    throw new Error('the stack came up');
  };

  it('reads its upstream, through a link, out of a file that is ours alone and goes with the stack', async () => {
    const up = await start(
      `command: [node, ${SERVER}, "\${port}", "\${files}/gate.conf"]
files:
  gate.conf: |
    up \${link.cable.url} at \${link.cable.port} and \${service.up.url}
    own \${port} in \${files}
    key \${secret.TOKEN}, $\${plain}`,
    );
    const [mock, gate] = up.services;
    const served = await (await fetch(new URL('/', gate?.url))).text();
    const [, folder = ''] = / in (\S+)$/m.exec(served) ?? [];
    expect(served).toBe(
      `up http://127.0.0.1:4242/mcp at 4242 and ${mock?.url}\nown ${gate?.port} in ${folder}\n` +
        'key hush-hush-hush, ${plain}\n',
    );
    expect(written).toEqual({ 'gate/gate.conf': served });
    expect(statSync(dirname(folder)).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, 'gate.conf'), 'utf8')).toBe(served);
    await up.stop();
    expect(existsSync(dirname(folder))).toBe(false);
  });

  it('is given its upstreams once it is up, by a request and by a command, each time it comes up', async () => {
    const up = await start(
      `command: [node, ${SERVER}, "\${port}"]
after-ready:
  - request:
      url: http://127.0.0.1:\${port}/add
      headers: { authorization: "Bearer \${secret.TOKEN}" }
      body: '{ "url": "\${link.cable.url}" }'
  - command: [node, -e, "console.log('told ' + process.argv[1] + process.env.MORE)", "\${port}"]
    environment: { MORE: " again" }`,
      'faults: [{ phase: one, at: 5s, for: 5s, on: gate, type: kill }]',
    );
    const [, gate] = up.services;
    const added = async (): Promise<string> => (await fetch(new URL('/', gate?.url))).text();
    const all = 'Bearer hush-hush-hush application/json { "url": "http://127.0.0.1:4242/mcp" }';
    expect(await added()).toBe(all);
    expect(logged).toContain(`step 1: POST http://127.0.0.1:${gate?.port}/add]`);
    expect(logged).toContain('step 1 was answered with 201: taken]');
    expect(logged).toContain(`told ${gate?.port} again\n`);
    await gate?.control?.kill();
    await gate?.control?.start();
    expect(await added()).toBe(all);
  });

  it.each([
    [
      'a request that is refused',
      '[{ request: { url: "http://127.0.0.1:${port}/add", body: a } }, ' +
        '{ request: { url: "http://127.0.0.1:${port}/add", body: b } }]',
      /^step 2 of "after-ready" of service "gate" \(POST http:\S+\/add\) was answered with 409: there already/,
    ],
    [
      'a request without an answer',
      '[{ request: { url: "http://127.0.0.1:${port}/slow" }, within: 200ms }]',
      /^step 1 .* had no answer within 200 ms$/,
    ],
    [
      'a redirection, which is not followed',
      '[{ request: { url: "http://127.0.0.1:${port}/away" } }]',
      /^step 1 .* was answered with 307$/,
    ],
    [
      'a command that fails',
      '[{ command: [node, -e, "console.error(1234); process.exit(7)"] }]',
      /^step 1 .* ended with exit code 7:\n {2}1234$/,
    ],
    [
      'a command without an end',
      '[{ command: [node, -e, "setInterval(() => 1, 1000)"], within: 300ms }]',
      /^step 1 .* did not end within 300 ms$/,
    ],
    ['a program that is not there', '[{ command: [no-such-program-here] }]', /^step 1 .* can't be started: /],
  ])('does not come up after %s', async (_what, steps, expected) => {
    expect(await failure(`command: [node, ${SERVER}, "\${port}"]\nafter-ready: ${steps}`)).toMatch(expected);
  });

  it('leaves no file behind when the run ends without stopping its stack', async () => {
    await start(`command: [node, ${SERVER}, "\${port}", "\${files}/x"]\nfiles: { x: "\${secret.TOKEN}" }`);
    const folders = (): readonly string[] =>
      readdirSync(tmpdir()).filter((name) => /^plimsoll-files-\w{6}$/.test(name));
    const before = folders();
    expect(before.length).toBeGreaterThan(0);
    // The reaper goes on to its end when the pipe from us is closed, as it is when we are killed.
    await reaper.stop();
    for (let i = 0; i < 100 && folders().length >= before.length; i++) await sleep(20);
    expect(folders().length).toBeLessThan(before.length);
  });
});
