/** The shape of a probe: a short open loop at one rate, its head left out, and a pause behind it. */
import { NS_PER_MS, NS_PER_S } from '../clock/index.js';
import type { Search } from '../catalog/index.js';
import type { LoadSegment } from '../plan/index.js';
import type { ProbeEvidence, ProbePurpose } from '../record/index.js';

export interface ProbeOrder {
  readonly ratePerSecond: number;
  readonly purpose: ProbePurpose;
  /** Length in multiples of the phase's step: a half, 1, 2 and so on to the longest. */
  readonly steps: number;
}

/** Share of a probe that is warm-up: connections and queues settle into the new rate. */
export const WARMUP_SHARE = 0.2;

/** What the generator is asked to run for one probe. */
export interface ProbeSegment {
  readonly segment: Extract<LoadSegment, { loop: 'open' }>;
  readonly warmupNs: number;
}

/** The segment of probe number `probe`, from 0, of capacity phase number `phaseIndex`. */
export function probeSegment(
  search: Pick<Search, 'arrivals' | 'stepNs'>,
  phaseIndex: number,
  order: ProbeOrder,
  probe: number,
): ProbeSegment {
  const forNs = search.stepNs * order.steps;
  return {
    segment: {
      loop: 'open',
      phase: phaseIndex,
      arrivals: search.arrivals,
      stages: [{ label: `probe ${probe + 1}`, ratePerSecond: order.ratePerSecond, forNs }],
      firstStage: probe,
    },
    warmupNs: Math.round(forNs * WARMUP_SHARE),
  };
}

const PAUSE_SHARE = 0.1;
const SHORTEST_PAUSE_NS = 250 * NS_PER_MS;
const LONGEST_PAUSE_NS = 2 * NS_PER_S;
const LONGEST_COOL_DOWN_NS = 30 * NS_PER_S;

/**
 * Pause between a probe's last answer and the next probe. All calls are answered or given up by then, but a target that
 * does not drop what was given up works on it still, and would fail the next probe for the sins of this one: so those
 * calls get the time they take at the rate of completions just seen. At most 30 s.
 */
export function coolDownNs(evidence: Pick<ProbeEvidence, 'abandoned' | 'completedPerSecond'>, stepNs: number): number {
  const pauseNs = Math.min(LONGEST_PAUSE_NS, Math.max(SHORTEST_PAUSE_NS, stepNs * PAUSE_SHARE));
  const leftOverNs = (evidence.abandoned / Math.max(1, evidence.completedPerSecond)) * NS_PER_S;
  return Math.min(LONGEST_COOL_DOWN_NS, pauseNs + leftOverNs);
}
