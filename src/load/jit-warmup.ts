/**
 * The JIT warm-up: everything an engine may have to do, done once in virtual time before the first real call.
 *
 * V8 compiles what it has seen run, and throws the code away when something happens for the first time: the first
 * queue, the first retry, the end of a segment, a time that needs more than 31 bits (2.1 s into a segment). Compiling
 * again takes tens of milliseconds, during which calls leave late where the compiler's threads share cores with ours.
 * After the warm-up little is new. Nothing is sent, and no number of it is recorded.
 */
import { NS_PER_MS, NS_PER_S } from '../clock/index.js';
import type { AttemptSlot, Channel } from '../mcp/index.js';
import type { LoadSegment } from '../plan/index.js';
import { seededRandom } from '../random/index.js';
import { SpoolEncoder, errorClassCode, outcomeCode } from '../record/index.js';
import { makeRequestGenerator, type CallSpec } from '../catalog/index.js';
import { Counters, Engine } from './engine/index.js';
import { HealthMeter, ThreadCpuClock } from './health.js';

const SESSIONS = 8;
const CALL: CallSpec = {
  operation: 'tools/call',
  tool: 'warmedUpJit',
  label: 'warmedUpJit',
  weight: 1,
  arguments: {},
  expect: { kind: 'success' },
  effect: 'none',
  deadlineNs: 60 * NS_PER_MS,
  deadlineIsExplicit: true,
  attemptTimeoutNs: 30 * NS_PER_MS,
  retry: {
    attempts: 2,
    backoffNs: 2 * NS_PER_MS,
    maxBackoffNs: 8 * NS_PER_MS,
    jitter: 'full',
    on: ['transport', 'timeout'],
    obeyRetryAfter: true,
    budget: null,
  },
  cancel: false,
};

/**
 * Some 500 calls a second are all that eight sessions can make: the second segment is far too much, as the first is
 * not.
 */
const SERVICE_NS = 16 * NS_PER_MS;
const SEGMENTS: readonly LoadSegment[] = [
  {
    loop: 'open',
    phase: 0,
    arrivals: 'constant',
    stages: [{ label: 'calm', ratePerSecond: 300, forNs: 2.5 * NS_PER_S }],
  },
  {
    loop: 'open',
    phase: 1,
    arrivals: 'poisson',
    stages: [{ label: 'flood', ratePerSecond: 400, rampToPerSecond: 1_600, forNs: NS_PER_S }],
  },
  { loop: 'closed', phase: 2, concurrency: SESSIONS, thinkNs: NS_PER_MS, forNs: NS_PER_S },
];
const ROUNDS = 2;
/** What runs once a second would otherwise be run by V8's interpreter for minutes, a call or two at a time. */
const SECONDS = 400;

const OK = outcomeCode('ok');
const TRANSPORT = outcomeCode('transport');
const NO_ERROR = errorClassCode('none');
const RESET = errorClassCode('connection-reset');

/** A channel into the fake network: most attempts are answered after the same time, some fail, some never are. */
class JitWarmupChannel implements Channel {
  readonly session: number;
  readonly #network: FakeNetwork;

  constructor(session: number, network: FakeNetwork) {
    this.session = session;
    this.#network = network;
  }

  start(slot: AttemptSlot): void {
    slot.session = this.session;
    slot.sentNs = this.#network.nowNs;
    slot.bytesOut = 400;
    this.#network.sent(slot);
  }

  abandon(slot: AttemptSlot): void {
    slot.rpcId = 0;
  }
}

/** The virtual time, and the answers that are on their way, in the order of their requests. */
class FakeNetwork {
  nowNs = 0.5;
  readonly #pending: { readonly slot: AttemptSlot; readonly id: number; readonly dueNs: number }[] = [];
  #ids = 0;

  sent(slot: AttemptSlot): void {
    const id = ++this.#ids;
    slot.rpcId = id;
    if (id % 17 !== 0) this.#pending.push({ slot, id, dueNs: this.nowNs + SERVICE_NS });
  }

  get dueNs(): number {
    return this.#pending[0]?.dueNs ?? Infinity;
  }

  /** Answers what is due by now. */
  answer(engine: Engine): void {
    for (let first = this.#pending[0]; first !== undefined && first.dueNs <= this.nowNs; first = this.#pending[0]) {
      this.#pending.shift();
      const { slot, id, dueNs } = first;
      if (slot.rpcId !== id) continue;
      slot.rpcId = 0;
      const failed = id % 13 === 0;
      slot.firstByteNs = dueNs - 1;
      slot.doneNs = dueNs;
      // A server that reports its own times.
      slot.receivedNs = id % 2 === 0 ? dueNs - 3 : NaN;
      slot.startedNs = id % 2 === 0 ? dueNs - 2.5 : NaN;
      slot.finishedNs = id % 2 === 0 ? dueNs - 2 : NaN;
      slot.outcome = failed ? TRANSPORT : OK;
      slot.errorClass = failed ? RESET : NO_ERROR;
      slot.httpStatus = failed ? 0 : 200;
      slot.bytesIn = failed ? 0 : 300;
      engine.completed(slot);
    }
  }
}

/** Warms up on this thread: a tenth of a second or so for code that was never run. */
export function warmUpJit(): void {
  const network = new FakeNetwork();
  const counters = new Counters();
  const random = seededRandom(1, 'jitWarmup');
  const spool = new SpoolEncoder(() => undefined);
  const cpuClock = new ThreadCpuClock();
  const health = new HealthMeter({
    inFlight: () => engine.inFlight,
    queued: () => engine.queued,
    takeLoopDelayMaxNs: () => 0,
  });
  let calls = 0;
  const engine = new Engine({
    calls: [CALL],
    channels: Array.from({ length: SESSIONS }, (_, session) => new JitWarmupChannel(session, network)),
    inFlightPerSession: 1,
    maxInFlight: SESSIONS,
    maxQueued: 4 * SESSIONS,
    share: { worker: 0, workers: 1, sessions: SESSIONS },
    takeCallId: () => calls++,
    requests: makeRequestGenerator([CALL], random.fork('arguments')),
    arrivals: random,
    random,
    counters,
    record: (sample) => spool.append(sample),
    scheduleLag: (lagNs) => health.lag.add(lagNs),
    mark: () => undefined,
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const segment of SEGMENTS) {
      engine.begin(segment, network.nowNs + NS_PER_MS, 0);
      while (!engine.finished) {
        network.nowNs = Math.max(network.nowNs, Math.min(engine.startDueNs, engine.limitDueNs, network.dueNs));
        network.answer(engine);
        engine.advance(network.nowNs);
      }
    }
  }
  for (let second = 0; second < SECONDS; second++) {
    for (let lagNs = 64; lagNs < NS_PER_MS; lagNs *= 2) health.lag.add(lagNs);
    health.take(network.nowNs);
    cpuClock.usedNs();
  }
  cpuClock.close();
}
