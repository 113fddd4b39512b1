import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '../../src/problem/index.js';
import { startReaper, type Reaper } from '../../src/processes/index.js';
import type { RunEvent } from '../../src/record/index.js';
import { scenarioFromText, type Scenario } from '../../src/scenario/index.js';
import type { GatewayState } from '../../mock-servers/index.js';
import { Session } from '../mock-servers/client.js';
import type { FaultEngine } from '../../src/toxiproxy/index.js';
import { startStack, type RunningStack } from '../../src/stack/index.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-stack-'));

/** A server that answers every request with its environment variable SAY. */
const SERVER = join(FOLDER, 'server.mjs');
writeFileSync(
  SERVER,
  `import { createServer } from 'node:http';
   createServer((_, response) => response.end(process.env.SAY)).listen(Number(process.argv[2]), '127.0.0.1', () => \
console.log('listening'));`,
);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !isSo(); i++) await sleep(25);
  expect(isSo()).toBe(true);
}

function scenario(stack: string, protocol = ''): Scenario {
  return scenarioFromText(
    `version: 1
name: stack
stack:
${stack.replace(/^/gm, '  ')}
protocol: { ${protocol} }
calls: [{ tool: any, expect: success }]
phases: [{ name: one, regime: floor, for: 1s }]
`,
    join(FOLDER, 'stack.yaml'),
    { environment: { TOKEN: 'hush' } },
  ).scenario;
}

describe('a stack', () => {
  let reaper: Reaper;
  let stack: RunningStack | null = null;
  const events: RunEvent[] = [];
  const deaths: string[] = [];
  const left: Problem[] = [];
  let logged = '';
  const written: Record<string, string> = {};

  beforeEach(() => {
    reaper = startReaper();
    events.length = 0;
    deaths.length = 0;
    left.length = 0;
    logged = '';
  });
  afterEach(async () => {
    await stack?.stop();
    stack = null;
    await reaper.stop();
  });

  const start = async (text: string, engine: FaultEngine | null = null, headers = ''): Promise<RunningStack> => {
    stack = await startStack({
      spansUrl: null,
      scenario: scenario(text, headers),
      engine,
      environment: { TOKEN: 'hush' },
      nowNs: () => 0,
      event: (event) => events.push(event),
      log: (_service, text_) => (logged += text_),
      keeper: reaper,
      wrote: (service, file, content) => (written[`${service}/${file}`] = content),
      left: (problem) => left.push(problem),
      abort: new AbortController().signal,
      died: (service, how) => deaths.push(`${service}: ${how}`),
    });
    return stack;
  };
  const refusal = async (text: string): Promise<ProblemError> => {
    try {
      await start(text);
    } catch (thrown) {
      if (thrown instanceof ProblemError) return thrown;
      throw thrown;
    }
    throw new Error('the stack came up');
  };

  it('starts a command on a free port, fills in late texts, and stops it', async () => {
    const up = await start(`services:
  web: { command: [node, ${SERVER}, "\${port}"], environment: { SAY: "\${secret.TOKEN} on \${port}" }, ready: { \
http: / }, path: /mcp }
target: web`);
    const [web] = up.services;
    expect(up.target).toMatchObject({ kind: 'http', url: `http://127.0.0.1:${web?.port}/mcp` });
    expect(await (await fetch(web?.url ?? '')).text()).toBe(`hush on ${web?.port}`);
    expect(logged).toContain('listening');
    const pid = web?.child?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    await up.stop();
    expect(isAlive(pid)).toBe(false);
    expect(events.map((event) => (event.type === 'service' ? event.edge : event.type))).toEqual([
      'spawned',
      'ready',
      'stopping',
      'exited',
    ]);
    expect(deaths).toEqual([]);
  });

  it('warns of a port that is still listened on after the stop, by a process that nothing names as ours', async () => {
    // In a session of its own, and without the environment that marks what a run has started.
    const launcher = join(FOLDER, 'launcher.mjs');
    writeFileSync(
      launcher,
      `import { spawn } from 'node:child_process';
       const options = { detached: true, stdio: 'ignore', env: { SAY: 'still here' } };
       const child = spawn(process.execPath, [${JSON.stringify(SERVER)}, process.argv[2]], options);
       console.log('pid ' + child.pid);
       setInterval(() => undefined, 1_000);`,
    );
    const up = await start(`services:
  web: { command: [node, ${launcher}, "\${port}"], ready: tcp, path: /mcp }
target: web`);
    const escaped = Number(/^pid (\d+)$/m.exec(logged)?.[1]);
    try {
      await up.stop();
      expect(isAlive(escaped)).toBe(true);
      const port = String(up.services[0]?.port);
      expect(left.map(({ code, what }) => ({ code, what }))).toEqual([
        { code: 'port-left', what: `something still listens on port ${port} of service "web", which was stopped` },
      ]);
    } finally {
      process.kill(escaped, 'SIGKILL');
    }
  });

  it('calls a service by its own host name, also through a link, unless the scenario gives another', async () => {
    const services = `services:
  web: { command: [node, ${SERVER}, "\${port}"], environment: { SAY: hi }, host: localhost, path: /mcp }
links: { cable: { to: web } }
target: cable`;
    const listen = { host: '127.0.0.1', port: 4242 };
    const engine = { createLink: () => Promise.resolve({ listen }) } as unknown as FaultEngine;
    const up = await start(services, engine);
    const [web] = up.services;
    expect(web?.url).toBe(`http://localhost:${web?.port}/mcp`);
    expect(up.target).toEqual({
      kind: 'http',
      url: 'http://127.0.0.1:4242/mcp',
      headers: { host: `localhost:${web?.port}` },
    });
    await up.stop();
    const other = await start(
      services.replace('target: cable', 'target: cable\n'),
      engine,
      'headers: { Host: a.example }',
    );
    expect(other.target).toMatchObject({ headers: { Host: 'a.example' } });
    expect(Object.keys(other.target.kind === 'http' ? other.target.headers : {})).toHaveLength(1);
  });

  it('gives a later service the address of an earlier one, and stops them in reverse order', async () => {
    const up = await start(`services:
  first: { command: [node, ${SERVER}, "\${port}"], environment: { SAY: one }, ready: tcp }
  second: { command: [node, ${SERVER}, "\${port}"], environment: { SAY: "\${service.first.url}" }, ready: { line: \
listening } }
target: second`);
    expect(await (await fetch(up.services[1]?.url ?? '')).text()).toBe(up.services[0]?.url);
    await up.stop();
    const stopping = events.flatMap((event) =>
      event.type === 'service' && event.edge === 'stopping' ? [event.service] : [],
    );
    expect(stopping).toEqual(['second', 'first']);
  });

  it('says what a service printed when it dies at its start, and stops those before it', async () => {
    const problem = await refusal(`services:
  fine: { command: [node, ${SERVER}, "\${port}"], ready: tcp }
  broken: { command: [node, -e, "console.error('no such thing'); process.exit(7)"], ready: tcp }
target: fine`);
    expect(problem.kind).toBe('preflight');
    expect(problem.problems[0]?.what).toMatch(
      /service "broken" ended with exit code 7 before it was ready; its last lines:\n {2}no such thing/,
    );
    expect(events.filter((event) => event.type === 'service' && event.edge === 'exited')).toHaveLength(2);
    // Said once: not as a service that was lost to a run, too.
    expect(deaths).toEqual([]);
  });

  it('gives up an expression for the ready line that would take years, and says which it is', async () => {
    const error = await refusal(`services:
  web:
    command: [node, -e, "console.log('a'.repeat(44) + '!'); setInterval(() => {}, 1000)"]
    ready: { line: ^(a+)+$ }
target: web`);
    expect(error.problems.map(({ code, what }) => [code, what])).toEqual([
      ['slow-pattern', '/^(a+)+$/, the line that service "web" is to print, took more than 250 ms on a line'],
    ]);
  });

  it('gives up on a service that never gets ready', async () => {
    const problem = await refusal(`services:
  sleeper: { command: [node, -e, "setInterval(() => {}, 1000)"], ready: tcp, within: 300ms }
target: sleeper`);
    expect(problem.problems[0]?.code).toBe('service-not-ready');
    expect(problem.problems[0]?.what).toMatch(
      /did not accept connections on port \d+ within 300 ?ms \(it printed nothing\)/,
    );
  });

  it('names a program that does not exist', async () => {
    const problem = await refusal(`services:
  ghost: { command: [no-such-program-here], ready: tcp }
target: ghost`);
    expect(problem.problems[0]?.code).toBe('service-not-started');
    expect(problem.problems[0]?.remedy).toContain('no-such-program-here');
  });

  it('refuses a fixed port that is taken', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const problem = await refusal(`services:
  web: { command: [node, ${SERVER}, "\${port}"], port: ${port}, ready: tcp }
target: web`);
    expect(problem.problems[0]?.code).toBe('port-in-use');
    expect(problem.problems[0]?.what).toContain(String(port));
    await new Promise((resolve) => holder.close(resolve));
  });

  it('reports a service that dies while it is needed', async () => {
    const up = await start(`services:
  web: { command: [node, ${SERVER}, "\${port}"], ready: tcp }
target: web`);
    process.kill(up.services[0]?.child?.pid ?? 0, 'SIGKILL');
    await until(() => deaths.length > 0);
    expect(deaths).toEqual(['web: SIGKILL']);
    expect(up.processes()).toEqual([]);
  });

  it('stops a whole process group, and one that is frozen', async () => {
    const pidFile = join(FOLDER, 'grandchild.pid');
    const up = await start(`services:
  family: { command: [sh, -c, "sleep 600 & echo $! > ${pidFile}; echo up; wait"], ready: { line: up } }
target: family`);
    const grandchild = Number(readFileSync(pidFile, 'utf8'));
    expect(isAlive(grandchild)).toBe(true);
    process.kill(up.services[0]?.child?.pid ?? 0, 'SIGSTOP');
    await up.stop();
    await until(() => !isAlive(grandchild));
  });

  it('starts replicas and a front that sends each call to the next of them', async () => {
    const running = await start(`services:
  backend: { mock: tools, tools: { any: {} }, replicas: 3 }
target: backend`);
    const { target } = running;
    expect(running.processes().map(({ name }) => name)).toEqual(['backend-1', 'backend-2', 'backend-3', 'backend']);
    if (target.kind !== 'http') throw new Error('a front is spoken to over HTTP');
    const session = await Session.open(target);
    for (let n = 0; n < 9; n++) expect((await session.call('any', {})).status).toBe(200);
    const state = (await (await fetch(new URL('/plimsoll/state', target.url))).json()) as GatewayState;
    // One message more where the session was opened.
    expect(state.upstreams.map(({ name, messages }) => [name, messages])).toEqual([
      ['backend-1', 4],
      ['backend-2', 3],
      ['backend-3', 3],
    ]);
  });

  it('collects the effects of all replicas behind a gateway', async () => {
    const running = await start(`services:
  backend: { mock: tools, tools: { any: { effect: true } }, replicas: 2 }
  gate: { mock: gateway, to: [backend] }
target: gate`);
    if (running.target.kind !== 'http') throw new Error('a gateway is spoken to over HTTP');
    const session = await Session.open(running.target);
    for (let n = 0; n < 4; n++) await session.call('any', {}, String(n));
    const effects = await running.effects(0n);
    expect(effects.map(({ callId }) => callId).sort()).toEqual([0, 1, 2, 3]);
  });
});
