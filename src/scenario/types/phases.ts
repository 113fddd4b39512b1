/** What is offered, when. */

/** A rate, absolute or as a multiple of the load line (`1.5x`). */
export type Rate =
  | { readonly kind: 'absolute'; readonly perSecond: number }
  | { readonly kind: 'relative'; readonly timesLoadLine: number };

export type Arrivals = 'constant' | 'poisson';

/** A stretch of a phase of stages: a rate that is held, or one that changes evenly to `rampTo`. */
export interface PhaseStage {
  readonly label: string;
  readonly rate: Rate;
  readonly rampTo?: Rate;
  readonly forNs: number;
}

export type Phase =
  | { readonly regime: 'floor'; readonly name: string; readonly forNs: number; readonly warmupNs: number }
  | {
      /** `soak`: steady for long, and judged by whether memory, descriptors or sessions grow. */
      readonly regime: 'steady' | 'soak';
      readonly name: string;
      readonly forNs: number;
      readonly warmupNs: number;
      readonly load:
        | { readonly loop: 'closed'; readonly concurrency: number; readonly thinkNs: number }
        | { readonly loop: 'open'; readonly rate: Rate; readonly arrivals: Arrivals };
    }
  | {
      readonly regime: 'overload';
      readonly name: string;
      readonly warmupNs: number;
      /** Optional calm stage before, on the same continuous schedule. */
      readonly before: { readonly rate: Rate; readonly forNs: number } | null;
      readonly rate: Rate;
      readonly forNs: number;
      readonly after: { readonly rate: Rate; readonly forNs: number };
      readonly arrivals: Arrivals;
    }
  | {
      /** Stages on one continuous schedule, written one by one, or as a spike: before, spike, after. */
      readonly regime: 'stages' | 'spike';
      readonly name: string;
      readonly warmupNs: number;
      readonly stages: readonly [PhaseStage, ...PhaseStage[]];
      readonly arrivals: Arrivals;
    }
  | {
      readonly regime: 'replay';
      readonly name: string;
      readonly warmupNs: number;
      readonly forNs: number;
      /** How many times faster than it was recorded; already in the offsets. */
      readonly speed: number;
      /**
       * Arrivals in whole nanoseconds from the start of the phase, never decreasing, all before its end; at least one.
       */
      readonly offsetsNs: readonly number[];
    }
  | {
      /** Searches the load line by doubling, then bisection; sets what `x` means in later phases. */
      readonly regime: 'capacity';
      readonly name: string;
      readonly between: { readonly lowPerSecond: number; readonly highPerSecond: number };
      readonly stepNs: number;
      readonly resolution: number;
      readonly confirmations: number;
      readonly arrivals: Arrivals;
      /**
       * What is taken away for the search, and what the stack has to carry all the same; null: a search of the whole
       * stack.
       */
      readonly loss: { readonly service: string; readonly operatingPerSecond: number | null } | null;
    };
