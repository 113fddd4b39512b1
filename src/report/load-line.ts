/** A capacity search in words: the interval, how the search came by it, and what each probe said. */
import { traitsOf } from '../catalog/index.js';
import type { CapacityProbe, CapacitySummary, PhaseSummary, Summary } from '../analysis/index.js';
import { percent, plural, rate, slope } from '../format/index.js';
import { plainText } from './text.js';
import type { Tone } from './words.js';

/** The search of a phase; undefined when the phase is no capacity phase. */
export function searchOf(summary: Summary, phase: Pick<PhaseSummary, 'name' | 'regime'>): CapacitySummary | undefined {
  return traitsOf(phase.regime).searches ? summary.capacities.find((search) => search.phase === phase.name) : undefined;
}

/** The load line as one would say it: `154/s`, `≥ 1,000/s`, `< 50/s`; null when nothing is known of it. */
export function loadLineValue({ ended, passedPerSecond, failedPerSecond }: CapacitySummary): string | null {
  if (passedPerSecond === null)
    return failedPerSecond === null || ended !== 'low-failed' ? null : `< ${rate(failedPerSecond)}`;
  return failedPerSecond === null ? `≥ ${rate(passedPerSecond)}` : rate(passedPerSecond);
}

/** What a search found and how sure it is, in one or two sentences. */
export function loadLineSentence(search: CapacitySummary): string {
  return [
    ...(search.without === null ? [] : [`Without ${plainText(search.without, 100)}.`]),
    found(search),
    ...recoveryWords(search),
  ].join(' ');
}

/** What a loss leaves for the backlog, as an interval. */
function recoveryWords({ recovery, without }: CapacitySummary): readonly string[] {
  if (recovery === null || without === null) return [];
  const { operatingPerSecond, lowPerSecond, highPerSecond, headroom } = recovery;
  const operating = `at the operating rate of ${rate(operatingPerSecond)}`;
  if (lowPerSecond <= 0) return [`Nothing is left ${operating}: a backlog would grow until the service is back.`];
  const left =
    highPerSecond === null ? `at least ${rate(lowPerSecond)}` : `${rate(lowPerSecond)} to ${rate(highPerSecond)}`;
  return [`Recovery capacity ${operating}: ${left} (headroom ${percent(headroom)}).`];
}

function found(search: CapacitySummary): string {
  const { ended, passedPerSecond, failedPerSecond, probes } = search;
  const made = `${probes.length} ${plural(probes.length, 'probe')}`;
  const passed = passedPerSecond === null ? 'no rate passed' : `${rate(passedPerSecond)} passed`;
  const failed = failedPerSecond === null ? 'none failed' : `${rate(failedPerSecond)} failed`;
  const last = probes.at(-1);
  switch (ended) {
    case 'found':
      return passedPerSecond === null || failedPerSecond === null
        ? `${made}: ${passed}, ${failed}.`
        : `Sustained at ${rate(passedPerSecond)} and no longer at ${rate(failedPerSecond)}: the load line lies between, within ${percent(failedPerSecond / passedPerSecond - 1)}. Both ends were tried again (${made}).`;
    case 'high-passed':
      return `The highest rate of the search, ${passedPerSecond === null ? 'unknown' : rate(passedPerSecond)}, was sustained: the load line is at least that (${made}).`;
    case 'low-failed':
      return `Not even the lowest rate of the search was sustained (${made}): ${last === undefined ? failed : plainText(last.why.join('; '), 300)}.`;
    case 'generator':
      return `The search ended at the generator's limit and not the target's (${made}; ${passed}): ${last === undefined ? 'the schedule was not kept' : plainText(last.why.join('; '), 300)}.`;
    case 'probes-used-up':
      return `The probes were used up before their verdicts agreed (${made}): ${passed}, ${failed}.`;
    case 'interrupted':
    case null:
      return `The search was cut off (${made}): ${passed}, ${failed}.`;
  }
}

export const PROBE_VERDICT: Readonly<
  Record<CapacityProbe['verdict'], { readonly words: string; readonly tone: Tone; readonly sign: string }>
> = {
  passed: { words: 'passed', tone: 'good', sign: '✓' },
  failed: { words: 'failed', tone: 'bad', sign: '✗' },
  undecided: { words: 'undecided', tone: 'unsure', sign: '?' },
  invalid: { words: 'invalid', tone: 'quiet', sign: '!' },
};

/** Slope of the queue age with its interval, or why there is none. */
export function slopeWords({ evidence }: CapacityProbe): { readonly value: string; readonly interval: string | null } {
  const told = evidence.queueAge.slope;
  if (told === null) return { value: 'too short', interval: null };
  return { value: slope(told.nsPerSecond), interval: `${slope(told.low)} to ${slope(told.high)}` };
}

/**
 * What came back as goodput of what was offered, rate by rate from the lowest; probes at one rate as their mean, spoilt
 * ones left out. Null without any.
 */
export function goodputSentence({ probes }: Pick<CapacitySummary, 'probes'>): string | null {
  const usable = probes.filter(({ verdict }) => verdict !== 'invalid');
  const rates = [...new Set(usable.map(({ ratePerSecond }) => ratePerSecond))].sort((a, b) => a - b);
  if (rates.length === 0) return null;
  const told = rates.map((wanted) => {
    const here = usable.filter(({ ratePerSecond }) => ratePerSecond === wanted).map(({ evidence }) => evidence);
    const mean = (of: (evidence: CapacityProbe['evidence']) => number): string =>
      rate(here.reduce((sum, each) => sum + of(each), 0) / here.length);
    return `${mean((each) => each.goodputPerSecond)} of ${mean((each) => each.offeredPerSecond)}`;
  });
  return `Goodput of offered: ${told.join(', ')}.`;
}

/** Where goodput stopped growing with the rate, or why that is not told. */
export function kneeSentence({ knee, failedPerSecond }: Pick<CapacitySummary, 'knee' | 'failedPerSecond'>): string {
  if (knee.kind === 'found') {
    const sentence = `Knee at ${rate(knee.ratePerSecond)}: up to there at least 90 % of what was offered more came back as goodput.`;
    // A probe may fail by a queue that grows, while in its few seconds the calls are still answered in time.
    return failedPerSecond !== null && knee.ratePerSecond >= failedPerSecond
      ? `${sentence} Not for long: ${rate(failedPerSecond)} was not sustained already.`
      : sentence;
  }
  switch (knee.reason) {
    case 'too-few-rates':
      return `No knee is told: that takes ${knee.neededRates} different rates, and the search tried ${knee.rates}.`;
    case 'still-growing':
      return 'No knee: goodput grew with the rate up to the highest that was tried.';
    case 'never-grew':
      return 'No knee: even at the lowest rate less than 90 % came back as goodput.';
  }
}
