/** The ladder of the self-capacity test: which rate is tried next, and what a rung says. Pure. */
import { NS_PER_MS } from '../../clock/index.js';

/** A generator whose schedule lag p99 reaches this is late: the bound a run is judged by as well. */
export const LAG_LIMIT_NS = NS_PER_MS;

/** What one rung of the ladder was seen to do. */
export interface SelfLoadStep {
  readonly ratePerSecond: number;
  /** Calls that count: those after the warm-up. */
  readonly calls: number;
  /** Of those, the ones that were answered rightly. */
  readonly ok: number;
  /** Schedule lag at p99, from admission to send: the generator's own lateness. Null when nothing was sent. */
  readonly lagP99Ns: number | null;
  /** From the intended start to the send at p99: lag and the wait for a free connection. Null when nothing was sent. */
  readonly startDelayP99Ns: number | null;
}

/** `late`: the generator could not keep its schedule. `target`: it could, but what it is measured against could not. */
export type RungVerdict = 'held' | 'late' | 'target';

/** What a rung says of its rate. */
export function rungVerdict({ calls, ok, lagP99Ns, startDelayP99Ns }: SelfLoadStep): RungVerdict {
  if (lagP99Ns === null || lagP99Ns >= LAG_LIMIT_NS) return 'late';
  return ok < calls || startDelayP99Ns === null || startDelayP99Ns >= LAG_LIMIT_NS ? 'target' : 'held';
}

export interface Climb {
  /** Every rung tried, in order; a rate that was not held the first time is there twice. */
  readonly steps: readonly SelfLoadStep[];
  /** The highest rate that was held; null when the lowest was not. */
  readonly capacityPerSecond: number | null;
  /** Why the next rate was not held; null when the whole ladder was. */
  readonly stoppedBy: Exclude<RungVerdict, 'held'> | null;
}

/**
 * Climbs until a rate is not held twice running. A second try, because one stall of ten milliseconds by another process
 * decides the p99 of a second, and says nothing about the rate.
 */
export async function climb(
  ratesPerSecond: readonly number[],
  attempt: (ratePerSecond: number) => Promise<SelfLoadStep>,
): Promise<Climb> {
  const steps: SelfLoadStep[] = [];
  let capacityPerSecond: number | null = null;
  for (const ratePerSecond of ratesPerSecond) {
    let verdict: RungVerdict = 'late';
    for (let tries = 0; tries < 2 && verdict !== 'held'; tries++) {
      const step = await attempt(ratePerSecond);
      steps.push(step);
      verdict = rungVerdict(step);
    }
    if (verdict !== 'held') return { steps, capacityPerSecond, stoppedBy: verdict };
    capacityPerSecond = ratePerSecond;
  }
  return { steps, capacityPerSecond, stoppedBy: null };
}
