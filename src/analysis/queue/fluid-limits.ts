/**
 * What a fluid prediction of a drain does not know of: it takes a queue without an end and callers who wait for ever.
 */
import { servicesBehind, gatewaysOnTheWay, targetName, type Stack } from '../../scenario/index.js';
import { type Calls, isCensored } from '../calls/index.js';

/**
 * `bounded-queue`: a mock or gateway on the way turns calls away when its queue is full. `given-up`: callers gave calls
 * up.
 */
export type FluidLimit = 'bounded-queue' | 'given-up';

/** Whether a queue on the way of the calls is known to have an end. */
function boundsQueues(stack: Stack): boolean {
  const name = targetName(stack);
  if (name === null) return false;
  const mocks = servicesBehind(stack, name).filter((service) => service.kind === 'mock');
  return [...mocks, ...gatewaysOnTheWay(stack, name)].some(({ options }) => options.queueCapacity !== null);
}

/**
 * What a drain that began with calls intended from `fromNs` on, and was watched until `untilNs`, has that its
 * prediction lacks.
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
    ...(among.some((i) => within(i) && isCensored(calls, i)) ? (['given-up'] as const) : []),
  ];
}
