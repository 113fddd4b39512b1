/**
 * One run in a process of its own, watched through its live page or not: CPU time of the load threads for each call.
 *
 * Takes `isLive`, `ratePerSecond` and `seconds` as JSON in the first argument; prints one line of JSON.
 */
/* global AbortController */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { pathToFileURL } from 'node:url';

const { isLive, ratePerSecond, seconds } = JSON.parse(process.argv[2] ?? '{}');
const dist = pathToFileURL(process.env['PLIMSOLL_DIST'] ?? new URL('../../dist', import.meta.url).pathname).href;
const { assumedMachine } = await import(`${dist}/src/calibration/index.js`);
const { LiveRun, startLiveServer } = await import(`${dist}/src/live/index.js`);
const { livePage } = await import(`${dist}/src/report/index.js`);
const { planOf } = await import(`${dist}/src/plan/index.js`);
const { conductRun } = await import(`${dist}/src/run/index.js`);
const { readScenario } = await import(`${dist}/src/scenario/index.js`);

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-live-'));
const file = join(folder, 'live.yaml');
writeFileSync(
  file,
  `version: 1
name: live
stack:
  services: { backend: { mock: tools, workers: 8, service-time: { constant: 1ms } } }
  target: backend
protocol: { sessions: 16 }
calls:
  - { tool: search, arguments: { query: { pick: [hull, draught] } }, expect: derived, deadline: 250ms }
phases:
  - { name: steady, regime: steady, rate: ${ratePerSecond}/s, for: ${seconds}s, warmup: 0s }
`,
);
/** Reads the events of the page in a process of its own, as a browser would. */
const READER = `const response = await fetch(process.argv[1] + 'events');
let bytes = 0;
for await (const chunk of response.body) bytes += chunk.length;
console.log(bytes);`;

const read = readScenario(file, { environment: process.env });
const plan = planOf(read.scenario);
const run = isLive ? new LiveRun(plan) : null;
const page = run === null ? null : await startLiveServer(run, livePage());
let readBytes = 0;
const reader =
  page === null
    ? null
    : spawn(process.execPath, ['--input-type=module', '-e', READER, page.url], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
reader?.stdout.on('data', (text) => {
  readBytes = Number(text);
});
const readerEnded = reader === null ? null : new Promise((resolve) => reader.once('exit', resolve));
let counters = () => null;
/**
 * The load threads say once a second what CPU time they have used: the counts of calls that belong to it are those of
 * the moment when it changes. What a thread used before the phase, and in its first second, is left out.
 */
const readings = [];
function look() {
  const { completed, threadCpuNs } = counters() ?? {};
  if (threadCpuNs === null) throw new Error('this system does not tell the CPU time of a thread');
  if (threadCpuNs === undefined || threadCpuNs === readings.at(-1)?.threadCpuNs) return;
  readings.push({ completed, threadCpuNs });
}
let looking;
try {
  await conductRun({
    ...{ read, plan, engine: { kind: 'embedded' }, machine: assumedMachine(50_000) },
    parentFolder: join(folder, 'runs'),
    environment: process.env,
    argv: [],
    interrupt: new AbortController().signal,
    onEmergency: () => undefined,
    listener: {
      step: () => undefined,
      phase: () => {
        readings.length = 0;
        look();
        looking = setInterval(look, 5);
      },
      note: () => undefined,
      live: (reads) => {
        counters = reads;
        run?.reads(reads);
      },
      stackStarting: () => undefined,
      loadEnded: () => {
        look();
        clearInterval(looking);
      },
      ...(run === null ? {} : { watcher: run }),
    },
  });
} finally {
  clearInterval(looking);
  await page?.close();
  await readerEnded;
  rmSync(folder, { recursive: true, force: true });
}
const [, first] = readings;
const last = readings.at(-1);
if (first === undefined || last === first)
  throw new Error(`the load threads told their CPU time ${readings.length} times`);
const calls = last.completed - first.completed;
console.log(JSON.stringify({ calls, cpuUs: (last.threadCpuNs - first.threadCpuNs) / 1e3 / calls, readBytes }));
