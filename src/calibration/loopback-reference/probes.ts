/** The three probes, each one at a time in flight on one connection, warm-up left out. */
import { connect } from 'node:net';
import { NS_PER_MS, NS_PER_S, type NowNs } from '../../clock/index.js';
import { makeRequestGenerator, type CallSpec } from '../../catalog/index.js';
import { openChannels } from '../../mcp/index.js';
import { seededRandom } from '../../random/index.js';
import { SAMPLE_FLAGS, outcomeCode, type AttemptSample } from '../../record/index.js';
import type { GeneratorSettings, Protocol } from '../../scenario/index.js';
import { Counters, Engine, PacingLoop, pacingMode, threadSeams } from '../../load/index.js';
import { spreadOf, type Spread } from './spread.js';

/** How long a probe measures, after how long a warm-up. */
export interface ProbeTime {
  readonly warmupNs: number;
  readonly forNs: number;
}

const MESSAGE = Buffer.from('ping');
const CONNECT_WITHIN_NS = 5 * NS_PER_S;

/** Round trips of four bytes through a TCP echo: what the machine and the event loop cost before anyone speaks HTTP. */
export function probeTcpEcho(port: number, nowNs: NowNs, { warmupNs, forNs }: ProbeTime): Promise<Spread> {
  return new Promise((resolve, reject) => {
    const roundTrips: number[] = [];
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.setTimeout(CONNECT_WITHIN_NS / NS_PER_MS, () => socket.destroy(new Error('the TCP echo went silent')));
    let sentNs = 0;
    let fromNs = 0;
    let received = 0;
    socket.on('connect', () => {
      fromNs = nowNs() + warmupNs;
      sentNs = nowNs();
      socket.write(MESSAGE);
    });
    socket.on('data', (bytes) => {
      const now = nowNs();
      received += bytes.length;
      if (received < MESSAGE.length) return;
      received = 0;
      if (sentNs >= fromNs) roundTrips.push(now - sentNs);
      if (now >= fromNs + forNs) {
        socket.destroy();
        resolve(spreadOf(roundTrips));
        return;
      }
      sentNs = nowNs();
      socket.write(MESSAGE);
    });
    socket.on('error', reject);
  });
}

/**
 * Requests for a constant answer by autocannon on one connection. Its histogram counts whole milliseconds, so its
 * `response` event's float milliseconds are taken instead. Without a rate it makes no correction for omission: no
 * sample is invented.
 */
export async function probeHttpNoop(port: number, nowNs: NowNs, { warmupNs, forNs }: ProbeTime): Promise<Spread> {
  // Loaded when it is used: it is large, and most commands never measure.
  const { default: autocannon } = await import('autocannon');
  const roundTrips: number[] = [];
  await new Promise<void>((resolve, reject) => {
    // A second more than is needed: the end is ours, counted from the first answer, for starting takes it a while.
    const cannon = autocannon(
      { url: `http://127.0.0.1:${port}/`, connections: 1, duration: 1 + Math.ceil((warmupNs + forNs) / NS_PER_S) },
      (reason: unknown) => (reason instanceof Error ? reject(reason) : resolve()),
    );
    let fromNs = NaN;
    let over = false;
    cannon.on('response', (_client, statusCode, _bytes, tookMs) => {
      const now = nowNs();
      if (Number.isNaN(fromNs)) fromNs = now + warmupNs;
      if (now >= fromNs && !over && statusCode === 200) roundTrips.push(tookMs * NS_PER_MS);
      if (now < fromNs + forNs || over) return;
      over = true;
      cannon.stop();
    });
  });
  return spreadOf(roundTrips);
}

/** The call that the loopback server answers with the same small result every time. */
export const CONSTANT_CALL: CallSpec = {
  operation: 'tools/call',
  tool: 'constant',
  label: 'constant',
  weight: 1,
  arguments: {},
  expect: { kind: 'text', equals: 'constant' },
  effect: 'none',
  deadlineNs: 5 * NS_PER_S,
  deadlineIsExplicit: true,
  attemptTimeoutNs: null,
  retry: null,
  cancel: true,
};

/** One call at a time in one session. */
export const ONE_SESSION: Protocol = {
  revision: '2025-11-25',
  transport: 'streamable-http',
  sessions: 1,
  headers: {},
  inFlightPerSession: 1,
  propagateDeadline: false,
  trace: null,
  serverStream: false,
  outputSchemas: false,
  overloadCodes: [],
};

/**
 * Response time of our own engine and wire client against a constant MCP answer, paced as the load is: the harness's
 * own floor, with everything a measured call costs but the spool.
 */
export async function probeHarness(
  port: number,
  nowNs: NowNs,
  monotonicEpochNs: string,
  pacing: GeneratorSettings['pacing'],
  { warmupNs, forNs }: ProbeTime,
): Promise<Spread> {
  const ok = outcomeCode('ok');
  const responseTimes: number[] = [];
  const random = seededRandom(1, 'loopbackReference');
  let calls = 0;
  let completed: () => void = () => undefined;
  let engine: Engine | null = null;
  const set = await openChannels({
    target: { kind: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} },
    protocol: ONE_SESSION,
    calls: [CONSTANT_CALL],
    nowNs,
    monotonicEpochNs,
    completed: (slot) => {
      engine?.completed(slot);
      completed();
    },
    event: () => undefined,
  });
  try {
    engine = new Engine({
      calls: [CONSTANT_CALL],
      channels: set.channels,
      inFlightPerSession: 1,
      maxInFlight: 1,
      maxQueued: 1,
      share: { worker: 0, workers: 1, sessions: 1 },
      takeCallId: () => calls++,
      requests: makeRequestGenerator([CONSTANT_CALL], random),
      arrivals: random,
      random,
      counters: new Counters(),
      record: ({ intendedNs, doneNs, outcome, flags }: AttemptSample) => {
        if (outcome === ok && (flags & SAMPLE_FLAGS.warmup) === 0) responseTimes.push(doneNs - intendedNs);
      },
      scheduleLag: () => undefined,
      mark: () => undefined,
    });
    const loop = new PacingLoop(engine, pacingMode(pacing, 1), threadSeams(nowNs), () => undefined);
    completed = () => loop.poke();
    engine.begin(
      { loop: 'closed', phase: 0, concurrency: 1, thinkNs: 0, forNs: warmupNs + forNs },
      Math.ceil(nowNs()),
      warmupNs,
    );
    await loop.run();
  } finally {
    await set.close(NS_PER_S);
  }
  return spreadOf(responseTimes);
}
