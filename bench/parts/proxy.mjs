/**
 * The data path of a link: CPU time of a request in the embedded engine beside the real server, and what a link costs
 * the generator.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { plimsoll } from '../contestants/index.mjs';
import { TARGET_CORE, quiet, tools } from '../machine.mjs';
import { median, medianInterval, withInterval } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';

export const title = 'A link: CPU time of its engine, and of the generator';

/** USER_HZ: the unit of CPU times in /proc/PID/stat. */
const TICKS_PER_SECOND = 100;
const SECONDS = 3;
/** What a link is asked: as fast as sixteen connections go, and with the delay of a far network on each of many. */
const LOADS = [
  { name: '16 connections, no toxic', sessions: 16, fault: null },
  {
    name: '64 connections, 20 ms latency',
    sessions: 64,
    fault: { type: 'latency', latencyMs: 20, jitterMs: 0, direction: 'downstream', toxicity: 1 },
  },
];
const RATE = 2_000;
const DELAY_US = 2_000;

/** CPU time of a process and all of its threads so far, in microseconds. */
function cpuUs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS_PER_SECOND;
}

/** An engine on the target's core, with a link to it. */
async function raise(startFaultEngine, kind, port) {
  const engine = await startFaultEngine({ choice: { kind }, seed: 1 });
  if (tools.taskset) execFileSync('taskset', ['-acp', String(TARGET_CORE), String(engine.pid)], { stdio: 'ignore' });
  return { engine, link: await engine.createLink('bench', { upstream: { host: '127.0.0.1', port } }) };
}

async function through({ engine, link }, { sessions }, seconds = SECONDS) {
  const before = cpuUs(engine.pid);
  const { calls, perSecond } = await plimsoll({
    port: link.listen.port,
    loop: 'closed',
    sessions,
    seconds,
    warmupSeconds: 0,
    keep: false,
  });
  return { cpuUs: (cpuUs(engine.pid) - before) / calls, perSecond };
}

/** Two things measured next to each other, who goes first taking turns. */
async function inTurns(count, one, other) {
  const seen = [];
  for (let i = 0; i < count; i++) {
    await quiet();
    const first = i % 2 === 0 ? await one() : null;
    const second = await other();
    seen.push([first ?? (await one()), second]);
  }
  return seen;
}

async function enginesRows(ours, theirs, count) {
  const rows = [
    '| CPU us a request | embedded | real server | embedded / real | requests/s | pairs |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  for (const load of LOADS) {
    const both = [ours, theirs];
    for (const each of both) {
      if (load.fault !== null) await each.link.apply('bench', load.fault);
      // Compiled, and its pools filled, before anything counts.
      await through(each, load, 1);
    }
    const seen = await inTurns(
      count,
      () => through(ours, load),
      () => through(theirs, load),
    );
    for (const each of both) if (load.fault !== null) await each.link.lift('bench');
    const mid = (pick, digits) => median(seen.map(pick)).toFixed(digits);
    rows.push(
      `| ${load.name} | ${mid(([a]) => a.cpuUs, 1)} | ${mid(([, b]) => b.cpuUs, 1)} | ` +
        `${withInterval(medianInterval(seen.map(([a, b]) => a.cpuUs / b.cpuUs)))} | ` +
        `${mid(([a]) => a.perSecond, 0)} / ${mid(([, b]) => b.perSecond, 0)} | ${seen.length} |`,
    );
  }
  return rows;
}

/**
 * The generator's CPU time through a link and without. The target answers after a while, so that either way the
 * generator sleeps when an answer comes: a target that answers within a turn of its loop would save it the waking up,
 * which is no doing of the link.
 */
async function generatorRows({ link }, port, count) {
  const call = (to) =>
    plimsoll({
      port: to,
      loop: 'open',
      ratePerSecond: RATE,
      sessions: 64,
      seconds: SECONDS,
      warmupSeconds: 1,
      keep: false,
    });
  const seen = await inTurns(
    count,
    () => call(link.listen.port),
    () => call(port),
  );
  const mid = (pick) => median(seen.map(pick)).toFixed(1);
  return [
    `| the generator's CPU us a call at ${RATE}/s, answers after ${DELAY_US / 1_000} ms | through an ` +
      'embedded link | without one | ratio | pairs |',
    '| --- | --- | --- | --- | --- |',
    `| 64 sessions | ${mid(([a]) => a.cpuUs)} | ${mid(([, b]) => b.cpuUs)} | ` +
      `${withInterval(medianInterval(seen.map(([a, b]) => a.cpuUs / b.cpuUs)))} | ${seen.length} |`,
  ];
}

export async function run({ pairs: count }) {
  if (process.platform !== 'linux') return 'Needs /proc: CPU times of another process are read there.';
  const { startFaultEngine } = await import('../../dist/src/toxiproxy/index.js');
  const closers = [];
  const rows = [];
  const up = async (options) => {
    const target = await startTarget(options);
    if (target !== null) closers.push(() => target.stop());
    return target;
  };
  const linked = async (kind, port) => {
    const raised = await raise(startFaultEngine, kind, port);
    closers.push(() => raised.engine.stop());
    return raised;
  };
  try {
    const target = await up();
    if (tools['toxiproxy-server']) {
      const theirs = await linked('real-on-path', target.port);
      rows.push(
        ...(await enginesRows(await linked('embedded', target.port), theirs, count)),
        '',
        `The real server says it is version ${theirs.engine.version}. Engines share the target's core.`,
        '',
      );
    }
    const slow = await up({ delayUs: DELAY_US });
    rows.push(
      ...(slow === null
        ? ['What a link costs the generator needs a C compiler for its target.']
        : await generatorRows(await linked('embedded', slow.port), slow.port, count)),
    );
    return rows.join('\n');
  } finally {
    for (const close of closers.reverse()) await close();
  }
}
