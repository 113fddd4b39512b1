/** Percentile curves: how long the slowest 1 in x calls took at least. */
import type { RankedDurations } from '../calls/index.js';
import type { AnalysedPhase, RunParts } from '../phases/index.js';
import { quantileRank } from '../statistics/index.js';
import type { CurvePoint, PercentileCurves } from './types.js';

/** A curve is drawn only as far as this many samples lie beyond it. */
const BEYOND = 10;
const POINTS_PER_DECADE = 24;

/** Points evenly spaced in log x, where x = 1 / (1 - q). */
export function curveOf({ known, censored }: RankedDurations): readonly CurvePoint[] {
  const n = known.length + censored.length;
  const points: CurvePoint[] = [];
  for (let step = 0; ; step++) {
    const x = 10 ** (step / POINTS_PER_DECADE);
    const q = 1 - 1 / x;
    if (n / x < BEYOND) break;
    const ns = known[quantileRank(q, n) - 1];
    if (ns === undefined) break;
    points.push({ x, q, ns });
  }
  return points;
}

/** The curves of a phase; none when it has no measured calls. */
export function percentileCurves(
  parts: RunParts,
  { frame, summary, times }: AnalysedPhase,
): readonly PercentileCurves[] {
  if (frame.measured.length === 0) return [];
  const { response, fromSend } = times;
  const deadlines = new Set(parts.specs.filter((spec) => spec.deadlineIsExplicit).map((spec) => spec.deadlineNs));
  return [
    {
      phase: summary.name,
      loop: summary.loop,
      responseOk: curveOf(response.ok),
      responseAll: curveOf(response.all),
      fromSendOk: curveOf(fromSend.ok),
      deadlinesNs: [...deadlines].sort((a, b) => a - b),
    },
  ];
}
