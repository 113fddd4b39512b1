/** What an actor of faults does and reports. */
import type { EdgeTimes } from '../toxiproxy/index.js';

/** An edge that was confirmed. */
export interface Edge extends EdgeTimes {
  /** Of a fault in a mock, when it is lifted: how many calls it could have affected, and how many it affected. */
  readonly affected?: { readonly eligible: number; readonly affected: number };
}

/** One fault. `lift` is called only after `set` has resolved. Both reject when the edge is not confirmed. */
export interface FaultActor {
  set(): Promise<Edge>;
  lift(): Promise<Edge>;
}
