/** Prefix of everything that a mock serves beside MCP, on the same port; so no MCP endpoint may be below it. */
export const CONTROL_PREFIX = '/plimsoll/';

/** Paths of the control API. The rows are NDJSON, the state and the faults JSON. */
export const CONTROL_PATHS = {
  /** GET: one line a call (`truthLine`; of a gateway `gatewayTruthLine`). */
  truth: `${CONTROL_PREFIX}truth`,
  /** GET: one line a side effect (`ledgerLine`). */
  ledger: `${CONTROL_PREFIX}ledger`,
  /** GET: one line an affected call (`faultHitLine`). */
  faultHits: `${CONTROL_PREFIX}fault-hits`,
  /** GET: `mockState`. */
  state: `${CONTROL_PREFIX}state`,
  /** GET: all faults; POST: sets one; DELETE of `/ID` below it: lifts one. */
  faults: `${CONTROL_PREFIX}faults`,
  /** POST: forgets calls and effects, not faults and what they affected. */
  reset: `${CONTROL_PREFIX}reset`,
  /** GET, of a gateway: one line a window (`gatewayWindow`). */
  windows: `${CONTROL_PREFIX}windows`,
} as const;
