/**
 * What it costs that several processes make a load together: CPU of a call by processes at the same rate in all, the
 * plan of which each draws the whole, and meeting.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawingPlan, meeting } from '../contestants/index.mjs';
import { quiet, run as runToEnd } from '../machine.mjs';
import { median, medianInterval, withInterval } from '../statistics.mjs';

export const title = 'Shards: a call, the plan, and meeting';

const COMMAND = fileURLToPath(new URL('../../dist/bin/plimsoll.js', import.meta.url));
const COUNTS = [1, 2, 4];
/** In all. At the lower one a shard of four has an arrival every 2 ms, so that all of them wait in the same way. */
const RATES = [2_000, 4_000];
const SECONDS = 8;

const scenario = (rate) => `version: 1
name: shards
default-gates: false
stack:
  services: { backend: { mock: tools, workers: 64, service-time: { constant: 1ms } } }
  target: backend
protocol: { sessions: 64 }
calls: [{ tool: search, arguments: { query: hull }, expect: derived, deadline: 5s }]
phases:
  - { name: first, regime: steady, rate: ${rate}/s, for: 2s, warmup: 0s }
  - { name: steady, regime: steady, rate: ${rate}/s, for: ${SECONDS}s, warmup: 0s }
`;

/** CPU seconds of all generators, and the calls of a run by `of` shards. */
async function generators(of, rate) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-shards-'));
  try {
    const file = join(folder, 'shards.yaml');
    writeFileSync(file, scenario(rate));
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
    return {
      cpuS: shards.reduce((sum, { cpuNs }) => sum + cpuNs / 1e9, 0),
      calls: shards.reduce((sum, { offered }) => sum + offered, 0),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Microseconds that one call more costs, and the share of a core that each process takes at the lower rate besides. */
async function costs(of) {
  await quiet();
  const low = await generators(of, RATES[0]);
  const high = await generators(of, RATES[1]);
  const callUs = ((high.cpuS - low.cpuS) / (high.calls - low.calls)) * 1e6;
  return { callUs, restShare: (low.cpuS - (callUs / 1e6) * low.calls) / (2 + SECONDS) / of };
}

const line = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');

async function callTable(pairs) {
  const seen = new Map(COUNTS.map((of) => [of, []]));
  for (let i = 0; i < pairs; i++) {
    const order = i % 2 === 0 ? COUNTS : [...COUNTS].reverse();
    for (const of of order) seen.get(of).push(await costs(of));
  }
  const alone = seen.get(1);
  const rows = COUNTS.map((of) => {
    const all = seen.get(of);
    const ratio = withInterval(medianInterval(all.map(({ callUs }, k) => callUs / alone[k].callUs)));
    const callUs = median(all.map((one) => one.callUs)).toFixed(1);
    return [of, callUs, ratio, median(all.map((one) => one.restShare)).toFixed(3)];
  });
  const head = ['shards', 'CPU us one call more costs', 'ratio to one process', 'cores a process takes besides'];
  return table(head, rows);
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
  return [
    await callTable(Math.min(pairs, 3)),
    `One call more: the difference of ${RATES[1]}/s and ${RATES[0]}/s in all, against a mock. Besides: waiting for ` +
      'the next arrival, and what a process does once a second.',
    await planTable(),
    'Each shard draws the arrivals and the arguments of all, and keeps its own.',
    await meetTable(),
    'Over HTTP; all shards but the first are in one process, whose turns are in the times. A start holds 0.3 s of ' +
      'notice.',
  ].join('\n\n');
}
