/** Nothing outlives a run that is killed: the reaper with the processes that users really start. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { startReaper } from '../../src/processes/index.js';

const PROCESSES = `${PACKAGE_ROOT}dist/src/processes/index.js`;

/** The state letter of /proc/PID/stat; null when there is no such process. */
function stateOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    return null;
  }
}

/** Gone, or collected soon: the child of a dead parent is init's. */
const isGone = (pid: number): boolean => ['Z', null].includes(stateOf(pid));

async function untilGone(pids: readonly number[]): Promise<void> {
  for (let i = 0; i < 400 && !pids.every(isGone); i++) await sleep(25);
  expect(pids.filter((pid) => !isGone(pid))).toEqual([]);
}

const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0).filter((pid) => !isGone(pid))) process.kill(pid, 'SIGKILL');
});

/**
 * A program with a reaper that starts `script` in a shell, as a group of its own, and is killed when the shell has
 * printed the ids of `count` processes. @returns those ids.
 */
async function killedWith(script: string, count: number, afterwards = ''): Promise<readonly number[]> {
  const program = `
    const { startReaper } = await import('${PROCESSES}');
    const { spawn } = await import('node:child_process');
    const reaper = startReaper();
    const setup = { detached: true, stdio: ['ignore', 'pipe', 'ignore'] };
    const child = spawn('/bin/sh', ['-c', ${JSON.stringify(script)}], setup);
    reaper.watch(child.pid);
    child.once('exit', () => reaper.forget(child.pid));
    child.stdout.on('data', (text) => process.stdout.write(text));
    ${afterwards}
    setInterval(() => {}, 1000);`;
  const run = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pids = await new Promise<readonly number[]>((resolve) => {
    let text = '';
    run.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const ids = text.split('\n').slice(0, -1).map(Number);
      if (ids.length === count) resolve(ids);
    });
  });
  started.push(...pids);
  for (const pid of pids) expect(isGone(pid)).toBe(false);
  run.kill('SIGKILL');
  return pids;
}

describe('the reaper of a run that is killed', () => {
  it('ends the wrapper and the server behind it', async () => {
    await untilGone(await killedWith('sleep 600 & echo $!; echo $$; wait', 2));
  });

  it('ends servers that heed no signal but SIGKILL', async () => {
    await untilGone(await killedWith("trap '' TERM HUP INT; echo $$; while :; do sleep 600; done", 1));
  });

  it('ends what is left of a group whose leader has ended', async () => {
    await untilGone(
      await killedWith('sleep 600 >/dev/null & echo $!', 1, 'await new Promise((on) => child.once("exit", on));'),
    );
  });

  it('ends a group that is frozen', async () => {
    const pids = await killedWith('sleep 600 & echo $!; kill -s STOP $!; wait', 1);
    await untilGone(pids);
  });
});

it('the reaper of a run that is killed ends what it was never asked to watch, by its mark', async () => {
  const program = `
    const { startReaper } = await import('${PROCESSES}');
    const { spawn } = await import('node:child_process');
    const { mark } = startReaper();
    const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env: { ...process.env, ...mark } });
    setTimeout(() => console.log(child.pid), 100);
    setInterval(() => {}, 1000);`;
  const run = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((resolve) =>
    run.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
  );
  started.push(pid);
  expect(isGone(pid)).toBe(false);
  run.kill('SIGKILL');
  await untilGone([pid]);
});

describe('a reaper', () => {
  it('ends what is still watched when it is stopped, and says so once it is done', async () => {
    const reaper = startReaper();
    const kept = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    const pid = kept.pid ?? 0;
    started.push(pid);
    reaper.watch(pid);
    await reaper.stop();
    await untilGone([pid]);
    await reaper.stop();
  });

  it('names processes that carry its mark and left the groups that it watches', async () => {
    const reaper = startReaper();
    const another = startReaper();
    const env = { ...process.env, ...reaper.mark };
    // The inner shell leads a session of its own.
    const script = 'setsid sh -c "echo \\$\\$; exec sleep 601" & sleep 602';
    const wrapper = spawn('/bin/sh', ['-c', script], { detached: true, env, stdio: ['ignore', 'pipe', 'ignore'] });
    reaper.watch(wrapper.pid ?? 0);
    const pid = await new Promise<number>((resolve) =>
      wrapper.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
    );
    started.push(pid);
    for (let i = 0; i < 200 && !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sleep'); i++) await sleep(10);
    expect(await reaper.survivors()).toEqual([{ pid, command: 'sleep 601' }]);
    expect(await another.survivors()).toEqual([]);
    await Promise.all([reaper.stop(), another.stop()]);
    process.kill(pid, 'SIGKILL');
    await untilGone([pid]);
    expect(await reaper.survivors()).toEqual([]);
  });
});
