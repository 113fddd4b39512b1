/**
 * What it costs that several processes make a load together: CPU of a call, beside as many processes that know nothing
 * of each other; CPU of whole processes; the plan of which each draws the whole; and meeting.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawingPlan, meeting, plimsoll } from '../contestants/index.mjs';
import { quiet, run as runToEnd } from '../machine.mjs';
import { median, medianInterval, withInterval } from '../statistics.mjs';
import { startTarget } from '../target/target.mjs';

const { MEASURED_COST, loadCores } = await import('../../dist/src/engines/index.js');

export const title = 'Shards: a call, the plan, and meeting';

const COMMAND = fileURLToPath(new URL('../../dist/bin/plimsoll.js', import.meta.url));
const COUNTS = [1, 2, 4];
const SESSIONS = 64;
/**
 * In all. At the lowest rate each call is waited for by itself, however many processes share it; at the others a
 * process does for several calls at once what several processes do for one each.
 */
const LOADS = [
  { rate: 200, seconds: 8 },
  { rate: 2_000, seconds: 4 },
  { rate: 10_000, seconds: 4 },
];

/**
 * CPU microseconds of a call that `of` processes make on one core, `rate` calls a second in all: as shards of one load,
 * or each with a load of its own, which is a part of that size. Evenly spaced, so that both have the same gaps.
 */
async function callUs(port, { rate, seconds }, of, shared) {
  const own = (index) =>
    shared
      ? { sessions: SESSIONS, ratePerSecond: rate, shard: { index, of } }
      : { sessions: SESSIONS / of, ratePerSecond: rate / of };
  const one = (index) => plimsoll({ port, loop: 'open', seconds, keep: false, ...own(index) });
  const all = await Promise.all(Array.from({ length: of }, (_, index) => one(index)));
  const sum = (pick) => all.reduce((total, each) => total + pick(each), 0);
  const calls = sum((each) => each.calls);
  const expected = rate * seconds;
  if (Math.abs(calls - expected) > 0.01 * expected) throw new Error(`${calls} calls were made of ${expected}`);
  return sum((each) => each.cpuUs * each.calls) / calls;
}

const line = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');

/** On a core that is busier than this processes wait for one another, and take less than they would. */
const MOST_BUSY = 0.9;

/** The cost of a load thread that fits what processes took best, by the squares of the relative errors. */
function fittedCost(points) {
  const free = points.filter(({ rate, us }) => (rate * us) / 1e6 < MOST_BUSY);
  const errorOf = (cost) => free.reduce((sum, point) => sum + Math.log(modelUs(point, cost) / point.us) ** 2, 0);
  let best = MEASURED_COST;
  for (let callUs = 5; callUs <= 100; callUs++)
    for (let waitCores = 0.01; waitCores < 0.6; waitCores += 0.01) {
      const cost = { ...MEASURED_COST, callUs, waitCores };
      if (errorOf(cost) < errorOf(best)) best = cost;
    }
  return best;
}

/** CPU of a call of `of` processes, in us. */
const modelUs = ({ rate, of }, cost) => (loadCores(rate / of, cost) / (rate / of)) * 1e6;

function modelTable(points) {
  const cost = fittedCost(points);
  const rows = points.map((point) => {
    const us = modelUs(point, cost);
    return [point.rate, point.of, point.us.toFixed(1), us.toFixed(1), (us / point.us).toFixed(2)];
  });
  const words =
    `By the model: ${cost.callUs} us a call, and ${cost.waitCores.toFixed(2)} of a core for waiting, less in ` +
    `proportion below ${cost.fullWaitFromPerSecond} calls/s.`;
  return `${words}\n\n${table(['calls/s in all', 'processes', 'measured, us', 'model, us', 'ratio'], rows)}`;
}

/** @returns the table of what a call takes, and that of the model. */
async function callTables(rounds) {
  const rows = [];
  const points = [];
  const target = await startTarget();
  try {
    for (const load of LOADS) {
      const seen = COUNTS.map((of) => ({ of, apart: [], shared: [] }));
      for (let i = 0; i < rounds; i++)
        for (const { of, apart, shared } of i % 2 === 0 ? seen : [...seen].reverse()) {
          await quiet();
          // The two that are compared are neighbours in time, who goes first taking turns.
          for (const isShared of i % 2 === 0 ? [false, true] : [true, false])
            if (!(of === 1 && isShared))
              (isShared ? shared : apart).push(await callUs(target.port, load, of, isShared));
        }
      const alone = seen[0].apart;
      for (const { of, apart, shared } of seen) {
        const ratio = (all, to) => withInterval(medianInterval(all.map((us, k) => us / to[k])));
        points.push({ rate: load.rate, of, us: median(apart) });
        const sharing = of === 1 ? ['', ''] : [median(shared).toFixed(1), ratio(shared, apart)];
        rows.push([load.rate, of, median(apart).toFixed(1), ...sharing, of === 1 ? '' : ratio(shared, alone)]);
      }
    }
  } finally {
    await target.stop();
  }
  const head = [
    ...['calls/s in all', 'processes', 'CPU us a call, each with a load of its own', 'as shards of one load'],
    ...['shards / own loads', 'shards / one process'],
  ];
  return [table(head, rows), modelTable(points)];
}

/** In all, so few that what a process takes anyway is most of it. */
const WHOLE_RATE = 20;
const WHOLE_SECONDS = 10;

const SCENARIO = `version: 1
name: shards
default-gates: false
stack:
  services: { backend: { mock: tools, workers: 64, service-time: { constant: 1ms } } }
  target: backend
protocol: { sessions: 8 }
calls: [{ tool: search, arguments: { query: hull }, expect: derived, deadline: 5s }]
phases:
  - { name: steady, regime: steady, rate: ${WHOLE_RATE}/s, for: ${WHOLE_SECONDS}s, warmup: 0s }
`;

/** Cores that each of `of` processes takes while it runs, with all that a run watches and writes down. */
async function coresOfEach(of) {
  await quiet();
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-shards-'));
  try {
    const file = join(folder, 'shards.yaml');
    writeFileSync(file, SCENARIO);
    const one = (index) =>
      runToEnd('bash', [
        ...['-c', '"$@" >/dev/null 2>&1', 'bash', process.execPath, COMMAND, 'run', file, '--quiet'],
        ...['--shard', `${index}/${of}`, '--group', 'g', '--rendezvous', join(folder, 'meet'), '--out', folder],
      ]);
    await Promise.all(Array.from({ length: of }, (_, index) => one(index)));
    // An end other than 0 is a verdict on the machine; the cost is the same.
    const merge = [process.execPath, COMMAND, 'merge', join(folder, 'g'), '--out', folder, '--name', 'm'];
    await runToEnd('bash', ['-c', '"$@" >/dev/null 2>&1 || true', 'bash', ...merge]);
    const { shards } = JSON.parse(readFileSync(join(folder, 'm', 'shards.json'), 'utf8'));
    return shards.reduce((sum, { cpuNs }) => sum + cpuNs / 1e9, 0) / WHOLE_SECONDS / of;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function processTable() {
  const rows = [];
  for (const of of COUNTS) rows.push([of, (await coresOfEach(of)).toFixed(3)]);
  return table(['shards', 'cores of each'], rows);
}

async function planTable() {
  const rows = [];
  for (const kind of ['poisson', 'constant']) {
    const { nsPerArrival } = await drawingPlan({ of: 1_000, ratePerSecond: 1e7, arrivals: 1e7, process: kind });
    const share = (rate) => ((nsPerArrival * rate) / 1e9).toFixed(4);
    rows.push([kind, nsPerArrival.toFixed(0), ...[1e5, 1e6, 1e7].map(share)]);
  }
  const head = ['arrivals', 'CPU ns an arrival of all', 'cores at 100 000/s', 'at 1 000 000/s', 'at 10 000 000/s'];
  return table(head, rows);
}

async function meetTable() {
  const rows = [];
  for (const of of [10, 30, 100]) {
    const { ms, errorMaxNs, uncertaintyMaxNs } = await meeting({ of });
    const times = [ms.join, ms.start, ms.end].map((each) => (each / 1_000).toFixed(1));
    rows.push([of, ...times, (errorMaxNs / 1e6).toFixed(2), (uncertaintyMaxNs / 1e6).toFixed(2)]);
  }
  const head = ['shards', 'join, s', 'start of a phase, s', 'end, s', 'largest clock error, ms', 'reported, ms'];
  return table(head, rows);
}

export async function run({ pairs }) {
  const [calls, model] = await callTables(Math.min(pairs, 3));
  return [
    calls,
    'All processes on one core, against the C target on the other. What shards have more than processes with loads ' +
      'of their own is that each draws the arrivals of all. What several processes have more than one is waiting: ' +
      'each wakes for its own calls, and polls for answers while it waits for the next start.',
    model,
    await processTable(),
    `Whole processes at ${WHOLE_RATE} calls/s in all, with all that a run watches and writes down.`,
    await planTable(),
    'Each shard draws the arrivals and the arguments of all, and keeps its own.',
    await meetTable(),
    'Over HTTP; all shards but the first are in one process, whose turns are in the times. A start holds 0.3 s of ' +
      'notice.',
  ].join('\n\n');
}
