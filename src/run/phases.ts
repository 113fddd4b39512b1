/**
 * Runs the phases of a plan one after another: load from the generator, faults beside it. A capacity phase sets the
 * rates of those behind it.
 */
import { setsLoadLine } from '../catalog/index.js';
import { clockFrom } from '../clock/index.js';
import { startFaultTimeline, type FaultTimeline } from '../faults/index.js';
import { planOf, type PlannedPhase } from '../plan/index.js';
import { ProblemError } from '../problem/index.js';
import { searchPhase, type SearchedPhase } from './capacity.js';
import type { PhasesSetup } from './phases-setup.js';
import { commonStart } from './shared-start.js';

/**
 * Resolves when the last phase is drained, or after an interruption when the running one is. Rejects with a
 * ProblemError (`invalid`) at a phase whose rate is a multiple of a load line that a capacity search did not find.
 */
export async function runPhases(setup: PhasesSetup): Promise<void> {
  const monotonicEpochNs = BigInt(setup.epoch.monotonicNs);
  const nowNs = clockFrom(monotonicEpochNs);
  let { plan } = setup;
  const measured = new Map<number, number>();
  let lastSearch: SearchedPhase | null = null;
  for (let index = 0; index < plan.phases.length; index++) {
    const phase = plan.phases[index];
    if (phase === undefined || setup.interrupt.aborted) return;
    const { load } = phase.phase;
    if (load.kind === 'search') {
      const searched = await searchPhase(setup, phase, load);
      if (!setsLoadLine(load)) continue;
      lastSearch = searched;
      if (lastSearch.loadLinePerSecond !== null) measured.set(index, lastSearch.loadLinePerSecond);
      plan = planOf(plan.scenario, measured);
      continue;
    }
    if (phase.segment === null) throw noLoadLine(phase, lastSearch);
    const startNs = await commonStart(setup, phase.index);
    if (startNs === null) return;
    let timeline: FaultTimeline | null = null;
    const stopFaults = (): void => {
      void timeline?.end();
    };
    setup.interrupt.addEventListener('abort', stopFaults);
    try {
      const started = (startNs: number): void => {
        setup.begun(phase, startNs);
        timeline = startFaultTimeline({
          faults: setup.plan.faults.filter(({ phaseIndex }) => phaseIndex === phase.index),
          places: setup.stack,
          phaseStartNs: startNs,
          nowNs,
          monotonicEpochNs,
          event: setup.event,
          failed: (fault, edge, reason) => {
            // Nothing more is brought back for a run that is being stopped.
            if (setup.interrupt.aborted) return;
            setup.event({
              type: 'warning',
              atNs: nowNs(),
              code: 'fault-not-confirmed',
              what: `fault "${fault.id}" could not be turned ${edge}: ${reason}`,
              remedy:
                `read the log of ${fault.place === 'link' ? 'the fault engine' : `service "${fault.on}"`}; ` +
                'the numbers of this phase do not show the fault',
            });
          },
        });
      };
      await setup.generator.run(phase.segment, phase.warmupNs, started, startNs);
    } finally {
      setup.interrupt.removeEventListener('abort', stopFaults);
      await (timeline as FaultTimeline | null)?.end();
    }
  }
}

/** What lets a search find a load line, by how it ended. */
const REMEDIES: Partial<Record<SearchedPhase['ended'], string>> = {
  'low-failed': 'lower the low end of "between"',
  generator: 'free the machine for the generator',
  budget: 'give the search a longer "budget", and longer probes ("step")',
};

function noLoadLine(phase: PlannedPhase, search: SearchedPhase | null): Error {
  if (search === null) return new Error(`phase "${phase.name}" has no segment, and no search came before it`);
  return new ProblemError('invalid', [
    {
      code: `no-load-line-${search.ended}`,
      what:
        `phase "${phase.name}" is to run at a multiple of the load line, ` +
        `and phase "${search.phase}" found none: ${search.seen}`,
      remedy: `${REMEDIES[search.ended] ?? 'search again'}, or write the rates of later phases as calls a second`,
    },
  ]);
}
