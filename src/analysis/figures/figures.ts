/** The points of the charts, from the parts the summary is made of. Display only; `./types.ts` has the shapes. */
import type { EffectRow, ResourceRow, RunEvent } from '../../record/index.js';
import type { Plan } from '../../plan/index.js';
import type { AnalysedPhase, RunParts } from '../phases/index.js';
import { type Recovery, faultEvent } from '../recovery/index.js';
import type { MetricSeries } from '../server-metrics/index.js';
import type { Growth } from '../stability/index.js';
import { abandonedAgesNs } from './abandoned.js';
import { heatmapOf } from './heatmap.js';
import { lagHistogram } from './lags.js';
import { percentileCurves } from './percentiles.js';
import { processCurves } from './processes.js';
import { responseWindows } from './response-windows.js';
import { runWindows, timelineOf } from './timeline.js';
import type { FaultBand, Figures, PhaseBand, StageBars } from './types.js';

export interface FigureParts {
  readonly plan: Plan;
  readonly parts: RunParts;
  readonly phases: readonly AnalysedPhase[];
  readonly events: readonly RunEvent[];
  readonly effects: readonly EffectRow[];
  readonly resources: readonly ResourceRow[];
  readonly recoveries: readonly Recovery[];
  readonly growth: readonly Growth[];
  readonly metricSeries: readonly MetricSeries[];
}

/** All figures of a run. */
export function figuresOf(run: FigureParts): Figures {
  const { plan, parts, phases, events, effects, resources, recoveries, growth, metricSeries } = run;
  const windows = runWindows(phases);
  return {
    timeline: timelineOf(parts, phases, windows),
    response: responseWindows(parts.calls, windows),
    abandonedAgesNs: abandonedAgesNs(parts.calls, effects, windows),
    processes: processCurves(resources, windows.fromNs, windows.toNs),
    phases: phases.map(phaseBand),
    faults: faultBands(plan, phases, events),
    percentiles: phases.flatMap((phase) => percentileCurves(parts, phase)),
    lags: phases.flatMap(lagHistogram),
    heatmap: heatmapOf(parts.calls, phases),
    recoveries: recoveries.map(({ summary, windows }) => ({ fault: summary.fault, windows })),
    stageSplits: phases.flatMap(stageBars),
    growth: growth.flatMap(({ curves }) => curves),
    metricSeries,
  };
}

function phaseBand({ frame }: AnalysedPhase): PhaseBand {
  return {
    phase: frame.planned.name,
    loop: frame.planned.loop,
    startNs: frame.startNs,
    measuredFromNs: frame.measuredFromNs,
    scheduledEndNs: frame.scheduledEndNs,
    drainedNs: frame.drainedNs,
    stages: frame.stages.map(({ label, ratePerSecond, planned, fromNs, toNs }) => ({
      label,
      ratePerSecond,
      rampToPerSecond: planned.rampToPerSecond ?? null,
      fromNs,
      toNs,
    })),
  };
}

function faultBands(plan: Plan, phases: readonly AnalysedPhase[], events: readonly RunEvent[]): readonly FaultBand[] {
  return plan.faults.flatMap((fault) => {
    const frame = phases.find((phase) => phase.frame.planned.index === fault.phaseIndex)?.frame;
    if (frame === undefined) return [];
    const on = faultEvent(events, fault, 'on');
    const off = faultEvent(events, fault, 'off');
    return [
      {
        fault: fault.id,
        type: fault.type,
        on: fault.on,
        phase: frame.planned.name,
        plannedOnNs: on?.plannedNs ?? frame.startNs + fault.atNs,
        confirmedOnNs: on?.confirmedNs ?? null,
        plannedOffNs: off?.plannedNs ?? null,
        confirmedOffNs: off?.confirmedNs ?? null,
      },
    ];
  });
}

function stageBars({ summary }: AnalysedPhase): readonly StageBars[] {
  const split = summary.stageSplit;
  if (split === null || split.n === 0) return [];
  return [
    {
      phase: summary.name,
      loop: summary.loop,
      source: split.source,
      stages: split.stages.map(({ stage, meanNs }) => ({ stage, meanNs })),
    },
  ];
}
