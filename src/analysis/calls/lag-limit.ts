/** How late an open loop's calls may leave the generator. */
import type { CallSpec } from '../../scenario/index.js';

const LAG_FLOOR_NS = 1_000_000;
const LAG_SHARE_OF_DEADLINE = 0.05;

/**
 * Schedule lag an open loop of these calls may have at p99: 1 ms, or 5 % of the smallest stated deadline when that is
 * more.
 */
export function lagLimitNs(calls: readonly Pick<CallSpec, 'deadlineNs' | 'deadlineIsExplicit'>[]): number {
  const stated = calls.filter((call) => call.deadlineIsExplicit).map((call) => call.deadlineNs);
  return stated.length === 0 ? LAG_FLOOR_NS : Math.max(LAG_FLOOR_NS, LAG_SHARE_OF_DEADLINE * Math.min(...stated));
}
