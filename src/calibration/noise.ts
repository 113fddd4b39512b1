/** How much others disturb this machine: probed before and after the load, counted in between. */
import { loadavg } from 'node:os';
import { monotonicNow, type MonotonicNs } from '../clock/index.js';
import {
  fromFile,
  increase,
  known,
  number,
  readTcpCounters,
  throttledPeriods,
  unknown,
  type Fact,
  type NoiseReport,
  type NoiseSnapshot,
  type NoiseVerdict,
  type Pressure,
  type SpinResult,
  type TcpCounters,
} from '../envelope/index.js';
import { LINUX, thisSystem, type System } from '../platform/index.js';

/** A gap longer than this is not the loop's own doing. */
const GAP_NS = 200_000n;
const NOISY_SHARE = 0.02;
const CONTENDED_SHARE = 0.1;
const SPIN_MS = 500;
/**
 * One part of a spin, and the lost share below which no other is needed: one time slice of another process is 12 % of a
 * part, and half of what makes a machine noisy is still quiet.
 */
const PART_MS = 25;
const CLEAR_SHARE = NOISY_SHARE / 2;
/**
 * Steps of arithmetic between two readings, some 10 us: a reading leaves a BigInt behind, and reading without a break
 * would make the collector run, whose pauses would then pass for the work of others.
 */
const STEPS_BETWEEN_READINGS = 8_000;
/**
 * Passes of the loop before the first reading. The first four to seven take 0.3 to 1.7 ms each, until V8 has compiled
 * it: gaps of our own, which cost a quiet machine four parts instead of one. Where others have the cores, the compiler
 * takes longer: then until passes are quick, some 50 ms at most.
 */
const LEAST_PASSES = 20;
const MOST_PASSES = 150;
const QUICK_PASS_MS = 0.05;

/** Work that the compiler can't leave out, because its result decides what comes next. */
function workFor(steps: number, state: number): number {
  let mixed = state;
  for (let i = 0; i < steps; i++) mixed = (Math.imul(mixed, 1_664_525) + 1_013_904_223) | 0;
  return mixed;
}

/**
 * Works without a break for `durationMs`, reading the clock every few microseconds, and sums the gaps in which this
 * thread was not running. Blocks the thread for that long; the clock is a seam for tests.
 */
export function spinProbe(durationMs: number, now: () => MonotonicNs = monotonicNow): SpinResult {
  let state = 1;
  for (let pass = 0, isQuick = false; pass < LEAST_PASSES || (!isQuick && pass < MOST_PASSES); pass++) {
    const beganMs = performance.now();
    state = workFor(STEPS_BETWEEN_READINGS, state);
    isQuick = performance.now() - beganMs < QUICK_PASS_MS;
  }
  const start = now();
  const end = start + BigInt(Math.round(durationMs * 1e6));
  let last = start;
  let gaps = 0;
  let longest = 0n;
  let lost = 0n;
  while (last < end) {
    state = workFor(STEPS_BETWEEN_READINGS + (state & 1), state);
    const at = now();
    const gap = at - last;
    if (gap > GAP_NS) {
      gaps++;
      lost += gap;
      if (gap > longest) longest = gap;
    }
    last = at;
  }
  const probedNs = Number(last - start);
  return { probedNs, gaps, longestGapNs: Number(longest), lostShare: probedNs === 0 ? 0 : Number(lost) / probedNs };
}

/** Two spins as one. */
function joined(one: SpinResult, other: SpinResult): SpinResult {
  const probedNs = one.probedNs + other.probedNs;
  const lostNs = one.lostShare * one.probedNs + other.lostShare * other.probedNs;
  return {
    probedNs,
    gaps: one.gaps + other.gaps,
    longestGapNs: Math.max(one.longestGapNs, other.longestGapNs),
    lostShare: probedNs === 0 ? 0 : lostNs / probedNs,
  };
}

/** What a lost share says of a run: its numbers are worth less (2 %), or cannot decide a gate (10 %). */
export function noiseVerdict(lostShare: number): NoiseVerdict {
  if (lostShare >= CONTENDED_SHARE) return 'contended';
  return lostShare >= NOISY_SHARE ? 'noisy' : 'quiet';
}

export interface NoiseProbeOptions {
  readonly system?: System;
  /** Length of a spin in which something is lost; 500 ms by default. */
  readonly spinMs?: number;
  readonly now?: () => MonotonicNs;
}

/** `begin` before the stack is up, `end` after it is down: our own processes must not be what is measured. */
export class NoiseProbe {
  readonly #system: System;
  readonly #spinMs: number;
  readonly #now: () => MonotonicNs;
  #start: { readonly snapshot: NoiseSnapshot; readonly counters: Counters } | null = null;

  constructor(options: NoiseProbeOptions = {}) {
    this.#system = options.system ?? thisSystem;
    this.#spinMs = options.spinMs ?? SPIN_MS;
    this.#now = options.now ?? monotonicNow;
  }

  /** Probes and reads the counters' beginning. Blocks the thread for the spin. Returns what it saw. */
  async begin(): Promise<NoiseSnapshot> {
    const snapshot = await this.#snapshot();
    this.#start = { snapshot, counters: await readCounters(this.#system) };
    return snapshot;
  }

  /** Probes again. Null when there was no `begin`. */
  async end(): Promise<NoiseReport | null> {
    if (this.#start === null) return null;
    const earlier = this.#start.counters;
    const later = await readCounters(this.#system);
    const before = this.#start.snapshot;
    const after = await this.#snapshot();
    return {
      before,
      during: {
        stealShare: cpuShare(earlier.cpu, later.cpu, 'stealTicks'),
        iowaitShare: cpuShare(earlier.cpu, later.cpu, 'iowaitTicks'),
        throttledPeriods: increase(earlier.throttled, later.throttled),
      },
      after,
      verdict: noiseVerdict(Math.max(before.spin.lostShare, after.spin.lostShare)),
      network: {
        tcpRetransmits: increase(earlier.tcp.retransmits, later.tcp.retransmits),
        tcpListenDrops: increase(earlier.tcp.listenDrops, later.tcp.listenDrops),
        tcpResetsSent: increase(earlier.tcp.resetsSent, later.tcp.resetsSent),
      },
    };
  }

  /** Part after part, until little was lost in all of them together or the whole spin is done. */
  #spin(): SpinResult {
    let all = spinProbe(Math.min(PART_MS, this.#spinMs), this.#now);
    while (all.lostShare >= CLEAR_SHARE && all.probedNs < this.#spinMs * 1e6)
      all = joined(all, spinProbe(Math.min(PART_MS, this.#spinMs - all.probedNs / 1e6), this.#now));
    return all;
  }

  async #snapshot(): Promise<NoiseSnapshot> {
    // The averages are read first: the spin would put itself into them.
    const loadAverage1m = await fromFile(this.#system, LINUX.loadAverage, (text) => number(text.split(' ')[0] ?? ''));
    const pressure = await readPressure(this.#system);
    return {
      loadAverage1m:
        loadAverage1m.value === null && this.#system.platform === 'darwin' ? known(loadavg()[0] ?? 0) : loadAverage1m,
      pressure,
      spin: this.#spin(),
    };
  }
}

interface Counters {
  readonly cpu: Fact<CpuTicks>;
  readonly throttled: Fact<number>;
  readonly tcp: TcpCounters;
}

async function readCounters(system: System): Promise<Counters> {
  return {
    cpu: await fromFile(system, LINUX.cpuTimes, cpuTicks),
    throttled: await throttledPeriods(system),
    tcp: await readTcpCounters(system),
  };
}

interface CpuTicks {
  readonly totalTicks: number;
  readonly iowaitTicks: number;
  readonly stealTicks: number;
}

/** First line of Linux's CPU times: user, nice, system, idle, iowait, irq, softirq, steal; two more are in others. */
function cpuTicks(text: string): CpuTicks | null {
  const line = /^cpu +(.*)$/m.exec(text)?.[1];
  const ticks = line?.split(' ').slice(0, 8).map(Number) ?? [];
  const [iowaitTicks, stealTicks] = [ticks[4], ticks[7]];
  if (iowaitTicks === undefined || stealTicks === undefined || !ticks.every(Number.isFinite)) return null;
  return { totalTicks: ticks.reduce((sum, each) => sum + each, 0), iowaitTicks, stealTicks };
}

function cpuShare(earlier: Fact<CpuTicks>, later: Fact<CpuTicks>, part: 'iowaitTicks' | 'stealTicks'): Fact<number> {
  if (earlier.value === null) return earlier;
  if (later.value === null) return later;
  const total = later.value.totalTicks - earlier.value.totalTicks;
  return total <= 0
    ? unknown('no CPU time passed between the probes')
    : known(Math.max(0, later.value[part] - earlier.value[part]) / total);
}

async function readPressure(system: System): Promise<Pressure> {
  const share = (resource: string): Promise<Fact<number>> =>
    fromFile(system, LINUX.pressure(resource), (text) => {
      const percent = /^some avg10=([\d.]+)/m.exec(text)?.[1];
      return percent === undefined ? null : Number(percent) / 100;
    });
  return { cpu: await share('cpu'), memory: await share('memory'), io: await share('io') };
}
