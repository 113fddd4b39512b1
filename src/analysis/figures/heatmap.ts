/** Calls by time and response time: the one picture in which two humps or a stall can't hide. */
import { type Calls, responseNs } from '../../record/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import { windowLengthNs } from './timeline.js';
import type { Heatmap } from './types.js';

const MOST_COLUMNS = 100;
const ROWS = 50;
/** Durations below this are one row: nothing crosses a process boundary in less. */
const SHORTEST_NS = 1_000;

/** At most 5 000 cells over the whole run, warm-up included. */
export function heatmapOf(calls: Calls, phases: readonly AnalysedPhase[]): Heatmap {
  const fromNs = phases.reduce((least, { frame }) => Math.min(least, frame.startNs), Infinity);
  const toNs = phases.reduce((most, { frame }) => Math.max(most, frame.scheduledEndNs), -Infinity);
  const timeBinNs = windowLengthNs(Math.max(0, phases.length === 0 ? 0 : toNs - fromNs), MOST_COLUMNS);
  let shortest = Infinity;
  let longest = -Infinity;
  for (let i = 0; i < calls.length; i++) {
    const response = Math.max(SHORTEST_NS, responseNs(calls, i));
    if (Number.isNaN(response)) continue;
    shortest = Math.min(shortest, response);
    longest = Math.max(longest, response);
  }
  if (longest < shortest) return { timeBinNs, latencyEdgesNs: [], cells: [] };
  // At least one doubling, so that equal response times still make a band and not a division by zero.
  const low = Math.log(shortest);
  const high = Math.max(Math.log(longest), low + Math.LN2);
  const counts = new Map<number, number>();
  for (let i = 0; i < calls.length; i++) {
    const column = Math.floor(((calls.intendedNs[i] ?? NaN) - fromNs) / timeBinNs);
    if (!(column >= 0 && column < MOST_COLUMNS)) continue;
    const response = Math.max(SHORTEST_NS, responseNs(calls, i));
    const row = Math.min(ROWS - 1, Math.floor(((Math.log(response) - low) / (high - low)) * ROWS));
    if (Number.isNaN(row)) continue;
    const cell = column * ROWS + row;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return {
    timeBinNs,
    latencyEdgesNs: Array.from({ length: ROWS + 1 }, (_, edge) => Math.exp(low + ((high - low) * edge) / ROWS)),
    cells: [...counts.entries()]
      .sort(([a], [b]) => a - b)
      .map(([cell, count]) => ({ fromNs: fromNs + Math.floor(cell / ROWS) * timeBinNs, row: cell % ROWS, count })),
  };
}
