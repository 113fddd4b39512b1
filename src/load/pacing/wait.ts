/** The event loop and the ways to let time pass on a real thread. */
import { readlinkSync, writeFileSync } from 'node:fs';
import type { NowNs } from '../../clock/index.js';
import type { LoopSeams, Waiting } from './loop.js';

/**
 * Something a compiler cannot see through, so that the burning is not thrown away. Typed and whole: with a plain number here, whose
 * value leaves the range of small integers, V8 settled on code that took four to five times as long, from some call on and for good.
 */
const sink = new Int32Array([1]);

function spin(rounds: number): void {
  const end = rounds | 0;
  let x = sink[0] as number;
  for (let i = 0; i < end; i = (i + 1) | 0) x = (Math.imul(x, 1664525) + 1013904223) | 0;
  sink[0] = x;
}

const PROBE_ROUNDS = 2_000;
const PROBES = 200;
/** Longest burn without a look at the clock: bounds what a wrong calibration can cost. */
const LONGEST_BURN_NS = 4_000;
/** Every so many burns the loop is timed again: compilers change their mind, and cores their frequency. */
const CALIBRATE_EVERY = 128;

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

/** A spin that keeps its calibration, and a wait on a futex that nobody wakes. */
function threadWaiting(nowNs: NowNs): Waiting {
  let perNs = roundsPerNs(nowNs);
  let burns = 0;
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  return {
    burn: (ns) => {
      const rounds = Math.min(ns, LONGEST_BURN_NS) * perNs;
      if (++burns % CALIBRATE_EVERY !== 0 || rounds < 1_000) {
        spin(rounds);
        return;
      }
      const beganNs = nowNs();
      spin(rounds);
      // Disturbed, it comes out too slow: the next burns are then shorter than they might be, which costs nothing but clock readings.
      perNs = rounds / Math.max(1, nowNs() - beganNs);
    },
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
