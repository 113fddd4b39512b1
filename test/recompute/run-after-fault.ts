/** What faults at several rates, and ramps up and down, say together. */
import type { HiddenCapacity, Hysteresis, LoopArea, LoopPoint, Summary } from '../../src/analysis/index.js';
import { plainQuantile } from './durations.js';
import type { Frame } from './frames.js';
import { isGood, isOk, responseNs, type Call } from './logical-calls.js';
import type { FaultFacts, ScenarioFacts } from './scenario-facts.js';

type RunResult = Pick<Summary['recoveries'][number], 'fault' | 'afterFault'>;

/** Faults written alike are one trigger. */
export function hiddenCapacities(
  faults: readonly { readonly told: RunResult; readonly facts: FaultFacts }[],
  { calls }: ScenarioFacts,
  loadLinePerSecond: number | null,
): readonly HiddenCapacity[] {
  const again = calls.map(({ retry, limited }) =>
    retry === null || !(retry.on.includes('shed') || (limited && retry.on.includes('timeout')))
      ? 0
      : Math.min(retry.attempts, retry.budget ?? retry.attempts),
  );
  const retries =
    again.reduce((sum, r, spec) => sum + r * (calls[spec]?.weight ?? 0), 0) /
    calls.reduce((sum, { weight }) => sum + weight, 0);
  const triggers = faults.filter(
    ({ facts }, n) => faults.findIndex((other) => other.facts.settings === facts.settings) === n,
  );
  return triggers.map(({ facts }) => {
    const alike = faults
      .filter((other) => other.facts.settings === facts.settings)
      .map(({ told }) => ({
        fault: told.fault,
        ratePerSecond: told.afterFault.metastability.offeredPerSecond,
        verdict: told.afterFault.metastability.verdict,
      }));
    const rates = (verdict: string): readonly number[] =>
      alike.filter((each) => each.verdict === verdict).flatMap(({ ratePerSecond }) => ratePerSecond ?? []);
    const recovered = rates('recovered').reduce<number | null>(
      (most, rate) => (most === null || rate > most ? rate : most),
      null,
    );
    const failed = rates('metastable').reduce<number | null>(
      (least, rate) => (least === null || rate < least ? rate : least),
      null,
    );
    const different = new Set([...rates('recovered'), ...rates('metastable')]).size;
    return {
      type: facts.type as HiddenCapacity['type'],
      on: facts.on,
      forNs: facts.forNs,
      faults: alike,
      recoveredPerSecond: recovered,
      failedPerSecond: failed,
      reason:
        recovered !== null && failed !== null && recovered >= failed
          ? 'contradictory'
          : different < 2
            ? 'one-rate'
            : null,
      predictedPerSecond: loadLinePerSecond === null ? null : loadLinePerSecond / (1 + retries),
      retries,
    };
  });
}

/** Calls intended in a stretch at one rate; of a ramp, in an eighth of it. */
function pointsOf(frame: Frame, calls: readonly Call[]): readonly LoopPoint[] {
  return frame.stages.flatMap(({ fromNs, toNs, ratePerSecond, rampToPerSecond }) => {
    const eighth = (toNs - fromNs) / 8;
    const cuts =
      rampToPerSecond === null
        ? [{ fromNs: Math.max(fromNs, frame.measuredFromNs), toNs, rate: ratePerSecond }]
        : [0, 1, 2, 3, 4, 5, 6, 7].map((k) => ({
            fromNs: fromNs + k * eighth,
            toNs: fromNs + (k + 1) * eighth,
            rate: ratePerSecond + ((rampToPerSecond - ratePerSecond) * (2 * k + 1)) / 16,
          }));
    return cuts.flatMap((cut): LoopPoint[] => {
      const own = calls.filter(
        ({ intendedNs, warmup }) => !warmup && intendedNs >= cut.fromNs && intendedNs < cut.toNs,
      );
      if (cut.fromNs < frame.measuredFromNs || own.length === 0) return [];
      const times = own.map((call) => (isOk(call) ? responseNs(call) : Math.max(responseNs(call), call.deadlineNs)));
      return [
        {
          ratePerSecond: cut.rate,
          goodputPerSecond: own.filter(isGood).length / ((cut.toNs - cut.fromNs) / 1e9),
          p99Ns: own.length < 100 ? null : plainQuantile(times, 0.99),
        },
      ];
    });
  });
}

/** The line through some points, at a rate. */
function lineAt(points: readonly LoopPoint[], rate: number, of: (point: LoopPoint) => number): number {
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1], points[k]];
    if (a === undefined || b === undefined || rate < a.ratePerSecond || rate > b.ratePerSecond) continue;
    const share = (rate - a.ratePerSecond) / (b.ratePerSecond - a.ratePerSecond);
    return (1 - share) * of(a) + share * of(b);
  }
  return NaN;
}

/** The integral of the distance: on each piece the two lines are straight, and cross once at most. */
function area(up: readonly LoopPoint[], down: readonly LoopPoint[], of: (point: LoopPoint) => number): LoopArea | null {
  const rates = [...up, ...down].map(({ ratePerSecond }) => ratePerSecond);
  const low = Math.max(up[0]?.ratePerSecond ?? NaN, down[0]?.ratePerSecond ?? NaN);
  const high = Math.min(up.at(-1)?.ratePerSecond ?? NaN, down.at(-1)?.ratePerSecond ?? NaN);
  const knots = rates.filter((rate) => rate >= low && rate <= high).sort((a, b) => a - b);
  let sum = 0;
  knots.forEach((to, k) => {
    const from = knots[k - 1] ?? to;
    const [a, b] = [from, to].map((rate) => lineAt(down, rate, of) - lineAt(up, rate, of));
    if (a === undefined || b === undefined || from === to) return;
    if (Math.sign(a) * Math.sign(b) >= 0) sum += ((Math.abs(a) + Math.abs(b)) / 2) * (to - from);
    else {
      const crossing = (Math.abs(a) / (Math.abs(a) + Math.abs(b))) * (to - from);
      sum += (Math.abs(a) * crossing) / 2 + (Math.abs(b) * (to - from - crossing)) / 2;
    }
  });
  return high > low ? { fromPerSecond: low, toPerSecond: high, area: sum, meanGap: sum / (high - low) } : null;
}

/** One for each phase of several stages. */
export function hysteresis(
  frames: readonly Frame[],
  calls: readonly Call[],
  faulty: ReadonlySet<number>,
): readonly Hysteresis[] {
  return frames
    .filter(({ facts, stages }) => facts.regime === 'stages' && stages.length > 1)
    .map((frame): Hysteresis => {
      const phase = frame.facts.name;
      if (faulty.has(frame.index)) return { phase, up: [], down: [], p99: null, goodput: null, reason: 'fault' };
      const points = pointsOf(
        frame,
        calls.filter((call) => call.phase === frame.index),
      );
      const peak = Math.max(...points.map(({ ratePerSecond }) => ratePerSecond));
      const at = points.flatMap(({ ratePerSecond }, n) => (ratePerSecond === peak ? [n] : []));
      const [first = 0, last = first] = [at[0], at.at(-1)];
      const up = points.filter((_, n) => n <= first);
      const down = points.filter((_, n) => n >= last).reverse();
      // Above the highest rate of a way that had too few calls for a p99.
      const told = (way: readonly LoopPoint[]): readonly LoopPoint[] =>
        way.filter(
          ({ ratePerSecond }) =>
            ratePerSecond >
            Math.max(-1, ...way.flatMap((point) => (point.p99Ns === null ? [point.ratePerSecond] : []))),
        );
      const rises = (way: readonly LoopPoint[]): boolean =>
        way.every(({ ratePerSecond }, n) => n === 0 || ratePerSecond > (way[n - 1]?.ratePerSecond ?? NaN));
      if (last > first + 1 || !rises(up) || !rises(down))
        return { phase, up: [], down: [], p99: null, goodput: null, reason: 'not-a-loop' };
      if (up.length < 3 || down.length < 3)
        return { phase, up, down, p99: null, goodput: null, reason: 'too-few-rates' };
      return {
        phase,
        up,
        down,
        p99: area(told(up), told(down), (point) => point.p99Ns ?? NaN),
        goodput: area(up, down, (point) => point.goodputPerSecond),
        reason: null,
      };
    });
}
