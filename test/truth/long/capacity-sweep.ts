/**
 * Six targets of known capacity with five seeds each: whether the interval of the search contains the capacity, how
 * wide it is, and how long it took. Ends with 0 when at least 28 of 30 contain it within the width.
 *
 * Words after the command select the targets whose names contain all of them: `stamps` for the one without stamps.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PACKAGE_ROOT } from '../../../src/package/index.js';
import { EXIT } from '../../../src/problem/index.js';
import { commandRun } from './command-run.js';

interface Target {
  readonly name: string;
  readonly perSecond: number;
  readonly mostWidth: number;
  /** The part `stack` of the scenario. */
  readonly stack: string;
}

const SEEDS = [1, 2, 3, 4, 5];
const LEAST_OF_ALL = 28 / 30;

const mock = (name: string, workers: number, serviceTime: string, perSecond: number, mostWidth: number): Target => ({
  ...{ name, perSecond, mostWidth },
  stack:
    `{ services: { backend: { mock: tools, workers: ${workers}, service-time: ${serviceTime} } }, ` +
    'target: backend }',
});

const MOCKS = [
  mock('constant 25 ms, 4 workers', 4, '{ constant: 25ms }', 160, 0.15),
  mock('log-normal 8/30 ms', 1, '{ lognormal: { median: 8ms, p99: 30ms } }', 106.37, 0.25),
  mock('log-normal 8/30 ms, 4 workers', 4, '{ lognormal: { median: 8ms, p99: 30ms } }', 425.5, 0.25),
  mock('two-point 5/20 ms', 1, '{ two-point: { common: 5ms, rare: 20ms, rare-share: 20% } }', 125, 0.25),
  mock('constant 20 ms, 3 workers', 3, '{ constant: 20ms }', 150, 0.15),
];

interface BusyServer {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** A server in C that is busy for 8 ms with each call and gives no stamps; null without a compiler. */
async function busyServer(): Promise<BusyServer | null> {
  const file = pathToFileURL(join(PACKAGE_ROOT, 'bench/target/target.mjs')).href;
  const { startTarget } = (await import(file)) as {
    readonly startTarget: (options: { readonly busyUs: number }) => Promise<BusyServer | null>;
  };
  return startTarget({ busyUs: 8_000 });
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function sweep(words: readonly string[], signal: AbortSignal): Promise<boolean> {
  const busy = await busyServer();
  const every = [...MOCKS];
  if (busy === null) print('left out, no C compiler: busy 8 ms, no stamps');
  else
    every.push({
      name: 'busy 8 ms in C, no stamps',
      perSecond: 124,
      mostWidth: 0.15,
      stack: `{ target: { url: "http://127.0.0.1:${busy.port}/mcp" } }`,
    });
  const targets = every.filter(({ name }) => words.every((word) => name.includes(word)));
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-capacity-'));
  let held = 0;
  try {
    for (const { name, perSecond, mostWidth, stack } of targets)
      for (const seed of SEEDS) {
        const { summary, disturbed } = await commandRun(
          name,
          `version: 1
name: capacity sweep
stack: ${stack}
protocol: { sessions: 16, in-flight-per-session: 64 }
calls: [{ tool: search, arguments: { query: hull }, deadline: 5s }]
phases: [{ name: load line, regime: capacity, between: [50/s, 2k/s], step: 4s }]
`,
          seed,
          folder,
          signal,
        );
        const [search] = summary.capacities;
        const low = search?.passedPerSecond ?? 0;
        const high = search?.failedPerSecond ?? Infinity;
        const contains = low <= perSecond && perSecond <= high;
        const isNarrow = high / low - 1 <= mostWidth;
        if (contains && isNarrow) held++;
        const seconds = ((search?.probes.at(-1)?.drainedNs ?? 0) - (search?.probes[0]?.startNs ?? 0)) / 1e9;
        print(
          `${contains && isNarrow ? '✓' : '✗'} ${name}, seed ${seed}: [${low.toFixed(1)}, ${high.toFixed(1)}] ` +
            `${contains ? 'contains' : 'misses'} ${perSecond}/s, ${((high / low - 1) * 100).toFixed(1)} % wide, ` +
            `${search?.probes.length ?? 0} probes in ${seconds.toFixed(0)} s ${disturbed.join('; ')}`,
        );
      }
  } finally {
    await busy?.stop();
  }
  const all = targets.length * SEEDS.length;
  print(`${held} of ${all} intervals contain the capacity and are narrow enough`);
  return all > 0 && held >= LEAST_OF_ALL * all;
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error('interrupted')));
process.exitCode = (await sweep(process.argv.slice(2), stop.signal)) ? EXIT.pass : EXIT.gateFailed;
