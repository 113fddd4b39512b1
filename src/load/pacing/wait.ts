/** The event loop and the ways to let time pass on a real thread. */
import { readlinkSync, writeFileSync } from 'node:fs';
import type { NowNs } from '../../clock/index.js';
import type { LoopSeams, Waiting } from './loop.js';

/** Something a compiler cannot see through, so that the burning is not thrown away. */
let sink = 1;

function spin(rounds: number): void {
  let x = sink;
  for (let i = 0; i < rounds; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
  sink = x;
}

const PROBE_ROUNDS = 20_000;
const PROBES = 12;

/** Rounds of the spin loop in a nanosecond: from the fastest of several probes, the one least disturbed. */
function roundsPerNs(nowNs: NowNs): number {
  let fastestNs = Infinity;
  for (let probe = 0; probe < PROBES; probe++) {
    const beganNs = nowNs();
    spin(PROBE_ROUNDS);
    fastestNs = Math.min(fastestNs, nowNs() - beganNs);
  }
  return PROBE_ROUNDS / Math.max(1, fastestNs);
}

/** A calibrated spin, and a wait on a futex that nobody wakes. */
function threadWaiting(nowNs: NowNs): Waiting {
  const perNs = roundsPerNs(nowNs);
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  return {
    burn: (ns) => spin(ns * perNs),
    sleep: (ns) => void Atomics.wait(nobody, 0, 0, ns / 1e6),
  };
}

/** The calling thread: its event loop, its timers, its waits. Takes a few milliseconds to calibrate. */
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

/**
 * Asks Linux to wake this thread within a microsecond of the time it asked for, instead of the default 50 us (prctl(2),
 * PR_SET_TIMERSLACK). The calling thread only; true when it was granted. Elsewhere nothing happens.
 */
export function tightenTimerSlack(): boolean {
  try {
    // `/proc/self` would be the main thread; a thread's own directory answers under its thread id.
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1);
    writeFileSync(`/proc/${thread}/timerslack_ns`, '1000');
    return true;
  } catch {
    return false;
  }
}
