/** How late an open loop's calls may leave the generator. */
import type { CallSpec } from '../../scenario/index.js';

const LAG_FLOOR_NS = 1_000_000;
const LAG_SHARE_OF_DEADLINE = 0.05;

/**
 * Where a test assumes the machine quiet, only a standstill of the generator itself is this late: other work delays
 * calls by tens of milliseconds.
 */
const ASSUMED_LAG_NS = 250_000_000;

/**
 * Schedule lag an open loop of these calls may have at p99: 1 ms, or 5 % of the smallest deadline that the scenario
 * gives when that is more; at least 250 ms where the machine is assumed quiet and not measured.
 */
export function lagLimitNs(
  calls: readonly Pick<CallSpec, 'deadlineNs' | 'deadlineIsExplicit'>[],
  machineAssumed = false,
): number {
  const deadlines = calls.filter((call) => call.deadlineIsExplicit).map((call) => call.deadlineNs);
  const leastNs = machineAssumed ? ASSUMED_LAG_NS : LAG_FLOOR_NS;
  return deadlines.length === 0 ? leastNs : Math.max(leastNs, LAG_SHARE_OF_DEADLINE * Math.min(...deadlines));
}
