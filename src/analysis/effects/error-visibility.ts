/**
 * Error visibility: whether callers of a failed call can see that it failed.
 *
 * Counted is what the caller of the affected attempt saw. Reported: a failure, in any form. Unanswered: nothing until
 * the caller gave up. Silent: an answer as if nothing had failed, right or wrong; what only the oracle or the ledger
 * detects was not reported by the stack.
 */
import { stopsEverything, whyAffectedCallsSucceed } from '../../catalog/index.js';
import {
  OUTCOMES,
  errorClassCode,
  outcomeCode,
  type RunEvent,
  type SampleColumns,
  type FaultHitRow,
} from '../../record/index.js';
import { targetName, type Stack, type FaultType } from '../../scenario/index.js';
import { type FaultEdges, faultEvent } from '../recovery/index.js';
import { proportionInterval } from '../statistics/index.js';
import type { EffectsInput } from './run.js';
import type { ErrorVisibility, ErrorVisibilityClass } from './types.js';

const GENERATOR = outcomeCode('generator');
const DEADLINE = outcomeCode('deadline');
const SILENT = new Set((['ok', 'semantic', 'effect'] as const).map(outcomeCode));
const INTERRUPTED = errorClassCode('interrupted');

/** The rows of the affected attempts, one for each hit (-1: not in the record); or why they are unknown. */
type Affected =
  | { readonly by: ErrorVisibilityClass['attributedBy']; readonly rows: readonly number[] }
  | { readonly by: null; readonly reason: string };

/** All faults with a confirmed onset, classed by type in order of first onset. */
export function errorVisibilityOf({ record, plan, edges }: EffectsInput): ErrorVisibility {
  const { samples } = record;
  const attempts = attemptsOf(samples, record.faultHits ?? []);
  type Faults = {
    readonly by: ErrorVisibilityClass['attributedBy'];
    readonly faults: string[];
    readonly rows: number[];
  };
  const classes = new Map<FaultType, Faults>();
  const notAttributable: ErrorVisibility['notAttributable'][number][] = [];
  for (const edge of edges) {
    const { id, type, place } = edge.planned;
    const affected =
      place === 'mock'
        ? byFaultHits(edge, record.faultHits, record.events, attempts)
        : sentMeanwhile(edge, plan.scenario.stack, samples);
    if (affected.by === null) {
      notAttributable.push({ fault: id, type, reason: affected.reason });
      continue;
    }
    const known = classes.get(type) ?? { by: affected.by, faults: [], rows: [] };
    classes.set(type, known);
    known.faults.push(id);
    known.rows.push(...affected.rows);
  }
  return {
    classes: [...classes].map(([type, { by, faults, rows }]) => classOf(type, by, faults, rows, samples)),
    notAttributable,
  };
}

function byFaultHits(
  { planned }: FaultEdges,
  faultHits: readonly FaultHitRow[] | null,
  events: readonly RunEvent[],
  attemptOf: RowOf,
): Affected {
  if (faultHits === null) return { by: null, reason: 'the affected calls are not in the record' };
  const own = faultHits.filter(({ fault }) => fault === planned.id);
  const counted = faultEvent(events, planned, 'off')?.affected?.affected;
  const held = own.filter(({ afterLift }) => !afterLift).length;
  if (counted !== undefined && counted !== held)
    return { by: null, reason: `the mock reported ${held} of ${counted} fault hits` };
  const onCalls = own.filter(({ tool }) => tool !== null);
  if (own.length > 0 && onCalls.length === 0) return { by: null, reason: 'it affected no call directly' };
  return { by: 'fault-hits', rows: onCalls.map(attemptOf) };
}

function sentMeanwhile(
  { planned, onNs, offNs, offUncertaintyNs }: FaultEdges,
  stack: Stack,
  samples: SampleColumns,
): Affected {
  if (!stopsEverything(planned.type))
    return { by: null, reason: 'it slows, breaks or holds traffic, and which calls that were is not reported' };
  if (!onTheOnlyWay(stack, planned.on))
    return {
      by: null,
      reason: `calls reach the target without "${planned.on}", or through a gateway that may hold them`,
    };
  if (offNs === null && planned.forNs !== null) return { by: null, reason: 'its end was not confirmed' };
  // It may have ended at any moment after the request to end it.
  const untilNs = offNs === null ? Infinity : offNs - (offUncertaintyNs ?? 0);
  const rows: number[] = [];
  for (let row = 0; row < samples.length; row++) {
    const sentNs = samples.sentNs[row] ?? NaN;
    if (sentNs >= onNs && sentNs < untilNs) rows.push(row);
  }
  return { by: 'send-time', rows };
}

/** Whether every call goes straight from the client to `name`: it is the target, or right behind the target's link. */
function onTheOnlyWay(stack: Stack, name: string): boolean {
  const target = targetName(stack);
  return target === name || stack.links.some((link) => link.name === target && link.to === name);
}

/** The attempt of a hit: of its call the last one sent before the mock received it. -1: not in the record. */
type RowOf = (hit: FaultHitRow) => number;

function attemptsOf(samples: SampleColumns, hits: readonly FaultHitRow[]): RowOf {
  const byCall = new Map<number, number[]>();
  for (const { callId } of hits) if (callId !== null) byCall.set(callId, []);
  for (let row = 0; byCall.size > 0 && row < samples.length; row++) byCall.get(samples.callId[row] ?? -1)?.push(row);
  const sentNs = (row: number): number => samples.sentNs[row] ?? NaN;
  return ({ callId, receivedNs }) => {
    const own = callId === null ? [] : (byCall.get(callId) ?? []);
    const before = own.filter((row) => sentNs(row) <= (receivedNs ?? Infinity));
    return before.reduce((latest, row) => (latest < 0 || sentNs(row) > sentNs(latest) ? row : latest), -1);
  };
}

function classOf(
  type: FaultType,
  attributedBy: ErrorVisibilityClass['attributedBy'],
  faults: readonly string[],
  rows: readonly number[],
  samples: SampleColumns,
): ErrorVisibilityClass {
  const isSeen = (row: number): boolean =>
    row >= 0 && samples.outcome[row] !== GENERATOR && samples.errorClass[row] !== INTERRUPTED;
  const counts = OUTCOMES.map(() => 0);
  const seen = rows.filter(isSeen);
  for (const row of seen) {
    const code = samples.outcome[row] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  const silent = [...SILENT].reduce((sum, code) => sum + (counts[code] ?? 0), 0);
  const unanswered = counts[DEADLINE] ?? 0;
  const reported = seen.length - silent - unanswered;
  const note = whyAffectedCallsSucceed(type);
  return {
    type,
    faults,
    attributedBy,
    affected: rows.length,
    notSeen: rows.length - seen.length,
    outcomes: OUTCOMES.flatMap((outcome, code) =>
      (counts[code] ?? 0) === 0 ? [] : [{ outcome, count: counts[code] ?? 0 }],
    ),
    reported,
    unanswered,
    silent,
    reportedShare:
      seen.length === 0 || note !== null
        ? null
        : { value: reported / seen.length, ...proportionInterval(reported, seen.length) },
    note,
  };
}
