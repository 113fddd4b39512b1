/** What a phase offers, whatever its regime is called. */

/** A rate, absolute or as a multiple of the load line (`1.5x`). */
export type Rate =
  | { readonly kind: 'absolute'; readonly perSecond: number }
  | { readonly kind: 'relative'; readonly timesLoadLine: number };

export type Arrivals = 'constant' | 'poisson';

/** A part of an open-loop schedule: a rate that is held, or one that changes evenly to `rampTo`. */
export interface PhaseStage {
  readonly label: string;
  readonly rate: Rate;
  readonly rampTo?: Rate;
  readonly forNs: number;
}

export type Load =
  | {
      /** Closed loop: each caller waits for its answer, then `thinkNs`, then calls again. */
      readonly kind: 'callers';
      readonly concurrency: number;
      readonly thinkNs: number;
      readonly forNs: number;
    }
  | {
      /** Open loop: stages on one continuous schedule. */
      readonly kind: 'stages';
      readonly arrivals: Arrivals;
      readonly stages: readonly [PhaseStage, ...PhaseStage[]];
    }
  | {
      /** Open loop: calls arrive as they were recorded. */
      readonly kind: 'recording';
      /** How many times faster than it was recorded; already applied to the offsets. */
      readonly speed: number;
      /** Arrivals in whole nanoseconds from the phase's start, never decreasing, all before its end; at least one. */
      readonly offsetsNs: readonly number[];
      readonly forNs: number;
    }
  | Search;

/** Open loop: probes that search the load line, which sets what `x` means in later phases. */
export interface Search {
  readonly kind: 'search';
  readonly between: { readonly lowPerSecond: number; readonly highPerSecond: number };
  /** Length of one probe, and of the longest in such steps. */
  readonly stepNs: number;
  readonly longestSteps: number;
  readonly resolution: number;
  readonly confirmations: number;
  /** Time that all probes may take together, pauses included. */
  readonly budgetNs: number;
  /** Growth of the queue's age up to which a queue counts as bounded, in ns of age per second. */
  readonly slopeLimitNsPerSecond: number;
  readonly arrivals: Arrivals;
  /** The services that are stopped meanwhile, and the rate to carry without them; null: the whole stack. */
  readonly loss: { readonly services: readonly string[]; readonly operatingPerSecond: number | null } | null;
}

/** Length of a schedule; null for a search, whose number of probes is not known beforehand. */
export function scheduleNs(load: Load): number | null {
  switch (load.kind) {
    case 'callers':
    case 'recording':
      return load.forNs;
    case 'stages':
      return load.stages.reduce((sum, { forNs }) => sum + forNs, 0);
    case 'search':
      return null;
  }
}

/** Whether the result of a search is the load line: what a stack sustains without one of its parts is not. */
export function setsLoadLine(load: Load | null): boolean {
  return load?.kind === 'search' && load.loss === null;
}

/** Whether one rate is known to be at least another: those of different kinds can't be compared without a load line. */
export function isAtLeast(a: Rate, b: Rate): boolean {
  return a.kind === 'absolute'
    ? b.kind === 'absolute' && a.perSecond >= b.perSecond
    : b.kind === 'relative' && a.timesLoadLine >= b.timesLoadLine;
}
