/** Which rate a search has to try after the verdicts it has, all of them looked through again each time. */
import type { ProbePurpose, ProbeVerdict, SearchEnding } from '../../src/record/index.js';
import type { SearchFacts } from './scenario-facts.js';

export interface Asked {
  readonly ratePerSecond: number;
  readonly purpose: ProbePurpose;
}

export interface Judged extends Asked {
  readonly verdict: ProbeVerdict;
}

/**
 * The highest passed and the lowest failed rate that no later verdict contradicts: what holds at a rate holds below it,
 * what fails above.
 */
export function standingOf(probes: readonly Judged[]): {
  readonly passed: number | null;
  readonly failed: number | null;
} {
  const stands = ({ ratePerSecond, verdict }: Judged, at: number): boolean =>
    !probes
      .slice(at + 1)
      .some((later) =>
        verdict === 'passed'
          ? later.verdict === 'failed' && later.ratePerSecond <= ratePerSecond
          : later.verdict === 'passed' && later.ratePerSecond >= ratePerSecond,
      );
  const rates = (wanted: ProbeVerdict): readonly number[] =>
    probes
      .filter((probe, at) => probe.verdict === wanted && stands(probe, at))
      .map(({ ratePerSecond }) => ratePerSecond);
  const [passed, failed] = [rates('passed'), rates('failed')];
  return {
    passed: passed.length === 0 ? null : Math.max(...passed),
    failed: failed.length === 0 ? null : Math.min(...failed),
  };
}

/** The geometric mean, in four digits where those lie between the two as well. */
function middleOf(low: number, high: number): number | null {
  const mean = Math.sqrt(low * high);
  return [Number(mean.toPrecision(4)), mean].find((rate) => rate > low && rate < high) ?? null;
}

function wanted(
  { lowPerSecond, highPerSecond, resolution, confirmations }: SearchFacts,
  probes: readonly Judged[],
): Asked | SearchEnding {
  const { passed, failed } = standingOf(probes);
  const times = (rate: number, verdict: ProbeVerdict): number =>
    probes.filter((probe) => probe.ratePerSecond === rate && probe.verdict === verdict).length;
  const again = (ratePerSecond: number): Asked => ({ ratePerSecond, purpose: 'confirm' });
  if (passed === null && failed === lowPerSecond)
    return times(lowPerSecond, 'failed') >= 2 ? 'low-failed' : again(lowPerSecond);
  if (passed === null) return { ratePerSecond: lowPerSecond, purpose: 'bracket' };
  const sure = times(passed, 'passed') >= 1 + confirmations;
  if (failed === null && passed < highPerSecond)
    return { ratePerSecond: Math.min(2 * passed, highPerSecond), purpose: 'bracket' };
  if (failed === null) return sure ? 'high-passed' : again(passed);
  const middle = middleOf(passed, failed);
  if (failed / passed > 1 + resolution && middle !== null) return { ratePerSecond: middle, purpose: 'bisect' };
  if (times(failed, 'failed') < 2) return again(failed);
  return sure ? 'found' : again(passed);
}

/** Twice what an undisturbed search takes, and six. */
function mostProbes({ lowPerSecond, highPerSecond, resolution, confirmations }: SearchFacts): number {
  let doublings = 1;
  for (let rate = lowPerSecond; rate < highPerSecond; rate *= 2) doublings++;
  let halvings = 0;
  for (let bracket = Math.log(2); bracket > Math.log(1 + resolution); bracket /= 2) halvings++;
  return 2 * (doublings + halvings + confirmations + 2) + 6;
}

/** The next probe, or how the search ends. */
export function nextOf(search: SearchFacts, probes: readonly Judged[]): Asked | SearchEnding {
  const last = probes.at(-1);
  if (probes.length >= 3 && probes.slice(-3).every(({ verdict }) => verdict === 'invalid')) return 'generator';
  const next: Asked | SearchEnding =
    last?.verdict === 'invalid' || last?.verdict === 'undecided'
      ? { ratePerSecond: last.ratePerSecond, purpose: last.purpose }
      : wanted(search, probes);
  return typeof next !== 'string' && probes.length >= mostProbes(search) ? 'probes-used-up' : next;
}
