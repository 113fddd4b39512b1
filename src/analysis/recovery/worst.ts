/** Which of the recoveries of a run it is about. */
import type { RecoverySummary } from './types.js';

/** The one that ended worst, and of those the one that took longest; null without a fault. */
export function worstRecovery(recoveries: readonly RecoverySummary[]): RecoverySummary | null {
  const kinds = ['not-degraded', 'value', 'unknown', 'not-observed', 'censored'] as const;
  const rank = ({ timeToRecover: { kind } }: RecoverySummary): number => kinds.indexOf(kind);
  const ns = ({ timeToRecover }: RecoverySummary): number => ('ns' in timeToRecover ? timeToRecover.ns : 0);
  const [worst] = [...recoveries].sort((a, b) => rank(b) - rank(a) || ns(b) - ns(a));
  return worst ?? null;
}
