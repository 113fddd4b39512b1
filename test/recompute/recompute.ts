/**
 * Calls, quantiles, queues, recovery and effects of a run's summary once more, from its raw files and the written
 * definitions alone.
 *
 * Deliberately naive: rows, filters, sorts and quadratic scans, so that a reader can hold each line against its
 * definition. Shares no computing code with what made the summary.
 */
import type { Summary } from '../../src/analysis/index.js';
import { effectNumbers } from './effect-numbers.js';
import { framesOf } from './frames.js';
import { executionsOf, hasLedger, joinAttempts, judgedByLedger } from './logical-calls.js';
import { phaseNumbers, type PhaseNumbers } from './phase-numbers.js';
import { edgesOf, recoveryNumbers } from './recovery-numbers.js';
import type { EarlyEndEvent, FaultEvent, PreflightEvent, RunFiles, SessionEvent } from './run-files.js';
import { scenarioFacts, type ScenarioFacts } from './scenario-facts.js';

/** What is recomputed of a summary; the rest is held by the tests that `compare.ts` names. */
export type Recomputed = Pick<
  Summary,
  | 'schema'
  | 'runId'
  | 'name'
  | 'status'
  | 'endedEarly'
  | 'startedUtc'
  | 'durationNs'
  | 'scenarioDigest'
  | 'effects'
  | 'samples'
  | 'protocol'
> & {
  readonly floor: Pick<NonNullable<Summary['floor']>, 'phase' | 'responseTimeOk'> | null;
  readonly phases: readonly PhaseNumbers[];
  readonly recoveries: readonly Omit<Summary['recoveries'][number], 'note'>[];
};

/** The summary of a run that was carried through to its end. */
export function recompute(files: RunFiles): Recomputed {
  const scenario = scenarioFacts(files.scenario);
  const joined = joinAttempts(files.attempts, scenario);
  const executions = executionsOf(joined.calls, files.executions, scenario);
  const ledger = hasLedger(files, scenario);
  const calls = ledger ? judgedByLedger(joined.calls, executions, scenario) : joined.calls;
  const exactlyOnce = scenario.calls.some((call) => call.exactlyOnce);
  const { events } = files;

  const frames = framesOf(files, scenario);
  const { loadLinePerSecond } = scenario;

  const engineLosses = events.flatMap((event) =>
    event.type === 'engine' && /died|wedged/.test(event.edge) ? [event.atNs] : [],
  );
  const engineLostNs = engineLosses.length === 0 ? null : Math.min(...engineLosses);
  // What was confirmed after the loss is taken as never confirmed.
  const edges = edgesOf(
    events
      .filter((event): event is FaultEvent => event.type === 'fault')
      .map((event) =>
        engineLostNs !== null && event.confirmedNs !== null && event.confirmedNs > engineLostNs
          ? { ...event, confirmedNs: null }
          : event,
      ),
  );
  const ofPhase = frames.map((frame) => ({
    frame,
    calls: calls.filter(({ phase }) => phase === frame.index),
    isFaulty: edges.some(({ phase }) => phase === frame.index),
  }));
  const phases = ofPhase.map(({ frame, calls: own }, index) =>
    phaseNumbers({
      frame,
      calls: own,
      earlier: ofPhase.slice(0, index),
      attempts: files.attempts.filter(({ phase }) => phase === frame.index),
      scenario,
      loadLinePerSecond,
    }),
  );

  const recoveries = edges.flatMap((edge) => {
    const frame = frames[edge.phase];
    if (frame === undefined) return [];
    // A fault without a name of its own is the only one of its type on its link.
    const fault =
      scenario.faults.find(({ id }) => id === edge.fault) ??
      scenario.faults.find(({ id, type, on }) => id === null && edge.fault.includes(type) && edge.fault.includes(on));
    if (fault === undefined) throw new Error(`the scenario has no fault ${edge.fault}`);
    const mine = <Each extends { readonly phase: number }>(all: readonly Each[]): readonly Each[] =>
      all.filter(({ phase }) => phase === edge.phase);
    const sessions = events.filter((event): event is SessionEvent => event.type === 'session');
    const numbers = recoveryNumbers({
      edges: edge,
      all: edges,
      frame,
      fault,
      calls: mine(calls),
      attempts: mine(files.attempts),
      sessions,
      scenario,
      loadLinePerSecond,
      engineLostNs,
    });
    return [{ ...numbers, type: fault.type as Summary['recoveries'][number]['type'], on: fault.on }];
  });

  const floor = phases.find(({ regime }) => regime === 'floor');
  const durationNs = Math.max(...events.map(({ atNs }) => atNs));
  return {
    schema: 'plimsoll/summary-v2',
    runId: files.header.runId,
    name: files.header.name,
    status: files.manifest.status as Summary['status'],
    endedEarly: earlyEndOf(files),
    startedUtc: files.header.startedUtc,
    durationNs,
    scenarioDigest: files.header.scenarioDigest,
    floor: floor === undefined ? null : { phase: floor.name, responseTimeOk: floor.responseTime.ok },
    phases,
    recoveries,
    effects: ledger && exactlyOnce ? effectNumbers(calls, executions, files.executions, scenario) : null,
    samples: { attempts: files.attempts.length, logicalCalls: joined.calls.length, unaccounted: joined.unaccounted },
    protocol: protocolOf(files, scenario),
  };
}

/** The first word on the tool list counts; the revision is a plain text, or a fact with its value. */
function protocolOf({ events, envelope }: RunFiles, { transport, driver }: ScenarioFacts): Summary['protocol'] {
  const first = events.find((event): event is PreflightEvent => event.type === 'preflight');
  const found = envelope?.target?.protocolVersion;
  const revision = typeof found === 'object' && found !== null && 'value' in found ? found.value : found;
  return {
    revision: typeof revision === 'string' ? revision : null,
    transport,
    driver,
    toolListKept: first?.toolListKept ?? null,
  };
}

function earlyEndOf({ events }: RunFiles): Summary['endedEarly'] {
  const end = events.find((event): event is EarlyEndEvent => event.type === 'early-end');
  return end === undefined ? null : { rule: end.rule, limit: end.limit, seen: end.seen, what: end.what };
}
