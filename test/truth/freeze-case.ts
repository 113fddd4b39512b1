/**
 * The freeze: a server, or the generator, stands still in the middle of a steady load. Whole runs of the command, and
 * what they must say by a replay that knows no more than when calls were due and when the standstill was.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PhaseSummary, Summary } from '../../src/analysis/index.js';
import { entryPath } from '../../src/package/index.js';
import { readRecord } from '../../src/record/index.js';
import { finished, onlyRun, scenarioFile, scratchFolder, start, until } from '../e2e/plimsoll.js';
import { nearestRank } from './nearest-rank.js';

/** What is done to whom. Times in nanoseconds; the standstill counts from the start of its phase. */
export interface FreezeShape {
  readonly ratePerSecond: number;
  readonly serviceNs: number;
  readonly forNs: number;
  readonly freezeAtNs: number;
  readonly freezeForNs: number;
  /** Think time of the ten callers of the closed loop. */
  readonly thinkNs: number;
}

/** 250 calls delayed, mean 32.4 ms, p95 201 ms, p99 841 ms, longest 1.001 s. */
export const LONG_FREEZE: FreezeShape = {
  ratePerSecond: 200,
  serviceNs: 1e6,
  forNs: 20e9,
  freezeAtNs: 10e9,
  freezeForNs: 1e9,
  thinkNs: 49e6,
};
/** The same for everyday: 0.4 s of 3.6 s. */
export const SHORT_FREEZE: FreezeShape = {
  ratePerSecond: 200,
  serviceNs: 1e6,
  forNs: 3.6e9,
  freezeAtNs: 1.6e9,
  freezeForNs: 0.4e9,
  thinkNs: 10e6,
};

export const CALLERS = 10;
/** A deadline that no call misses, and of which a standstill is a small part: lateness is judged by what it does. */
const DEADLINE_MS = 20_000;

export interface FreezeNumbers {
  /** Calls that took more than `delayedFromNs`. */
  readonly delayed: number;
  readonly meanNs: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
}

export interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

/**
 * When calls are finished by one worker that serves them as they arrive and stands still for a while (Lindley). Times
 * on one clock, arrivals ascending.
 */
export function replay(arrivedNs: readonly number[], serviceNs: number, frozen: Span): readonly number[] {
  const lengthNs = frozen.toNs - frozen.fromNs;
  let freeNs = -Infinity;
  return arrivedNs.map((arrived) => {
    let startNs = Math.max(arrived, freeNs);
    if (startNs >= frozen.fromNs && startNs < frozen.toNs) startNs = frozen.toNs;
    freeNs = startNs + serviceNs;
    if (startNs < frozen.fromNs && freeNs > frozen.fromNs) freeNs += lengthNs;
    return freeNs;
  });
}

/** When an open loop's calls are due, from its start. */
export function schedule({ ratePerSecond, forNs }: FreezeShape): readonly number[] {
  return Array.from({ length: Math.round((ratePerSecond * forNs) / 1e9) }, (_, n) => (n * 1e9) / ratePerSecond);
}

/** Nearest-rank quantiles. */
export function numbersOf(responseNs: readonly number[], delayedFromNs: number): FreezeNumbers {
  const sorted = [...responseNs].sort((a, b) => a - b);
  const at = (q: number): number => sorted[nearestRank(q, sorted.length) - 1] ?? NaN;
  return {
    delayed: sorted.filter((ns) => ns > delayedFromNs).length,
    meanNs: sorted.reduce((total, ns) => total + ns, 0) / sorted.length,
    p50Ns: at(0.5),
    p95Ns: at(0.95),
    p99Ns: at(0.99),
    maxNs: at(1),
  };
}

/** What the run says of one frozen phase, and what a replay says. */
export interface FrozenPhase {
  readonly phase: PhaseSummary;
  readonly reported: FreezeNumbers;
  readonly truth: FreezeNumbers;
  /**
   * What a replay says of a perfect client and network: every call at the target when it was intended, and the
   * standstill as long as it really was.
   */
  readonly ideal: FreezeNumbers;
  /** Each call by itself: what the run and the replay say of it, and how long of that the mock had it. */
  readonly calls: readonly { readonly reportedNs: number; readonly truthNs: number; readonly heldNs: number }[];
  /**
   * How much longer than by the replay the calls took that the standstill did not delay: what the machine adds to any
   * call.
   */
  readonly noise: FreezeNumbers;
}

export interface TargetFreeze {
  readonly exitCode: number | undefined;
  readonly summary: Summary;
  /**
   * Open loop, the mock's workers stalled on command; open loop, its process stopped; closed loop, stalled on command.
   */
  readonly stalled: FrozenPhase;
  readonly stopped: FrozenPhase;
  readonly closed: FrozenPhase;
}

export interface GeneratorFreeze {
  readonly exitCode: number | undefined;
  readonly summary: Summary;
}

/** A delay worth counting: well above what a busy machine adds to a call, and well below the standstill. */
const delayedFromNs = ({ freezeForNs }: FreezeShape): number => freezeForNs / 8;

const monotonicNs = (): bigint => process.hrtime.bigint();

async function sleepUntil(atNs: bigint): Promise<void> {
  const ms = Number(atNs - monotonicNs()) / 1e6;
  if (ms > 0) await sleep(ms);
}

interface Mock {
  readonly child: ChildProcess;
  readonly origin: string;
}

async function startMock({ serviceNs }: FreezeShape): Promise<Mock> {
  const options = { workers: 1, serviceTime: { kind: 'constant', ns: serviceNs } };
  const child = spawn(process.execPath, [entryPath('toolsMock'), JSON.stringify(options), '--parent-stdin'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const { port } = JSON.parse(line) as { readonly port: number };
    return { child, origin: `http://127.0.0.1:${port}` };
  }
  throw new Error('the mock ended before it was ready');
}

async function stopMock({ child }: Mock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  await once(child, 'exit');
}

const seconds = (ns: number): string => `${ns / 1e6}ms`;

/** No call of the target takes so long: a gate that fails blames it for us. */
const GATE = 'gates: [{ metric: response-time, stat: p99, max: 100ms }]';

function scenario({ origin }: Mock, phases: readonly string[], gates: string): string {
  return `version: 1
name: freeze
stack: { target: { url: '${origin}/mcp' } }
protocol: { sessions: 4 }
calls:
  - { tool: search, arguments: { query: hull }, expect: derived, deadline: ${DEADLINE_MS}ms }
phases:
${phases.map((phase) => `  - ${phase}`).join('\n')}
${gates}
`;
}

const openPhase = (name: string, { ratePerSecond, forNs }: FreezeShape): string =>
  `{ name: ${name}, regime: steady, rate: ${ratePerSecond}/s, for: ${seconds(forNs)}, warmup: 0s }`;

/** The start of each phase on the machine's clock, as the running command writes it down. */
export class PhaseStarts {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async of(phase: string): Promise<bigint> {
    let at: bigint | null = null;
    const seen = await until(() => (at = this.#look(phase)) !== null, 120_000);
    if (!seen || at === null) throw new Error(`phase ${phase} never began`);
    return at;
  }

  #look(phase: string): bigint | null {
    const [run] = readdirSync(this.#folder);
    if (run === undefined) return null;
    const [header, events] = ['run.json', 'events.ndjson'].map((name) => join(this.#folder, run, name));
    if (header === undefined || events === undefined || !existsSync(header) || !existsSync(events)) return null;
    // A last line may be on its way.
    const lines = readFileSync(events, 'utf8').split('\n').slice(0, -1);
    const started = lines
      .map((line) => JSON.parse(line) as { type: string; name?: string; edge?: string; atNs: number })
      .find((event) => event.type === 'phase' && event.name === phase && event.edge === 'start');
    if (started === undefined) return null;
    const { monotonicEpochNs } = JSON.parse(readFileSync(header, 'utf8')) as { readonly monotonicEpochNs: string };
    return BigInt(monotonicEpochNs) + BigInt(Math.round(started.atNs));
  }
}

/** Runs phases on a mock of its own; `meanwhile` gets the mock, the command's process id and the phases' starts. */
async function run(
  shape: FreezeShape,
  phases: readonly string[],
  meanwhile: (mock: Mock, pid: number, starts: PhaseStarts) => Promise<void>,
  environment: Readonly<Record<string, string>> = {},
  gates = '',
): Promise<{ readonly dir: string; readonly exitCode: number | undefined; readonly summary: Summary }> {
  const mock = await startMock(shape);
  try {
    const folder = scratchFolder();
    const started = start(
      ['run', scenarioFile(scenario(mock, phases, gates)), '--out', folder, '--quiet', '--json'],
      environment,
    );
    const pid = started.process.pid;
    if (pid === undefined) throw new Error('the command did not start');
    const running = finished(started);
    const ended = running.then(({ stderr }) => {
      throw new Error(`the run ended too early: ${stderr}`);
    });
    await Promise.race([meanwhile(mock, pid, new PhaseStarts(folder)), ended]);
    ended.catch(() => undefined);
    const { exitCode, stderr, leftBehind } = await running;
    if (leftBehind.length > 0) throw new Error(`the run left processes behind: ${leftBehind.join(', ')}`);
    const dir = onlyRun(folder);
    if (!existsSync(join(dir, 'summary.json'))) throw new Error(`the run printed nothing: ${stderr}`);
    return { dir, exitCode, summary: JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8')) as Summary };
  } finally {
    await stopMock(mock);
  }
}

async function stallOnCommand({ origin }: Mock, fromNs: bigint, forNs: number): Promise<void> {
  const body = JSON.stringify({ kind: 'stall', fromNs: String(fromNs), untilNs: String(fromNs + BigInt(forNs)) });
  const response = await fetch(`${origin}/plimsoll/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  if (!response.ok) throw new Error(`the mock did not take the stall: ${await response.text()}`);
}

/** Stops a process from a moment on; gives when it really stood still. */
export async function stopProcess(
  pid: number,
  fromNs: bigint,
  forNs: number,
): Promise<{ readonly fromNs: bigint; readonly toNs: bigint }> {
  await sleepUntil(fromNs);
  process.kill(pid, 'SIGSTOP');
  const stoppedNs = monotonicNs();
  await sleepUntil(stoppedNs + BigInt(forNs));
  // Read before the signal: it may have run for a while already when the one who sent it runs again.
  const continuedNs = monotonicNs();
  process.kill(pid, 'SIGCONT');
  return { fromNs: stoppedNs, toNs: continuedNs };
}

/** Reasons that make a phase invalid. */
export const invalidReasons = ({ validity }: Summary, phase: string): readonly string[] =>
  validity.reasons.filter((reason) => reason.severity === 'invalid' && reason.phase === phase).map(({ code }) => code);

/** Freezes the target three times, in two open loops and a closed one. */
export async function freezeTarget(
  shape: FreezeShape,
  environment: Readonly<Record<string, string>> = {},
): Promise<TargetFreeze> {
  const frozen = new Map<string, { readonly fromNs: bigint; readonly toNs: bigint }>();
  const phases = [
    openPhase('stalled', shape),
    openPhase('stopped', shape),
    `{ name: closed, regime: steady, concurrency: ${CALLERS}, think: ${seconds(shape.thinkNs)}, for: ` +
      `${seconds(shape.forNs)}, warmup: 0s }`,
  ];
  const { dir, exitCode, summary } = await run(
    shape,
    phases,
    async (mock, _, starts) => {
      for (const name of ['stalled', 'stopped', 'closed']) {
        const fromNs = (await starts.of(name)) + BigInt(shape.freezeAtNs);
        if (name === 'stopped') {
          frozen.set(name, await stopProcess(mock.child.pid ?? NaN, fromNs, shape.freezeForNs));
        } else {
          await stallOnCommand(mock, fromNs, shape.freezeForNs);
          frozen.set(name, { fromNs, toNs: fromNs + BigInt(shape.freezeForNs) });
        }
      }
    },
    environment,
  );
  const { samples, header } = await readRecord(dir);
  const epochNs = BigInt(header.monotonicEpochNs);
  const phaseOf = (name: string): FrozenPhase => {
    const phase = summary.phases.find((each) => each.name === name);
    const span = frozen.get(name);
    if (phase === undefined || span === undefined) throw new Error(`no phase ${name}`);
    const column = (values: Float64Array, row: number): number => values[row] ?? NaN;
    // In the order in which they reached the mock, by its own stamps: what came before that is no part of its
    // standstill.
    const rows = Array.from({ length: samples.length }, (_, row) => row)
      .filter((row) => samples.phase[row] === phase.index)
      .sort((a, b) => column(samples.receivedNs, a) - column(samples.receivedNs, b));
    const frozenNs = { fromNs: Number(span.fromNs - epochNs), toNs: Number(span.toNs - epochNs) };
    const finishedNs = replay(
      rows.map((row) => column(samples.receivedNs, row)),
      shape.serviceNs,
      frozenNs,
    );
    const truth = rows.map((row, k) => (finishedNs[k] ?? NaN) - column(samples.intendedNs, row));
    const reported = rows.map((row) => column(samples.doneNs, row) - column(samples.intendedNs, row));
    const limitNs = delayedFromNs(shape);
    const intendedNs = rows.map((row) => column(samples.intendedNs, row)).sort((a, b) => a - b);
    const ideal = replay(intendedNs, shape.serviceNs, frozenNs).map((at, n) => at - (intendedNs[n] ?? NaN));
    const calls = rows.map((row, k) => ({
      reportedNs: reported[k] ?? NaN,
      truthNs: truth[k] ?? NaN,
      heldNs: (finishedNs[k] ?? NaN) - column(samples.receivedNs, row),
    }));
    const undelayed = calls
      .filter(({ truthNs }) => truthNs <= limitNs)
      .map(({ reportedNs, truthNs }) => reportedNs - truthNs);
    return {
      phase,
      reported: numbersOf(reported, limitNs),
      truth: numbersOf(truth, limitNs),
      ideal: numbersOf(ideal, limitNs),
      calls,
      noise: numbersOf(undelayed, limitNs / 2),
    };
  };
  return { exitCode, summary, stalled: phaseOf('stalled'), stopped: phaseOf('stopped'), closed: phaseOf('closed') };
}

/** Loaded into the command's threads: blocks a worker thread once, as soon as a file is there. */
const THREAD_STALLER = `
import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
const flag = process.env.FREEZE_FLAG;
if (!isMainThread && flag !== undefined) {
  const timer = setInterval(() => {
    if (!existsSync(flag)) return;
    clearInterval(timer);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(process.env.FREEZE_MS));
  }, 20);
  timer.unref();
}
`;

/**
 * Freezes the generator: its whole process with SIGSTOP in the phase `process`, its load thread alone in the phase
 * `thread`.
 */
export async function freezeGenerator(
  shape: FreezeShape,
  given: Readonly<Record<string, string>> = {},
): Promise<GeneratorFreeze> {
  const folder = scratchFolder();
  const [staller, flag] = [join(folder, 'staller.mjs'), join(folder, 'now')];
  writeFileSync(staller, THREAD_STALLER);
  const environment = {
    ...given,
    NODE_OPTIONS: `--import=${staller}`,
    FREEZE_FLAG: flag,
    FREEZE_MS: String(shape.freezeForNs / 1e6),
  };
  return run(
    shape,
    [openPhase('process', shape), openPhase('thread', shape)],
    async (_, pid, starts) => {
      await stopProcess(pid, (await starts.of('process')) + BigInt(shape.freezeAtNs), shape.freezeForNs);
      await sleepUntil((await starts.of('thread')) + BigInt(shape.freezeAtNs));
      writeFileSync(flag, '');
    },
    environment,
    GATE,
  );
}
