/**
 * The regimes: how a phase loads the stack. Each file holds a regime's schema, defaults and checks.
 *
 * A regime turns its keys into one of four loads (callers, stages, a recording, a search): plan, run and explanation
 * know those alone. What else differs between regimes is in the table of traits.
 */
import type { z } from 'zod';
import { choiceByValue } from '../grammar/index.js';
import { capacity } from './capacity.js';
import { floor } from './floor.js';
import { scheduleNs, type Load } from './load.js';
import { overload } from './overload.js';
import type { PhaseText as PhaseTextOf } from './regime.js';
import { replay } from './replay.js';
import { soak } from './soak.js';
import { spike } from './spike.js';
import { stages } from './stages.js';
import { steady } from './steady.js';

export { isAtLeast, scheduleNs, setsLoadLine } from './load.js';
export type { Arrivals, Load, PhaseStage, Rate, Search } from './load.js';
export type { PhaseContext } from './regime.js';
export { readRecorded, recordedText } from './recorded-arrivals.js';

/** In the order in which they are listed to people. */
const REGIMES = { floor, steady, overload, stages, spike, replay, capacity, soak };
export type RegimeName = keyof typeof REGIMES;

/** Each regime's schema under its own name. */
const SCHEMAS: { readonly [N in RegimeName]: z.ZodType<PhaseTextOf<N>> } = REGIMES;

/** What the run, the analysis and the report need to know of a regime. */
const TRAITS = {
  /** It is made of probes: it has no schedule of its own, and its calls belong to no measured stretch. */
  searches: { floor: 0, steady: 0, overload: 0, stages: 0, spike: 0, replay: 0, capacity: 1, soak: 0 },
  /** Its one call in flight never waits: its response times are those of the idle stack. */
  measuresIdleLatency: { floor: 1, steady: 0, overload: 0, stages: 0, spike: 0, replay: 0, capacity: 0, soak: 0 },
  /** One level of load from start to end, so that Little's law holds over the measured stretch. */
  holdsOneLevel: { floor: 1, steady: 1, overload: 0, stages: 0, spike: 0, replay: 0, capacity: 0, soak: 1 },
  /** Its response times are tested for stationarity. */
  isExpectedStationary: { floor: 0, steady: 1, overload: 0, stages: 0, spike: 0, replay: 0, capacity: 0, soak: 0 },
  /** The processes are tested for growing memory, descriptors, sockets, threads and sessions. */
  judgesGrowth: { floor: 0, steady: 0, overload: 0, stages: 0, spike: 0, replay: 0, capacity: 0, soak: 1 },
  /** It ends with a stage that lets the backlog drain, and how long that takes is measured. */
  measuresDrain: { floor: 0, steady: 0, overload: 1, stages: 0, spike: 0, replay: 0, capacity: 0, soak: 0 },
  /** Its rising and falling stages are compared at the same rates (hysteresis). */
  comparesDirections: { floor: 0, steady: 0, overload: 0, stages: 1, spike: 0, replay: 0, capacity: 0, soak: 0 },
} as const satisfies Readonly<Record<string, Readonly<Record<RegimeName, 0 | 1>>>>;

type RegimeTraits = Readonly<Record<keyof typeof TRAITS, boolean>>;

const traits = (regime: RegimeName): RegimeTraits =>
  Object.fromEntries(Object.entries(TRAITS).map(([trait, of]) => [trait, of[regime] === 1])) as RegimeTraits;
/** Made once: some ask for each call of a run. */
const TRAITS_OF = Object.fromEntries(
  Object.keys(REGIMES).map((name) => [name, traits(name as RegimeName)]),
) as Readonly<Record<RegimeName, RegimeTraits>>;

export function traitsOf(regime: RegimeName): RegimeTraits {
  return TRAITS_OF[regime];
}

export type PhaseText = PhaseTextOf<RegimeName>;

/** One item of `phases:`. */
export const PhaseText = choiceByValue('a phase', 'regime', Object.keys(SCHEMAS), Object.values(SCHEMAS));

/** A phase of a scenario, every default filled in. */
export interface Phase {
  readonly name: string;
  readonly regime: RegimeName;
  readonly warmupNs: number;
  /** Length of the schedule, without the drain; 0 for a search, whose probes are counted when they are made. */
  readonly forNs: number;
  readonly load: Load;
}

/** The phase that a text means; the checks have passed. */
export function phaseOf({ name, regime, warmupNs, load }: PhaseText): Phase {
  if (load === null) throw new Error(`the recording of phase "${name}" passed the checks and cannot be read`);
  return { name, regime, warmupNs, forNs: scheduleNs(load) ?? 0, load };
}
