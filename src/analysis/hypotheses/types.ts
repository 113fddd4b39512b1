/** The verdicts on steady-state hypotheses. Part of the summary. */
import type { BoundUnit, HypothesisMetric } from '../../scenario/index.js';

export type HypothesisVerdict = 'passed' | 'failed' | 'not-judged';

/** One hypothesis on one stretch. */
export interface HypothesisJudgement {
  readonly verdict: HypothesisVerdict;
  /** The number that decided, in the hypothesis' unit; null when there is none. */
  readonly measured: number | null;
  /** What was seen, or why it could not be judged. */
  readonly why: string;
}

export interface HypothesisResult {
  /** As text: `goodput ratio >= 99 %`. */
  readonly text: string;
  readonly metric: HypothesisMetric;
  readonly unit: BoundUnit;
  readonly before: HypothesisJudgement;
  readonly after: HypothesisJudgement;
}

/** The calls intended in [fromNs, toNs) of a phase's schedule. */
export interface HypothesisStretch {
  readonly fromNs: number;
  readonly toNs: number;
  readonly offered: number;
}

/**
 * The hypotheses of one phase with faults.
 *
 * `before`: from the end of the warm-up to one window of the recovery settings before its first fault, because calls of
 * the last window may still be under way when the fault comes. `after`: to the end of the schedule, from the moment on
 * from which every fault is over: where service degraded and recovered, from the recovery on; otherwise one hold time
 * after the end of the fault. Null: there is no such stretch, and every judgement on it has the reason.
 */
export interface PhaseHypotheses {
  readonly phase: string;
  /** Ids of the faults of the phase, in the order in which they came on. */
  readonly faults: readonly string[];
  readonly before: HypothesisStretch | null;
  readonly after: HypothesisStretch | null;
  readonly results: readonly HypothesisResult[];
}
