/** Where the minute of a first look goes, and how much of it is left for the search. */
import { NS_PER_S } from '../../clock/index.js';
import type { Discovery } from '../discover.js';
import type { UsableTool } from './call.js';

/** From the command to its report. */
const LOOK_NS = 60 * NS_PER_S;
/** Before the phases, whatever the server is: noise and capacity of the machine, the loopback reference. */
const PREPARING_NS = 7 * NS_PER_S;
/** After them: noise again, the record, the report. */
const ENDING_NS = 3 * NS_PER_S;
/** One after the other: for each client that checks the target before the load, and for the load. */
const OPENINGS = 3;
/** Clients that make each call once before the load. */
const CHECKS = 2;
/** Phases that may end with calls which nothing answers before their deadline: the search and the overload. */
const LATE_PHASES = 2;
/** Phases that end with calls which are on their way: those at a rate that the server sustains. */
const CALM_PHASES = 2;
/** With less there is nothing to search in. A server that takes so long to open or to answer makes a look longer. */
const LEAST_SEARCH_S = 8;

/** Phases of a first look besides its floor and its search, in seconds. */
export const LOOK_PHASES_S = { half: 5, overload: 1, after: 4 } as const;

const LEAST_FLOOR_S = 3;
const MOST_FLOOR_S = 6;
/** Calls, its warm-up among them, by which a floor shows a median. */
const FLOOR_CALLS = 15;

/** Length of the floor, in seconds: as long as slow answers take to show a median, if that is not too long. */
export function lookFloorS(tools: readonly UsableTool[]): number {
  const meanNs = tools.reduce((sum, { tookNs }) => sum + tookNs, 0) / tools.length;
  return Math.min(MOST_FLOOR_S, Math.max(LEAST_FLOOR_S, Math.ceil((FLOOR_CALLS * meanNs) / NS_PER_S)));
}

const MOST_DEADLINE_S = 5;

/** Ten times the slowest answer of an idle server, one second at least: a phase may last so much longer. */
export function lookDeadlineNs(tools: readonly UsableTool[]): number {
  const slowestNs = Math.max(...tools.map(({ tookNs }) => tookNs));
  return Math.min(MOST_DEADLINE_S, Math.max(1, Math.ceil((10 * slowestNs) / NS_PER_S))) * NS_PER_S;
}

/**
 * What is left for the search of a first look, in whole seconds, when everything else takes the longest that it can.
 *
 * @param elapsedNs since the command began.
 */
export function lookSearchS({ usable, survey: { openedInNs } }: Discovery, elapsedNs: number): number {
  const slowestNs = Math.max(...usable.map(({ tookNs }) => tookNs));
  const eachOnceNs = usable.reduce((sum, { tookNs }) => sum + tookNs, 0);
  const { half, overload, after } = LOOK_PHASES_S;
  const phasesNs = (lookFloorS(usable) + half + overload + after) * NS_PER_S;
  const drainsNs = LATE_PHASES * lookDeadlineNs(usable) + CALM_PHASES * slowestNs;
  const othersNs = PREPARING_NS + OPENINGS * openedInNs + CHECKS * eachOnceNs + phasesNs + drainsNs + ENDING_NS;
  return Math.max(LEAST_SEARCH_S, Math.floor((LOOK_NS - elapsedNs - othersNs) / NS_PER_S));
}
