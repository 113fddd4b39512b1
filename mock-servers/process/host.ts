/** What a mock may do with the process it runs in. */
export interface MockHost {
  /**
   * An open file to which every effect is written as it is executed, and every call affected by a fault, one line of
   * JSON each (`ledgerLine`, `faultHitLine`): counters that outlive the process.
   */
  readonly ledgerFd: number | null;
  /** The process is there for the mock alone: a thread of the mock's own may wake it on time. */
  readonly alone: boolean;
}

/** In somebody else's process. */
export const GUEST: MockHost = { ledgerFd: null, alone: false };
