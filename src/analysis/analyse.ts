/** The whole analysis, in order: calls, phases, recoveries, effects, validity, figures. */
import type { Plan } from '../plan/index.js';
import { servicesBehind, targetName } from '../scenario/index.js';
import { seededRandom } from '../random/index.js';
import { framesOf, joinCalls } from './calls/index.js';
import { capacitiesOf, scalingOf } from './capacity/index.js';
import { driftOf } from './contract/index.js';
import { countExecutions, effectSummary, sideEffectsOf, withEffects } from './effects/index.js';
import {
  type FloorSummary,
  loopbackReferenceOf,
  machineFactsOf,
  selfCapacityOf,
  selfCapacityUnknownOf,
  spinLostShareOf,
} from './environment/index.js';
import { type Figures, figuresOf } from './figures/index.js';
import { hypothesesOf } from './hypotheses/index.js';
import type { AnalysisInput } from './input.js';
import { type RunParts, analysePhase } from './phases/index.js';
import { attribute, flightsByPhase, rowsByPhase } from './queue/index.js';
import { attemptsView, edgesOf, hiddenCapacitiesOf, hysteresisOf, recoveryOf } from './recovery/index.js';
import { growthOf } from './stability/index.js';
import type { Summary } from './summary.js';
import { validityOf } from './validity/index.js';

/** All that is told of a run: the numbers, and the points of its charts. */
export interface Analysis {
  readonly summary: Summary;
  readonly figures: Figures;
}

/**
 * A ledger exists when executions were recorded, or when a completed run's target is a mock, which keeps one: then an
 * empty ledger says that nothing was executed. Otherwise nothing is known of effects.
 */
function hasLedger(record: AnalysisInput, plan: Plan): boolean {
  const { stack } = plan.scenario;
  const name = targetName(stack);
  const behind = name === null ? [] : servicesBehind(stack, name);
  const keepsOne = behind.length > 0 && behind.every(({ kind }) => kind === 'mock');
  return record.effects.length > 0 || (record.status === 'complete' && keepsOne);
}

/**
 * Analyses a run. Pure: the same record and plan give the same numbers, to the last digit.
 * Definitions stand beside each field of `Summary` and `Figures`.
 */
export function analyse(input: { readonly record: AnalysisInput; readonly plan: Plan }): Analysis {
  const { record, plan } = input;
  const { samples, events, health, resources } = record;
  const specs = plan.scenario.calls;
  const phaseCount = plan.phases.length;

  const joined = joinCalls(samples, specs, phaseCount);
  const ledger =
    specs.some((spec) => spec.effect === 'exactly-once') && hasLedger(record, plan)
      ? countExecutions(joined, specs, record.effects)
      : null;
  const calls = ledger === null ? joined : withEffects(joined, specs, ledger.executions);

  const measuredLine = events.findLast((event) => event.type === 'load-line');
  const loadLine: Summary['loadLine'] =
    measuredLine !== undefined
      ? { perSecond: measuredLine.passedPerSecond, from: 'measured' }
      : plan.loadLinePerSecond !== null
        ? { perSecond: plan.loadLinePerSecond, from: 'declared' }
        : null;
  const edges = edgesOf(plan.faults, events);
  const parts: RunParts = {
    samples,
    calls,
    specs,
    stack: plan.scenario.stack,
    flights: flightsByPhase(samples, phaseCount),
    okRows: rowsByPhase(samples, phaseCount, 'ok'),
    loadLinePerSecond: loadLine?.perSecond ?? null,
    firstFaultNs: plan.phases.map(({ index }) =>
      edges.reduce(
        (first, { planned, onNs }) => (planned.phaseIndex === index ? Math.min(first, onNs) : first),
        Infinity,
      ),
    ),
  };
  const phases = framesOf(plan, events, calls).map((frame) => analysePhase(parts, frame));

  const context = {
    calls,
    settings: plan.scenario.recovery,
    loadLinePerSecond: parts.loadLinePerSecond,
    edges,
    view: attemptsView({ samples, calls, specs, stack: parts.stack, events }, plan.faults),
  };
  const recoveries = edges.flatMap((edge) => {
    const phase = phases.find(({ frame }) => frame.planned.index === edge.planned.phaseIndex);
    return phase === undefined ? [] : [{ ...recoveryOf(context, phase, edge), planned: edge.planned }];
  });

  const drift = driftOf(
    events,
    phases.map(({ summary }) => summary),
  );
  const hypotheses = hypothesesOf({
    hypotheses: plan.scenario.hypotheses,
    phases,
    faultyPhases: plan.faults.map(({ phaseIndex }) => phaseIndex),
    edges,
    recoveries: recoveries.map(({ summary }) => summary),
    settings: plan.scenario.recovery,
    calls,
    specs,
    events,
    drift,
  });
  const growth = growthOf(
    phases.map(({ frame }) => frame),
    resources,
  );
  const capacities = capacitiesOf(phases, events);
  const spinLostShare = spinLostShareOf(record.envelope);
  const summaries = phases.map((phase) => phase.summary);
  const loadNs = summaries.reduce((sum, { startNs, drainedNs }) => sum + drainedNs - startNs, 0);
  const rates = phases.flatMap(({ frame }) =>
    frame.stages.flatMap(({ planned: { ratePerSecond, rampToPerSecond = ratePerSecond } }) => [
      ratePerSecond,
      rampToPerSecond,
    ]),
  );
  const generator: Summary['generator'] = {
    loopDelayMaxNs: health.length === 0 ? null : health.reduce((max, row) => Math.max(max, row.loopDelayMaxNs), 0),
    gcShare: health.length === 0 || loadNs === 0 ? null : health.reduce((sum, row) => sum + row.gcNs, 0) / loadNs,
    selfCapacityPerSecond: selfCapacityOf(record.envelope),
    selfCapacityUnknown: selfCapacityUnknownOf(record.envelope),
    highestRatePerSecond: rates.length === 0 ? null : Math.max(...rates),
  };
  const validity = validityOf({
    plan,
    status: record.status,
    manifest: record.manifest,
    attempts: samples.length,
    calls,
    phases,
    capacities,
    events,
    health,
    resources: record.resources,
    edges,
    hypotheses,
    generator,
    spinLostShare,
    machine: machineFactsOf(record.envelope),
  });
  const floor = summaries.find((phase) => phase.regime === 'floor');
  const floorSummary: FloorSummary | null =
    floor === undefined
      ? null
      : {
          phase: floor.name,
          responseTimeOk: floor.responseTime.ok,
          loopbackReference: loopbackReferenceOf(record.envelope),
        };
  const lastEventNs = events.reduce((last, event) => Math.max(last, event.atNs), 0);
  const durationNs = summaries.reduce((last, phase) => Math.max(last, phase.drainedNs), lastEventNs);
  const attempted = rowsByPhase(samples, phaseCount, 'all');
  const summary: Summary = {
    schema: 'plimsoll/summary-v1',
    runId: record.header.runId,
    name: record.header.name,
    status: record.status,
    startedUtc: record.header.startedUtc,
    durationNs,
    scenarioDigest: record.header.scenarioDigest,
    loadLine,
    validity,
    floor: floorSummary,
    phases: summaries,
    scaling: scalingOf(summaries, seededRandom(plan.scenario.seed, 'analysis').fork('scaling')),
    attributions: phases
      .filter(({ frame: { planned } }) => planned.loop === 'open' && planned.regime !== 'capacity')
      .map(({ frame }) =>
        attribute({
          samples,
          rows: parts.okRows[frame.planned.index] ?? new Uint32Array(0),
          attempted: attempted[frame.planned.index] ?? new Uint32Array(0),
          gateways: record.gateways,
          stack: plan.scenario.stack,
          frame,
        }),
      ),
    capacities,
    recoveries: recoveries.map((recovery) => recovery.summary),
    afterFault: {
      hiddenCapacities: hiddenCapacitiesOf(
        recoveries.map(({ planned, summary: { afterFault } }) => ({
          planned,
          metastability: afterFault.metastability,
        })),
        specs,
        parts.loadLinePerSecond,
      ),
      hysteresis: phases.flatMap(
        ({ frame }) => hysteresisOf(calls, frame, parts.firstFaultNs[frame.planned.index] !== Infinity) ?? [],
      ),
    },
    hypotheses,
    drift,
    effects:
      ledger === null
        ? null
        : effectSummary(
            calls,
            specs,
            plan.phases.map(({ name }) => name),
            ledger,
          ),
    sideEffects: sideEffectsOf({
      record,
      plan,
      calls,
      executions: ledger?.executions ?? null,
      edges,
      frames: phases.map(({ frame }) => frame),
    }),
    growth: growth.map((each) => each.summary),
    samples: { attempts: samples.length, logicalCalls: calls.length, unaccounted: calls.unaccounted },
    generator,
    spinLostShare,
    warnings: events.flatMap((event) =>
      event.type === 'warning' ? [{ atNs: event.atNs, code: event.code, what: event.what, remedy: event.remedy }] : [],
    ),
  };
  return { summary, figures: figuresOf({ plan, parts, phases, events, recoveries, growth }) };
}
