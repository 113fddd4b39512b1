/**
 * The aftermath of faults in words: whether it stays down, up to which rate it comes back, and what a prediction leaves
 * out.
 */
import type { Breaker, FluidLimit, HiddenCapacity, Metastability, MetastabilityReason } from '../analysis/index.js';
import { amount, duration, rate, recoveryTime } from '../format/index.js';
import { plainText } from './text.js';
import type { Tone } from './words.js';

const REASON: Readonly<Record<MetastabilityReason, string>> = {
  'no-clear': 'the fault was never lifted',
  'no-baseline': 'there is no baseline to hold it against',
  'closed-loop': 'a closed loop offers less when answers are late',
  'rate-changed': 'the offered rate did not stay',
  'too-short': 'the data ends within a hold time of the clear',
  draining: 'what the fault held up may still have been draining',
  unsettled: 'goodput was neither back nor down for a hold time',
};

const VERDICT: Readonly<
  Record<Metastability['verdict'], { readonly words: string; readonly tone: Tone; readonly sign: string }>
> = {
  recovered: { words: 'recovered', tone: 'good', sign: '✓' },
  metastable: { words: 'metastable', tone: 'bad', sign: '✗' },
  censored: { words: 'not settled', tone: 'unsure', sign: '?' },
  'not-judged': { words: 'not judged', tone: 'quiet', sign: '–' },
};

export interface MetastabilityWords {
  readonly words: string;
  readonly tone: Tone;
  readonly sign: string;
  /** The evidence, or why there is none. */
  readonly because: string;
}

/** A verdict with its evidence. */
export function metastabilityWords(told: Metastability, windowNs: number): MetastabilityWords {
  const { verdict, reason, offeredPerSecond, baselinePerSecond, goodputPerSecond, lookedNs, backAfterNs } = told;
  const because =
    reason !== null
      ? `${REASON[reason]}${lookedNs > 0 ? `; looked for ${duration(lookedNs)}` : ''}`
      : verdict === 'recovered'
        ? `goodput was back ${recoveryTime(backAfterNs ?? 0, windowNs)} after the clear`
        : `${rate(goodputPerSecond ?? NaN)} good after ${duration(lookedNs)} at ${rate(offeredPerSecond ?? NaN)}, ${rate(baselinePerSecond ?? NaN)} before`;
  return { ...VERDICT[verdict], because };
}

/** That a stack stays down by itself; nothing when it does not, or is not known to. */
export function metastableSentence({
  verdict,
  goodputPerSecond,
  baselinePerSecond,
  lookedNs,
  offeredPerSecond,
}: Metastability): string {
  if (verdict !== 'metastable') return '';
  return ` It is metastable: ${rate(goodputPerSecond ?? NaN)} good of a baseline of ${rate(baselinePerSecond ?? NaN)}, ${duration(lookedNs)} after the fault was lifted and still offered ${rate(offeredPerSecond ?? NaN)}.`;
}

/**
 * What of the run a fluid prediction knows nothing of: `that the queue is bounded nor that calls were given up`; null
 * when there is nothing of that.
 */
export function unknownToFluid(ignores: readonly FluidLimit[]): string | null {
  const words = ignores.map((limit) =>
    limit === 'bounded-queue' ? 'that the queue is bounded' : 'that calls were given up',
  );
  return words.length === 0 ? null : words.join(' nor ');
}

/** The interval of a hidden capacity beside its prediction; null when one fault is all there is. */
export function hiddenCapacitySentence(told: HiddenCapacity): string | null {
  const { type, on, faults, recoveredPerSecond, failedPerSecond, reason, predictedPerSecond, retries } = told;
  if (faults.length < 2) return null;
  const trigger = `${type} on ${plainText(on, 60)}`;
  const predicted =
    predictedPerSecond === null
      ? ''
      : ` The load line over 1 + ${amount(retries)} retries is ${rate(predictedPerSecond)}.`;
  if (reason === 'one-rate')
    return `${trigger}: no hidden capacity is told, because fewer than two rates were judged.${predicted}`;
  if (reason === 'contradictory')
    return `${trigger}: it came back at ${rate(recoveredPerSecond ?? NaN)} and stayed down at ${rate(failedPerSecond ?? NaN)}, so no hidden capacity is told.${predicted}`;
  if (failedPerSecond === null)
    return `${trigger}: it came back at every rate tried, up to ${rate(recoveredPerSecond ?? NaN)}.${predicted}`;
  if (recoveredPerSecond === null)
    return `${trigger}: it stayed down at every rate tried, from ${rate(failedPerSecond)} on.${predicted}`;
  return `${trigger}: it came back at ${rate(recoveredPerSecond)} and stayed down at ${rate(failedPerSecond)}, so the hidden capacity lies between.${predicted}`;
}

/** A breaker's states, or why none is inferred. */
export function breakerWords(breaker: Breaker): string {
  switch (breaker.kind) {
    case 'none':
      return 'no sign of one';
    case 'unknown':
      return {
        'no-stamps': 'not told: the upstream gives no stamps',
        'fault-refuses': 'not told: the fault itself refuses calls',
        'no-baseline': 'not told: no baseline',
      }[breaker.reason];
    case 'inferred':
      return `${breaker.spans
        .filter(({ state }) => state === 'open' || state === 'half-open')
        .map(({ state, fromNs, toNs }) => `${state} from ${duration(fromNs)} to ${duration(toNs)}`)
        .join(', ')} after the onset`;
  }
}
