/** The statistics of a set of durations, each read in one way, and the names of all statistics. */
import { tooFewSamples } from '../../format/index.js';
import { absent, known, type DurationReadings, type Reading, type Stat } from './reading.js';

const quantile =
  (q: number) =>
  ({ n, quantiles }: DurationReadings): Reading => {
    const estimate = quantiles.find((each) => each.q === q);
    switch (estimate?.kind) {
      case undefined:
        return absent('the summary does not hold this quantile');
      case 'value':
        return {
          kind: 'value',
          value: estimate.ns,
          low: estimate.lowNs,
          high: estimate.highNs,
          samplesBeyond: Math.round(n * Math.min(q, 1 - q)),
        };
      case 'censored':
        return { kind: 'censored', atLeast: estimate.ns };
      case 'not-estimable':
        return { kind: 'not-estimable', why: tooFewSamples(estimate.n, estimate.needed) };
    }
  };

/** A number to which calls that were given up contribute less than they would have taken. */
const extreme =
  (of: (durations: DurationReadings) => number | null) =>
  (durations: DurationReadings): Reading => {
    const ns = of(durations);
    if (ns === null) return absent('no samples');
    return durations.censored > 0 ? { kind: 'censored', atLeast: ns } : known(ns);
  };

const OF_DURATIONS = {
  p50: quantile(0.5),
  p90: quantile(0.9),
  p95: quantile(0.95),
  p99: quantile(0.99),
  'p99.9': quantile(0.999),
  mean: extreme(({ meanNs }) => meanNs),
  max: extreme(({ maxNs }) => maxNs),
} as const;
type DurationStat = keyof typeof OF_DURATIONS;

const OTHERS = ['count', 'ratio', 'rate', 'slope'] as const;

export type GateStat = DurationStat | (typeof OTHERS)[number];
/** In the order in which they are listed to people. */
export const GATE_STATS = [...(Object.keys(OF_DURATIONS) as [DurationStat, ...DurationStat[]]), ...OTHERS] as const;

/** A set of durations of a source, or why it has none. */
export type DurationsPart = Pick<Reading, 'part' | 'partId'> &
  ({ readonly durations: DurationReadings } | { readonly missing: string });

/** Every statistic of the durations that `partsOf` finds in a source, compared by `change`. */
export function durationStats<Source>(
  change: Stat<Source>['change'],
  partsOf: (source: Source) => readonly DurationsPart[],
): Readonly<Record<DurationStat, Stat<Source>>> {
  const stat = (read: (durations: DurationReadings) => Reading): Stat<Source> => ({
    unit: 'ns',
    change,
    read: (source) =>
      partsOf(source).map((each): Reading => {
        const part = {
          ...(each.part === undefined ? {} : { part: each.part }),
          ...(each.partId === undefined ? {} : { partId: each.partId }),
        };
        if ('missing' in each) return { ...part, ...absent(each.missing) };
        return { ...part, ...(each.durations.n === 0 ? absent('no samples') : read(each.durations)) };
      }),
  });
  return Object.fromEntries(Object.entries(OF_DURATIONS).map(([name, read]) => [name, stat(read)])) as Readonly<
    Record<DurationStat, Stat<Source>>
  >;
}
