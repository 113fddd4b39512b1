/**
 * What the fluid model of a drain ignores: it assumes an unbounded queue, and callers that never time out.
 */
import { servicesBehind, gatewaysOnTheWay, targetName, type Stack } from '../../scenario/index.js';
import { type Calls, isGivenUp } from '../../record/index.js';

/**
 * `bounded-queue`: a mock or gateway on the path sheds calls when its queue is full. `timeouts`: callers gave calls up.
 */
export type FluidLimit = 'bounded-queue' | 'timeouts';

/** Whether a queue on the path of the calls is known to be bounded. */
function boundsQueues(stack: Stack): boolean {
  const name = targetName(stack);
  if (name === null) return false;
  const mocks = servicesBehind(stack, name).filter((service) => service.kind === 'mock');
  return [...mocks, ...gatewaysOnTheWay(stack, name)].some(({ options }) => options.queueCapacity !== null);
}

/**
 * What the fluid model ignored in a drain of calls intended from `fromNs` on and observed until `untilNs`.
 */
export function fluidLimits(
  stack: Stack,
  calls: Calls,
  among: Uint32Array,
  fromNs: number,
  untilNs: number,
): readonly FluidLimit[] {
  const within = (i: number): boolean =>
    (calls.intendedNs[i] ?? NaN) >= fromNs && (calls.intendedNs[i] ?? NaN) < untilNs;
  return [
    ...(boundsQueues(stack) ? (['bounded-queue'] as const) : []),
    ...(among.some((i) => within(i) && isGivenUp(calls, i)) ? (['timeouts'] as const) : []),
  ];
}
