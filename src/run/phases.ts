/** Runs the phases of a plan one after another: load from the generator, faults beside it. */
import { clockFrom, type RunEpoch } from '../clock/index.js';
import { startFaultTimeline, type FaultTimeline } from '../faults/index.js';
import type { Generator } from '../load/index.js';
import type { Plan, PlannedPhase } from '../plan/index.js';
import type { RunEvent } from '../record/index.js';
import type { RunningStack } from '../stack/index.js';

export interface PhasesSetup {
  readonly plan: Plan;
  readonly generator: Generator;
  readonly stack: RunningStack;
  readonly epoch: RunEpoch;
  readonly event: (event: RunEvent) => void;
  readonly begun: (phase: PlannedPhase, startNs: number) => void;
  readonly interrupt: AbortSignal;
}

/** Resolves when the last phase is drained, or after an interruption when the running one is. */
export async function runPhases(setup: PhasesSetup): Promise<void> {
  const monotonicEpochNs = BigInt(setup.epoch.monotonicNs);
  const nowNs = clockFrom(monotonicEpochNs);
  for (const phase of setup.plan.phases) {
    if (setup.interrupt.aborted) return;
    if (phase.segment === null) throw new Error(`phase "${phase.name}" has no segment`);
    let timeline: FaultTimeline | null = null;
    const stopFaults = (): void => {
      void timeline?.end();
    };
    setup.interrupt.addEventListener('abort', stopFaults);
    try {
      await setup.generator.run(phase.segment, phase.warmupNs, (startNs) => {
        setup.begun(phase, startNs);
        timeline = startFaultTimeline({
          faults: setup.plan.faults.filter(({ phaseIndex }) => phaseIndex === phase.index),
          links: setup.stack.links,
          phaseStartNs: startNs,
          nowNs,
          monotonicEpochNs,
          event: setup.event,
          failed: (fault, edge, reason) =>
            setup.event({
              type: 'warning',
              atNs: nowNs(),
              code: 'fault-not-confirmed',
              what: `fault "${fault.id}" could not be turned ${edge}: ${reason}`,
              remedy: 'look at the fault engine; numbers of this phase say nothing about the fault',
            }),
        });
      });
    } finally {
      setup.interrupt.removeEventListener('abort', stopFaults);
      await (timeline as FaultTimeline | null)?.end();
    }
  }
}
