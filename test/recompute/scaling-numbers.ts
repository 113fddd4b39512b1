/**
 * The Universal Scalability Law through the closed-loop steady phases, X(N) = lambda N / (1 + sigma (N - 1) + kappa N
 * (N - 1)).
 *
 * N / X = a + b (N - 1) + c N (N - 1) with a = 1 / lambda, b = sigma / lambda, c = kappa / lambda. Sought are a > 0, b
 * >= 0 and c >= 0 with the least sum of squares of the relative errors of N / X.
 */
import type { Summary } from '../../src/analysis/index.js';
import type { Random } from '../../src/random/index.js';

type Scaling = NonNullable<Summary['scaling']>;
type Fitted = Extract<Scaling, { kind: 'fitted' }>['sigma'];
type Vector = readonly number[];

interface Point {
  readonly n: number;
  readonly x: number;
}

interface Law {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
}

const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
const minus = (a: Vector, b: Vector, times: number): Vector => a.map((value, i) => value - times * (b[i] ?? NaN));

/**
 * How much of each column makes the sum nearest to the target: what the columns before it don't say of a column says
 * how much of it is needed.
 */
function combination(columns: readonly Vector[], target: Vector): Vector {
  const last = columns.at(-1);
  if (last === undefined) return [];
  const others = columns.slice(0, -1);
  const projected = (vector: Vector): Vector =>
    combination(others, vector).reduce<Vector>((rest, share, k) => minus(rest, others[k] ?? [], share), vector);
  const own = projected(last);
  const share = dot(own, projected(target)) / dot(own, own);
  return [...combination(others, minus(target, last, share)), share];
}

const throughput = ({ lambda, sigma, kappa }: Law, n: number): number =>
  (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));

function fit(points: readonly Point[]): Law | null {
  const ones = points.map(() => 1);
  const [a, b, c] = [
    points.map(({ n, x }) => x / n),
    points.map(({ n, x }) => (x / n) * (n - 1)),
    points.map(({ n, x }) => (x / n) * n * (n - 1)),
  ];
  const laws = [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ].flatMap(([contends = false, coheres = false]) => {
    const shares = combination([a, ...(contends ? [b] : []), ...(coheres ? [c] : [])], ones);
    const [alone = NaN] = shares;
    const contention = contends ? (shares[1] ?? NaN) : 0;
    const coherence = coheres ? (shares.at(-1) ?? NaN) : 0;
    if (!(alone > 0 && contention >= 0 && coherence >= 0)) return [];
    const error = dot(
      ones,
      points.map((_, i) => (alone * (a[i] ?? NaN) + contention * (b[i] ?? NaN) + coherence * (c[i] ?? NaN) - 1) ** 2),
    );
    return [{ error, law: { lambda: 1 / alone, sigma: contention / alone, kappa: coherence / alone } }];
  });
  const least = Math.min(...laws.map(({ error }) => error));
  return laws.find(({ error }) => error === least)?.law ?? null;
}

/**
 * The middle 95 % of 400 fits to the law with residuals drawn anew, which are widened for the three parameters that the
 * fit took.
 */
function fitted(law: Law, again: readonly Law[], of: (law: Law) => number): Fitted {
  const sorted = [...Float64Array.from(again.map(of)).sort()];
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { value: of(law), low: Math.min(of(law), at(0.025)), high: Math.max(of(law), at(0.975)) };
}

/** Null without a closed-loop steady phase; no law through fewer than six levels of concurrency. */
export function scalingNumbers(
  phases: readonly Pick<Summary['phases'][number], 'name' | 'regime' | 'concurrency' | 'completedPerSecond'>[],
  random: Random,
): Summary['scaling'] {
  const points = phases.flatMap(({ name, regime, concurrency, completedPerSecond }) =>
    regime === 'steady' && concurrency !== null ? [{ phase: name, concurrency, completedPerSecond }] : [],
  );
  if (points.length === 0) return null;
  const usable = points
    .filter(({ completedPerSecond }) => completedPerSecond > 0)
    .map(({ concurrency, completedPerSecond }): Point => ({ n: concurrency, x: completedPerSecond }));
  const levels = new Set(usable.map(({ n }) => n)).size;
  if (levels < 6) return { kind: 'refused', points, levels, neededLevels: 6, reason: 'too-few-levels' };
  const law = fit(usable);
  if (law === null) return { kind: 'refused', points, levels, neededLevels: 6, reason: 'no-fit' };
  const widened = Math.sqrt(usable.length / (usable.length - 3));
  const errors = usable.map(({ n, x }) => (x / throughput(law, n) - 1) * widened);
  const again = Array.from({ length: 400 }, () =>
    fit(usable.map(({ n }) => ({ n, x: throughput(law, n) * (1 + (errors[random.below(errors.length)] ?? NaN)) }))),
  ).filter((each) => each !== null);
  const peak = law.kappa > 0 && law.sigma < 1 ? Math.sqrt((1 - law.sigma) / law.kappa) : null;
  return {
    kind: 'fitted',
    points,
    lambdaPerSecond: fitted(law, again, ({ lambda }) => lambda),
    sigma: fitted(law, again, ({ sigma }) => sigma),
    kappa: fitted(law, again, ({ kappa }) => kappa),
    peakConcurrency: peak,
    peakPerSecond: peak === null ? null : throughput(law, peak),
  };
}
