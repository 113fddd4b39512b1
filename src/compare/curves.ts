/** The curves of the arms over their trials: percentiles of each phase, and goodput and p99 around each fault. */
import type { Figures, RecoverySummary, RecoveryWindow, Summary } from '../analysis/index.js';
import { meanOf, pairedMean } from './statistics/index.js';

/** What is drawn of a run, as its report draws it. */
export type TrialFigures = Pick<Figures, 'percentiles' | 'recoveries'>;

/** A trial as its curves need it. */
export interface DrawnTrial {
  readonly arm: string;
  readonly folder: string;
  readonly summary: Summary;
  readonly figures: TrialFigures | null;
}

/** A number along a curve: the middle of the trials, and its 95 % t interval; null ends where there is one trial. */
export interface Curve {
  readonly middle: readonly (number | null)[];
  readonly low: readonly (number | null)[] | null;
  readonly high: readonly (number | null)[] | null;
}

/** Response times of a phase, of all calls: one without an answer ranks behind all answers. */
export interface PercentileComparison {
  readonly phase: string;
  readonly loop: 'open' | 'closed';
  /** Shares of calls, ascending. A curve may be shorter: it ends where a trial has too few calls, or no answers. */
  readonly shares: readonly number[];
  /** In nanoseconds: geometric mean of the trials. */
  readonly arms: readonly ({ readonly arm: string } & Curve)[];
  /** Of each arm against the reference, pair by pair: 0.1 is +10 %. */
  readonly changes: readonly ({ readonly arm: string } & Curve)[];
}

/** How the arms took one fault. All arrays of an arm have one entry a window. */
export interface RecoveryComparison {
  readonly fault: string;
  readonly type: string;
  readonly on: string;
  readonly phase: string;
  readonly windowNs: number;
  /** How long the fault was active: mean of all trials; null where none was lifted. */
  readonly activeNs: number | null;
  readonly arms: readonly {
    readonly arm: string;
    /** From the moment at which the fault became active. */
    readonly fromNs: readonly number[];
    readonly goodputPerSecond: Curve;
    /** p99 (the maximum under 100 calls), failures counted at their deadline. */
    readonly p99Ns: Curve;
  }[];
}

export interface ComparedCurves {
  readonly percentiles: readonly PercentileComparison[];
  readonly recoveries: readonly RecoveryComparison[];
  /** Trials of which no samples could be read, so that they are in no curve. */
  readonly missing: readonly string[];
}

/** Points of a percentile curve for each factor of ten, as the analysis lays them out: share 1 - 10^(-step / 24). */
const POINTS_PER_DECADE = 24;
const shareOf = (step: number): number => 1 - 10 ** (-step / POINTS_PER_DECADE);

/** Digits of a share or a change that a picture can show. */
const rounded = (value: number, digits: number): number => Number(value.toPrecision(digits));

/** Curves of all arms; an arm of which a trial has no samples is in none. */
export function curvesOf(arms: readonly string[], rows: readonly (readonly DrawnTrial[])[]): ComparedCurves {
  const missing = rows.flat().filter(({ figures }) => figures === null);
  const trialsOf = (arm: string): readonly DrawnTrial[] =>
    rows.flatMap((row) => row.filter((trial) => trial.arm === arm));
  const drawn = arms
    .map((arm) => ({ arm, trials: trialsOf(arm) }))
    .filter(({ trials }) => trials.length > 0 && trials.every(({ figures }) => figures !== null));
  return {
    percentiles: percentilesOf(drawn, arms[0] ?? ''),
    recoveries: recoveriesOf(drawn),
    missing: missing.map(({ folder }) => folder),
  };
}

interface DrawnArm {
  readonly arm: string;
  /** In the order of the rows: the n-th trials of two arms are a pair. */
  readonly trials: readonly DrawnTrial[];
}

function percentilesOf(arms: readonly DrawnArm[], reference: string): readonly PercentileComparison[] {
  const first = arms[0]?.trials[0]?.figures?.percentiles ?? [];
  return first.flatMap(({ phase, loop }): PercentileComparison[] => {
    const curves = arms.map(({ arm, trials }) => ({
      arm,
      trials: trials.map(
        ({ figures }) =>
          figures?.percentiles.find((each) => each.phase === phase)?.responseAll.map(({ ns }) => Math.max(1, ns)) ?? [],
      ),
    }));
    const steps = Math.max(...curves.map(({ trials }) => shortest(trials)));
    if (steps < 2) return [];
    const base = curves.find(({ arm }) => arm === reference);
    return [
      {
        phase,
        loop,
        shares: Array.from({ length: steps }, (_, step) => rounded(shareOf(step), 6)),
        arms: curves.map(({ arm, trials }) => ({
          arm,
          ...along(
            shortest(trials),
            (step) => trials.map((ns) => Math.log(ns[step] ?? NaN)),
            (log) => Math.round(Math.exp(log)),
          ),
        })),
        changes: curves.flatMap(({ arm, trials }) => {
          if (base === undefined || arm === reference) return [];
          const length = Math.min(shortest(trials), shortest(base.trials));
          const ratios = (step: number): readonly number[] =>
            trials.map((ns, trial) => Math.log((ns[step] ?? NaN) / (base.trials[trial]?.[step] ?? NaN)));
          return [{ arm, ...along(length, ratios, (log) => rounded(Math.expm1(log), 5)) }];
        }),
      },
    ];
  });
}

const shortest = (lists: readonly (readonly unknown[])[]): number => Math.min(...lists.map(({ length }) => length));

/** A curve of `length` points: at each, the mean of what the trials have there. */
function along(
  length: number,
  valuesAt: (step: number) => readonly (number | null)[],
  readable: (value: number) => number,
): Curve {
  const points = Array.from({ length }, (_, step) => {
    const values = valuesAt(step);
    const known = values.filter((value) => value !== null);
    if (known.length === 0 || known.length < values.length) return null;
    return pairedMean(known) ?? { estimate: meanOf(known), low: null, high: null };
  });
  const end = (which: 'low' | 'high'): Curve['low'] => {
    const ends = points.map((point) => point?.[which] ?? null);
    return ends.every((each) => each === null) ? null : ends.map((each) => (each === null ? null : readable(each)));
  };
  return {
    middle: points.map((point) => (point === null ? null : readable(point.estimate))),
    low: end('low'),
    high: end('high'),
  };
}

function recoveriesOf(arms: readonly DrawnArm[]): readonly RecoveryComparison[] {
  const [first] = arms;
  const recoveries = first?.trials[0]?.summary.recoveries ?? [];
  return recoveries.flatMap(({ fault, type, on, phase, windowNs }): RecoveryComparison[] => {
    const own = arms.map(({ arm, trials }) => ({
      arm,
      trials: trials.map(({ figures }) => figures?.recoveries.find((each) => each.fault === fault)?.windows ?? []),
    }));
    const active = arms
      .flatMap(({ trials }) => trials.map(({ summary }) => summary.recoveries.find((each) => each.fault === fault)))
      .flatMap((each) => activeNsOf(each) ?? []);
    const drawn = own.map(({ arm, trials }) => ({ arm, ...aroundFault(trials, windowNs) }));
    if (drawn.every(({ fromNs }) => fromNs.length < 2)) return [];
    const activeNs = active.length === 0 ? null : Math.round(meanOf(active));
    return [{ fault, type, on, phase, windowNs, activeNs, arms: drawn }];
  });
}

const activeNsOf = (recovery: RecoverySummary | undefined): number | null =>
  recovery === undefined || recovery.clearNs === null ? null : recovery.clearNs - recovery.onsetNs;

/** Windows that every trial has, whole windows from the onset of the fault. */
function aroundFault(trials: readonly (readonly RecoveryWindow[])[], windowNs: number) {
  const byPlace = trials.map(
    (windows) => new Map(windows.map((window) => [Math.round(window.fromNs / windowNs), window])),
  );
  const places = [...(byPlace[0]?.keys() ?? [])].filter((place) => byPlace.every((each) => each.has(place)));
  const curve = (of: (window: RecoveryWindow) => number | null, isLog: boolean): Curve =>
    along(
      places.length,
      (step) =>
        byPlace.map((windows) => {
          const window = windows.get(places[step] ?? NaN);
          const value = window === undefined ? null : of(window);
          return value === null ? null : isLog ? Math.log(Math.max(1, value)) : value;
        }),
      (value) => (isLog ? Math.round(Math.exp(value)) : rounded(value, 5)),
    );
  return {
    fromNs: places.map((place) => place * windowNs),
    goodputPerSecond: curve(({ goodputPerSecond }) => goodputPerSecond, false),
    p99Ns: curve(({ p99Ns }) => p99Ns, true),
  };
}
