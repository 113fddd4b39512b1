/**
 * Every number of a run's summary once more, from its raw files and the written definitions alone.
 *
 * Deliberately naive: rows, filters, sorts and quadratic scans, so that a reader can hold each line against its
 * definition. Shares no computing code with what made the summary; the one thing borrowed is the seeded stream that
 * bootstraps draw from.
 */
import type { Summary } from '../../src/analysis/index.js';
import { seededRandom } from '../../src/random/index.js';
import { attributionNumbers } from './attribution-numbers.js';
import { capacityNumbers, type CapacityNumbers } from './capacity-numbers.js';
import { consequenceNumbers } from './side-effect-numbers.js';
import { driftNumbers } from './drift-numbers.js';
import { effectNumbers } from './effect-numbers.js';
import { framesOf } from './frames.js';
import { growthNumbers } from './growth-numbers.js';
import { hypothesisNumbers, type HypothesisNumbers } from './hypothesis-numbers.js';
import { executionsOf, hasLedger, joinAttempts, judgedByLedger } from './logical-calls.js';
import { phaseNumbers } from './phase-numbers.js';
import { selfCapacityIn, selfCapacityUnknownIn, spinLostShareIn, yardstickIn } from './envelope-facts.js';
import { edgesOf, recoveryNumbers } from './recovery-numbers.js';
import { hiddenCapacities, hysteresis } from './run-after-fault.js';
import type { FaultEvent, RunFiles, SessionEvent } from './run-files.js';
import { scalingNumbers } from './scaling-numbers.js';
import { scenarioFacts } from './scenario-facts.js';

/** Parts of the summary that hold no number to recompute: words, and verdicts put in words. */
export type Recomputed = Omit<Summary, 'validity' | 'recoveries' | 'hypotheses' | 'capacities'> & {
  readonly hypotheses: readonly HypothesisNumbers[];
  readonly capacities: readonly CapacityNumbers[];
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
  // What a probe was judged by knew nothing of the ledger, which is read when all is over.
  const capacities = capacityNumbers(frames, joined.calls, files, scenario);
  // A search that was cut short is no load line, nor is one of half a stack.
  const measuredLine =
    capacities.findLast(
      ({ ended, without, passedPerSecond }) =>
        ended !== 'generator' && ended !== 'interrupted' && without === null && passedPerSecond !== null,
    )?.passedPerSecond ?? null;
  const loadLine: Summary['loadLine'] =
    measuredLine !== null
      ? { perSecond: measuredLine, from: 'measured' }
      : scenario.loadLinePerSecond !== null
        ? { perSecond: scenario.loadLinePerSecond, from: 'declared' }
        : null;
  const loadLinePerSecond = loadLine?.perSecond ?? null;

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
  const phases = frames.map((frame) =>
    phaseNumbers({
      frame,
      calls: calls.filter(({ phase }) => phase === frame.index),
      attempts: files.attempts.filter(({ phase }) => phase === frame.index),
      scenario,
      loadLinePerSecond,
      firstFaultNs: edges.find(({ phase }) => phase === frame.index)?.onsetNs ?? null,
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
    return [
      { told: { ...numbers, type: fault.type as Summary['recoveries'][number]['type'], on: fault.on }, facts: fault },
    ];
  });

  const rates = events.flatMap((event) =>
    event.type === 'stage'
      ? [event.ratePerSecond, event.rampToPerSecond ?? 0]
      : event.type === 'probe'
        ? [event.ratePerSecond]
        : [],
  );
  const floor = phases.find(({ regime }) => regime === 'floor');
  const durationNs = Math.max(...events.map(({ atNs }) => atNs));
  const loadNs = phases.map(({ startNs, drainedNs }) => drainedNs - startNs).reduce((sum, each) => sum + each, 0);
  const gcNs = files.health.reduce((sum, second) => sum + second.gcNs, 0);
  return {
    schema: 'plimsoll/summary-v2',
    runId: files.header.runId,
    name: files.header.name,
    status: files.manifest.status as Summary['status'],
    startedUtc: files.header.startedUtc,
    durationNs,
    scenarioDigest: files.header.scenarioDigest,
    loadLine,
    floor:
      floor === undefined
        ? null
        : { phase: floor.name, responseTimeOk: floor.responseTime.ok, loopbackReference: yardstickIn(files.envelope) },
    phases,
    scaling: scalingNumbers(phases, seededRandom(scenario.seed, 'analysis').fork('scaling')),
    attributions: frames
      .filter(({ facts }) => facts.loop === 'open' && facts.search === null)
      .map((frame) =>
        attributionNumbers(
          frame,
          files.attempts.filter(({ phase }) => phase === frame.index),
        ),
      ),
    capacities,
    recoveries: recoveries.map(({ told }) => told),
    afterFault: {
      hiddenCapacities: hiddenCapacities(recoveries, scenario, loadLinePerSecond),
      hysteresis: hysteresis(frames, calls, new Set(edges.map(({ phase }) => phase))),
    },
    hypotheses: frames.flatMap((frame) =>
      hypothesisNumbers({
        frame,
        calls: calls.filter(({ phase }) => phase === frame.index),
        edges,
        recoveries: recoveries.map(({ told }) => told),
        events,
        scenario,
      }),
    ),
    drift: driftNumbers(events, frames),
    effects: ledger && exactlyOnce ? effectNumbers(calls, executions, files.executions, scenario) : null,
    sideEffects: consequenceNumbers({
      files,
      scenario,
      calls,
      executions: ledger && exactlyOnce ? executions : null,
      edges,
      frames,
    }),
    growth: growthNumbers(frames, files.polls),
    samples: { attempts: files.attempts.length, logicalCalls: joined.calls.length, unaccounted: joined.unaccounted },
    generator: {
      loopDelayMaxNs:
        files.health.length === 0 ? null : Math.max(...files.health.map(({ loopDelayMaxNs }) => loopDelayMaxNs)),
      gcShare: files.health.length === 0 ? null : gcNs / loadNs,
      selfCapacityPerSecond: selfCapacityIn(files.envelope),
      selfCapacityUnknown: selfCapacityUnknownIn(files.envelope),
      highestRatePerSecond: rates.length === 0 ? null : Math.max(...rates),
    },
    spinLostShare: spinLostShareIn(files.envelope),
    warnings: events.flatMap((event) =>
      event.type === 'warning' ? [{ atNs: event.atNs, code: event.code, what: event.what, remedy: event.remedy }] : [],
    ),
  };
}
