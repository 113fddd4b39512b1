/** Blocking an event loop until a moment, and what that costs. */
import { NS_PER_MS, NS_PER_US, type NowNs, type RunNs } from '../../src/clock/index.js';

export interface Wake {
  /** How long waking takes, most of the time: ask for so much before the moment. */
  readonly leadNs: number;
  /** A shorter time than this is not worth asking for, or can't be. */
  readonly leastNs: number;
  /** Runs `run` from the event loop at about `atNs`, up to a millisecond early or late; the result takes it back. */
  at(atNs: RunNs, run: () => void): () => void;
}

/** How late a timer usually is on a quiet machine. */
const TIMER_LEAD_NS = 100 * NS_PER_US;
/** Past 2^31 ms Node fires at once. */
const LONGEST_TIMER_MS = 0x7fff_ffff;

/** Node's timers: whole milliseconds. What is more than 24 days away comes early. */
export function timerWake(nowNs: NowNs): Wake {
  return {
    leadNs: TIMER_LEAD_NS,
    leastNs: NS_PER_MS,
    at: (atNs, run) => {
      const timer = setTimeout(run, Math.min(LONGEST_TIMER_MS, Math.floor((atNs - nowNs()) / NS_PER_MS)));
      return () => clearTimeout(timer);
    },
  };
}
