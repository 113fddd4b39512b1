/**
 * The load worker: the thread the engine runs on. It opens the sessions, runs segments when it is told to, and hands back
 * spool chunks, events and a health row a second. It touches no file and knows nothing of the stack or its faults.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { NS_PER_MS, clockFrom } from '../clock/index.js';
import { makeCallBook, openChannels, type ChannelSet } from '../mcp/index.js';
import { ProblemError, messageOf } from '../problem/index.js';
import { seededRandom } from '../random/index.js';
import { SpoolEncoder } from '../record/index.js';
import { Counters, Engine, type Mark } from './engine/index.js';
import { HealthMeter, threadCpuNs } from './health.js';
import type { FromWorker, Thrown, ToWorker, WorkerSetup } from './messages.js';
import { PacingLoop, pacingMode, threadSeams, tightenTimerSlack } from './pacing/index.js';

if (parentPort === null) throw new Error('the load worker runs as a worker thread only');
const port = parentPort;
const setup = workerData as WorkerSetup;

/** From the announcement of a segment's start to the start: time for the faults to be put on the same clock. */
const ANNOUNCED_NS = 20 * NS_PER_MS;
/** For ending all sessions. */
const CLOSE_NS = 2_000 * NS_PER_MS;

const nowNs = clockFrom(BigInt(setup.epoch.monotonicNs));
const counters = new Counters(setup.counters);
const random = seededRandom(setup.seed, 'load');
const mode = pacingMode(setup.settings.pacing);

function tell(message: FromWorker): void {
  port.postMessage(message);
}

function thrownOf(thrown: unknown): Thrown {
  if (thrown instanceof ProblemError) return { kind: thrown.kind, problems: thrown.problems };
  return { kind: 'bug', message: messageOf(thrown), stack: thrown instanceof Error ? (thrown.stack ?? null) : null };
}

const spool = new SpoolEncoder((chunk) => {
  const own = chunk.buffer.byteLength === chunk.byteLength ? chunk : chunk.slice();
  port.postMessage({ say: 'spool', chunk: own } satisfies FromWorker, [own.buffer as ArrayBuffer]);
});

/** Drives segments over an open set of channels. */
class Driver {
  readonly engine: Engine;
  private readonly loop: PacingLoop;
  private readonly health: HealthMeter;
  private phase = 0;
  private scheduledEndNs = 0;
  private drainedNs = 0;

  constructor(set: ChannelSet) {
    this.health = new HealthMeter({
      inFlight: () => this.engine.inFlight,
      queued: () => this.engine.queued,
      takeLoopDelayMaxNs: () => this.loop.takeDelayMaxNs(),
      row: (row) => tell({ say: 'health', row }),
    });
    this.engine = new Engine({
      calls: setup.calls,
      channels: set.channels,
      inFlightPerSession: setup.protocol.inFlightPerSession,
      maxInFlight: setup.settings.maxInFlight,
      maxQueued: setup.settings.maxQueued,
      book: makeCallBook(setup.calls, random.fork('arguments')),
      random,
      counters,
      record: (sample) => spool.append(sample),
      sendLag: (lagNs) => this.health.lag.add(lagNs),
      mark: (mark) => this.marked(mark),
    });
    this.loop = new PacingLoop(this.engine, mode, threadSeams(nowNs), (now) => this.turned(now));
  }

  async run({ segment, warmupNs }: Extract<ToWorker, { say: 'run' }>): Promise<void> {
    const before = { offered: counters.read('offered'), sent: counters.read('sent'), shed: counters.read('shed') };
    const startNs = Math.ceil(nowNs() + ANNOUNCED_NS);
    this.phase = segment.phase;
    this.engine.begin(segment, startNs, warmupNs);
    tell({ say: 'started', startNs });
    tell({ say: 'event', event: { type: 'phase', atNs: startNs, phase: this.phase, name: this.phaseName(), edge: 'start' } });
    this.health.start(nowNs());
    try {
      await this.loop.run();
    } finally {
      this.health.stop(nowNs());
      counters.setThreadCpuNs(threadCpuNs() ?? NaN);
      spool.flush();
    }
    tell({
      say: 'finished',
      result: {
        startNs,
        scheduledEndNs: this.scheduledEndNs,
        drainedNs: this.drainedNs,
        offered: counters.read('offered') - before.offered,
        sent: counters.read('sent') - before.sent,
        shed: counters.read('shed') - before.shed,
        interrupted: this.engine.interrupted,
      },
    });
  }

  interrupt(): void {
    this.engine.interrupt(nowNs());
    this.loop.poke();
  }

  giveUp(): void {
    this.engine.interrupt(nowNs());
    this.engine.giveUpInFlight(nowNs());
    this.loop.poke();
  }

  poke(): void {
    this.loop.poke();
  }

  private turned(now: number): void {
    if (!this.health.tick(now)) return;
    counters.setThreadCpuNs(threadCpuNs() ?? NaN);
    // A killed run loses at most a second of samples.
    spool.flush();
  }

  private phaseName(): string {
    return setup.phases[this.phase] ?? `phase ${this.phase}`;
  }

  private marked(mark: Mark): void {
    const { phase } = this;
    const name = this.phaseName();
    switch (mark.mark) {
      case 'stage': {
        const { mark: type, ...told } = mark;
        tell({ say: 'event', event: { type, phase, ...told } });
        break;
      }
      case 'scheduled-end':
        this.scheduledEndNs = mark.atNs;
        tell({ say: 'event', event: { type: 'phase', atNs: mark.atNs, phase, name, edge: 'scheduled-end' } });
        break;
      case 'drained':
        this.drainedNs = mark.atNs;
        tell({ say: 'event', event: { type: 'phase', atNs: mark.atNs, phase, name, edge: 'drained' } });
        break;
    }
  }
}

async function main(): Promise<void> {
  tightenTimerSlack();
  let driver: Driver | null = null;
  const set = await openChannels({
    target: setup.target,
    protocol: setup.protocol,
    calls: setup.calls,
    nowNs,
    monotonicEpochNs: setup.epoch.monotonicNs,
    completed: (slot) => {
      driver?.engine.completed(slot);
      driver?.poke();
    },
    event: (event) => tell({ say: 'event', event }),
  });
  const opened = new Driver(set);
  driver = opened;

  let running: Promise<void> = Promise.resolve();
  let closing = false;
  const close = async (): Promise<void> => {
    opened.giveUp();
    await running;
    await set.close(CLOSE_NS);
    tell({ say: 'closed' });
    port.close();
  };
  const failed = (reason: unknown): void => tell({ say: 'failed', thrown: thrownOf(reason) });
  port.on('message', (message: ToWorker) => {
    if (closing) return;
    switch (message.say) {
      case 'run':
        running = opened.run(message).catch(failed);
        break;
      case 'interrupt':
        opened.interrupt();
        break;
      case 'close':
        closing = true;
        close().catch(failed);
        break;
    }
  });
  tell({ say: 'ready', pacing: mode, sessions: set.channels.length });
}

main().catch((reason: unknown) => tell({ say: 'failed', thrown: thrownOf(reason) }));
