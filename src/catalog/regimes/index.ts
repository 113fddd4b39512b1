/**
 * The regimes: how a phase loads the stack. Each file holds a regime's schema, defaults, checks and traits.
 *
 * A regime turns its keys into one of four loads (callers, stages, a recording, a search): plan, run and explanation
 * know those alone. What else differs between regimes is a trait.
 */
import { choiceByValue } from '../grammar/index.js';
import { capacity } from './capacity.js';
import { floor } from './floor.js';
import { scheduleNs, type Load } from './load.js';
import { overload } from './overload.js';
import type { PhaseText as PhaseTextOf, Regime, RegimeTraits } from './regime.js';
import { replay } from './replay.js';
import { soak } from './soak.js';
import { spike } from './spike.js';
import { stages } from './stages.js';
import { steady } from './steady.js';

export { isAtLeast, scheduleNs, setsLoadLine } from './load.js';
export type { Arrivals, Load, PhaseStage, Rate, Search } from './load.js';
export type { PhaseContext, RegimeTraits } from './regime.js';
export { readRecorded, recordedText } from './recorded-arrivals.js';

/** In the order in which they are listed to people. */
const REGIMES = { floor, steady, overload, stages, spike, replay, capacity, soak };
export type RegimeName = keyof typeof REGIMES;

/** Each regime under its own name; `schema` reads a phase of it. */
const BY_NAME: { readonly [N in RegimeName]: Regime<N> } = REGIMES;

export function traitsOf(regime: RegimeName): RegimeTraits {
  return BY_NAME[regime].traits;
}

export type PhaseText = PhaseTextOf<RegimeName>;

/** One item of `phases:`. */
export const PhaseText = choiceByValue(
  'a phase',
  'regime',
  Object.keys(REGIMES),
  Object.values(REGIMES).map(({ schema }) => schema),
);

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
