/** Probes of this process that no other room makes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NS_PER_MS, monotonicNow } from '../../clock/index.js';

const BATCHES = 20;
const READINGS = 500;

/** What one reading of the clock costs, in nanoseconds: the quickest of several batches, so without interruptions. */
export function clockReadingNs(): number {
  let quickest = Infinity;
  for (let batch = 0; batch < BATCHES; batch++) {
    const start = monotonicNow();
    for (let reading = 1; reading < READINGS; reading++) monotonicNow();
    quickest = Math.min(quickest, Number(monotonicNow() - start) / READINGS);
  }
  return quickest;
}

const TIMERS = 200;
const TIMER_MS = 2;

/** How much later than asked for timers come, in nanoseconds; about half a second of them, one after another. */
export async function timerLatenessNs(abort: AbortSignal): Promise<readonly number[]> {
  const latenessNs: number[] = [];
  for (let timer = 0; timer < TIMERS; timer++) {
    abort.throwIfAborted();
    const start = monotonicNow();
    await sleep(TIMER_MS);
    latenessNs.push(Number(monotonicNow() - start) - TIMER_MS * NS_PER_MS);
  }
  return latenessNs;
}
