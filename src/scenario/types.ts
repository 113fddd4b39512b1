/**
 * A scenario as the rest of the house sees it: typed, every quantity in its base unit, every default filled in.
 * The text form (YAML with units) is what `reader` turns into this.
 */
import type { CallSpec, ComparativeGate, Fault, Gate, Hypothesis, Phase } from '../catalog/index.js';
import type { Protocol } from './types/protocol.js';
import type { Stack } from './types/stack.js';

export type * from '../catalog/index.js';
export * from './types/protocol.js';
export * from './types/stack.js';
export * from './types/text.js';

export interface GeneratorSettings {
  /** How the generator waits for the next intended time; `auto` decides by the number of cores. */
  readonly pacing: 'auto' | 'spin' | 'sleep';
  /** Most attempts in flight over all sessions. */
  readonly maxInFlight: number;
  /** Most logical calls that may wait for a slot; one more is shed and counted. */
  readonly maxQueued: number;
  /** Threads that share the load; sessions and bounds are divided among them. */
  readonly workers: number;
  /** CPUs that it is held to; undefined: it runs where it likes. */
  readonly cpus?: readonly number[];
}

export interface RecoverySettings {
  /**
   * A window is inside the baseline band when its p99 is at most this many times the baseline's and its goodput within
   * `goodputShare`.
   */
  readonly latencyFactor: number;
  readonly goodputShare: number;
  /** Every window for this long must be inside the normal range. */
  readonly holdNs: number;
  readonly windowNs: number;
}

/** When a run is hopeless and ends early. Null: that rule does not hold. */
export interface AbortRules {
  /** A rule must hold for so long. */
  readonly windowNs: number;
  /** Share of the calls that ended within the window, 0 to 1, that may not be ok. */
  readonly errorShare: number | null;
  /** No call at all was ok within the window. */
  readonly noGoodput: boolean;
  /** p99 of the schedule lag that was exceeded all along. */
  readonly scheduleLagNs: number | null;
}

/** Whether somebody watches what tools the target offers while the run goes on. */
export interface ContractWatch {
  /** From one `tools/list` to the next. */
  readonly everyNs: number;
}

export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly description: string | null;
  readonly seed: number;
  /** Load may leave loopback. */
  readonly allowRemote: boolean;
  /** Declared load line for relative rates, when no capacity phase measures it. */
  readonly loadLinePerSecond: number | null;
  readonly stack: Stack;
  readonly protocol: Protocol;
  readonly calls: readonly CallSpec[];
  readonly phases: readonly Phase[];
  readonly faults: readonly Fault[];
  /** Bounds on values of a run. */
  readonly gates: readonly Gate[];
  /** Limits on the change from one arm to another; a single run is not judged by them. */
  readonly comparativeGates: readonly ComparativeGate[];
  /** Whether default gates hold where there are none. */
  readonly defaultGates: boolean;
  /** Those of the run first, then phase by phase. */
  readonly hypotheses: readonly Hypothesis[];
  /** Null: the tool list is not requested during the run. */
  readonly contract: ContractWatch | null;
  /** Null: the tool list is not compared with those of the mocks behind the target. */
  readonly toolLists: { readonly sessions: number } | null;
  /** Null: it runs to its end, whatever happens. */
  readonly abortOn: AbortRules | null;
  readonly generator: GeneratorSettings;
  readonly recovery: RecoverySettings;
}
