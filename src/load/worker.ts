/**
 * A load worker: a thread that an engine runs on, alone or beside others that make the rest of the same load. It opens
 * the sessions, runs segments on request, and sends back spool chunks, events and a health row a second. It touches no
 * file and knows nothing of the stack or its faults.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { NS_PER_MS, NS_PER_US, clockFrom } from '../clock/index.js';
import { loadGenerator, loadRandom } from '../catalog/index.js';
import { openChannels, type ChannelSet, type TargetFacts } from '../mcp/index.js';
import { ProblemError, messageOf } from '../problem/index.js';
import type { ProcessKeeper, ProcessMark } from '../processes/index.js';
import { CALLS_PER_SHARD, SpoolEncoder, type AttemptSample } from '../record/index.js';
import { stdioServerName, type CallTarget } from '../scenario/index.js';
import { STANDSTILL_NS, tightenTimerSlack } from '../process-timing/index.js';
import { keepSecrets } from '../secrets/index.js';
import { Counters, Engine, type Mark } from './engine/index.js';
import { HealthMeter, ThreadCpuClock } from './health.js';
import { sessionOfAll, sessionsOf, shareOf } from './shard-share.js';
import type { FromWorker, Thrown, ToWorker, WorkerSetup } from './messages.js';
import { PacingLoop, pacingMode, threadSeams } from './pacing/index.js';
import { warmUpJit } from './jit-warmup.js';

if (parentPort === null) throw new Error('the load worker runs as a worker thread only');
const port = parentPort;
const setup = workerData as WorkerSetup;
keepSecrets(setup.secrets);

/** For ending all sessions. */
const CLOSE_NS = 2_000 * NS_PER_MS;
/**
 * Time that the report of a second may take, and how long it can wait for a gap of that length between two starts.
 */
const REPORT_NS = 500 * NS_PER_US;
const REPORT_CAN_WAIT_NS = 50 * NS_PER_MS;

const nowNs = clockFrom(BigInt(setup.epoch.monotonicNs));
const counters = new Counters(setup.counters);
const cpuClock = new ThreadCpuClock();
const { share } = setup;
/** Arrivals and what calls hold are drawn from this by every worker alike; the rest from a stream of its own. */
const random = loadRandom(setup.seed);
const own = share.workers === 1 ? random : random.fork(`worker/${share.worker}`);
const mode = pacingMode(setup.settings.pacing, setup.settings.workers);
const callIds = new Uint32Array(setup.callIds);
/** A shard's share is that of as many workers in a row as it has. */
const shard = Math.floor(share.worker / setup.settings.workers);
const isFirstOfShard = share.worker % setup.settings.workers === 0;
const firstCallId = shard * CALLS_PER_SHARD;
const protocol = { ...setup.protocol, sessions: sessionsOf(share) };

function send(message: FromWorker): void {
  port.postMessage(message);
}

function thrownOf(thrown: unknown): Thrown {
  if (thrown instanceof ProblemError) return { kind: thrown.kind, problems: thrown.problems };
  return { kind: 'bug', message: messageOf(thrown), stack: thrown instanceof Error ? (thrown.stack ?? null) : null };
}

/**
 * Copied to the main thread, not transferred: the first buffer that a thread gives away makes V8 throw away all code it
 * has compiled (milliseconds, in the middle of a run), and look at every typed array for the rest of the thread's life
 * whether it is still there; each reading of the clock leaves garbage then. The copy is 64 kB in some thousands of
 * calls.
 */
const spool = new SpoolEncoder((chunk) => send({ type: 'spool', chunk: chunkToCopy(chunk) }));

/** Cloning copies all of the buffer that bytes lie in. */
function chunkToCopy<C extends Uint8Array | null>(chunk: C): C | Uint8Array {
  return chunk === null || chunk.buffer.byteLength === chunk.byteLength ? chunk : chunk.slice();
}

/** The spool names sessions by their number among all. */
function record(sample: AttemptSample): void {
  const { session } = sample;
  sample.session = sessionOfAll(share, session);
  spool.append(sample);
  sample.session = session;
}

/** Drives segments over an open set of channels. */
class Driver {
  readonly engine: Engine;
  readonly #loop: PacingLoop;
  readonly #health: HealthMeter;
  #phase = 0;
  /** Late turns of this second: when each was expected, and by how much it was late. */
  #expectedNs: number[] = [];
  #lateNs: number[] = [];
  // Not a number yet rather than 0: V8 keeps whole numbers and others apart by an object's shape, and code compiled for
  // one shape is thrown away with it.
  #scheduledEndNs = NaN;
  #drainedNs = NaN;

  constructor(set: ChannelSet) {
    this.#health = new HealthMeter({
      inFlight: () => this.engine.inFlight,
      queued: () => this.engine.queued,
      takeLoopDelayMaxNs: () => this.#loop.takeDelayMaxNs(),
    });
    this.engine = new Engine({
      calls: setup.calls,
      channels: set.channels,
      inFlightPerSession: protocol.inFlightPerSession,
      maxInFlight: shareOf(share, setup.settings.maxInFlight),
      maxQueued: shareOf(share, setup.settings.maxQueued),
      share,
      takeCallId: () => firstCallId + Atomics.add(callIds, 0, 1),
      common: share.workers === 1 ? null : { requests: loadGenerator(setup.calls, random), random },
      requests: loadGenerator(setup.calls, own, { first: share.worker + 1, step: share.workers }),
      arrivals: random,
      random: own,
      counters,
      record,
      scheduleLag: (lagNs) => this.#health.lag.add(lagNs),
      mark: (mark) => this.#onMark(mark),
    });
    this.#loop = new PacingLoop(
      this.engine,
      mode,
      threadSeams(nowNs),
      (now) => this.#turned(now),
      (fromNs, untilNs) => this.#turnedLate(fromNs, untilNs),
    );
  }

  async run({ segment, startNs, warmupNs }: Extract<ToWorker, { type: 'run' }>): Promise<void> {
    const before = { offered: counters.read('offered'), sent: counters.read('sent'), shed: counters.read('shed') };
    this.#phase = segment.phase;
    this.engine.begin(segment, startNs, warmupNs);
    this.#health.start(nowNs());
    this.#reportWorker(nowNs());
    try {
      await this.#loop.run();
    } finally {
      this.#reportSecond(nowNs());
      this.#health.stop();
    }
    send({
      type: 'finished',
      result: {
        startNs,
        scheduledEndNs: this.#scheduledEndNs,
        drainedNs: this.#drainedNs,
        offered: counters.read('offered') - before.offered,
        sent: counters.read('sent') - before.sent,
        shed: counters.read('shed') - before.shed,
        interrupted: this.engine.interrupted,
      },
    });
  }

  interrupt(): void {
    this.engine.interrupt(nowNs());
    this.#loop.poke();
  }

  giveUp(): void {
    this.engine.interrupt(nowNs());
    this.engine.giveUpInFlight(nowNs());
    this.#loop.poke();
  }

  poke(): void {
    this.#loop.poke();
  }

  #turned(now: number): void {
    const { secondEndNs } = this.#health;
    if (now < secondEndNs) return;
    // The report takes some hundred microseconds: in a gap between two starts, if there is one soon.
    if (this.engine.startDueNs - now < REPORT_NS && now < secondEndNs + REPORT_CAN_WAIT_NS) return;
    this.#reportSecond(now);
  }

  #turnedLate(fromNs: number, untilNs: number): void {
    const lateNs = untilNs - fromNs;
    const { worker } = share;
    if (lateNs > STANDSTILL_NS) {
      send({ type: 'event', event: { type: 'standstill', atNs: fromNs, lengthNs: lateNs, of: 'generator', worker } });
      return;
    }
    this.#expectedNs.push(fromNs);
    this.#lateNs.push(lateNs);
  }

  #reportLateTurns(): void {
    const [expectedNs, lateNs] = [this.#expectedNs, this.#lateNs];
    const [atNs] = expectedNs;
    if (atNs === undefined) return;
    this.#expectedNs = [];
    this.#lateNs = [];
    send({ type: 'event', event: { type: 'late-turns', atNs, worker: share.worker, expectedNs, lateNs } });
  }

  /** A killed run loses little more than a second of samples. */
  #reportSecond(now: number): void {
    counters.setThreadCpuNs(cpuClock.usedNs() ?? NaN);
    send({ type: 'second', row: this.#health.take(now), chunk: chunkToCopy(spool.take()) });
    this.#reportWorker(now);
    this.#reportLateTurns();
  }

  #reportWorker(now: number): void {
    const otherClockNs = performance.now() * NS_PER_MS;
    send({ type: 'worker', row: { atNs: now, worker: share.worker, ...this.engine.flownBy(now), otherClockNs } });
  }

  #onMark(mark: Mark): void {
    const phase = this.#phase;
    switch (mark.mark) {
      case 'stage': {
        // The same in every worker: the first one of each process reports it.
        const { mark: type, ...stage } = mark;
        if (isFirstOfShard) send({ type: 'event', event: { type, phase, ...stage } });
        break;
      }
      case 'scheduled-end':
        this.#scheduledEndNs = mark.atNs;
        send({ type: 'scheduled-end', atNs: mark.atNs });
        break;
      case 'drained':
        this.#drainedNs = mark.atNs;
        break;
    }
  }
}

/** The run's keeper, whose thread hears of each server at once. */
function keeperThrough(mark: ProcessMark): ProcessKeeper {
  return {
    mark,
    watch: (pid) => send({ type: 'process', edge: 'began', pid }),
    forget: (pid) => send({ type: 'process', edge: 'ended', pid }),
  };
}

/** What is open. */
interface Opened {
  readonly set: ChannelSet;
  readonly driver: Driver;
}

async function openSessions(target: CallTarget, facts: TargetFacts): Promise<Opened> {
  let driver: Driver | null = null;
  const set = await openChannels({
    target,
    keeper: setup.mark === null ? undefined : keeperThrough(setup.mark),
    protocol,
    calls: setup.calls,
    ...facts,
    nowNs,
    monotonicEpochNs: setup.epoch.monotonicNs,
    serverName: (session) => stdioServerName(sessionOfAll(share, session)),
    serverOutput: (server, text) => send({ type: 'server-output', server, text }),
    // That of the preflight.
    servedBefore: 1,
    completed: (slot) => {
      driver?.engine.completed(slot);
      driver?.poke();
    },
    event: (event) =>
      send({
        type: 'event',
        event: event.type === 'session' ? { ...event, session: sessionOfAll(share, event.session) } : event,
      }),
  });
  driver = new Driver(set);
  send({ type: 'ready', pacing: mode, sessions: set.channels.length });
  return { set, driver };
}

function main(): void {
  tightenTimerSlack();
  // Before any session is open, so that no session waits for it.
  if (setup.compilesAhead) warmUpJit();
  let opening: Promise<Opened> | null = null;
  let driver: Driver | null = null;
  let running: Promise<void> = Promise.resolve();
  let closing = false;
  const failed = (reason: unknown): void => send({ type: 'failed', thrown: thrownOf(reason) });
  const open = async (target: CallTarget, facts: TargetFacts): Promise<void> => {
    opening = openSessions(target, facts);
    ({ driver } = await opening);
  };
  const close = async (): Promise<void> => {
    const opened = await opening;
    opened?.driver.giveUp();
    await running;
    await opened?.set.close(CLOSE_NS);
    send({ type: 'closed' });
    port.close();
  };
  port.on('message', (message: ToWorker) => {
    if (closing) return;
    switch (message.type) {
      case 'open':
        open(message.target, message.facts).catch(failed);
        break;
      case 'run':
        running = driver?.run(message).catch(failed) ?? Promise.resolve();
        break;
      case 'interrupt':
        driver?.interrupt();
        break;
      case 'close':
        closing = true;
        close().catch(failed);
        break;
    }
  });
  send({ type: 'warm' });
}

try {
  main();
} catch (reason) {
  send({ type: 'failed', thrown: thrownOf(reason) });
}
