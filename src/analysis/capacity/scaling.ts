/**
 * Scaling: throughput against concurrency by the Universal Scalability Law (Gunther, Guerrilla Capacity Planning,
 * 2007), X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)), fitted to the closed-loop steady phases of a run.
 *
 * Only closed loops give a concurrency that was set and not observed; in an open loop N follows from the latency, so
 * that both axes would carry the same noise. N/X is linear in 1/lambda, sigma/lambda and kappa/lambda; it is fitted by
 * least squares of the relative error, with sigma and kappa kept from going below 0.
 */
import { traitsOf } from '../../catalog/index.js';
import type { Random } from '../../random/index.js';
import type { PhaseSummary } from '../phases/index.js';
import type { ScalingPoint, ScalingSummary } from './types.js';

/** Three parameters from fewer points would be drawn through the noise. */
const LEAST_POINTS = 6;
const PARAMETERS = 3;
const RESAMPLES = 400;

/** Parameters of the law: throughput of one caller, contention, coherence. */
export interface Law {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
}

/** Null when the run has no closed-loop steady phase. */
export function scalingOf(phases: readonly PhaseSummary[], random: Random): ScalingSummary | null {
  const points = phases.flatMap((phase): readonly ScalingPoint[] =>
    traitsOf(phase.regime).isExpectedStationary && phase.concurrency !== null
      ? [{ phase: phase.name, concurrency: phase.concurrency, completedPerSecond: phase.completedPerSecond }]
      : [],
  );
  return points.length === 0 ? null : fitScaling(points, random);
}

export function fitScaling(points: readonly ScalingPoint[], random: Random): ScalingSummary {
  const usable = points.filter(({ completedPerSecond }) => completedPerSecond > 0);
  const levels = new Set(usable.map(({ concurrency }) => concurrency)).size;
  const refused = (reason: Extract<ScalingSummary, { kind: 'refused' }>['reason']): ScalingSummary => ({
    kind: 'refused',
    points,
    levels,
    neededLevels: LEAST_POINTS,
    reason,
  });
  if (levels < LEAST_POINTS) return refused('too-few-levels');
  const law = fit(usable);
  if (law === null) return refused('no-fit');
  // A fit lies closer to its points than the truth does: its residuals are widened by the degrees of freedom it took.
  const widened = Math.sqrt(usable.length / (usable.length - PARAMETERS));
  const residuals = usable.map(
    ({ concurrency, completedPerSecond }) => 1 + (completedPerSecond / throughputOf(law, concurrency) - 1) * widened,
  );
  const laws: Law[] = [];
  for (let n = 0; n < RESAMPLES; n++) {
    const again = fit(
      usable.map((point) => ({
        ...point,
        completedPerSecond: throughputOf(law, point.concurrency) * (residuals[random.below(residuals.length)] ?? 1),
      })),
    );
    if (again !== null) laws.push(again);
  }
  const fitted = (of: (law: Law) => number) => {
    const sorted = laws.map(of).sort((a, b) => a - b);
    const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))] ?? of(law);
    return { value: of(law), low: Math.min(of(law), at(0.025)), high: Math.max(of(law), at(0.975)) };
  };
  const peak = law.kappa > 0 && law.sigma < 1 ? Math.sqrt((1 - law.sigma) / law.kappa) : null;
  return {
    kind: 'fitted',
    points,
    lambdaPerSecond: fitted(({ lambda }) => lambda),
    sigma: fitted(({ sigma }) => sigma),
    kappa: fitted(({ kappa }) => kappa),
    peakConcurrency: peak,
    peakPerSecond: peak === null ? null : throughputOf(law, peak),
  };
}

/** X(N): completed calls per second with so many callers. */
export function throughputOf({ lambda, sigma, kappa }: Law, concurrency: number): number {
  return (lambda * concurrency) / (1 + sigma * (concurrency - 1) + kappa * concurrency * (concurrency - 1));
}

/**
 * The best of the four fits with sigma and kappa each free or 0 that keeps both from going below 0; null when none
 * does.
 */
function fit(points: readonly Pick<ScalingPoint, 'concurrency' | 'completedPerSecond'>[]): Law | null {
  let best: { readonly law: Law; readonly error: number } | null = null;
  for (const free of [[0, 1, 2], [0, 1], [0, 2], [0]] as const) {
    // Relative error of N/X: each row is divided by what it is to come to.
    const rows = points.map(({ concurrency: n, completedPerSecond: x }) => {
      const weight = x / n;
      return [weight, weight * (n - 1), weight * n * (n - 1)];
    });
    const solved = leastSquares(rows.map((row) => free.map((column) => row[column] ?? 0)));
    if (solved === null) continue;
    const coefficients = [0, 0, 0];
    free.forEach((column, k) => {
      coefficients[column] = solved[k] ?? 0;
    });
    const [a = 0, b = 0, c = 0] = coefficients;
    if (!(a > 0) || b < 0 || c < 0) continue;
    const error = rows.reduce((sum, [u = 0, v = 0, w = 0]) => sum + (a * u + b * v + c * w - 1) ** 2, 0);
    if (best === null || error < best.error) best = { law: { lambda: 1 / a, sigma: b / a, kappa: c / a }, error };
  }
  return best?.law ?? null;
}

/**
 * Solves rows x = 1 in least squares by the normal equations, columns scaled to length one first; null when they depend
 * on each other.
 */
function leastSquares(rows: readonly (readonly number[])[]): readonly number[] | null {
  const size = rows[0]?.length ?? 0;
  const scales = Array.from({ length: size }, (_, k) =>
    Math.sqrt(rows.reduce((sum, row) => sum + (row[k] ?? 0) ** 2, 0)),
  );
  if (scales.some((scale) => !(scale > 0))) return null;
  const scaled = rows.map((row) => row.map((value, k) => value / (scales[k] ?? 1)));
  const matrix = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (_, j) => scaled.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0)),
    scaled.reduce((sum, row) => sum + (row[i] ?? 0), 0),
  ]);
  for (let i = 0; i < size; i++) {
    const pivot = matrix
      .slice(i)
      .reduce((at, row, k) => (Math.abs(row[i] ?? 0) > Math.abs(matrix[at]?.[i] ?? 0) ? i + k : at), i);
    const [top, low] = [matrix[i], matrix[pivot]];
    if (top === undefined || low === undefined || Math.abs(low[i] ?? 0) < 1e-12) return null;
    matrix[i] = low;
    matrix[pivot] = top;
    for (let r = 0; r < size; r++) {
      const row = matrix[r];
      if (r === i || row === undefined) continue;
      const factor = (row[i] ?? 0) / (low[i] ?? 1);
      matrix[r] = row.map((value, k) => value - factor * (low[k] ?? 0));
    }
  }
  return matrix.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1) / (scales[i] ?? 1));
}
