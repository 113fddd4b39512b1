/**
 * What it costs one shard of `of` to draw the plan of all: `arrivals` of a process at `ratePerSecond` in all, with the
 * draws of their arguments, of which it keeps each `of`-th.
 *
 * Takes its options as JSON in the first argument; prints CPU nanoseconds an arrival and the arrivals that were its own
 * as one line of JSON.
 */
import { pathToFileURL } from 'node:url';

const { of, ratePerSecond, arrivals, process: kind } = JSON.parse(process.argv[2] ?? '{}');
const dist = pathToFileURL(process.env['PLIMSOLL_DIST'] ?? new URL('../../dist', import.meta.url).pathname).href;
const { Schedule } = await import(`${dist}/src/load/engine/schedule.js`);
const { CallSource } = await import(`${dist}/src/load/engine/calls.js`);
const { loadGenerator, loadRandom } = await import(`${dist}/src/catalog/index.js`);
const { scenarioFromText } = await import(`${dist}/src/scenario/index.js`);

const { calls } = scenarioFromText(
  `version: 1
name: plan
stack: { target: { url: "http://127.0.0.1:1/mcp" } }
protocol: { sessions: ${of} }
calls:
  - { tool: search, weight: 9, arguments: { query: { pick: [hull, draught, keel] } }, expect: success }
  - { tool: book, weight: 1, arguments: { berth: { unique: uuid } }, expect: success }
phases:
  - { name: steady, regime: steady, rate: 10/s, for: 10s }
`,
  'plan.yaml',
).scenario;

const share = { worker: of - 1, workers: of, sessions: of };
function drawn(seconds) {
  const segment = {
    loop: 'open',
    phase: 0,
    arrivals: kind,
    stages: [{ label: 'all', ratePerSecond, forNs: seconds * 1e9 }],
  };
  const random = loadRandom(1);
  const own = random.fork('worker');
  const source = new CallSource({
    ...{ calls, random: own, requests: loadGenerator(calls, own), takeCallId: () => 0 },
    common: { requests: loadGenerator(calls, random), random },
  });
  source.begin('open');
  const schedule = new Schedule(segment, 0, 0, random.fork('arrivals'), share);
  let kept = 0;
  for (; schedule.arrivalNs !== Infinity; schedule.takeArrival()) {
    source.pass(schedule.takePassed());
    kept++;
  }
  return kept;
}

// What is measured is compiled.
drawn(Math.min(1, arrivals / ratePerSecond) / 4);
const cpu = process.cpuUsage();
const own = drawn(arrivals / ratePerSecond);
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ own, nsPerArrival: ((user + system) * 1_000) / arrivals }));
