/** The event loop and the ways to let time pass on a real thread. */
import type { NowNs } from '../../clock/index.js';
import type { LoopSeams, Waiting } from './loop.js';

/**
 * Waits by reading the clock until it is time, or on a futex that is never woken.
 *
 * The readings are compared in the loop that takes them: compiled, it keeps them in registers and leaves no garbage,
 * however often it reads; `test/load/garbage` counts the collections. Nothing is calibrated: a loop that burns time by
 * counting rounds is as wrong as its calibration.
 */
function threadWaiting(nowNs: NowNs): Waiting {
  const neverWoken = new Int32Array(new SharedArrayBuffer(4));
  return {
    until: (untilNs) => {
      while (nowNs() < untilNs);
    },
    sleep: (ns) => void Atomics.wait(neverWoken, 0, 0, ns / 1e6),
  };
}

/** The calling thread: its event loop, its timers, its waits. */
export function threadSeams(nowNs: NowNs): LoopSeams {
  return {
    nowNs,
    waiting: threadWaiting(nowNs),
    soon: (turn) => void setImmediate(turn),
    later: (turn, ms) => {
      const timer = setTimeout(turn, ms);
      return () => clearTimeout(timer);
    },
  };
}
