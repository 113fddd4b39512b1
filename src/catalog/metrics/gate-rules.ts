/** Which statistic and unit each gated metric has, and what it can be asked of. */
import { describeValue, type GrammarProblem, bareNumber, readQuantity, type QuantityKind } from '../grammar/index.js';
import type { BoundUnit, GateMetric, GateStat } from './types.js';

export interface GateRule {
  /** Statistics that make sense, with the unit of their bound. */
  readonly stats: Readonly<Partial<Record<GateStat, BoundUnit>>>;
  /** Used when the gate names none; null: must be named. */
  readonly usual: GateStat | null;
  /**
   * What has a value of it: each phase, each fault, the run, each process during a soak phase, or only the stretches
   * before and after faults.
   */
  readonly per: 'phase' | 'fault' | 'phase or fault' | 'run' | 'soak' | 'stretch';
  /** Whether it is known call by call label. */
  readonly perTool: boolean;
}

const DURATIONS = { p50: 'ns', p90: 'ns', p95: 'ns', p99: 'ns', 'p99.9': 'ns', mean: 'ns', max: 'ns' } as const;

export const GATE_RULES: Readonly<Record<GateMetric, GateRule>> = {
  'response-time': { stats: DURATIONS, usual: null, per: 'phase', perTool: true },
  'latency-from-send': { stats: DURATIONS, usual: null, per: 'phase', perTool: true },
  'schedule-lag': { stats: DURATIONS, usual: 'p99', per: 'phase', perTool: false },
  'queue-age': { stats: { p99: 'ns', max: 'ns', slope: 'ns-per-second' }, usual: null, per: 'phase', perTool: false },
  'upstream-queue': { stats: DURATIONS, usual: null, per: 'phase', perTool: false },
  goodput: { stats: { rate: 'per-second', ratio: 'ratio' }, usual: null, per: 'phase', perTool: true },
  'deadline-miss-ratio': { stats: { ratio: 'ratio' }, usual: 'ratio', per: 'phase', perTool: true },
  'error-ratio': { stats: { ratio: 'ratio' }, usual: 'ratio', per: 'phase', perTool: true },
  'error-classes': { stats: { count: 'count' }, usual: 'count', per: 'phase', perTool: true },
  throughput: { stats: { rate: 'per-second' }, usual: 'rate', per: 'phase', perTool: false },
  'time-to-detect': { stats: { max: 'ns' }, usual: 'max', per: 'fault', perTool: false },
  'time-to-recover': { stats: { max: 'ns' }, usual: 'max', per: 'fault', perTool: false },
  'backlog-drain': { stats: { max: 'ns' }, usual: 'max', per: 'phase or fault', perTool: false },
  'dip-area': { stats: { count: 'count' }, usual: 'count', per: 'fault', perTool: false },
  metastable: { stats: { count: 'count' }, usual: 'count', per: 'fault', perTool: false },
  duplicates: { stats: { count: 'count' }, usual: 'count', per: 'run', perTool: false },
  lost: { stats: { count: 'count' }, usual: 'count', per: 'run', perTool: false },
  orphans: { stats: { count: 'count' }, usual: 'count', per: 'run', perTool: false },
  'retry-amplification': {
    stats: { ratio: 'multiple' },
    usual: 'ratio',
    per: 'phase',
    perTool: true,
  },
  'rss-growth': { stats: { slope: 'bytes-per-hour' }, usual: 'slope', per: 'soak', perTool: false },
  'descriptor-growth': { stats: { slope: 'per-hour' }, usual: 'slope', per: 'soak', perTool: false },
  'socket-growth': { stats: { slope: 'per-hour' }, usual: 'slope', per: 'soak', perTool: false },
  'thread-growth': { stats: { slope: 'per-hour' }, usual: 'slope', per: 'soak', perTool: false },
  'session-growth': { stats: { slope: 'per-hour' }, usual: 'slope', per: 'soak', perTool: false },
  'sessions-open': { stats: { ratio: 'ratio' }, usual: 'ratio', per: 'stretch', perTool: false },
  'contract-drift': { stats: { count: 'count' }, usual: 'count', per: 'run', perTool: false },
  'broken-hypotheses': { stats: { count: 'count' }, usual: 'count', per: 'phase', perTool: false },
};

/** The stat and unit of a gate, or null when its stat does not fit its metric (or is missing where it is needed). */
export function statOf(
  metric: GateMetric,
  stat: GateStat | undefined,
): { readonly stat: GateStat; readonly unit: BoundUnit } | null {
  const rule = GATE_RULES[metric];
  const chosen = stat ?? rule.usual;
  const unit = chosen === null ? undefined : rule.stats[chosen];
  return chosen === null || unit === undefined ? null : { stat: chosen, unit };
}

const BOUNDS: Readonly<Record<Exclude<BoundUnit, 'count'>, readonly [kind: QuantityKind, unit: string]>> = {
  ns: ['duration', 'ms'],
  'per-second': ['rate', '/s'],
  ratio: ['share', '%'],
  multiple: ['multiple', 'x'],
  'ns-per-second': ['slope', 'ms/s'],
  'bytes-per-hour': ['growth', 'MiB/h'],
  'per-hour': ['growing number', '/h'],
};

/** Reads a bound in the unit its metric and stat ask for. */
export function readBound(
  metric: GateMetric,
  unit: BoundUnit,
  bound: string | number,
): { readonly ok: true; readonly value: number } | ({ readonly ok: false } & GrammarProblem) {
  if (unit === 'count') {
    if (typeof bound === 'number') return { ok: true, value: bound };
    return {
      ok: false,
      code: 'wrong-type',
      what: `${metric} is a count, found ${describeValue(bound)}`,
      remedy: 'write a bare number, like 0',
    };
  }
  const [kind, suggested] =
    unit === 'ns' && GATE_RULES[metric].per !== 'phase' ? (['duration', 's'] as const) : BOUNDS[unit];
  const read = typeof bound === 'number' ? bareNumber(bound, suggested) : readQuantity(kind, bound, suggested);
  return read.ok ? read : { ok: false, code: read.code, what: read.what, remedy: read.remedy };
}
