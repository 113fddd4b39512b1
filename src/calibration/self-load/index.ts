/**
 * The self-capacity test: the highest rate this machine can offer on time.
 *
 * Owns climbing a ladder of rates, open loop, with the real generator (its thread, its wire client, its record) against
 * a server that does nothing. Does not own: what a rate is good for (`doctor`, `run`).
 */
import { subjectOf } from '../../catalog/index.js';
import { NS_PER_MS, takeEpoch } from '../../clock/index.js';
import { SAMPLE_FLAGS, decodeSpool, outcomeCode, type SampleTables } from '../../record/index.js';
import type { GeneratorSettings, Protocol } from '../../scenario/index.js';
import { pacingMode, startGenerator, type Generator, type PacingMode } from '../../load/index.js';
import { startLoopbackServer } from '../loopback-reference/child.js';
import { CONSTANT_CALL, ONE_SESSION } from '../loopback-reference/probes.js';
import { nearestRank } from '../loopback-reference/spread.js';
import { climb, type Climb, type SelfLoadStep } from './ladder.js';

export { LAG_LIMIT_NS, type SelfLoadStep } from './ladder.js';

/** The result: what each rung showed, and the highest rate held. */
export interface SelfLoad extends Climb {
  readonly pacing: PacingMode;
}

export interface SelfLoadOptions {
  /** Rates tried in this order. Default 500, 1 000, 2 000, 5 000, 10 000, 20 000 a second; none: nothing is started. */
  readonly ratesPerSecond?: readonly number[];
  /** As the load is paced; default `auto`. */
  readonly pacing?: GeneratorSettings['pacing'];
  /** Threads that share the load; default 1. */
  readonly workers?: number;
  /** Aborted to stop at once. */
  readonly abort?: AbortSignal;
  /** A rate is about to be tried. */
  readonly onRate?: (ratePerSecond: number) => void;
}

const RATES_PER_SECOND = [500, 1_000, 2_000, 5_000, 10_000, 20_000] as const;
/** A rung, and the part of its beginning that does not count. */
const RUNG_NS = 1_000 * NS_PER_MS;
const RUNG_WARMUP_NS = 200 * NS_PER_MS;
/** Before the first rung: code is compiled, connections are opened. */
const WARMUP = { ratePerSecond: 2_000, forNs: 500 * NS_PER_MS } as const;
const PROTOCOL: Protocol = { ...ONE_SESSION, sessions: 64, inFlightPerSession: 4 };
const TABLES: SampleTables = {
  phases: ['self-load'],
  calls: [CONSTANT_CALL.label],
  operations: [CONSTANT_CALL.operation],
  tools: [subjectOf(CONSTANT_CALL)],
  deadlinesNs: [CONSTANT_CALL.deadlineNs],
};

/**
 * Measures: about 2 s and one second a rung. Rejects when the server or the generator does not start, and with the
 * signal's reason when it is aborted; leaves no process and no thread behind.
 */
export async function measureSelfLoad(options: SelfLoadOptions = {}): Promise<SelfLoad> {
  const { abort, workers = 1 } = options;
  abort?.throwIfAborted();
  const rates = options.ratesPerSecond ?? RATES_PER_SECOND;
  const pacing = options.pacing ?? 'auto';
  if (rates.length === 0)
    return { steps: [], capacityPerSecond: null, stoppedBy: null, pacing: pacingMode(pacing, workers) };
  const server = await startLoopbackServer();
  let generator: Generator | null = null;
  const stopSending = (): void => generator?.interrupt();
  abort?.addEventListener('abort', stopSending, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    generator = await startGenerator({
      target: { kind: 'http', url: `http://127.0.0.1:${server.httpPort}/mcp`, headers: {} },
      protocol: PROTOCOL,
      calls: [CONSTANT_CALL],
      settings: { pacing, maxInFlight: PROTOCOL.sessions * PROTOCOL.inFlightPerSession, maxQueued: 10_000, workers },
      seed: 1,
      epoch: takeEpoch(),
      phases: TABLES.phases,
      onSpool: (chunk) => chunks.push(chunk),
      onEvent: () => undefined,
      onHealth: () => undefined,
    });
    await offered(generator, WARMUP.ratePerSecond, WARMUP.forNs, 0, abort);
    const climbed = await climb(rates, async (ratePerSecond) => {
      options.onRate?.(ratePerSecond);
      chunks.length = 0;
      await offered(generator as Generator, ratePerSecond, RUNG_NS, RUNG_WARMUP_NS, abort);
      return stepOf(ratePerSecond, chunks);
    });
    return { ...climbed, pacing: generator.pacing };
  } finally {
    abort?.removeEventListener('abort', stopSending);
    await generator?.close();
    await server.stop();
  }
}

async function offered(
  generator: Generator,
  ratePerSecond: number,
  forNs: number,
  warmupNs: number,
  abort: AbortSignal | undefined,
): Promise<void> {
  abort?.throwIfAborted();
  await generator.run(
    { loop: 'open', phase: 0, arrivals: 'constant', stages: [{ label: 'main', ratePerSecond, forNs }] },
    warmupNs,
  );
  abort?.throwIfAborted();
}

/** Reads a rung from its calls' samples. The worker says `finished` after the last chunk, so all of them are here. */
function stepOf(ratePerSecond: number, chunks: readonly Uint8Array[]): SelfLoadStep {
  const { columns } = decodeSpool(Buffer.concat(chunks), TABLES);
  const okCode = outcomeCode('ok');
  const lagsNs: number[] = [];
  const startDelaysNs: number[] = [];
  let calls = 0;
  let ok = 0;
  for (let row = 0; row < columns.length; row++) {
    if (((columns.flags[row] ?? 0) & SAMPLE_FLAGS.warmup) !== 0) continue;
    calls++;
    if (columns.outcome[row] === okCode) ok++;
    const sentNs = columns.sentNs[row] ?? NaN;
    if (Number.isNaN(sentNs)) continue;
    lagsNs.push(sentNs - (columns.admittedNs[row] ?? NaN));
    startDelaysNs.push(sentNs - (columns.intendedNs[row] ?? NaN));
  }
  const [lagP99Ns, startDelayP99Ns] = [nearestRank(lagsNs, 0.99), nearestRank(startDelaysNs, 0.99)];
  return { ratePerSecond, calls, ok, lagP99Ns, startDelayP99Ns };
}
