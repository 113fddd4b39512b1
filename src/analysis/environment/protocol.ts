/** How the target was spoken to, and what it said of its lists. */
import type { RunInput } from '../input.js';
import { spokenRevisionOf } from './facts.js';

export interface ProtocolSummary {
  /** Revision of MCP that the target spoke when it was examined before the run; null when that is not known. */
  readonly revision: string | null;
  readonly transport: 'streamable-http' | 'http-sse' | 'stdio';
  /** Whose client made the calls: the one that is made for load, or that of the official SDK. */
  readonly driver: 'wire' | 'sdk';
  /**
   * How long the tool list may be kept, and for whom, as its first page said before the run (MCP 2026-07-28, Caching);
   * null where it said nothing that is valid, as no list of a revision with sessions does.
   */
  readonly toolListKept: {
    readonly ttlMs: number;
    /** private: for the client that asked. */
    readonly scope: 'public' | 'private';
  } | null;
}

export function protocolOf({ record: { envelope, events }, plan }: RunInput): ProtocolSummary {
  const { transport, driver = 'wire' } = plan.scenario.protocol;
  const preflight = events.find((event) => event.type === 'preflight');
  const { ttlMs, scope } = preflight?.toolListKept ?? {};
  const toolListKept = ttlMs === undefined || scope === undefined ? null : { ttlMs, scope };
  return { revision: spokenRevisionOf(envelope), transport, driver, toolListKept };
}
