/** Growth over a soak phase in words. */
import type { GrowthQuantity, GrowthSummary, GrowthTrend, GrowthVerdict, ProcessGrowth } from '../analysis/index.js';
import { amount, bytes, bytesPerHour, duration, perHour } from '../format/index.js';
import { plainText } from './text.js';
import type { Tone } from './words.js';

export const GROWTH_VERDICT: Readonly<
  Record<GrowthVerdict, { readonly words: string; readonly tone: Tone; readonly sign: string }>
> = {
  growing: { words: 'growing', tone: 'bad', sign: '✗' },
  flat: { words: 'not growing', tone: 'good', sign: '✓' },
  'too-short': { words: 'too short', tone: 'unsure', sign: '?' },
  unknown: { words: 'not told', tone: 'quiet', sign: '–' },
};

export const QUANTITY_WORDS: Readonly<Record<GrowthQuantity, string>> = {
  rss: 'memory',
  descriptors: 'descriptors',
  sockets: 'sockets',
  threads: 'threads',
  sessions: 'sessions',
};

/** A slope in the unit of its quantity. */
export function growthRate(quantity: GrowthQuantity, slopePerHour: number): string {
  return quantity === 'rss' ? bytesPerHour(slopePerHour) : perHour(slopePerHour);
}

/** A value of a quantity: `81.2 MiB`, `14`. */
export function growthValue(quantity: GrowthQuantity, value: number): string {
  return quantity === 'rss' ? bytes(value) : amount(Math.round(value * 10) / 10);
}

/** `+1.40 MiB/h (−0.20 to +3.00)`, or why there is none. */
export function slopeText({ quantity, slopePerHour, reason }: GrowthTrend): string {
  if (slopePerHour === null) return reason ?? 'not told';
  return `${growthRate(quantity, slopePerHour.value)} (${growthRate(quantity, slopePerHour.low)} to ${growthRate(quantity, slopePerHour.high)})`;
}

/** What grows, process by process: `backend: memory +38.0 MiB/h`. */
export function growing(growth: GrowthSummary): readonly string[] {
  return growth.processes.flatMap(({ process, trends }) =>
    trends
      .filter(({ verdict }) => verdict === 'growing')
      .map((trend) => `${plainText(process, 60)}: ${QUANTITY_WORDS[trend.quantity]} ${slopeText(trend)}`),
  );
}

/** The memory of a process, for a list. */
export function memoryOf({ trends }: ProcessGrowth): GrowthTrend | undefined {
  return trends.find(({ quantity }) => quantity === 'rss');
}

/** The verdict on a soak phase in one sentence. */
export function growthSentence(growth: GrowthSummary): string {
  const over = `over ${duration(growth.toNs - growth.fromNs)} after the warm-up`;
  switch (growth.verdict) {
    case 'growing':
      return `Growing ${over}: ${growing(growth).join('; ')}.`;
    case 'flat': {
      const most = growth.processes
        .flatMap((process) => memoryOf(process)?.slopePerHour ?? [])
        .reduce((highest, { high }) => Math.max(highest, high), -Infinity);
      return `Nothing grew ${over}; memory of no process by more than ${bytesPerHour(Math.max(0, most))} (upper bound).`;
    }
    case 'too-short':
      return `Too short for a trend: ${growth.processes.flatMap((process) => memoryOf(process)?.reason ?? [])[0] ?? 'too few looks'}.`;
    case 'unknown':
      return 'No process of this phase could be looked at, so nothing is said of growth.';
  }
}
