/**
 * Where the time of a call goes, by perf(1): the kernel, Node.js, and JavaScript; beside wrk and a C client, which do
 * nothing but the system calls.
 */
import { execFileSync } from 'node:child_process';
import { cClient, cClientUnder, plimsoll } from '../contestants/index.mjs';
import { wrk } from '../contestants/peers/index.mjs';
import { quiet, scratch, tools } from '../machine.mjs';
import { startTarget } from '../target/target.mjs';

export const title = 'Where the time of a call goes';

const SESSIONS = [10, 64, 500, 10_000];

/** Shares of the samples, 0 to 1, by where they fell. */
function sharesIn(data) {
  const lines = execFileSync('perf', ['report', '-i', data, '--sort', 'dso', '--stdio'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).split('\n');
  const shares = { kernel: 0, program: 0, script: 0 };
  for (const line of lines) {
    const [, percent, where] = /^\s+([\d.]+)%\s+(\S.*?)\s*$/.exec(line) ?? [];
    if (where === undefined) continue;
    const into = where.includes('kernel') ? 'kernel' : /JIT|^perf-/.test(where) ? 'script' : 'program';
    shares[into] += Number(percent) / 100;
  }
  return shares;
}

const partOf = (share, cpuUs) => `${(share * cpuUs).toFixed(1)} (${(share * 100).toFixed(0)} %)`;

const row = (name, { cpuUs, shares }) =>
  `| ${name} | ${cpuUs.toFixed(1)} | ${partOf(shares.kernel, cpuUs)} | ` +
  `${partOf(shares.program, cpuUs)} | ${partOf(shares.script, cpuUs)} |`;

/**
 * One call in flight, both sides spinning: all of a core is taken, so that shares of the samples are shares of the
 * round trip.
 */
async function floorRows() {
  const target = await startTarget({ spin: true });
  if (target === null) return [];
  try {
    await quiet();
    const options = { port: target.port, loop: 'closed', sessions: 1, seconds: 4, warmupSeconds: 2, pacing: 'spin' };
    const [ours, theirs] = [scratch('floor.perf'), scratch('floor-c.perf')];
    await plimsoll(options, {
      under: ['perf', 'record', '-q', '-e', 'cpu-clock', '-F', '2000', '-D', '3500', '-o', ours, '--'],
      flags: ['--perf-basic-prof'],
    });
    const rows = [
      '| one call in flight, both sides spin | p50 us | kernel | program and libraries | JavaScript, compiled |',
      '| --- | --- | --- | --- | --- |',
    ];
    rows.push(row('Plimsoll', { cpuUs: (await plimsoll(options)).responseNs.p50 / 1_000, shares: sharesIn(ours) }));
    await cClientUnder(
      ['perf', 'record', '-q', '-e', 'cpu-clock', '-F', '2000', '-o', theirs, '--'],
      target.port,
      'floor',
      100_000,
    );
    rows.push(
      row('the C client', {
        cpuUs: (await cClient(target.port, 'floor', 100_000)).p50 / 1_000,
        shares: sharesIn(theirs),
      }),
    );
    return rows;
  } finally {
    await target.stop();
  }
}

export async function run() {
  if (!tools.perf) return "Needs perf(1), of Debian's linux-perf for one.";
  const rows = [
    '| closed loop | CPU us a call | kernel | program and libraries | JavaScript, compiled |',
    '| --- | --- | --- | --- | --- |',
  ];
  const target = await startTarget();
  try {
    await quiet();
    for (const sessions of SESSIONS) {
      const ours = scratch(`ours-${sessions}.perf`);
      const options = { port: target.port, loop: 'closed', sessions, seconds: 4, warmupSeconds: 2, keep: false };
      await plimsoll(options, {
        under: ['perf', 'record', '-q', '-e', 'cpu-clock', '-F', '2000', '-D', '3500', '-o', ours, '--'],
        flags: ['--perf-basic-prof'],
      });
      // The time itself from a run that nobody looks into.
      rows.push(
        row(`Plimsoll, ${sessions} sessions`, { cpuUs: (await plimsoll(options)).cpuUs, shares: sharesIn(ours) }),
      );
    }
    if (wrk.installed()) {
      const theirs = scratch('wrk.perf');
      await wrk.load({
        port: target.port,
        sessions: 64,
        seconds: 4,
        under: ['perf', 'record', '-q', '-e', 'cpu-clock', '-F', '2000', '-o', theirs, '--'],
      });
      rows.push(
        row('wrk, 64 connections', {
          cpuUs: (await wrk.load({ port: target.port, sessions: 64, seconds: 4 })).cpuUs,
          shares: sharesIn(theirs),
        }),
      );
    }
  } finally {
    await target.stop();
  }
  rows.push('', ...(await floorRows()));
  rows.push(
    '',
    'Samples of the CPU clock, 2 000 a second, after three and a half seconds of start and warm-up. Both ' +
      'make one write(2) and one read(2) a call; V8\'s runtime and built-ins and libuv are in "program".',
  );
  return rows.join('\n');
}
