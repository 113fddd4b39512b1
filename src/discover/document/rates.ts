/** Rates, limits and deadlines that a scenario begins with, from the little that is known of a server. */
import { NS_PER_MS, NS_PER_S } from '../../clock/index.js';
import { scenarioDuration } from '../../format/index.js';
import type { Discovery } from '../discover.js';
import type { UsableTool } from './call.js';

/** Rounded up to 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(3));
}

/** Rounded down to two digits. */
export function roundDown(value: number): number {
  const power = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.floor(value / power + 1e-9) * power).toPrecision(3));
}

const LEAST_DEADLINE_NS = NS_PER_S;
const MOST_DEADLINE_NS = 30 * NS_PER_S;

/** Twenty times the slowest answer of an idle server, one second at least. */
export function deadlineNs(tools: readonly UsableTool[]): number {
  const slowest = Math.max(NS_PER_MS, ...tools.map(({ tookNs }) => tookNs));
  return Math.min(MOST_DEADLINE_NS, Math.max(LEAST_DEADLINE_NS, roundUp(slowest * 20)));
}

/** Of a server that sustains more a first look says so. A generator on the same two cores offers half as much again. */
const HIGHEST_PER_SECOND = 2_000;

/** From this mean on answers are slow: each probe takes seconds, so that there is time for few. */
const SLOW_NS = 100 * NS_PER_MS;
/** Calls in flight in one session (the default of `in-flight-per-session`), less a reserve. */
const IN_FLIGHT_PER_SESSION = 50;

/**
 * Where the load line is searched, in steps that double: from a fifth of what one caller at a time gets, from half of
 * it where answers are slow, to what the calls in flight allow. `mostPerSecond`: a bound on every rate of the run, null
 * without one.
 */
export function searchedRates(
  { target, usable: tools, sessions }: Pick<Discovery, 'target' | 'usable' | 'sessions'>,
  mostPerSecond: number | null,
): { readonly low: number; readonly high: number } {
  const meanNs = Math.max(NS_PER_MS, leastMeanNs(tools));
  const inFlight = IN_FLIGHT_PER_SESSION * (target.kind === 'stdio' ? 1 : sessions);
  const offered = Math.min(HIGHEST_PER_SECOND, roundDown((inFlight * NS_PER_S) / meanNs));
  // The overload is half as much again.
  const high = Math.min(offered, mostPerSecond === null ? Infinity : mostPerSecond / OVERLOAD_FACTOR);
  // Of slow tools the slower answers count: a search that begins too high finds nothing.
  const low = meanNs <= SLOW_NS ? NS_PER_S / (5 * meanNs) : onePerSecond(tools) / 2;
  return { low: Math.min(high / 4, Math.max(LEAST_PER_SECOND, roundDown(low))), high };
}

/** A lower rate has no calls for a probe of some seconds. */
const LEAST_PER_SECOND = 0.2;

/** A probe lasts as long as so many answers, in whole seconds: in less the first answers are most of what it sees. */
const PROBE_ANSWERS = 10;
const MOST_STEP_S = 5;
/** Probes that a search has time for; fewer of long ones, so that a look stays one. */
const BUDGET_STEPS = 25;
const MOST_BUDGET_S = 50;

/** Steps that the shortest budget of a search holds. */
const LEAST_STEPS = 4;

/**
 * Length of a probe of the search, at least `leastS`, and the time for all: both longer where answers are slow.
 *
 * @param mostBudgetS time that there is for the search, in whole seconds.
 */
export function searchLength(
  tools: readonly UsableTool[],
  leastS: number,
  mostBudgetS = MOST_BUDGET_S,
): { readonly stepS: number; readonly budgetS: number } {
  const slowS = (PROBE_ANSWERS * leastMeanNs(tools)) / NS_PER_S;
  const longestS = Math.min(MOST_STEP_S, Math.floor(mostBudgetS / LEAST_STEPS));
  const stepS = Math.min(longestS, Math.max(leastS, Math.ceil(slowS)));
  return { stepS, budgetS: Math.min(mostBudgetS, BUDGET_STEPS * stepS) };
}

/** Of the quicker answers of the tools, which come in turn. */
const leastMeanNs = (tools: readonly UsableTool[]): number =>
  tools.reduce((sum, { leastNs }) => sum + leastNs, 0) / Math.max(1, tools.length);

/** Calls a second that one caller at a time gets, by the slower answers of the tools. */
export function onePerSecond(tools: readonly UsableTool[]): number {
  const totalNs = tools.reduce((sum, { tookNs }) => sum + tookNs, 0);
  return (tools.length * NS_PER_S) / Math.max(NS_PER_MS, totalNs);
}

export const OVERLOAD_FACTOR = 1.5;

/**
 * The phase `floor`: one call at a time. Under a bound the caller pauses between two calls, since a floor has no rate
 * of its own.
 */
export function floorText(name: string, seconds: number, mostPerSecond: number | null): string {
  const how =
    mostPerSecond === null
      ? 'regime: floor'
      : `regime: steady, concurrency: 1, think: ${scenarioDuration(Math.ceil(NS_PER_S / mostPerSecond))}`;
  return `  - { name: ${name}, ${how}, for: ${seconds}s }`;
}
