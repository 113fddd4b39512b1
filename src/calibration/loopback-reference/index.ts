/**
 * The loopback reference: what of a floor latency is the machine's and what is the harness's.
 *
 * Owns three probes against a server that does nothing, on loopback, one call in flight: TCP echo, HTTP no-op, our own
 * client. Does not own: the floor of the target (that is a phase), or what is said about it (`analysis`, `report`).
 */
import { NS_PER_S, clockFrom, monotonicNow } from '../../clock/index.js';
import type { GeneratorSettings } from '../../scenario/index.js';
import { startLoopbackServer } from './child.js';
import { probeHarness, probeHttpNoop, probeTcpEcho } from './probes.js';
import type { Spread } from './spread.js';

export type { Spread } from './spread.js';

/** Round-trip and response times in nanoseconds, one call in flight. */
export interface LoopbackReference {
  readonly tcpEchoNs: Spread;
  readonly httpNoopNs: Spread;
  /** The engine and wire client of the load itself, against a constant MCP answer. */
  readonly harnessNs: Spread;
}

export interface LoopbackReferenceOptions {
  /** Length of each of the three probes, in nanoseconds; a fifth of it more is warm-up. Default 1 s. */
  readonly forNs?: number;
  /** As the load is paced; default `auto`. */
  readonly pacing?: GeneratorSettings['pacing'];
}

/** Takes about 3.6 s by default. Rejects when its server does not start; leaves no process behind. */
export async function measureLoopbackReference(options: LoopbackReferenceOptions = {}): Promise<LoopbackReference> {
  const forNs = options.forNs ?? NS_PER_S;
  const time = { forNs, warmupNs: forNs / 5 };
  const epochNs = monotonicNow();
  const nowNs = clockFrom(epochNs);
  const server = await startLoopbackServer();
  try {
    const tcpEchoNs = await probeTcpEcho(server.tcpPort, nowNs, time);
    const httpNoopNs = await probeHttpNoop(server.httpPort, nowNs, time);
    const harnessNs = await probeHarness(server.httpPort, nowNs, epochNs.toString(), options.pacing ?? 'auto', time);
    return { tcpEchoNs, httpNoopNs, harnessNs };
  } finally {
    await server.stop();
  }
}
