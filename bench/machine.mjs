/**
 * The machine under the bench: which tools there are, how processes are pinned, and whether other processes use a
 * core.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

export const GENERATOR_CORE = 0;
export const TARGET_CORE = 1;

/** Whether a command can be started. */
export function found(command, args = ['--version']) {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch (reason) {
    // Many tools end with a code of their own when asked nothing; only a missing file is missing.
    return reason.code !== 'ENOENT';
  }
}

/** Which of the tools that the bench itself uses are installed; peers know by themselves whether they are. */
export const tools = {
  cc: found('cc'),
  taskset: found('taskset'),
  perf: found('perf', ['version']),
  'toxiproxy-server': found('toxiproxy-server', ['-version']),
};

/** A command pinned to a core, where that is possible. */
export function pinned(core, command, args) {
  return tools.taskset ? ['taskset', ['-c', String(core), command, ...args]] : [command, args];
}

const made = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
process.on('exit', () => rmSync(made, { recursive: true, force: true }));

/** Compiles a C file of `bench/target/`; null without a compiler. */
export function compiled(name) {
  if (!tools.cc) return null;
  const out = join(made, name);
  execFileSync('cc', ['-O2', '-o', out, fileURLToPath(new URL(`target/${name}.c`, import.meta.url))], {
    stdio: 'inherit',
  });
  return out;
}

/** A scratch file's path. */
export const scratch = (name) => join(made, name);

/** Runs a command to its end: its standard output. Rejects when it fails or takes longer than `timeoutMs`. */
export function run(command, args, timeoutMs = 120_000) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let complaint = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (complaint = (complaint + text).slice(-2_000)));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(out);
      else
        reject(
          new Error(`${command} ${args.join(' ').slice(0, 80)} ended with ${code ?? signal}: ${complaint.trim()}`),
        );
    });
  });
}

/** Share of time, 0 to 1, that a loop on this core could not have: what the host and other processes take. */
async function lostShare(core, ms = 100) {
  // Once for the compiler, which shares the core with the loop: looked at cold, it is the compiler that is seen.
  const loop = `function lostIn(ms) {
      let lost = 0, last = performance.now();
      const from = last;
      while (last < from + ms) {
        const now = performance.now();
        if (now - last > 0.05) lost += now - last;
        last = now;
      }
      return lost / (last - from);
    }
    lostIn(150);
    console.log(lostIn(${ms}));`;
  const [command, args] = pinned(core, process.execPath, ['-e', loop]);
  return Number(await run(command, args));
}

const QUIET = 0.05;
/** Time given to waiting for quiet, before one run and in all. */
const PATIENCE_MS = 3_000;
let patienceLeftMs = 30_000;
let polls = [];

/** Looks whether both cores are quiet before a run, and waits a little if they are not. */
export async function quiet() {
  const began = performance.now();
  for (;;) {
    const lost = Math.max(...(await Promise.all([lostShare(GENERATOR_CORE), lostShare(TARGET_CORE)])));
    const waitedMs = performance.now() - began;
    if (lost < QUIET || waitedMs > Math.min(PATIENCE_MS, patienceLeftMs)) {
      polls.push(lost);
      patienceLeftMs -= lost < QUIET ? 0 : waitedMs;
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What a reader has to know of the noise since this was last asked. */
export function noiseNote() {
  const noisy = polls.filter((lost) => lost >= QUIET);
  const all = polls.length;
  polls = [];
  if (noisy.length === 0)
    return (
      `Both cores were quiet (less than ${QUIET * 100} % used by others) at each of ${all} checks ` + 'before the runs.'
    );
  const most = (Math.max(...noisy) * 100).toFixed(0);
  return (
    `**Noisy machine:** at ${noisy.length} of ${all} checks before the runs others used ${QUIET * 100} % ` +
    'of a core or more, ' +
    `up to ${most} %. Do not quote the absolute numbers.`
  );
}
