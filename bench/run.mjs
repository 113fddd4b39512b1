/**
 * The harness beside autocannon: closed loop, 64 connections, one fast target on loopback, pairs run next to each other.
 *
 * Prints calls per second, CPU per call of the generating process, and the ratios pair by pair: the machine's speed drifts,
 * so only neighbours are compared. autocannon sends fixed bytes and looks at nothing; Plimsoll makes each call, stamps it, checks
 * the answer, classes it and records it.
 */
import autocannon from 'autocannon';
import { takeEpoch } from '../dist/src/clock/index.js';
import { startGenerator } from '../dist/src/load/index.js';
import { startYardstickServer } from '../dist/src/load/yardstick/child.js';

const PAIRS = Number(process.argv[2] ?? 7);
const CALLERS = 64;
const SECONDS = 2;

/** A fixed call, as autocannon sends it. */
const BODY = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'constant', arguments: {} } });
const CALL = {
  tool: 'constant', label: 'constant', weight: 1, arguments: {}, expect: { kind: 'text', equals: 'constant' },
  effect: 'none', deadlineNs: 5e9, deadlineStated: true, attemptTimeoutNs: null, retry: null,
};

/** Runs `load` and gives calls a second and CPU microseconds a call of this process. */
async function measured(load) {
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  const calls = await load();
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  return { callsPerSecond: calls / seconds, cpuUsPerCall: (user + system) / calls };
}

async function plimsoll(port) {
  let spooledBytes = 0;
  const generator = await startGenerator({
    target: { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} },
    protocol: { revision: '2025-11-25', transport: 'streamable-http', sessions: CALLERS, headers: {}, inFlightPerSession: 1 },
    calls: [CALL], settings: { pacing: 'sleep', maxInFlight: CALLERS, maxQueued: CALLERS }, seed: 1, epoch: takeEpoch(), phases: ['bench'],
    onSpool: (chunk) => { spooledBytes += chunk.length; }, onEvent: () => undefined, onHealth: () => undefined,
  });
  const run = (seconds) => generator.run({ loop: 'closed', phase: 0, concurrency: CALLERS, thinkNs: 0, forNs: seconds * 1e9 }, 0);
  try {
    await run(0.5);
    const before = spooledBytes;
    let calls = 0;
    const result = await measured(async () => (calls = (await run(SECONDS)).sent));
    const { ok, completed } = generator.live();
    if (ok !== completed) throw new Error(`${completed - ok} of ${completed} calls were not ok`);
    return { ...result, spoolBytesPerCall: (spooledBytes - before) / calls };
  } finally {
    await generator.close();
  }
}

async function cannon(port) {
  const fire = (seconds) => autocannon({
    url: `http://127.0.0.1:${port}/mcp`, method: 'POST', body: BODY, connections: CALLERS, duration: seconds,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  });
  await fire(1);
  return measured(async () => (await fire(SECONDS)).requests.total);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (name, values, digits) => `| ${name} | ${median(values).toFixed(digits)} | ${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)} |`;

const server = await startYardstickServer();
try {
  const pairs = [];
  for (let i = 0; i < PAIRS; i++) {
    const first = i % 2 === 0;
    const a = first ? await plimsoll(server.httpPort) : null;
    const b = await cannon(server.httpPort);
    pairs.push({ ours: a ?? (await plimsoll(server.httpPort)), theirs: b });
    process.stderr.write(`pair ${i + 1} of ${PAIRS}\n`);
  }
  const of = (pick) => pairs.map(pick);
  console.log(`node ${process.version}, ${CALLERS} connections, ${PAIRS} pairs of ${SECONDS} s, order alternating\n`);
  console.log('| closed loop | median | range |\n| --- | --- | --- |');
  console.log(row('Plimsoll, calls/s', of(({ ours }) => ours.callsPerSecond), 0));
  console.log(row('autocannon, calls/s', of(({ theirs }) => theirs.callsPerSecond), 0));
  console.log(row('Plimsoll / autocannon, calls/s', of(({ ours, theirs }) => ours.callsPerSecond / theirs.callsPerSecond), 2));
  console.log(row('Plimsoll, CPU us a call', of(({ ours }) => ours.cpuUsPerCall), 1));
  console.log(row('autocannon, CPU us a call', of(({ theirs }) => theirs.cpuUsPerCall), 1));
  console.log(row('Plimsoll / autocannon, CPU a call', of(({ ours, theirs }) => ours.cpuUsPerCall / theirs.cpuUsPerCall), 2));
  console.log(row('spool, bytes a call', of(({ ours }) => ours.spoolBytesPerCall), 1));
} finally {
  await server.stop();
}
