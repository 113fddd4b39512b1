/** Rates, limits and deadlines that a scenario begins with, from the little that is known of a server. */
import { NS_PER_MS, NS_PER_S } from '../../clock/index.js';
import { scenarioDuration } from '../../format/index.js';
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

/**
 * Where the load line is searched: from a fifth of what one caller at a time gets, in steps that double.
 * `mostPerSecond`: a bound on every rate of the run, null without one.
 */
export function searchedRates(
  tools: readonly UsableTool[],
  mostPerSecond: number | null,
): { readonly low: number; readonly high: number } {
  // The overload is half as much again.
  const high = mostPerSecond === null ? HIGHEST_PER_SECOND : mostPerSecond / OVERLOAD_FACTOR;
  const alone = NS_PER_S / Math.max(NS_PER_MS, meanNs(tools));
  return { low: Math.min(high / 4, Math.max(0.5, roundDown(alone / 5))), high };
}

/** A probe lasts as long as so many answers, in whole seconds: in less the first answers are most of what it sees. */
const PROBE_ANSWERS = 10;
const MOST_STEP_S = 5;
/** Probes that a search has time for; fewer of long ones, so that a look stays one. */
const BUDGET_STEPS = 25;
const MOST_BUDGET_S = 50;

/** Length of a probe of the search, at least `leastS`, and the time for all: both longer where answers are slow. */
export function searchLength(tools: readonly UsableTool[], leastS: number): { stepS: number; budgetS: number } {
  const slowS = (PROBE_ANSWERS * meanNs(tools)) / NS_PER_S;
  const stepS = Math.min(MOST_STEP_S, Math.max(leastS, Math.ceil(slowS)));
  return { stepS, budgetS: Math.min(MOST_BUDGET_S, BUDGET_STEPS * stepS) };
}

/** Of the quickest answers of the tools, which come in turn. */
const meanNs = (tools: readonly UsableTool[]): number =>
  tools.reduce((sum, { leastNs }) => sum + leastNs, 0) / Math.max(1, tools.length);

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
