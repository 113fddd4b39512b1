/** Verdicts on the steady-state hypotheses of each phase with faults. */
import type { Hypothesis, RecoverySettings } from '../../scenario/index.js';
import { hypothesisText } from '../../catalog/index.js';
import { type Judged, deciding, judge } from '../bounds/index.js';
import { select } from '../calls/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import type { FaultEdges, RecoverySummary } from '../recovery/index.js';
import { type RunReadings, type Stretch, readingsIn } from './readings.js';
import { type Bounds, boundsAfter, boundsBefore } from './stretches.js';
import type { HypothesisJudgement, HypothesisStretch, PhaseHypotheses } from './types.js';

export interface HypothesesInput extends RunReadings {
  readonly hypotheses: readonly Hypothesis[];
  readonly phases: readonly AnalysedPhase[];
  /** Indices of phases a fault was planned in. */
  readonly faultyPhases: readonly number[];
  readonly edges: readonly FaultEdges[];
  readonly recoveries: readonly RecoverySummary[];
  readonly settings: RecoverySettings;
}

const VERDICTS = { pass: 'passed', regress: 'failed', inconclusive: 'not-judged' } as const satisfies Record<
  Judged['verdict'],
  HypothesisJudgement['verdict']
>;

/** A missing number leaves the hypothesis unjudged, unless another number fails it. */
function judgeIn(hypothesis: Hypothesis, stretch: Stretch, run: RunReadings): HypothesisJudgement {
  const readings = readingsIn(hypothesis, stretch, run);
  const judged = readings.filter(({ kind }) => kind !== 'absent').map((reading) => judge(hypothesis, reading));
  const decided = judged.length === 0 ? null : deciding(hypothesis, judged);
  const missing = readings.find((reading) => reading.kind === 'absent');
  if (missing !== undefined && decided?.verdict !== 'regress')
    return { verdict: 'not-judged', measured: null, why: `${missing.where}: ${missing.why}` };
  if (decided === null) return { verdict: 'not-judged', measured: null, why: `${stretch.name}: nothing was measured` };
  return { verdict: VERDICTS[decided.verdict], measured: decided.measured, why: decided.why };
}

function stretchOf(phase: AnalysedPhase, name: string, bounds: Bounds, run: RunReadings): Stretch | null {
  if ('why' in bounds) return null;
  const { fromNs, toNs } = bounds;
  const within = (i: number): boolean =>
    (run.calls.intendedNs[i] ?? NaN) >= fromNs && (run.calls.intendedNs[i] ?? NaN) < toNs;
  return { phase, name, fromNs, toNs, among: select(phase.frame.measured, within) };
}

const boundsOf = (stretch: Stretch | null): HypothesisStretch | null =>
  stretch === null ? null : { fromNs: stretch.fromNs, toNs: stretch.toNs, offered: stretch.among.length };

function ofPhase(input: HypothesesInput, phase: AnalysedPhase, hypotheses: readonly Hypothesis[]): PhaseHypotheses {
  const { frame, summary } = phase;
  const around = {
    frame,
    edges: input.edges,
    recoveries: input.recoveries.filter((recovery) => recovery.phase === summary.name),
    settings: input.settings,
  };
  const [boundsOne, boundsTwo] = [boundsBefore(around), boundsAfter(around)];
  const one = stretchOf(phase, 'before the faults', boundsOne, input);
  const two = stretchOf(phase, 'after the faults', boundsTwo, input);
  const judged = (hypothesis: Hypothesis, stretch: Stretch | null, bounds: Bounds): HypothesisJudgement =>
    stretch === null
      ? { verdict: 'not-judged', measured: null, why: 'why' in bounds ? bounds.why : '' }
      : judgeIn(hypothesis, stretch, input);
  return {
    phase: summary.name,
    faults: input.edges
      .filter(({ planned }) => planned.phaseIndex === frame.planned.index)
      .map(({ planned }) => planned.id),
    before: boundsOf(one),
    after: boundsOf(two),
    results: hypotheses.map((hypothesis) => ({
      text: hypothesisText(hypothesis),
      metric: hypothesis.metric,
      unit: hypothesis.unit,
      before: judged(hypothesis, one, boundsOne),
      after: judged(hypothesis, two, boundsTwo),
    })),
  };
}

/** One for each phase that was begun, has a fault planned and a hypothesis, in the order of the phases. */
export function hypothesesOf(input: HypothesesInput): readonly PhaseHypotheses[] {
  return input.phases.flatMap((phase) => {
    const { index, name } = phase.frame.planned;
    if (!input.faultyPhases.includes(index)) return [];
    const own = input.hypotheses.filter((hypothesis) => hypothesis.phase === null || hypothesis.phase === name);
    return own.length === 0 ? [] : [ofPhase(input, phase, own)];
  });
}
