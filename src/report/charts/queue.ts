/** How the backlog of an overload grew and went away, with what a fluid would have done dotted beside it. */
import type { FaultBand, PhaseSummary, Timeline } from '../../analysis/index.js';
import { linearMs, MS_PER_NS, S_PER_NS, secondsAcross } from './axes.js';
import { render, type Layer } from './render.js';
import { INK, type Chart } from './theme.js';

export async function queueChart(
  timeline: Timeline,
  phase: PhaseSummary,
  faults: readonly FaultBand[],
  description: string,
): Promise<Chart> {
  const startS = phase.startNs * S_PER_NS;
  const toS = Math.max(phase.drainedNs, phase.scheduledEndNs) * S_PER_NS - startS;
  const rows = timeline.fromNs.flatMap((ns, index) =>
    ns + timeline.windowNs > phase.startNs && ns < phase.drainedNs
      ? [
          {
            t: Math.max(0, (ns + timeline.windowNs / 2) * S_PER_NS - startS),
            y: (timeline.queueAgeMaxNs[index] ?? 0) * MS_PER_NS,
          },
        ]
      : [],
  );
  const overload = phase.stages.find((stage) => stage.label === 'overload');
  const fluid = phase.drain?.fluid ?? null;
  const predicted =
    overload === undefined || fluid === null
      ? []
      : [
          { t: overload.fromNs * S_PER_NS - startS, y: 0 },
          { t: overload.toNs * S_PER_NS - startS, y: fluid.peakWaitNs * MS_PER_NS },
          { t: (overload.toNs + fluid.drainNs) * S_PER_NS - startS, y: 0 },
        ].filter((point) => point.t <= toS * 1.5);
  const acrossTo = Math.max(toS, predicted.at(-1)?.t ?? 0);
  const most = Math.max(0, ...rows.map((row) => row.y), ...predicted.map((row) => row.y));
  const x = { field: 't', ...secondsAcross(0, acrossTo, true, 'since the phase began') };
  const faulty = faults.flatMap((fault) =>
    fault.phase === phase.name && fault.confirmedOnNs !== null
      ? [
          {
            t: fault.confirmedOnNs * S_PER_NS - startS,
            to: fault.confirmedOffNs === null ? toS : fault.confirmedOffNs * S_PER_NS - startS,
          },
        ]
      : [],
  );
  const warmS = Math.min(phase.measuredFromNs * S_PER_NS - startS, toS);
  const warmInk = overload === undefined ? INK.phaseOdd : INK.phaseEven;
  const layer: Layer[] = [
    {
      data: { values: warmS > 0 ? [{ t: 0, to: warmS }] : [] },
      mark: { type: 'rect', color: warmInk, aria: false },
      encoding: { x, x2: { field: 'to' } },
    },
    {
      data: { values: faulty },
      mark: { type: 'rect', color: INK.faultBand, aria: false },
      encoding: { x, x2: { field: 'to' } },
    },
    {
      data: {
        values:
          overload === undefined
            ? []
            : [{ t: overload.fromNs * S_PER_NS - startS, to: overload.toNs * S_PER_NS - startS }],
      },
      mark: { type: 'rect', color: INK.phaseOdd, aria: false },
      encoding: { x, x2: { field: 'to' } },
    },
    {
      data: { values: rows },
      mark: {
        type: 'area',
        color: INK.queue,
        fillOpacity: 0.28,
        line: { color: INK.queue, strokeWidth: 1.6 },
        aria: false,
      },
      encoding: { x, y: { field: 'y', ...linearMs(most) } },
    },
    {
      data: { values: predicted },
      mark: { type: 'line', color: INK.counted, strokeWidth: 1.6, strokeDash: [2, 3], aria: false },
      encoding: { x, y: { field: 'y', ...linearMs(most) } },
    },
  ];
  const svg = await render({ title: { text: 'Queue age' }, width: 400, height: 170, layer }, description);
  return {
    svg,
    key: [
      { words: 'age of the oldest call not yet in service', colour: INK.queue, mark: 'area' },
      ...(predicted.length > 0 ? [{ words: 'fluid prediction', colour: INK.counted, mark: 'dotted' } as const] : []),
      ...(overload === undefined ? [] : [{ words: 'overload stage', colour: INK.phaseOdd, mark: 'band' } as const]),
      ...(warmS > 0 ? [{ words: 'warm-up, not in the numbers', colour: warmInk, mark: 'band' } as const] : []),
      ...(faulty.length > 0 ? [{ words: 'fault confirmed on', colour: INK.faultBand, mark: 'band' } as const] : []),
    ],
  };
}
