/** What can go wrong between a run and its fault engine, as one typed error. */
import { ProblemError, type Advice, type ProblemKind } from '../problem/index.js';

export type FaultProxyFailure =
  /** No answer within the limit: from now on nothing this engine does can be trusted. */
  | 'fault-proxy-wedged'
  /** The process is gone, or its address refuses connections. */
  | 'fault-proxy-gone'
  /** It answered, and refused. */
  | 'fault-proxy-refused'
  /** There is no such program. */
  | 'fault-engine-not-found'
  /** It did not come up, or something else answers in its place. */
  | 'fault-engine-unusable'
  /** Proxies of ours could not be removed from an engine that is not ours. */
  | 'fault-left-overs'
  /** A fault or name that must not be sent. */
  | 'bad-fault';

export class FaultProxyError extends ProblemError {
  readonly failure: FaultProxyFailure;

  constructor(kind: ProblemKind, failure: FaultProxyFailure, advice: Advice) {
    super(kind, { code: failure, ...advice });
    this.name = 'FaultProxyError';
    this.failure = failure;
  }
}

/** An engine that can't serve the run. */
export function unusable(what: string, remedy: string): FaultProxyError {
  return new FaultProxyError('preflight', 'fault-engine-unusable', { what, remedy });
}

/** Whether an engine that stopped answering is what was thrown. */
export function isWedge(thrown: unknown): boolean {
  return thrown instanceof FaultProxyError && thrown.failure === 'fault-proxy-wedged';
}

/** Whether an engine that can't be reached is what was thrown. */
export function isGone(thrown: unknown): boolean {
  return thrown instanceof FaultProxyError && thrown.failure === 'fault-proxy-gone';
}
