/**
 * Who is measured: each contestant is one process on the generator's core that loads `port` and tells calls a second
 * and CPU microseconds a call. Those from outside send fixed bytes and verify nothing, but for the SDK client.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BODY, HEADERS } from './request.mjs';
import { GENERATOR_CORE, compiled, pinned, run, scratch, tools } from '../machine.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Runs a Node script of this folder with options, by another command and with flags for Node.js if wanted; its last
 * line is JSON.
 */
async function script(name, options, timeoutMs, { under = [], flags = [] } = {}) {
  const [first, ...rest] = [...under, process.execPath, ...flags, here(name), JSON.stringify(options)];
  const [command, args] = pinned(GENERATOR_CORE, first, rest);
  const out = await run(command, args, timeoutMs);
  return JSON.parse(out.trim().split('\n').at(-1));
}

export const plimsoll = (options, how) =>
  script(
    'plimsoll-child.mjs',
    options,
    ((options.seconds ?? 2) + (options.warmupSeconds ?? 1) + (options.settleSeconds ?? 0)) * 2_000 + 60_000,
    how,
  );
/** Sealing a record and all that follows, of `samples` attempts in `folder`. */
export const sealing = (options) => script('seal-child.mjs', options, 300_000);
export const autocannon = (options) => script('autocannon-child.mjs', options);
export const sdk = (options) => script('sdk-child.mjs', options);

/** An outside command with the CPU time it took, by the shell's `time`. */
function timed(command, args) {
  const [pinnedCommand, pinnedArgs] = pinned(GENERATOR_CORE, command, args);
  return new Promise((resolve, reject) => {
    execFile(
      'bash',
      ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', pinnedCommand, ...pinnedArgs],
      { timeout: 120_000, maxBuffer: 1 << 24 },
      (error, out, complaint) => {
        const cpu = /cpu ([\d.]+) ([\d.]+)/.exec(complaint);
        if (error !== null || cpu === null) reject(error ?? new Error(`no CPU time of ${command}`));
        else resolve({ out, cpuUs: (Number(cpu[1]) + Number(cpu[2])) * 1e6 });
      },
    );
  });
}

function wrkScript() {
  const path = scratch('wrk.lua');
  const headers = Object.entries(HEADERS).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`);
  writeFileSync(path, `wrk.method = "POST"\nwrk.body = [[${BODY}]]\n${headers.join('\n')}\n`);
  return path;
}

/** `1.50ms` as nanoseconds. */
function nsOf(text) {
  const [, value, unit] = /^([\d.]+)(us|ms|s)$/.exec(text) ?? [];
  return Number(value) * { us: 1e3, ms: 1e6, s: 1e9 }[unit];
}

export const wrk = !tools.wrk
  ? null
  : async ({ port, sessions, seconds, under = [] }) => {
      const [first, ...rest] = [
        ...under,
        'wrk',
        '-t1',
        `-c${sessions}`,
        `-d${seconds}s`,
        '--latency',
        '-s',
        wrkScript(),
        `http://127.0.0.1:${port}/mcp`,
      ];
      const { out, cpuUs } = await timed(first, rest);
      const calls = Number(/(\d+) requests in/.exec(out)?.[1]);
      return {
        perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1]),
        cpuUs: cpuUs / calls,
        p50Ns: nsOf(/50%\s+(\S+)/.exec(out)?.[1] ?? ''),
      };
    };

export const hey = !tools.hey
  ? null
  : async ({ port, sessions, seconds }) => {
      const headers = Object.entries(HEADERS)
        .filter(([name]) => name !== 'Content-Type')
        .flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
      const { out, cpuUs } = await timed('hey', [
        '-cpus',
        '1',
        '-z',
        `${seconds}s`,
        '-c',
        String(sessions),
        '-m',
        'POST',
        '-T',
        HEADERS['Content-Type'],
        ...headers,
        '-d',
        BODY,
        `http://127.0.0.1:${port}/mcp`,
      ]);
      const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1]);
      return { perSecond, cpuUs: cpuUs / (perSecond * seconds) };
    };

export const k6 = !tools.k6
  ? null
  : async ({ port, sessions, seconds }) => {
      const path = scratch('k6.js');
      writeFileSync(
        path,
        `import http from 'k6/http';\nconst params = { headers: ${JSON.stringify(HEADERS)} };\nexport default () => { http.post('http://127.0.0.1:${port}/mcp', ${JSON.stringify(BODY)}, params); };\n`,
      );
      const { out, cpuUs } = await timed(process.env['K6'] ?? 'k6', [
        'run',
        '--quiet',
        '--no-usage-report',
        '--vus',
        String(sessions),
        '--duration',
        `${seconds}s`,
        path,
      ]);
      const [, calls, perSecond] = /http_reqs[.:\s]+(\d+)\s+([\d.]+)\/s/.exec(out) ?? [];
      return { perSecond: Number(perSecond), cpuUs: cpuUs / Number(calls) };
    };

let reference;
/** The C client of `bench/target/`; null without a compiler. Arguments as in `client.c`. */
export const cClient = (port, ...args) => cClientUnder([], port, ...args);

/** The same, run by another command. */
export async function cClientUnder(under, port, ...args) {
  reference ??= compiled('client');
  if (reference === null) return null;
  const [first, ...rest] = [...under, reference, ...[port, ...args].map(String)];
  const [command, all] = pinned(GENERATOR_CORE, first, rest);
  return JSON.parse((await run(command, all)).trim().split('\n').at(-1));
}
