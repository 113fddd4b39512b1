import { NS_PER_MS, type NowNs } from '../clock/index.js';
import type { PlannedFault } from '../plan/index.js';
import { messageOf } from '../problem/index.js';
import type { RunEvent } from '../record/index.js';
import { actorFor, type FaultPlaces } from './actor.js';
import type { Edge, FaultActor } from './edge.js';

export interface FaultTimelineSetup {
  /** The faults of one phase. */
  readonly faults: readonly PlannedFault[];
  readonly places: FaultPlaces;
  /** Run time the phase's schedule starts at; fault times count from here. */
  readonly phaseStartNs: number;
  readonly nowNs: NowNs;
  /** Absolute time of the run's epoch, to place the times of edges. */
  readonly monotonicEpochNs: bigint;
  readonly event: (event: RunEvent) => void;
  /** The part that makes the fault happen did not do what was asked. */
  readonly failed: (fault: PlannedFault, edge: 'on' | 'off', reason: string) => void;
}

export interface FaultTimeline {
  /**
   * Cancels what has not begun and lifts what is set, now; what is to stay to the end of the run stays. Resolves when
   * every lift was answered or given up. Idempotent.
   */
  end(): Promise<void>;
}

/**
 * Sets and lifts each fault at its time, each in a sequence of its own on one clock. Timers are whole milliseconds, so
 * an edge may be asked for up to about a millisecond late: the asked and confirmed times are what an analysis must use,
 * never the planned one.
 */
export function startFaultTimeline(setup: FaultTimelineSetup): FaultTimeline {
  // All actors first: when one has no place in the stack, no timer has begun.
  const actors = setup.faults.map((fault) => ({ fault, actor: actorFor(fault, setup.places) }));
  const sequences = actors.map(({ fault, actor }) => startSequence(fault, actor, setup));
  let ending: Promise<void> | null = null;
  return {
    end: () => (ending ??= Promise.all(sequences.map((sequence) => sequence.end())).then(() => undefined)),
  };
}

/** One fault, from waiting over set to lifted. Its edges never overlap: the lift waits for the answer to the set. */
function startSequence(fault: PlannedFault, actor: FaultActor, setup: FaultTimelineSetup): FaultTimeline {
  const onNs = setup.phaseStartNs + fault.atNs;
  const offNs = fault.forNs === null ? null : onNs + fault.forNs;
  let timer: NodeJS.Timeout | null = null;
  let setting: Promise<boolean> = Promise.resolve(false);
  let lifting: Promise<void> | null = null;

  const edge = async (name: 'on' | 'off', plannedNs: number, ask: () => Promise<Edge>): Promise<boolean> => {
    const common = { type: 'fault', fault: fault.id, phase: fault.phaseIndex, edge: name, plannedNs } as const;
    const beforeNs = setup.nowNs();
    try {
      const { askedNs, confirmedNs, affected } = await ask();
      const confirmed = Number(confirmedNs - setup.monotonicEpochNs);
      setup.event({
        ...common,
        atNs: confirmed,
        askedNs: Number(askedNs - setup.monotonicEpochNs),
        confirmedNs: confirmed,
        ...(affected === undefined ? {} : { affected }),
      });
      return true;
    } catch (thrown) {
      const reason = messageOf(thrown);
      setup.event({ ...common, atNs: beforeNs, askedNs: beforeNs, confirmedNs: null, error: reason });
      setup.failed(fault, name, reason);
      return false;
    }
  };
  const lift = (plannedNs: number): Promise<void> =>
    (lifting ??= setting.then(async (isSet) => {
      if (isSet) await edge('off', plannedNs, () => actor.lift());
    }));
  const at = (plannedNs: number, act: () => void): void => {
    timer = setTimeout(act, Math.max(0, (plannedNs - setup.nowNs()) / NS_PER_MS));
  };

  at(onNs, () => {
    setting = edge('on', onNs, () => actor.set());
    if (offNs !== null) at(offNs, () => void lift(offNs));
  });
  return {
    end: async () => {
      if (timer !== null) clearTimeout(timer);
      if (offNs === null) await setting;
      else await lift(offNs);
    },
  };
}
