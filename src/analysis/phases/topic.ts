import type { Calls } from '../../record/index.js';
import { type PhaseFrame, framesOf, standstillsOf } from '../calls/index.js';
import type { RunInput } from '../input.js';
import { flightsByPhase, rowsByPhase, upstreamCallsAt } from '../queue/index.js';
import type { Topic } from '../topic.js';
import { type AnalysedPhase, type RunParts, analysePhase } from './phase.js';
import type { PhaseSummary } from './types.js';

export interface PhasesPart {
  /** From the start of the run to the last answer or event. */
  readonly durationNs: number;
  /** One for each phase that was begun, in order. */
  readonly phases: readonly PhaseSummary[];
}

export interface PhasesResults {
  readonly parts: RunParts;
  readonly phases: readonly AnalysedPhase[];
  readonly frames: readonly PhaseFrame[];
  /** Rows of the attempts outside the warm-up, by phase. */
  readonly attemptRows: readonly Uint32Array[];
}

interface Needs extends RunInput {
  readonly calls: Calls;
  readonly loadLinePerSecond: number | null;
  readonly firstFaultNs: readonly number[];
  readonly faultSpans: RunParts['faultSpans'];
}

export const phasesTopic: Topic<Needs, PhasesPart, PhasesResults> = {
  name: 'phases',
  compute: ({
    record: { samples, events, work, workers },
    plan,
    calls,
    loadLinePerSecond,
    firstFaultNs,
    faultSpans,
  }) => {
    const attemptRows = rowsByPhase(samples, plan.phases.length);
    const parts: RunParts = {
      samples,
      calls,
      specs: plan.scenario.calls,
      stack: plan.scenario.stack,
      flights: flightsByPhase(samples, plan.phases.length),
      attemptRows,
      loadLinePerSecond,
      upstreamCalls: upstreamCallsAt(work),
      firstFaultNs,
      standstills: standstillsOf(events),
      workers,
      faultSpans,
    };
    const phases: AnalysedPhase[] = [];
    for (const frame of framesOf(plan, events, calls)) phases.push(analysePhase(parts, frame, phases));
    const lastEventNs = events.reduce((last, { atNs }) => Math.max(last, atNs), 0);
    return {
      summary: {
        durationNs: phases.reduce((last, { frame }) => Math.max(last, frame.drainedNs), lastEventNs),
        phases: phases.map(({ summary }) => summary),
      },
      results: { parts, phases, frames: phases.map(({ frame }) => frame), attemptRows },
    };
  },
};
