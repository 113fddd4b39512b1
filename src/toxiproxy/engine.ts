/** A fault engine as a run sees it: links to create, faults to apply and lift, and nothing left behind. */
import type { MonotonicNs } from '../clock/index.js';
import type { EngineDraws } from './embedded/index.js';
import type { FaultLink, LinkOptions } from './fault-link.js';
import type { ProcessKeeper } from '../processes/index.js';
import type { LeftOvers } from './left-overs.js';
import type { EngineState } from './state.js';

/** Which engine serves the links. */
export type EngineChoice =
  /** Ours, as a child process. */
  | { readonly kind: 'embedded' }
  /** The `toxiproxy-server` found on PATH, as a child process. */
  | { readonly kind: 'real-on-path' }
  /** Whatever answers at an address; it is left running. */
  | { readonly kind: 'url'; readonly url: string };

/** What becomes of an engine without having been asked for. */
export type EngineChange =
  /**
   * It did not answer in time, or with 503: from `askedNs` on nothing that it does can be trusted. An engine of ours is
   * killed and started again; one that is not stays as it is, and is reported once.
   */
  | { readonly kind: 'wedged'; readonly askedNs: MonotonicNs; readonly what: string }
  /** An embedded engine of ours stood still, and went on. */
  | { readonly kind: 'stood-still'; readonly fromNs: MonotonicNs; readonly untilNs: MonotonicNs }
  /** A new process has taken its place: the same ports, links and faults, but for those that were being lifted. */
  | { readonly kind: 'restarted' }
  /**
   * The process ended, or could not be started again, or an engine that is not ours can't be reached any more. Nothing
   * takes its place. `lastSeenNs` is when it was last known to answer, null when the moment of its end is known: now.
   */
  | { readonly kind: 'died'; readonly how: string; readonly lastSeenNs: MonotonicNs | null };

export interface FaultEngineOptions {
  readonly choice: EngineChoice;
  /** Decides toxicity and jitter. The real server has no working seed. A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** A line the process wrote. */
  onLog?(line: string): void;
  onChange?(change: EngineChange): void;
  /** Called for each process of ours as soon as there is one, so that it never outlives a run that was killed. */
  readonly keeper?: ProcessKeeper;
  /** Longest wait for an answer before the engine counts as wedged; the default is 5 s. */
  readonly callLimitMs?: number;
}

export interface FaultEngine {
  readonly kind: 'embedded' | 'real';
  /** As `/version` answers. */
  readonly version: string;
  /** True when we started it, and so end it. */
  readonly ours: boolean;
  /** The process that serves now; null for an engine that we did not start. */
  readonly pid: number | null;
  readonly url: string;
  /** Of other runs, on an engine that we did not start. */
  readonly leftOvers: LeftOvers;
  /**
   * Listens on a port (a free one unless given) and passes connections on to `upstream`, as seen from the engine.
   * @throws FaultProxyError when the name or the port is taken or the engine does not answer.
   */
  createLink(name: string, options: LinkOptions): Promise<FaultLink>;
  /** Proxies and toxics as the API lists them now, ours and others. */
  state(): Promise<EngineState>;
  /** What the seed decided so far; null for the real server, which has no seed and does not report it. */
  draws(): Promise<EngineDraws | null>;
  /**
   * Removes every toxic and proxy made here. Idempotent. When the engine does not answer and is ours, its process is
   * ended instead, which removes them too; otherwise FaultProxyError (`fault-left-overs`) names what is left, after
   * everything has been tried.
   */
  removeEverything(): Promise<void>;
  /** Ends the process if it is ours. Idempotent, never throws. */
  stop(): Promise<void>;
}
