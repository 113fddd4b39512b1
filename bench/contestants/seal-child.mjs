/**
 * What comes after a run, in a process of its own so that its memory can be read: a spool of about `samples` attempts,
 * as the engine would leave it, is sealed, read back, analysed and reported.
 *
 * Takes its options as JSON in the first argument; prints `stages` (CPU and wall time of each), the size of the record
 * and the highest RSS as one line of JSON.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers';
import { MS, S, blankSample, dist, endPhase, endRun, headerOf } from './simulated-record.mjs';

const { samples, folder } = JSON.parse(process.argv[2] ?? '{}');
const { SAMPLE_FLAGS, SpoolEncoder, createRecord, errorClassCode, outcomeCode, readRecord } = await import(
  `${dist}/src/record/index.js`
);
const { seededRandom } = await import(`${dist}/src/random/index.js`);
const { scenarioFromText } = await import(`${dist}/src/scenario/index.js`);
const { analyseRecord, writeOutputs } = await import(`${dist}/src/cli/outputs.js`);

/** A soak of a large stack: the more samples, the longer. */
const RATE_PER_SECOND = 5_000;
const FLOOR_SECONDS = 10;
const seconds = Math.max(30, Math.round(samples / RATE_PER_SECOND));
const faultFromS = Math.round(seconds / 3);

const SCENARIO = `version: 1
name: seal
load-line: 6000/s
stack:
  services: { backend: { mock: tools, workers: 4, service-time: { constant: 1ms } } }
  links: { upstream: { to: backend } }
  target: upstream
protocol: { sessions: 64 }
calls:
  - { tool: search, weight: 70, arguments: { query: hull }, expect: success, deadline: 400ms }
  - { tool: book, weight: 20, arguments: { berth: { unique: uuid } }, expect: success, deadline: 600ms,
      retry: { attempts: 2, backoff: 30ms } }
  - { tool: search, label: hurried, weight: 10, arguments: { query: keel }, expect: success, deadline: 50ms }
phases:
  - { name: floor, regime: floor, for: ${FLOOR_SECONDS}s }
  - { name: steady, regime: steady, rate: ${RATE_PER_SECOND}/s, arrivals: poisson, for: ${seconds}s, warmup: 5s }
faults:
  - { id: slow, phase: steady, at: ${faultFromS}s, for: 5s, on: upstream, type: latency, latency: 20ms }
`;

const stages = [];
let cpu = process.cpuUsage();
let wallMs = performance.now();
/** Ends a stage: what was used since the one before belongs to it. */
function stage(name) {
  const { user, system } = process.cpuUsage(cpu);
  stages.push({
    name,
    cpuS: (user + system) / 1e6,
    wallS: (performance.now() - wallMs) / 1_000,
    maxRssMB: process.resourceUsage().maxRSS / 1024,
  });
  cpu = process.cpuUsage();
  wallMs = performance.now();
}

const { scenario, resolvedText, digest } = scenarioFromText(SCENARIO, 'seal.yaml');
let record = createRecord({
  parentFolder: folder,
  header: headerOf('seal', scenario.name, digest),
  resolvedScenario: resolvedText,
  tables: {
    phases: scenario.phases.map(({ name }) => name),
    calls: scenario.calls.map(({ label }) => label),
    operations: scenario.calls.map(() => 'tools/call'),
    tools: scenario.calls.map(({ tool }) => tool),
    deadlinesNs: scenario.calls.map(({ deadlineNs }) => deadlineNs),
  },
  redact: (clean) => clean,
});

const random = seededRandom(1, 'bench');
const unit = () => random.below(2 ** 32) / 2 ** 32;
const spool = new SpoolEncoder((chunk) => record.spool(chunk));
const sample = blankSample();
const OK = { outcome: outcomeCode('ok'), errorClass: errorClassCode('none') };
const BROKEN = { outcome: outcomeCode('transport'), errorClass: errorClassCode('connection-reset') };
const LATE = { outcome: outcomeCode('deadline'), errorClass: errorClassCode('deadline') };

/** Appends one attempt and returns when it was done. One of a hundred is cut, one of five hundred is given up. */
function attempt({ callId, no, phase, spec, intendedNs, final, warmup, slowNs, end }) {
  Object.assign(sample, end);
  sample.callId = callId;
  sample.attempt = no;
  sample.phase = phase;
  sample.spec = spec;
  sample.session = phase === 0 ? 0 : random.below(64);
  sample.intendedNs = intendedNs;
  sample.admittedNs = intendedNs;
  sample.sentNs = intendedNs + 20_000 + random.below(60_000);
  const answered = end === OK;
  sample.receivedNs = answered ? sample.sentNs + 80_000 + random.below(40_000) : NaN;
  sample.startedNs = sample.receivedNs + random.below(200_000);
  sample.finishedNs = sample.startedNs + MS;
  sample.firstByteNs = sample.finishedNs + slowNs + 90_000 - Math.round(Math.log(1 - unit()) * 400_000);
  sample.doneNs = answered
    ? sample.firstByteNs + random.below(9_000)
    : end === LATE
      ? intendedNs + scenario.calls[spec].deadlineNs
      : sample.sentNs + random.below(2 * MS);
  sample.httpStatus = answered ? 200 : 0;
  sample.bytesOut = 400 + random.below(40);
  sample.bytesIn = answered ? 250 + random.below(100) : 0;
  sample.flags = SAMPLE_FLAGS.reusedConnection | (final ? SAMPLE_FLAGS.final : 0) | (warmup ? SAMPLE_FLAGS.warmup : 0);
  spool.append(sample);
  return sample.doneNs;
}

let appended = 0;
let callId = 0;
function call(phase, intendedNs, warmup, slowNs) {
  const kind = unit();
  const spec = kind < 0.7 ? 0 : kind < 0.9 ? 1 : 2;
  const luck = phase === 0 ? 1 : unit();
  const end = luck < 0.01 ? BROKEN : luck < 0.012 ? LATE : OK;
  const again = end === BROKEN && spec === 1;
  appended += again ? 2 : 1;
  let doneNs = attempt({ callId, no: 0, phase, spec, intendedNs, final: !again, warmup, slowNs, end });
  if (again)
    doneNs = attempt({
      callId,
      no: 1,
      phase,
      spec,
      intendedNs: doneNs + 30 * MS,
      final: true,
      warmup,
      slowNs,
      end: OK,
    });
  callId++;
  return doneNs;
}

const say = (event) => record.event(event);
say({ type: 'run', atNs: 0, edge: 'start' });
let atNs = S;
let startNs = atNs;
say({ type: 'phase', atNs, phase: 0, name: 'floor', edge: 'start' });
while (atNs < startNs + FLOOR_SECONDS * S) atNs = call(0, atNs, false, 0) + 50_000;
endPhase(record, { phase: 0, name: 'floor', atNs });
startNs = atNs + 20 * MS;
say({ type: 'phase', atNs: startNs, phase: 1, name: 'steady', edge: 'start' });
say({ type: 'stage', atNs: startNs, phase: 1, stage: 0, label: 'main', ratePerSecond: RATE_PER_SECOND });
const faultNs = { on: startNs + faultFromS * S, off: startNs + (faultFromS + 5) * S };
// One attempt of five hundred is a second one.
const perSecond = (samples - appended) / seconds / 1.002;
const endNs = startNs + seconds * S;
const nextNs = (beforeNs) => beforeNs + Math.round((-Math.log(1 - unit()) * S) / perSecond);
for (let intendedNs = nextNs(startNs); intendedNs < endNs; intendedNs = nextNs(intendedNs)) {
  call(1, intendedNs, intendedNs < startNs + 5 * S, intendedNs > faultNs.on && intendedNs < faultNs.off ? 20 * MS : 0);
  // The spool is written while the run goes on: the disk gets its turn.
  if (callId % 100_000 === 0) await new Promise((resolve) => setImmediate(resolve));
}
spool.flush();
for (const edge of ['on', 'off'])
  say({
    type: 'fault',
    atNs: faultNs[edge],
    fault: 'slow',
    phase: 1,
    edge,
    plannedNs: faultNs[edge],
    askedNs: faultNs[edge],
    confirmedNs: faultNs[edge],
  });
endRun(record, { phase: 1, name: 'steady', atNs: endNs }, seconds + FLOOR_SECONDS);
for (let second = 1; second <= seconds + FLOOR_SECONDS; second++)
  for (const [process, pid] of [
    ['plimsoll', 10],
    ['backend', 11],
  ])
    record.rows('resources', [
      {
        atNs: second * S,
        process,
        pid,
        cpuUserS: second / 2,
        cpuSystemS: second / 5,
        rssBytes: 9e7 + random.below(1e6),
        fileDescriptors: 90,
        sockets: 70,
        threads: 11,
        sessions: null,
        reason: 'a simulation',
      },
    ]);
await record.writeEnvelope({});
stage('spool');

await record.finishSamples();
stage('samples, histograms, series');
await record.seal('complete');
stage('manifest');
const { dir } = record;
// The run is over, and with it what it held.
record = null;
const read = await readRecord(dir);
stage('read back');
const result = analyseRecord(read);
stage('analysis');
await writeOutputs(result, dir);
stage('reports');

const bytes = Object.fromEntries(readdirSync(dir).map((name) => [name, statSync(join(dir, name)).size]));
console.log(
  JSON.stringify({
    dir,
    samples: read.samples.length,
    calls: result.view.analysis.summary.samples.logicalCalls,
    verdict: result.view.analysis.summary.validity.verdict,
    stages,
    bytes,
  }),
);
