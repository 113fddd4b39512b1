/** What a mock may do with the process it runs in. */
export interface MockHost {
  /**
   * An open file that every effect is written to as it is executed, and every strike of a fault as it happens, one line
   * of JSON each, as `GET /plimsoll/ledger` and `/plimsoll/struck` tell them: an account that outlives the process.
   */
  readonly ledgerFd: number | null;
  /** The process is there for the mock alone: a thread of the mock's own may wake it on time. */
  readonly alone: boolean;
}

/** In somebody else's process. */
export const GUEST: MockHost = { ledgerFd: null, alone: false };
