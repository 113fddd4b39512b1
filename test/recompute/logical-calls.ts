/** Attempts joined by call. */
import type { Attempt, Execution, RunFiles } from './run-files.js';
import type { ScenarioFacts } from './scenario-facts.js';

/** A logical call whose end is known. */
export interface Call {
  readonly id: number;
  readonly phase: number;
  readonly stage: number;
  readonly spec: number;
  readonly warmup: boolean;
  readonly deadlineNs: number;
  /** Intended start of the first attempt. */
  readonly intendedNs: number;
  /** End of the last attempt. */
  readonly doneNs: number;
  /** Send of the last attempt; null when it was never sent. */
  readonly lastSentNs: number | null;
  /** First send of any attempt. */
  readonly firstSentNs: number | null;
  /** First begin of service of any attempt, as the upstream tells it. */
  readonly startedNs: number | null;
  readonly attempts: number;
  readonly outcome: string;
  readonly errorClass: string;
}

export interface JoinedCalls {
  readonly calls: readonly Call[];
  /**
   * Calls without a last attempt (they enter no other number), and numbers that are missing from 0, 1, 2, ...; each
   * shard of a merged run has its own.
   */
  readonly unaccounted: number;
}

function earliest(moments: readonly (number | null)[]): number | null {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** Joins attempts into calls, in order of intended start. */
export function joinAttempts(attempts: readonly Attempt[], scenario: ScenarioFacts): JoinedCalls {
  const byCall = new Map<number, Attempt[]>();
  for (const attempt of attempts) {
    const group = byCall.get(attempt.callId);
    if (group === undefined) byCall.set(attempt.callId, [attempt]);
    else group.push(attempt);
  }
  const calls: Call[] = [];
  let unaccounted = 0;
  const numbersOf = new Map<number, number>();
  for (const [id, group] of byCall) {
    const shard = Math.floor(id / 2 ** 36);
    numbersOf.set(shard, Math.max(numbersOf.get(shard) ?? 0, id - shard * 2 ** 36 + 1));
    group.sort((a, b) => a.retryNo - b.retryNo);
    const [first] = group;
    const last = group.find(({ final }) => final);
    if (first === undefined || last === undefined) {
      unaccounted++;
      continue;
    }
    calls.push({
      id,
      phase: first.phase,
      stage: first.stage,
      spec: first.spec,
      warmup: first.warmup,
      deadlineNs: scenario.calls[first.spec]?.deadlineNs ?? NaN,
      intendedNs: first.intendedNs,
      doneNs: last.doneNs,
      lastSentNs: last.sentNs,
      firstSentNs: earliest(group.map(({ sentNs }) => sentNs)),
      startedNs: earliest(group.map(({ startedNs }) => startedNs)),
      attempts: group.length,
      outcome: last.outcome,
      errorClass: last.errorClass,
    });
  }
  unaccounted += [...numbersOf.values()].reduce((sum, numbers) => sum + numbers, 0) - byCall.size;
  return { calls: calls.sort((a, b) => a.intendedNs - b.intendedNs || a.id - b.id), unaccounted };
}

/** Executions of a call in the ledger, by call number: rows that name the call and its tool. */
export function executionsOf(
  calls: readonly Call[],
  executions: readonly Execution[],
  scenario: ScenarioFacts,
): Map<number, number> {
  const toolOf = new Map(calls.map(({ id, spec }) => [id, scenario.calls[spec]?.tool]));
  const counts = new Map<number, number>();
  for (const { callId, tool } of executions) {
    if (callId !== null && toolOf.get(callId) === tool) counts.set(callId, (counts.get(callId) ?? 0) + 1);
  }
  return counts;
}

/**
 * Whether anything is known of effects: executions were recorded, or the run ended well with an upstream that records
 * them.
 */
export function hasLedger(files: RunFiles, scenario: ScenarioFacts): boolean {
  return files.executions.length > 0 || (files.manifest.status === 'complete' && scenario.keepsLedger);
}

/** The calls after the ledger was looked at: a right answer that was executed never, or more than once, is none. */
export function judgedByLedger(
  calls: readonly Call[],
  executions: ReadonlyMap<number, number>,
  scenario: ScenarioFacts,
): readonly Call[] {
  return calls.map((call) => {
    const n = executions.get(call.id) ?? 0;
    if (scenario.calls[call.spec]?.exactlyOnce !== true || call.outcome !== 'ok' || n === 1) return call;
    return { ...call, outcome: 'effect', errorClass: n === 0 ? 'lost-effect' : 'duplicate-effect' };
  });
}

export const responseNs = (call: Call): number => call.doneNs - call.intendedNs;
export const isOk = (call: Call): boolean => call.outcome === 'ok';
/** Right and in time. */
export const isGood = (call: Call): boolean => isOk(call) && responseNs(call) <= call.deadlineNs;
/** No answer came, right or wrong. */
export const isUnanswered = (call: Call): boolean =>
  !['ok', 'effect', 'semantic', 'tool'].includes(call.outcome) || call.errorClass === 'interrupted';
/** Given up on: it lasted at least as long as was seen. */
export const isGivenUp = (call: Call): boolean => call.outcome === 'deadline' || call.errorClass === 'interrupted';
