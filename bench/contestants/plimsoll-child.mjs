/**
 * One run of Plimsoll's generator in a process of its own, so that it can be pinned to a core and its memory and CPU
 * time read.
 *
 * Takes its options as JSON in the first argument, prints its findings as one line of JSON. Times are in nanoseconds.
 *
 * `warmupSeconds` are a run of their own before; `settleSeconds` are the warm-up of the measured run itself, as a
 * scenario's phase has one: its calls are left out of what is read from the samples.
 *
 * `shard` (`{ index, of }`) makes it one of several processes that share the load: sessions and rate are those of all.
 *
 * `dist` is the build that is run, this one by default.
 *
 * Samples are kept in memory and read at the end (`keep`); or written to the file `recordInto` while the run goes on,
 * as a run's record is, and counted at the end.
 */
import { openSync, readSync } from 'node:fs';
import { request } from 'node:http';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { pathToFileURL } from 'node:url';
import { ranAndWaited, stolenMs } from '../steal.mjs';

const options = JSON.parse(process.argv[2] ?? '{}');
const dist = pathToFileURL(
  options.dist ?? process.env['PLIMSOLL_DIST'] ?? new URL('../../dist', import.meta.url).pathname,
).href;
const { takeEpoch } = await import(`${dist}/src/clock/index.js`);
const { startGenerator } = await import(`${dist}/src/load/index.js`);
const { SAMPLE_FLAGS, decodeSpool } = await import(`${dist}/src/record/index.js`);
const { AppendFile, openSink } = await import(`${dist}/src/record/files.js`);

const {
  port,
  loop,
  sessions = 64,
  workers = 1,
  ratePerSecond = 0,
  arrivals = 'constant',
  seconds = 2,
  warmupSeconds = 1,
  settleSeconds = 0,
  pacing = 'sleep',
  inFlight = 1,
  keep = true,
  revision = '2025-11-25',
  recordInto,
  shard,
} = options;

const EXPECTED = 'The hull lies nine metres deep at the stern, eight at the bow; the line is clear of the water.';
const CALL = {
  operation: 'tools/call',
  tool: 'constant',
  label: 'constant',
  weight: 1,
  arguments: {},
  expect: { kind: 'text', equals: EXPECTED },
  effect: 'none',
  deadlineNs: 5e9,
  deadlineIsExplicit: true,
  attemptTimeoutNs: null,
  retry: null,
  cancel: false,
};
const TABLES = {
  phases: ['bench'],
  calls: ['constant'],
  operations: ['tools/call'],
  tools: ['constant'],
  deadlinesNs: [5e9],
};

let chunks = [];
let spooledBytes = 0;
const file =
  recordInto === undefined
    ? null
    : new AppendFile(recordInto, openSink, (_, reason) => {
        throw reason;
      });
/**
 * Where the measured run's samples begin in it, and how long each of its chunks is: a list that is full from the start
 * does not grow.
 */
let recordedFrom = 0;
const chunkBytes = new Uint32Array(1 << 16);
let chunksTold = 0;
const rssAtStart = process.memoryUsage.rss();
const epoch = takeEpoch();
const generator = await startGenerator({
  target: { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} },
  protocol: {
    revision,
    transport: 'streamable-http',
    sessions,
    headers: {},
    inFlightPerSession: inFlight,
    propagateDeadline: false,
    trace: null,
    serverStream: false,
    outputSchemas: false,
    overloadCodes: [],
  },
  calls: [CALL],
  settings: { pacing, workers, maxInFlight: sessions * inFlight, maxQueued: 1_000_000 },
  seed: 1,
  epoch,
  shard,
  phases: TABLES.phases,
  onSpool: (chunk) => {
    spooledBytes += chunk.length;
    if (keep) chunks.push(chunk);
    if (file !== null) {
      file.append(chunk);
      chunkBytes[chunksTold++] = chunk.length;
    }
  },
  onEvent: () => undefined,
  onHealth: () => undefined,
});

function segment(forSeconds) {
  const forNs = forSeconds * 1e9;
  return loop === 'closed'
    ? { loop, phase: 0, concurrency: sessions, thinkNs: 0, forNs }
    : { loop: 'open', phase: 0, arrivals, stages: [{ label: 'main', ratePerSecond, forNs }] };
}

/** A quantile by nearest rank of a sorted list. */
const quantile = (sorted, share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
const spread = (values) => {
  const sorted = Float64Array.from(values).sort();
  return {
    n: sorted.length,
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    p999: quantile(sorted, 0.999),
  };
};

function read() {
  const { columns } = decodeSpool(Buffer.concat(chunks), TABLES);
  const response = [];
  const lag = [];
  const raw = [];
  for (let row = 0; row < columns.length; row++) {
    if ((columns.flags[row] & SAMPLE_FLAGS.warmup) !== 0) continue;
    response.push(columns.doneNs[row] - columns.intendedNs[row]);
    lag.push(columns.sentNs[row] - columns.admittedNs[row]);
    if (options.times === true) raw.push(columns.intendedNs[row], columns.doneNs[row]);
  }
  return { responseNs: spread(response), lagNs: spread(lag), ...(options.times === true ? { times: raw } : {}) };
}

/** Samples in the file that the measured run left there. */
async function countRecorded() {
  await file.close();
  const spool = openSync(recordInto, 'r');
  let samples = 0;
  let at = recordedFrom;
  for (const length of chunkBytes.subarray(0, chunksTold)) {
    const chunk = Buffer.alloc(length);
    readSync(spool, chunk, 0, length, at);
    at += length;
    const { columns, damagedTailBytes } = decodeSpool(chunk, TABLES);
    if (damagedTailBytes > 0) throw new Error(`${damagedTailBytes} bytes of the record are damaged`);
    samples += columns.length;
  }
  return samples;
}

function startFreezes() {
  return new Promise((resolve, reject) => {
    request(
      { host: '127.0.0.1', port, path: '/freeze', method: 'POST', headers: { 'content-length': 0 } },
      (response) => response.resume().once('end', resolve),
    )
      .once('error', reject)
      .end();
  });
}

try {
  if (warmupSeconds > 0) await generator.run(segment(warmupSeconds), 0);
  if (options.freeze === true) await startFreezes();
  const rssOpen = process.memoryUsage.rss();
  chunks = [];
  recordedFrom = spooledBytes;
  chunksTold = 0;
  const before = { spooledBytes, ...generator.live() };
  let stolenBeforeMs = 0;
  let threadsBefore = new Map();
  const settled = setTimeout(() => {
    stolenBeforeMs = options.stolenFrom === undefined ? 0 : stolenMs(options.stolenFrom);
    threadsBefore = ranAndWaited();
  }, settleSeconds * 1000);
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  const rss = new Float64Array(1 << 16);
  let readings = 0;
  const watch =
    options.rssEverySeconds === undefined
      ? undefined
      : setInterval(() => (rss[readings++] = process.memoryUsage.rss()), options.rssEverySeconds * 1000);
  const { sent, offered } = await generator.run(segment(settleSeconds + seconds), settleSeconds * 1e9);
  clearInterval(watch);
  clearTimeout(settled);
  // The load thread is the one that ran most.
  const [busiest = { waitedMs: null }] = [...ranAndWaited()]
    .map(([thread, { ranMs, waitedMs }]) => ({
      ranMs: ranMs - (threadsBefore.get(thread)?.ranMs ?? 0),
      waitedMs: waitedMs - (threadsBefore.get(thread)?.waitedMs ?? 0),
    }))
    .sort((a, b) => b.ranMs - a.ranMs);
  const tookSeconds = Number(process.hrtime.bigint() - began) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  const stolen = options.stolenFrom === undefined ? null : stolenMs(options.stolenFrom) - stolenBeforeMs;
  const { ok, completed, threadCpuNs } = generator.live();
  const calls = completed - before.completed;
  const rssEnd = process.memoryUsage.rss();
  if (ok !== completed) throw new Error(`${completed - ok} of ${completed} calls were not ok`);
  process.stdout.write(
    JSON.stringify({
      calls,
      sent,
      offered,
      recorded: file === null ? null : await countRecorded(),
      perSecond: calls / tookSeconds,
      cpuUs: (user + system) / calls,
      userUs: user / calls,
      systemUs: system / calls,
      threadUs:
        threadCpuNs === null || before.threadCpuNs === null ? null : (threadCpuNs - before.threadCpuNs) / 1000 / calls,
      spoolBytes: (spooledBytes - before.spooledBytes) / calls,
      rssAtStart,
      rssOpen,
      rssEnd,
      rss: [...rss.subarray(0, readings)],
      stolenMs: stolen,
      waitedMs: busiest.waitedMs,
      monotonicEpochNs: epoch.monotonicNs,
      ...(keep ? read() : {}),
    }) + '\n',
  );
} finally {
  await generator.close();
}
