/** Which stretches of a phase its hypotheses are judged on. */
import { duration } from '../../format/index.js';
import type { RecoverySettings } from '../../scenario/index.js';
import type { PhaseFrame } from '../calls/index.js';
import type { FaultEdges, RecoverySummary } from '../recovery/index.js';

/** Bounds in run time, or why there are none. */
export type Bounds = { readonly fromNs: number; readonly toNs: number } | { readonly why: string };

export interface AroundFaults {
  readonly frame: Pick<PhaseFrame, 'planned' | 'measuredFromNs' | 'scheduledEndNs'>;
  /** Confirmed edges of all faults of the run, in order of onset. */
  readonly edges: readonly FaultEdges[];
  /** Of this phase. */
  readonly recoveries: readonly Pick<RecoverySummary, 'fault' | 'timeToRecover'>[];
  readonly settings: Pick<RecoverySettings, 'windowNs' | 'holdNs'>;
}

const NO_FAULT = 'no fault of this phase was confirmed on';

/** A fault of another phase that may still be on at some moment of a stretch. */
function disturbed({ frame, edges }: AroundFaults, fromNs: number, toNs: number): string | null {
  const other = edges.find(
    ({ planned, onNs, offNs }) =>
      planned.phaseIndex !== frame.planned.index && onNs < toNs && (offNs ?? Infinity) > fromNs,
  );
  return other === undefined
    ? null
    : `fault "${other.planned.id}" of phase "${other.planned.phase}" was not known to be over`;
}

function stretch(around: AroundFaults, fromNs: number, toNs: number, empty: string): Bounds {
  if (toNs <= fromNs) return { why: empty };
  const why = disturbed(around, fromNs, toNs);
  return why === null ? { fromNs, toNs } : { why };
}

/** Before the first fault. */
export function boundsBefore(around: AroundFaults): Bounds {
  const { frame, edges, settings } = around;
  const first = edges.find(({ planned }) => planned.phaseIndex === frame.planned.index);
  if (first === undefined) return { why: NO_FAULT };
  const spareNs = first.onNs - frame.measuredFromNs;
  const when = spareNs < 0 ? 'during the warm-up' : `${duration(spareNs)} after the warm-up`;
  return stretch(
    around,
    frame.measuredFromNs,
    first.onNs - settings.windowNs,
    `fault "${first.planned.id}" came on ${when}, ` +
      `and the last window of ${duration(settings.windowNs)} before a fault is left out`,
  );
}

/** After the last fault. */
export function boundsAfter(around: AroundFaults): Bounds {
  const { frame, edges, recoveries, settings } = around;
  const own = edges.filter(({ planned }) => planned.phaseIndex === frame.planned.index);
  if (own.length === 0) return { why: NO_FAULT };
  let fromNs = 0;
  let last = '';
  for (const { planned, offNs } of own) {
    if (offNs === null)
      return {
        why:
          planned.forNs === null
            ? `fault "${planned.id}" stays to the end of the run`
            : `the end of fault "${planned.id}" was never confirmed`,
      };
    const recover = recoveries.find(({ fault }) => fault === planned.id)?.timeToRecover;
    const overNs = offNs + (recover?.kind === 'value' ? recover.ns : settings.holdNs);
    if (overNs <= fromNs) continue;
    fromNs = overNs;
    const how = recover?.kind === 'value' ? 'the recovery from' : `a hold time of ${duration(settings.holdNs)} after`;
    last = `${how} fault "${planned.id}"`;
  }
  const leftNs = frame.scheduledEndNs - Math.max(...own.map(({ offNs }) => offNs ?? 0));
  return stretch(
    around,
    fromNs,
    frame.scheduledEndNs,
    `nothing is left of the phase after ${last}: it ended ${duration(leftNs)} after the last fault was lifted`,
  );
}
