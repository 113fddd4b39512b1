/** What every regime has to state, and the keys that the regimes share. */
import type { z } from 'zod';
import { scenarioDuration } from '../../format/index.js';
import {
  choice,
  duration,
  durationOrZero,
  isMap,
  label,
  literal,
  oneOf,
  pickByKey,
  type CheckReport,
  type Path,
} from '../grammar/index.js';
import { hypotheses, type HypothesisText } from '../metrics/index.js';
import { scheduleNs, type Load, type Rate } from './load.js';

/** What the run, the analysis and the report need to know of a regime. */
export interface RegimeTraits {
  /** It is made of probes: it has no schedule of its own, and its calls belong to no measured stretch. */
  readonly searches: boolean;
  /** Its one call in flight never waits: its response times are those of the idle stack. */
  readonly measuresIdleLatency: boolean;
  /** One level of load from start to end, so that Little's law holds over the measured stretch. */
  readonly holdsOneLevel: boolean;
  /** Its response times are tested for stationarity. */
  readonly isExpectedStationary: boolean;
  /** The processes are tested for growing memory, descriptors, sockets, threads and sessions. */
  readonly judgesGrowth: boolean;
  /** It ends with a stage that lets the backlog drain, and how long that takes is measured. */
  readonly measuresDrain: boolean;
  /** Its rising and falling stages are compared at the same rates (hysteresis). */
  readonly comparesDirections: boolean;
}

/** The traits of a regime that has none of them. */
export const NO_TRAITS: RegimeTraits = {
  searches: false,
  measuresIdleLatency: false,
  holdsOneLevel: false,
  isExpectedStationary: false,
  judgesGrowth: false,
  measuresDrain: false,
  comparesDirections: false,
};

/** What the checks of a phase may ask about the rest of the scenario. */
export interface PhaseContext extends CheckReport {
  /** Services by name; null where one could not be read. */
  readonly services: ReadonlyMap<string, object | null>;
  readonly target: unknown;
  /** Most calls that can be in flight, and what limits them. */
  readonly mostInFlight: { readonly calls: number; readonly reason: string };
}

/** A rate and where it is written, from the phase on. */
export type PlacedRate = readonly [key: Path, rate: Rate];

/** What the text of a phase means, the same for every regime. */
export interface PhaseText<N extends string = string> {
  readonly name: string;
  readonly regime: N;
  readonly warmupNs: number;
  readonly hypotheses: readonly HypothesisText[];
  /** Null where its recording could not be read, which is reported when it is opened. */
  readonly load: Load | null;
  readonly rates: readonly PlacedRate[];
  /** Reports what is wrong with this phase in its scenario. */
  readonly check: (context: PhaseContext, path: Path) => void;
}

export interface Regime<N extends string = string> {
  readonly name: N;
  /** One sentence for editors and the reference. */
  readonly description: string;
  readonly traits: RegimeTraits;
  readonly schema: z.ZodType<PhaseText<N>>;
}

/** What a phase warms up when its text states nothing. */
export interface DefaultWarmup {
  readonly text: string;
  ofLengthNs(forNs: number): number;
}

/** Connections, caches and compilers settle at the beginning. */
export const fifthAtMost = (mostNs: number): DefaultWarmup => ({
  text: `a fifth of the length, at most ${scenarioDuration(mostNs)}`,
  ofLengthNs: (forNs) => Math.min(mostNs, Math.round(forNs / 5)),
});

export const NO_WARMUP: DefaultWarmup = { text: '0s', ofLengthNs: () => 0 };

/** The keys every phase begins with. */
export const phaseHead = <const N extends string>(regime: N, description: string) => ({
  name: label('steady').describe('Unique; faults and gates refer to it.'),
  regime: literal(regime).describe(description),
});

/** The keys every phase with a schedule ends with. */
export const phaseTail = (warmup: DefaultWarmup) => ({
  warmup: durationOrZero('s', '2s')
    .describe(`Recorded, and left out of the measured numbers. Default: ${warmup.text}.`)
    .optional(),
  hypotheses: hypotheses('this phase').optional(),
});

export const phaseLength = () => duration('s', '8s').describe('Length of the schedule, warm-up included, drain not.');

export const arrivals = () =>
  oneOf('arrivals', ['constant', 'poisson'])
    .describe('Time between calls: constant, or exponentially distributed. Default: constant.')
    .optional();

/** From the keys that a regime has read to what its phase means. */
export function phaseText<N extends string>(
  text: {
    readonly name: string;
    readonly regime: N;
    readonly warmup?: number | undefined;
    readonly hypotheses?: readonly HypothesisText[] | undefined;
  },
  warmup: DefaultWarmup,
  meaning: Pick<PhaseText, 'load' | 'rates' | 'check'>,
): PhaseText<N> {
  const { load } = meaning;
  return {
    name: text.name,
    regime: text.regime,
    warmupNs: text.warmup ?? warmup.ofLengthNs((load === null ? null : scheduleNs(load)) ?? 0),
    hypotheses: text.hypotheses ?? [],
    ...meaning,
  };
}

/** Of a phase in which nothing can be wrong that the grammar does not see. */
export const NO_CHECK: PhaseText['check'] = () => undefined;

/** A regime that can be written in two ways, distinguished by the one key that only one of them has. */
export function eitherForm<A extends z.ZodType, B extends z.ZodType>(
  regime: string,
  keys: readonly [string, string],
  forms: readonly [A, B],
): z.ZodUnion<readonly [A, B]> {
  return choice(forms, (input) => pickByKey(`a ${regime} phase`, keys, isMap(input) ? input : {}));
}
