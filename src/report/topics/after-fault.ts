/** After the fault: whether the stack stays down by itself, retries and reconnects, spared routes, hidden capacity. */
import type {
  AfterFault,
  Amplification,
  Breaker,
  HiddenCapacity,
  Metastability,
  MetastabilityReason,
  RecoverySummary,
  RecoveryWindow,
  Storm,
  Summary,
} from '../../analysis/index.js';
import { amount, count, duration, factor, percent, rate, recoveryTime, UNKNOWN } from '../../format/index.js';
import { plainText } from '../text.js';
import { faultName, namedPhase, type Badge, type State } from '../words.js';
import {
  none,
  numberColumns,
  tableOf,
  text,
  verdictCell,
  wordColumns,
  type Block,
  type Cell,
  type Row,
  type Table,
  type Topic,
} from './topic.js';

const REASON: Readonly<Record<MetastabilityReason, string>> = {
  'no-clear': 'the fault was never removed',
  'no-baseline': 'there is no baseline to compare with',
  'closed-loop': 'a closed loop sends less when answers are late',
  'rate-changed': 'the offered rate changed',
  'too-short': 'the data ends within a hold time of the removal',
  draining: 'calls held up by the fault may still have been draining',
  unsettled: 'goodput was neither back nor low for a whole hold time',
};

const VERDICT: Readonly<Record<Metastability['verdict'], Badge>> = {
  recovered: { words: 'goodput recovered', tone: 'good', sign: '✓' },
  metastable: { words: 'metastable', tone: 'bad', sign: '✗' },
  censored: { words: 'not settled', tone: 'unsure', sign: '?' },
  'not-judged': { words: 'not judged', tone: 'quiet', sign: '–' },
};

/** A verdict, and its evidence or why there is none. */
export function metastabilityWords(found: Metastability, windowNs: number): Badge & { readonly because: string } {
  const { verdict, reason, observedNs } = found;
  const [offered, goodput, baseline] = [found.offeredPerSecond, found.goodputPerSecond, found.baselinePerSecond].map(
    (perSecond) => rate(perSecond ?? NaN),
  );
  const seen = `goodput ${goodput} of ${offered} offered, ${duration(observedNs)} after the fault was removed`;
  const because =
    reason !== null
      ? `${REASON[reason]}${observedNs > 0 ? `; observed for ${duration(observedNs)}` : ''}`
      : verdict === 'recovered'
        ? `${recoveryTime(found.recoveredAfterNs ?? 0, windowNs)} after the fault was removed`
        : `${seen} (baseline ${baseline})`;
  return { ...VERDICT[verdict], because };
}

/** That a stack stays down by itself; empty when it does not, or when that is unknown. */
export const metastableSentence = (found: Metastability): string =>
  found.verdict === 'metastable' ? ` Metastable: ${metastabilityWords(found, 0).because}.` : '';

/** The interval of a hidden capacity beside its prediction; null when there was one fault only. */
export function hiddenCapacitySentence(found: HiddenCapacity): string | null {
  const { type, on, faults, recoveredPerSecond, failedPerSecond, reason, predictedPerSecond, retries } = found;
  if (faults.length < 2) return null;
  const predicted =
    predictedPerSecond === null
      ? ''
      : ` Prediction, load line over 1 + ${amount(retries)} retries: ${rate(predictedPerSecond)}.`;
  const [up, down] = [rate(recoveredPerSecond ?? NaN), rate(failedPerSecond ?? NaN)];
  const words =
    reason === 'one-rate'
      ? 'hidden capacity unknown (fewer than two rates were judged)'
      : reason === 'contradictory'
        ? `hidden capacity unknown (recovered at ${up} but not at ${down})`
        : failedPerSecond === null
          ? `recovered at every rate tried, up to ${up}`
          : recoveredPerSecond === null
            ? `did not recover at any rate tried, from ${down} up`
            : `recovered at ${up} and not at ${down}; the hidden capacity lies between`;
  return `${type} on ${plainText(on, 60)}: ${words}.${predicted}`;
}

const NO_BREAKER = {
  'no-stamps': 'the upstream reports no timing',
  'fault-refuses': 'the fault itself refuses calls',
  'no-baseline': 'no baseline',
} as const;

/** A breaker's states, or why none is inferred. */
function breakerWords(breaker: Breaker): string {
  switch (breaker.kind) {
    case 'none':
      return 'not detected';
    case 'unknown':
      return `unknown: ${NO_BREAKER[breaker.reason]}`;
    case 'inferred':
      return `${breaker.spans
        .filter(({ state }) => state === 'open' || state === 'half-open')
        .map(({ state, fromNs, toNs }) => `${state} from ${duration(fromNs)} to ${duration(toNs)}`)
        .join(', ')} after the fault became active`;
  }
}

const NO_RADIUS = {
  'no-untouched-route': 'None: every call passes the place of the fault.',
  'wiring-unknown': 'Unknown: the routes of the calls are unknown.',
  'no-baseline': 'Unknown: no baseline before the fault.',
  'too-few-calls': 'Unknown: too few calls.',
} as const;

function routesWords({ radius, reason }: AfterFault['blastRadius']): string {
  if (radius !== null) return `Blast radius: they lost ${percent(radius)} of their goodput.`;
  return reason === null ? '' : NO_RADIUS[reason];
}

const maybe = (value: number | null, words: (value: number) => string): Cell =>
  value === null ? none() : words(value);

function attempts(span: Amplification | null): Cell {
  if (span === null || span.perCall === null) return none();
  const { perCall, expectedPerCall } = span;
  return { text: factor(perCall), below: expectedPerCall === null ? '' : `${factor(expectedPerCall)} expected` };
}

/** Quantity, before, during, after, finding. */
type Compared = readonly [string, Cell, Cell, Cell, Cell];

function rush(name: string, { peakBeforePerSecond, peakAfterPerSecond, factor: times }: Storm): Compared {
  const words = times === null ? '' : `${factor(times)} the rate before`;
  return [name, rate(peakBeforePerSecond), none(), rate(peakAfterPerSecond), words];
}

/** Goodput while the fault was active, by the windows that lie in it as a whole; null without any. */
function goodputDuring({ onsetNs, clearNs, windowNs }: RecoverySummary, windows: readonly RecoveryWindow[]) {
  const activeNs = clearNs === null ? Infinity : clearNs - onsetNs;
  const during = windows.filter(({ fromNs }) => fromNs >= 0 && fromNs + windowNs <= activeNs);
  return during.length === 0
    ? null
    : during.reduce((sum, { goodputPerSecond }) => sum + goodputPerSecond, 0) / during.length;
}

function rowsOf(recovery: RecoverySummary, windows: readonly RecoveryWindow[]): readonly Compared[] {
  const { windowNs, afterFault } = recovery;
  const { metastability, amplification, storm, burstiness, blastRadius, breaker } = afterFault;
  const { because, ...badge } = metastabilityWords(metastability, windowNs);
  const [before, during, after] = [amplification.before, amplification.during, amplification.after].map(attempts);
  const [goodBefore, goodAfter] = [metastability.baselinePerSecond, metastability.goodputPerSecond];
  const goodDuring = goodputDuring(recovery, windows);
  const bursts = `Retry bursts (burstiness in ${duration(burstiness.binNs)})`;
  const independent = 'Expected: if attempts failed independently with the same share of failures.';
  const dispersion = 'Variance over mean of the attempts sent: 0 evenly spaced, 1 independent, more in bursts.';
  const blank = none('');
  return [
    ['Goodput', maybe(goodBefore, rate), maybe(goodDuring, rate), maybe(goodAfter, rate), verdictCell(badge, because)],
    ['Retry amplification (attempts per call)', before ?? none(), during ?? none(), after ?? none(), independent],
    ...(storm === null
      ? []
      : [
          rush(`Attempts, peak of ${duration(windowNs)}`, storm.attempts),
          rush('New connections', storm.connections),
          ...(storm.sessions === null ? [] : [rush('New sessions', storm.sessions)]),
        ]),
    [bursts, maybe(burstiness.before, amount), none(), maybe(burstiness.after, amount), dispersion],
    ['Unaffected routes', blank, blank, blank, routesWords(blastRadius)],
    ['Circuit breaker', blank, blank, blank, breakerWords(breaker)],
  ];
}

const place = (recovery: RecoverySummary, phases: Summary['phases']): string =>
  `${faultName(recovery)}, in ${namedPhase(phases, recovery.phase)}`;

const faultTable = (
  recovery: RecoverySummary,
  phases: Summary['phases'],
  windows: readonly RecoveryWindow[],
): readonly Table[] =>
  tableOf({
    caption: `Before, during and after ${place(recovery, phases)}`,
    columns: [
      ...wordColumns('Quantity'),
      ...numberColumns('Before', 'During', 'After'),
      { name: 'Finding', kind: 'text' },
    ],
    rows: rowsOf(recovery, windows).map((cells): Row => ({ cells })),
  });

const routeTable = (recovery: RecoverySummary, phases: Summary['phases']): readonly Table[] =>
  tableOf({
    caption: `Routes around ${place(recovery, phases)}: good of offered`,
    columns: [...wordColumns('Calls', 'Affected'), ...numberColumns('Before', 'During', 'Lost')],
    rows: recovery.afterFault.blastRadius.routes.map((route) => ({
      cells: [
        plainText(route.label),
        route.touched ? 'yes' : 'no',
        `${count(route.goodBefore)} of ${count(route.offeredBefore)}`,
        `${count(route.goodDuring)} of ${count(route.offeredDuring)}`,
        route.loss === null ? UNKNOWN : percent(route.loss),
      ],
    })),
  });

const hiddenCapacities = ({ afterFault }: Summary): readonly string[] =>
  afterFault.hiddenCapacities.flatMap((each) => hiddenCapacitySentence(each) ?? []);

export const afterFault = {
  id: 'after-fault',
  title: 'After the fault',
  label: 'After the fault',
  place: 'results',
  lead: () => 'Whether the load returned to what it was before the fault, and what else the fault changed.',
  headline: ({ analysis: { summary } }) => {
    const found = summary.recoveries.map(({ afterFault: { metastability }, windowNs, ...recovery }) => ({
      recovery,
      ...metastabilityWords(metastability, windowNs),
    }));
    const order: readonly State[] = ['good', 'quiet', 'unsure', 'bad'];
    const [worst] = [...found].sort((a, b) => order.indexOf(b.tone) - order.indexOf(a.tone));
    const [hidden] = hiddenCapacities(summary);
    if (worst === undefined) return { state: 'quiet', finding: hidden ?? '', key: null };
    const amplified = Math.max(
      0,
      ...summary.recoveries.map((each) => each.afterFault.amplification.during?.perCall ?? 0),
    );
    return {
      // Why it is not judged is no reason to look.
      state: worst.tone === 'unsure' ? 'look' : worst.tone,
      finding: hidden ?? `${faultName(worst.recovery)}: ${worst.words}, ${worst.because}.`,
      key: amplified === 0 ? null : { name: 'attempts per call', value: factor(amplified) },
    };
  },
  applies: ({ analysis }) => analysis.summary.recoveries.length > 0,
  page: ({ analysis: { summary, figures } }): readonly Block[] => [
    ...summary.recoveries.flatMap((recovery) => {
      const drawn = figures.recoveries.find(({ fault }) => fault === recovery.fault);
      return faultTable(recovery, summary.phases, drawn?.windows ?? []);
    }),
    ...summary.recoveries
      .filter((recovery) => recovery.afterFault.blastRadius.routes.some(({ touched }) => !touched))
      .flatMap((recovery) => routeTable(recovery, summary.phases)),
    ...hiddenCapacities(summary).map(text),
  ],
  markdown: ({ analysis }) => hiddenCapacities(analysis.summary).map(text),
  terminal: () => [],
} as const satisfies Topic;
