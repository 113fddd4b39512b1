/** Probes and whole searches of simulated servers (first in, first out; Lindley), judged by the real judge. */
import type { ProbeSlice } from '../../src/analysis/index.js';
import {
  CapacitySearch,
  coolDownNs,
  judgeProbe,
  probeSegment,
  type JudgedProbe,
  type ProbeOrder,
  type SearchBounds,
  type SearchResult,
} from '../../src/capacity/index.js';
import { seededRandom, type Random } from '../../src/random/index.js';
import { columnsOf, type Attempt } from '../analysis/fixtures/record.js';
import { MS, S, callSpec } from '../analysis/fixtures/scenario.js';
import { constantArrivals, poissonArrivals, serve, type Server } from '../analysis/fixtures/simulation.js';

export const SLOPE_LIMIT = 10 * MS;

export interface SimulatedProbe {
  readonly order: ProbeOrder;
  readonly stepNs: number;
  readonly server: Server;
  readonly arrivals?: 'constant' | 'poisson';
  readonly deadlineNs?: number;
  readonly random?: Random;
  readonly slopeLimitNsPerSecond?: number;
  readonly change?: (attempts: Attempt[]) => Attempt[];
  /** The generator stands still from `atNs` into the probe: nothing is sent, and no answer is read. */
  readonly standstill?: { readonly atNs: number; readonly forNs: number };
}

/** Simulates a probe and judges it; `tookNs`: to its last answer. */
export function probed(probe: SimulatedProbe): JudgedProbe & { readonly tookNs: number } {
  const {
    order,
    stepNs,
    arrivals = 'constant',
    server,
    deadlineNs = 5 * S,
    random = seededRandom(1),
    slopeLimitNsPerSecond = SLOPE_LIMIT,
    change = (attempts) => attempts,
    standstill,
  } = probe;
  const { segment, warmupNs } = probeSegment({ arrivals, stepNs }, 2, order, 0);
  const [{ forNs }] = segment.stages;
  const startNs = 100 * S;
  const due =
    arrivals === 'constant'
      ? constantArrivals(segment.stages)
      : poissonArrivals(order.ratePerSecond, forNs, random.fork('arrivals'));
  const heldNs = (ns: number): number =>
    standstill !== undefined && ns >= standstill.atNs && ns < standstill.atNs + standstill.forNs
      ? standstill.atNs + standstill.forNs
      : ns;
  const sent = due.map((arrival) => ({ ...arrival, atNs: heldNs(arrival.atNs) }));
  const calls = serve(sent, server).map((served, n): Attempt => {
    const intendedNs = due[n]?.atNs ?? NaN;
    const attempt = { ...served, intendedNs, doneNs: heldNs(served.doneNs) };
    const late = attempt.doneNs > attempt.intendedNs + deadlineNs;
    const at = (ns: number | undefined) => (ns === undefined ? {} : ns + startNs);
    const stamps = Object.fromEntries(
      (['receivedNs', 'startedNs', 'finishedNs'] as const).flatMap((name) =>
        attempt[name] === undefined || late ? [] : [[name, at(attempt[name])]],
      ),
    );
    return {
      callId: 7_000 + attempt.callId,
      phase: 2,
      intendedNs: attempt.intendedNs + startNs,
      sentNs: heldNs(attempt.intendedNs) + startNs,
      doneNs: startNs + (late ? attempt.intendedNs + deadlineNs : attempt.doneNs),
      outcome: late ? 'deadline' : 'ok',
      warmup: attempt.intendedNs < warmupNs,
      ...stamps,
    };
  });
  const attempts = change(calls);
  const slice: ProbeSlice = {
    startNs,
    measuredFromNs: startNs + warmupNs,
    scheduledEndNs: startNs + forNs,
    offered: calls.length,
    samples: columnsOf(attempts),
    specs: [callSpec('search', { deadlineNs, deadlineIsExplicit: false })],
    events:
      standstill === undefined
        ? []
        : [
            {
              ...{ type: 'standstill', of: 'generator', worker: 0 },
              ...{ atNs: startNs + standstill.atNs, lengthNs: standstill.forNs },
            },
          ],
  };
  const drainedNs = attempts.reduce((latest, { doneNs }) => Math.max(latest, doneNs), startNs + forNs);
  return {
    ...judgeProbe(slice, { ratePerSecond: order.ratePerSecond, arrivals, slopeLimitNsPerSecond }),
    tookNs: drainedNs - startNs,
  };
}

/** The same departures, but each serves any of the calls that wait, as drawn, and not the one that came first. */
export function servedInAnyOrder(attempts: readonly Attempt[], random: Random): Attempt[] {
  const departures = attempts.map(({ doneNs }) => doneNs).sort((a, b) => a - b);
  const serviceNs = Math.min(...attempts.map(({ doneNs, intendedNs }) => doneNs - intendedNs));
  const waiting: Attempt[] = [];
  let next = 0;
  return departures
    .map((doneNs): Attempt => {
      for (let due = attempts[next]; due !== undefined && due.intendedNs <= doneNs - serviceNs; due = attempts[next]) {
        waiting.push(due);
        next++;
      }
      const [served] = waiting.splice(random.below(waiting.length), 1);
      if (served === undefined) throw new Error('a departure without a call that waits');
      return { ...served, doneNs };
    })
    .sort((a, b) => a.intendedNs - b.intendedNs);
}

export interface SimulatedTarget {
  readonly name: string;
  readonly workers: number;
  readonly stamps: boolean;
  /** Mean and a draw of the service time. */
  readonly meanNs: number;
  readonly draw: (random: Random) => number;
  /** Widest interval allowed, failed / passed - 1. */
  readonly width: number;
  /** Whose turn it is: default, of the call that came first. */
  readonly order?: 'any';
}

const standardNormal = (random: Random): number =>
  Math.sqrt(2 * random.exponential(1)) * Math.cos(2 * Math.PI * random.next());
/** p50 and p99 of a log-normal service time. */
const logNormal = (p50Ns: number, p99Ns: number) => {
  const sigma = Math.log(p99Ns / p50Ns) / 2.326348;
  return {
    meanNs: p50Ns * Math.exp(sigma ** 2 / 2),
    draw: (random: Random) => p50Ns * Math.exp(sigma * standardNormal(random)),
  };
};
const constant = (ns: number) => ({ meanNs: ns, draw: () => ns });
const twoPoint = (shortNs: number, longNs: number, longShare: number) => ({
  meanNs: shortNs + longShare * (longNs - shortNs),
  draw: (random: Random) => (random.next() < longShare ? longNs : shortNs),
});

export const TARGETS: readonly SimulatedTarget[] = [
  { name: 'constant 25 ms, 4 workers', workers: 4, stamps: true, ...constant(25 * MS), width: 0.15 },
  { name: 'constant 8 ms, no stamps', workers: 1, stamps: false, ...constant(8 * MS), width: 0.15 },
  { name: 'log-normal 8/30 ms', workers: 1, stamps: true, ...logNormal(8 * MS, 30 * MS), width: 0.25 },
  { name: 'log-normal 8/30 ms, 4 workers', workers: 4, stamps: false, ...logNormal(8 * MS, 30 * MS), width: 0.25 },
  { name: 'two-point 5/20 ms', workers: 1, stamps: false, ...twoPoint(5 * MS, 20 * MS, 0.2), width: 0.25 },
  { name: 'two-point 10/50 ms, 2 workers', workers: 2, stamps: true, ...twoPoint(10 * MS, 50 * MS, 0.1), width: 0.25 },
];

export const BOUNDS: SearchBounds = {
  between: { lowPerSecond: 50, highPerSecond: 2000 },
  slopeLimitNsPerSecond: SLOPE_LIMIT,
  resolution: 0.1,
  confirmations: 1,
  stepNs: 4 * S,
  longestSteps: 4,
  budgetNs: 60 * S,
};

export interface SimulatedSearch {
  readonly result: SearchResult;
  readonly truthPerSecond: number;
  readonly tookNs: number;
  readonly probes: readonly (JudgedProbe & { readonly order: ProbeOrder })[];
}

/** The whole search of a target; time is that of the simulation. */
export function searchedTarget(
  target: SimulatedTarget,
  seed: number,
  arrivals: 'constant' | 'poisson' = 'constant',
  bounds: SearchBounds = BOUNDS,
  detailsOf: (probe: number) => Pick<SimulatedProbe, 'standstill' | 'deadlineNs'> = () => ({}),
): SimulatedSearch {
  const search = new CapacitySearch(bounds);
  const probes: (JudgedProbe & { readonly order: ProbeOrder })[] = [];
  let tookNs = 0;
  let pauseNs = 0;
  for (;;) {
    const step = search.next(tookNs + pauseNs);
    // Nothing is waited for that no probe follows.
    if (step.kind === 'end')
      return { result: step.result, truthPerSecond: (target.workers * S) / target.meanNs, tookNs, probes };
    const random = seededRandom(seed, `${target.name} ${probes.length}`);
    const service = random.fork('service');
    const judged = probed({
      order: step.order,
      stepNs: bounds.stepNs,
      arrivals,
      random,
      ...detailsOf(probes.length),
      ...(target.order === 'any'
        ? { change: (attempts: Attempt[]) => servedInAnyOrder(attempts, random.fork('order')) }
        : {}),
      server: { workers: target.workers, stamps: target.stamps, serviceNs: () => target.draw(service) },
    });
    search.learn(judged);
    probes.push({ ...judged, order: step.order });
    tookNs += pauseNs + judged.tookNs;
    pauseNs = coolDownNs(judged.evidence, bounds.stepNs);
  }
}
