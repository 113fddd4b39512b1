/** Noticing that this process, or its event loop, stood still. */
import { NS_PER_MS, monotonicNow, type MonotonicNs } from '../clock/index.js';

/** A clock that is this much later than expected is a standstill: the core, or the process, was taken away. */
export const STANDSTILL_NS = 10 * NS_PER_MS;
/** A turn of an event loop that begins so much later than expected is late: more than a timer's own error. */
export const LATE_TURN_NS = 1 * NS_PER_MS;

const BEAT_MS = 20;
/** Timers have whole milliseconds. */
const BEAT_NS = BigInt((BEAT_MS + 1) * NS_PER_MS);

/** Looks at the clock fifty times a second as long as this process has other work to wait for. */
export function onStandstill(stoodStill: (fromNs: MonotonicNs, untilNs: MonotonicNs) => void): void {
  let expectedNs = monotonicNow() + BEAT_NS;
  setInterval(() => {
    const now = monotonicNow();
    if (now - expectedNs > STANDSTILL_NS) stoodStill(expectedNs, now);
    expectedNs = now + BEAT_NS;
  }, BEAT_MS).unref();
}
