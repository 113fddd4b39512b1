/** What a bound finds when its metric is looked up in the numbers of a set of calls. */
import type { Gate } from '../../scenario/index.js';
import type { CallStats, Durations, Quantile } from '../calls/index.js';

/** One number a bound is held against, or why there is none. `where` says what it belongs to. */
export type Reading = { readonly where: string } &
  /** `low` and `high`: 95 % interval, where one is known. `step`: how fine it was measured, where that is coarse. */
  (
    | {
        readonly kind: 'value';
        readonly value: number;
        readonly low: number | null;
        readonly high: number | null;
        readonly step?: number;
      }
    /** A trend, judged by its interval and not by its middle. */
    | { readonly kind: 'trend'; readonly value: number; readonly low: number; readonly high: number }
    /** At least this. */
    | { readonly kind: 'censored'; readonly atLeast: number }
    | { readonly kind: 'not-estimable'; readonly why: string }
    /** The fault left no mark: there was nothing to detect or to recover from. */
    | { readonly kind: 'never-left' }
    /** There is no sample to say anything by. */
    | { readonly kind: 'absent'; readonly why: string }
  );

const QUANTILE_OF = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, 'p99.9': 0.999 } as const;

/** A number that is known. */
export const value = (where: string, number: number): Reading => ({
  where,
  kind: 'value',
  value: number,
  low: null,
  high: null,
});
/** No number, and why. */
export const absent = (where: string, why: string): Reading => ({ where, kind: 'absent', why });

function readQuantile(where: string, quantile: Quantile | undefined): Reading {
  if (quantile === undefined) return absent(where, 'the summary does not hold this quantile');
  switch (quantile.kind) {
    case 'value':
      return { where, kind: 'value', value: quantile.ns, low: quantile.lowNs, high: quantile.highNs };
    case 'censored':
      return { where, kind: 'censored', atLeast: quantile.ns };
    case 'not-estimable':
      return {
        where,
        kind: 'not-estimable',
        why: `${quantile.n} samples are too few: p${quantile.q * 100} takes ${quantile.needed}`,
      };
  }
}

/** The statistic of a gate, out of a set of durations. */
export function readDurations(where: string, durations: Durations, gate: Gate): Reading {
  if (durations.n === 0) return absent(where, 'no samples');
  const { stat } = gate;
  switch (stat) {
    case 'p50':
    case 'p90':
    case 'p95':
    case 'p99':
    case 'p99.9':
      return readQuantile(
        where,
        durations.quantiles.find((quantile) => quantile.q === QUANTILE_OF[stat]),
      );
    case 'mean':
    case 'max': {
      const ns = stat === 'mean' ? durations.meanNs : durations.maxNs;
      if (ns === null) return absent(where, 'no samples');
      // Those given up would have taken longer: what is known is a lower bound.
      return durations.censored > 0 ? { where, kind: 'censored', atLeast: ns } : value(where, ns);
    }
    case 'count':
    case 'ratio':
    case 'rate':
    case 'slope':
      return absent(where, `${gate.metric} has no ${stat}`);
  }
}

/**
 * Response time and service view: `ok` calls, and all of them, so that neither fast failures nor dropped timeouts
 * flatter.
 */
function readBoth(where: string, times: CallStats['responseTime'], gate: Gate): readonly Reading[] {
  return [readDurations(`${where}, ok calls`, times.ok, gate), readDurations(`${where}, all calls`, times.all, gate)];
}

/** The metric of a gate, out of what is told of a set of logical calls; for metrics that are known call by call. */
export function ofCalls(gate: Gate, where: string, stats: CallStats): readonly Reading[] {
  const none = absent(where, 'no calls were offered');
  const ratio = (of: number | null): readonly Reading[] => [of === null ? none : value(where, of)];
  switch (gate.metric) {
    case 'response-time':
      return readBoth(where, stats.responseTime, gate);
    case 'latency-from-send':
      return readBoth(where, stats.latencyFromSend, gate);
    case 'goodput':
      if (gate.stat === 'ratio') return ratio(stats.goodRatio);
      return [stats.offered === 0 ? none : value(where, stats.goodputPerSecond)];
    case 'deadline-miss-ratio':
      return ratio(stats.missRatio);
    case 'error-ratio':
      return ratio(stats.offered === 0 ? null : 1 - stats.outcomes.ok / stats.offered);
    case 'error-classes':
      return [stats.offered === 0 ? none : value(where, stats.errorClasses.length)];
    case 'retry-amplification':
      return ratio(stats.retryAmplification);
    case 'schedule-lag':
    case 'queue-age':
    case 'upstream-queue':
    case 'throughput':
    case 'time-to-detect':
    case 'time-to-recover':
    case 'backlog-drain':
    case 'dip-area':
    case 'metastable':
    case 'duplicates':
    case 'lost':
    case 'orphans':
    case 'rss-growth':
    case 'descriptor-growth':
    case 'socket-growth':
    case 'thread-growth':
    case 'session-growth':
    case 'sessions-open':
    case 'contract-drift':
    case 'broken-hypotheses':
      return [absent(where, `${gate.metric} is not known call by call`)];
  }
}
