/**
 * Parameters of a circuit breaker, inferred from what its client sees around a fault: how many failures in a row open
 * it, and how long it refuses calls before it lets one through. A refusal is status 429 or 503; where the fault itself
 * refuses calls they say nothing.
 */
import { errorClassCode, outcomeCode, type SampleColumns } from '../../record/index.js';
import type { FaultEdges } from '../recovery/index.js';
import type { GatewayInput } from './run.js';
import type { BreakerParameters } from './types.js';

const OK = outcomeCode('ok');
const REFUSALS = new Set((['http-429', 'http-503'] as const).map(errorClassCode));
/** Faults that refuse calls by themselves. */
const REFUSING = new Set(['shed', 'error', 'rpc-error']);
/** So many refusals in a row, at least, has a breaker that is open. */
const FEWEST_REFUSALS = 3;

/** One for each fault and kind of call in which a breaker shows itself. */
export function breakersOf({ record: { samples }, plan, edges, frames }: GatewayInput): readonly BreakerParameters[] {
  return edges.flatMap((edge) => {
    const frame = frames.find((each) => each.planned.index === edge.planned.phaseIndex);
    if (frame === undefined || REFUSING.has(edge.planned.type)) return [];
    return plan.scenario.calls.flatMap(({ label }, spec): readonly BreakerParameters[] => {
      const rows = attemptsOf(samples, spec, edge, frame.drainedNs);
      const found = parametersIn(samples, rows, edge.onNs - edge.onUncertaintyNs);
      return found === null ? [] : [{ fault: edge.planned.id, label, ...found }];
    });
  });
}

/** Attempts that were under way at the onset, or sent just before it was confirmed, may fail of it. */
const BEFORE_ONSET_NS = 1e9;

/** Attempts of one kind of call that were sent since shortly before the onset, in that order. */
function attemptsOf(samples: SampleColumns, spec: number, { onNs }: FaultEdges, untilNs: number): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; row < samples.length; row++) {
    const sentNs = samples.sentNs[row] ?? NaN;
    if (samples.spec[row] === spec && sentNs >= onNs - BEFORE_ONSET_NS && sentNs <= untilNs) rows.push(row);
  }
  return rows.sort((a, b) => (samples.sentNs[a] ?? 0) - (samples.sentNs[b] ?? 0));
}

function parametersIn(
  samples: SampleColumns,
  rows: readonly number[],
  onsetNs: number,
): Pick<BreakerParameters, 'failures' | 'openLowNs' | 'openHighNs' | 'openings'> | null {
  const isRefused = (row: number): boolean => REFUSALS.has(samples.errorClass[row] ?? 0);
  let failures: number | null = null;
  let failedInARow: number[] = [];
  let openLowNs = 0;
  let openHighNs = Infinity;
  let openings = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    if (!isRefused(row)) {
      if (samples.outcome[row] === OK) failedInARow = [];
      else failedInARow.push(row);
      continue;
    }
    let end = at;
    while (end < rows.length && isRefused(rows[end] ?? 0)) end++;
    const opening = rows[at - 1];
    const isOfFault = opening !== undefined && (samples.doneNs[opening] ?? NaN) >= onsetNs;
    if (end - at >= FEWEST_REFUSALS && isOfFault && failedInARow.length > 0) {
      openings++;
      // Only the first opening has its failures counted: a breaker that lets one call through opens after that one.
      // What ended after the first refusal was sent was under way when it opened.
      const refusedNs = samples.sentNs[row] ?? NaN;
      failures ??= failedInARow.filter((failed) => (samples.doneNs[failed] ?? NaN) <= refusedNs).length;
      const openedNs = samples.doneNs[opening] ?? NaN;
      openLowNs = Math.max(openLowNs, (samples.sentNs[rows[end - 1] ?? 0] ?? NaN) - openedNs);
      const next = rows[end];
      if (next !== undefined) openHighNs = Math.min(openHighNs, (samples.sentNs[next] ?? NaN) - openedNs);
    }
    failedInARow = [];
    at = end - 1;
  }
  return failures === null
    ? null
    : { failures, openLowNs, openHighNs: Number.isFinite(openHighNs) ? openHighNs : null, openings };
}
