/** What disturbs this machine now. Pure judgements over probes that were made before. */
import { duration, percent } from '../../format/index.js';
import { nearestRank } from '../loopback-reference/spread.js';
import { noiseVerdict } from '../noise.js';
import type { Fact, NoiseSnapshot, SpinResult } from '../../envelope/index.js';
import { fail, ok, unknown, warn, type Check } from './check.js';

const QUIETEN = 'stop what else runs here, or measure elsewhere';

/** Shares of the last ten seconds in which some task had to wait for the resource. */
const PRESSED_SHARE = { cpu: 0.1, memory: 0.01, io: 0.1 } as const;

/** Pressure by itself fails nothing: it says who waits, not that we did. */
export function judgePressure(pressure: NoiseSnapshot['pressure']): Check {
  const shares: string[] = [];
  let pressed = false;
  let reason = '';
  for (const resource of ['cpu', 'memory', 'io'] as const) {
    const share = pressure[resource];
    if (share.value === null) reason = share.reason;
    else {
      shares.push(`${resource} ${percent(share.value)}`);
      pressed ||= share.value >= PRESSED_SHARE[resource];
    }
  }
  if (shares.length === 0) return unknown('machine-pressure', reason);
  const saw = `tasks waited in the last ten seconds: ${shares.join(', ')}`;
  return pressed ? warn('machine-pressure', saw, QUIETEN) : ok('machine-pressure', saw);
}

const STOLEN_WARN = 0.01;
const STOLEN_FAIL = 0.1;

/** Share of all CPU time that the hypervisor gave to others while the doctor probed. */
export function judgeSteal(share: Fact<number>): Check {
  if (share.value === null) return unknown('cpu-steal', share.reason);
  const saw = `${percent(share.value)} of the CPU time went to other virtual machines`;
  const remedy = 'use a machine with CPUs of its own';
  if (share.value >= STOLEN_FAIL) return fail('cpu-steal', saw, remedy);
  return share.value >= STOLEN_WARN ? warn('cpu-steal', saw, remedy) : ok('cpu-steal', saw);
}

/** The worse of several spins, by the bounds runs are judged by: 2 % lost is noisy, 10 % contended. */
export function judgeSpin(spins: readonly SpinResult[]): Check {
  const [worst] = [...spins].sort((a, b) => b.lostShare - a.lostShare);
  if (worst === undefined) return unknown('other-processes', 'not probed');
  const stalls = `${worst.gaps} stalls, the longest ${duration(worst.longestGapNs)}`;
  const saw = `${percent(worst.lostShare)} of the time used by other processes (${stalls})`;
  switch (noiseVerdict(worst.lostShare)) {
    case 'quiet':
      return ok('other-processes', saw);
    case 'noisy':
      return warn('other-processes', `${saw}: a noisy machine`, QUIETEN);
    case 'contended':
      return fail('other-processes', `${saw}: a contended machine, on which no gate can be decided`, QUIETEN);
  }
}

/** Node.js rounds timers to whole milliseconds: the least. The generator does not trust them for the last 1.5 ms. */
const LATE_WARN_NS = 2e6;
const LATE_FAIL_NS = 20e6;

/** How much later than asked for timers came, in nanoseconds, any order. */
export function judgeTimers(latenessNs: readonly number[]): Check {
  const p99 = nearestRank(latenessNs, 0.99);
  if (p99 === null) return unknown('timer-lateness', 'not probed');
  const saw = `${latenessNs.length} timers, late by ${duration(Math.max(0, p99))} at p99`;
  if (p99 >= LATE_FAIL_NS) return fail('timer-lateness', saw, QUIETEN);
  return p99 >= LATE_WARN_NS ? warn('timer-lateness', saw, QUIETEN) : ok('timer-lateness', saw);
}
