/** What is broken, when, and by whom. */
import type { MockFault } from '../../protocol/index.js';
import type { LinkFault } from '../../toxiproxy/fault.js';

/** What is done to the process of a service that the run has started. */
export type ProcessFaultType =
  /** SIGKILL; started again on the same port when it is lifted. */
  | 'kill'
  /** SIGSTOP; SIGCONT when it is lifted. */
  | 'freeze'
  /** SIGTERM, SIGKILL after a grace; started again on the same port when it is lifted. */
  | 'restart'
  /** Restarted at once, and held from when it is ready until it is lifted. */
  | 'slow-start'
  /** As `kill`, and it may never come back. */
  | 'gone';

export interface ProcessFault {
  readonly type: ProcessFaultType;
}

export type FaultType = LinkFault['type'] | MockFault['kind'] | ProcessFaultType;

interface FaultTimes {
  readonly id: string;
  readonly phase: string;
  readonly type: FaultType;
  /** Name of the link or service. */
  readonly on: string;
  /** From the start of the phase's first segment. */
  readonly atNs: number;
  /** Null: to the end of the run (`gone` only). */
  readonly forNs: number | null;
}

/**
 * A fault during one phase, and who makes it happen: the fault engine, the mock itself, or the supervisor of processes.
 */
export type Fault =
  | (FaultTimes & { readonly place: 'link'; readonly fault: LinkFault })
  | (FaultTimes & { readonly place: 'mock'; readonly fault: MockFault })
  | (FaultTimes & { readonly place: 'process'; readonly fault: ProcessFault });
