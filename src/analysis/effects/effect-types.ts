/** The account of side effects. */

export interface EffectCounts {
  /** Logical calls with `effect: exactly-once`. */
  readonly calls: number;
  readonly exactlyOnce: number;
  /** Sum of max(0, n - 1). */
  readonly duplicates: number;
  /** Acknowledged, never executed. */
  readonly lost: number;
  /** Executed at least once, but the caller saw a failure. */
  readonly orphans: number;
}

/** Effects over the whole run, warm-up included: a booking made twice while warming up is still made twice. */
export interface EffectSummary extends EffectCounts {
  /** Executions in the ledger that named no call of this run, such as those of the preflight. */
  readonly unattributed: number;
  /** The same by phase and call label; only slices with calls. */
  readonly slices: readonly (EffectCounts & { readonly phase: string; readonly label: string })[];
}
