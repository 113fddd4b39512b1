/** What a capacity search found, in sentences and values. */
import { traitsOf } from '../../catalog/index.js';
import type { CapacityProbe, CapacitySummary, PhaseSummary, Summary } from '../../analysis/index.js';
import { counted, percent, rate, slope, UNKNOWN } from '../../format/index.js';
import { plainText } from '../text.js';
import { capitalised } from '../words.js';

/** The search of a phase; undefined when the phase is no capacity phase. */
export function searchOf(summary: Summary, phase: Pick<PhaseSummary, 'name' | 'regime'>): CapacitySummary | undefined {
  return traitsOf(phase.regime).searches ? summary.capacities.find((search) => search.phase === phase.name) : undefined;
}

/** The load line: `154/s`, `≥ 1,000/s`, `< 50/s`; null when nothing is known of it. */
export function loadLineValue({ ended, passedPerSecond, failedPerSecond }: CapacitySummary): string | null {
  if (passedPerSecond === null)
    return failedPerSecond === null || ended !== 'low-failed' ? null : `< ${rate(failedPerSecond)}`;
  return failedPerSecond === null ? `≥ ${rate(passedPerSecond)}` : rate(passedPerSecond);
}

/** What a search found and how sure it is. */
export function loadLineSentence(search: CapacitySummary): string {
  const without = search.without === null ? [] : [`Without ${plainText(search.without, 100)}.`];
  return [...without, found(search), ...recoveryCapacity(search), ...efficiencyWords(search)].join(' ');
}

/** What remains for the backlog when a service is lost, as an interval. */
function recoveryCapacity({ recovery, without }: CapacitySummary): readonly string[] {
  if (recovery === null || without === null) return [];
  const { operatingPerSecond, lowPerSecond, highPerSecond, headroom } = recovery;
  const operating = `at the operating rate of ${rate(operatingPerSecond)}`;
  if (lowPerSecond <= 0) return [`No headroom ${operating}: a backlog grows until the service is back.`];
  const left =
    highPerSecond === null ? `at least ${rate(lowPerSecond)}` : `${rate(lowPerSecond)} to ${rate(highPerSecond)}`;
  return [`Recovery capacity ${operating}: ${left} (headroom ${percent(headroom, 2)}).`];
}

/** How much each replica adds. */
function efficiencyWords({ efficiency }: CapacitySummary): readonly string[] {
  if (efficiency === null) return [];
  const { replicas, left, value, low, high, reason } = efficiency;
  const of = `Scaling efficiency of ${replicas} replicas`;
  if (value === null) return [`${of}: ${plainText(reason ?? UNKNOWN, 200)}.`];
  const span = low === null || high === null ? '' : ` (${percent(low, 2)} to ${percent(high, 2)})`;
  const beside = left === 1 ? 'alone' : `as one of ${left}`;
  return [`${of}: each sustains ${percent(value, 2)}${span} of what it does ${beside}.`];
}

function found(search: CapacitySummary): string {
  const { ended, passedPerSecond: passed, failedPerSecond: failed, passedProbes, failedProbes } = search;
  const made = counted(search.probes.length, 'probe');
  const sustained = passed === null ? 'no rate was shown to be sustained' : `${rate(passed)} is sustained`;
  const ends = `${sustained}, ${failed === null ? 'none was shown not to be' : `${rate(failed)} is not`}`;
  const why = plainText(search.probes.at(-1)?.why.join('; ') ?? '', 300);
  const interval =
    passed === null || failed === null
      ? `${capitalised(ends)}.`
      : `${capitalised(ends)}: the load line lies between, within ${percent(failed / passed - 1, 2)}.`;
  const known = `${interval}${undecidedWords(search)}`;
  const by = (end: number | null, support: number): readonly string[] =>
    end !== null && support < 2 ? [rate(end)] : [];
  const once = [...by(passed, passedProbes), ...by(failed, failedProbes)];
  switch (ended) {
    case 'found':
      return `${known} Both ends were confirmed (${made}).`;
    case 'budget':
      return (
        `${known} The search used up its budget (${made})` +
        `${once.length === 0 ? '' : `; ${once.join(' and ')} ${once.length === 1 ? 'was' : 'were'} not confirmed`}.`
      );
    case 'high-passed':
      return (
        `The highest rate of the search, ${rate(passed ?? NaN)}, is sustained: the load line ` +
        `is at least that (${made}).`
      );
    case 'low-failed':
      return `The lowest rate of the search is not sustained (${made}): ${why}.`;
    case 'generator':
      return (
        `The search ended at the limit of the load generator, not of the target (${made}; ${sustained}): ` +
        `${why === '' ? 'the schedule was not kept' : why}.`
      );
    case 'interrupted':
    case null:
      return `The search was interrupted (${made}): ${ends}.${undecidedWords(search)}`;
  }
}

/** Rates inside the interval that could not be decided. */
function undecidedWords({ undecidedPerSecond: rates }: CapacitySummary): string {
  return rates.length === 0 ? '' : ` Undecided: ${rates.map((each) => rate(each)).join(', ')}.`;
}

/** Slope of the queue age with its interval, or why there is none. */
export function slopeWords({ evidence }: CapacityProbe): { readonly value: string; readonly interval: string | null } {
  const trend = evidence.queueAge.slope;
  if (trend === null) return { value: 'too short', interval: null };
  return { value: slope(trend.nsPerSecond), interval: `${slope(trend.low)} to ${slope(trend.high)}` };
}

/**
 * Goodput per offered rate, from the lowest; probes at one rate as their mean, invalid ones left out. Null without any.
 */
export function goodputSentence({ probes }: CapacitySummary): string | null {
  const usable = probes.filter(({ verdict }) => verdict !== 'invalid');
  const rates = [...new Set(usable.map(({ ratePerSecond }) => ratePerSecond))].sort((a, b) => a - b);
  if (rates.length === 0) return null;
  const pairs = rates.map((wanted) => {
    const here = usable.filter(({ ratePerSecond }) => ratePerSecond === wanted).map(({ evidence }) => evidence);
    const mean = (of: (evidence: CapacityProbe['evidence']) => number): string =>
      rate(here.reduce((sum, each) => sum + of(each), 0) / here.length);
    return `${mean((each) => each.goodputPerSecond)} of ${mean((each) => each.offeredPerSecond)}`;
  });
  return `Goodput of offered: ${pairs.join(', ')}.`;
}

/** Where goodput stopped growing with the rate, or why that is unknown. */
export function kneeSentence({ knee, failedPerSecond }: Pick<CapacitySummary, 'knee' | 'failedPerSecond'>): string {
  if (knee.kind === 'found') {
    const sentence =
      `Saturation (knee) at ${rate(knee.ratePerSecond)}: up to there at least 90 % of each ` +
      `increase in offered load came back as goodput.`;
    // A probe may fail by a queue that grows, while in its few seconds the calls are still answered in time.
    return failedPerSecond !== null && knee.ratePerSecond >= failedPerSecond
      ? `${sentence} That rate is not sustained: the queue already grew at ${rate(failedPerSecond)}.`
      : sentence;
  }
  switch (knee.reason) {
    case 'too-few-rates':
      return `Saturation (knee) unknown: too few rates (${knee.rates} of ${knee.neededRates} needed).`;
    case 'still-growing':
      return 'No saturation: goodput grew with the rate up to the highest that was tried.';
    case 'never-grew':
      return 'No knee: even at the lowest rate less than 90 % came back as goodput.';
  }
}

/** The steepest growth that still passed, beside the gentlest that did not. */
export function slopeFinding({ probes }: CapacitySummary): string {
  const bound = (probe: CapacityProbe): number => probe.evidence.queueAge.slope?.high ?? 0;
  const extreme = (verdict: CapacityProbe['verdict'], steeper: 1 | -1): CapacityProbe | undefined =>
    probes
      .filter((probe) => probe.verdict === verdict && probe.evidence.queueAge.slope !== null)
      .sort((a, b) => steeper * (bound(b) - bound(a)))[0];
  const words = (probe: CapacityProbe | undefined, what: string): readonly string[] =>
    probe === undefined
      ? []
      : [`${what} at ${rate(probe.ratePerSecond)}: ${slopeWords(probe).value} (${slopeWords(probe).interval ?? ''})`];
  const parts = [
    ...words(extreme('passed', 1), 'steepest slope that passed'),
    ...words(extreme('failed', -1), 'gentlest slope that failed'),
  ];
  return parts.length === 0 ? 'No probe was long enough for a trend.' : `${capitalised(parts.join('; '))}.`;
}

/** What the fit says of the capacity; null without one. */
export function fitWords({ fitted }: CapacitySummary): string | null {
  return fitted === null
    ? null
    : `All probes together fit a capacity of ${rate(fitted.value)} (95 % interval ${rate(fitted.low)} to ` +
        `${rate(fitted.high)}).`;
}
