/** What every gate metric has to state. */
import type {
  CallReadings,
  DrainReadings,
  FaultReadings,
  HypothesisReadings,
  PhaseReadings,
  ProcessReadings,
  Reading,
  RunReadings,
  Stat,
  StretchReadings,
} from './reading.js';
import type { GateStat } from './stats.js';

/** At least one statistic: a metric without any could be named in a gate and never be read. */
export type Stats<Source> = {
  [S in GateStat]: Readonly<Record<S, Stat<Source>> & Partial<Record<GateStat, Stat<Source>>>>;
}[GateStat];

/** What a scenario must have before the metric can be gated. */
export type Need =
  'faults' | 'effects' | 'contract-watch' | 'hypotheses' | 'soak' | 'trace' | 'tool-lists' | 'capacity';

/** What a metric says something about, in the order in which a comparison lists it. */
export const METRIC_GROUPS = [
  'latency',
  'throughput',
  'capacity',
  'recovery',
  'correctness',
  'fidelity',
  'context-cost',
  'resources',
] as const;
export type MetricGroup = (typeof METRIC_GROUPS)[number];

interface Described {
  /** One sentence. */
  readonly definition: string;
  /** Where the definition comes from: the literature or practice it follows. */
  readonly source: string;
  readonly better: 'lower' | 'higher';
  /** The stat of a gate that names none; null: it must name one. */
  readonly usual: GateStat | null;
  /** Where it stands in a comparison, and the statistics of it that are read there first; all are in its data. */
  readonly comparison: { readonly group: MetricGroup; readonly shows: readonly GateStat[] };
  /**
   * Whether a closed loop changes what the number means, so that a gate on one says so: its callers ask less of a
   * server that slows down.
   */
  readonly dependsOnLoop: boolean;
  /** Whether a phase that was not stationary would give another number if it were longer: a pass is inconclusive. */
  readonly dependsOnLength: boolean;
  readonly needs: readonly Need[];
  /** How a hypothesis reads it, before and after the faults of a phase; null: it can't be a hypothesis. */
  readonly stretch: Stats<StretchReadings> | null;
}

/** What has a value of a metric, and how each of its statistics is read from that. */
type Scope =
  /** Each phase; and each call label in it. */
  | { readonly per: 'calls'; readonly stats: Stats<CallReadings> }
  | {
      readonly per: 'phase';
      readonly stats: Stats<PhaseReadings>;
      /** Whether a phase has the metric, when a gate names none. */
      readonly isIn: (phase: PhaseReadings) => boolean;
    }
  /** Each phase with hypotheses. */
  | { readonly per: 'judged phase'; readonly stats: Stats<HypothesisReadings> }
  | { readonly per: 'fault'; readonly stats: Stats<FaultReadings> }
  /** Each phase with an overload, and each fault. */
  | { readonly per: 'phase or fault'; readonly stats: Stats<DrainReadings> }
  | { readonly per: 'run'; readonly stats: Stats<RunReadings> }
  /** Each process during each soak phase. */
  | { readonly per: 'process'; readonly stats: Stats<ProcessReadings> }
  /** Only stretches before and after faults: a hypothesis, never a gate. */
  | { readonly per: 'stretch'; readonly stats: Stats<StretchReadings> };

export type Metric = Described & Scope;

/** A metric of sets of calls: each phase, each call label in it and each stretch has a value of it. */
export function ofCalls<const S extends Stats<CallReadings>>(
  metric: Pick<Described, 'definition' | 'source' | 'better' | 'usual' | 'comparison'> & { readonly stats: S },
) {
  return {
    ...metric,
    dependsOnLoop: true,
    dependsOnLength: true,
    needs: [],
    per: 'calls',
    stretch: metric.stats,
  } as const satisfies Metric;
}

/** Reads a statistic; one that the metric has not is refused by the scenario's checks before. */
export function readStat<Source>(stats: Stats<Source>, stat: GateStat, source: Source): readonly Reading[] {
  return stats[stat]?.read(source) ?? [{ kind: 'absent', why: `there is no ${stat} of it` }];
}
