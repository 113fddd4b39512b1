import { NS_PER_MS, type NowNs } from '../clock/index.js';
import type { PlannedFault } from '../plan/index.js';
import { messageOf } from '../problem/index.js';
import type { RunEvent } from '../record/index.js';
import type { EdgeTimes, FaultLink } from '../toxiproxy/index.js';

export interface FaultTimelineSetup {
  /** The faults of one phase. */
  readonly faults: readonly PlannedFault[];
  readonly links: ReadonlyMap<string, FaultLink>;
  /** Run time the phase's schedule starts at; fault times count from here. */
  readonly phaseStartNs: number;
  readonly nowNs: NowNs;
  /** Absolute time of the run's epoch, to place the engine's edge times. */
  readonly monotonicEpochNs: bigint;
  readonly event: (event: RunEvent) => void;
  /** The engine did not do what it was asked. */
  readonly failed: (fault: PlannedFault, edge: 'on' | 'off', reason: string) => void;
}

export interface FaultTimeline {
  /** Cancels what has not begun and lifts what is set, now. Resolves when every lift was answered or given up. Idempotent. */
  end(): Promise<void>;
}

type Edge = 'on' | 'off';

/**
 * Sets and lifts each fault at its time. Timers are whole milliseconds, so an edge may be asked for up to about a
 * millisecond late: the asked and confirmed times are what an analysis must use, never the planned one.
 */
export function startFaultTimeline(setup: FaultTimelineSetup): FaultTimeline {
  const lanes = setup.faults.map((fault) => startLane(fault, setup));
  let ending: Promise<void> | null = null;
  return {
    end: () => (ending ??= Promise.all(lanes.map((lane) => lane.end())).then(() => undefined)),
  };
}

/** One fault, from waiting over set to lifted. Its two edges never overlap: the lift waits for the answer to the set. */
function startLane(fault: PlannedFault, setup: FaultTimelineSetup): FaultTimeline {
  const link = setup.links.get(fault.on.link);
  if (link === undefined) throw new Error(`fault "${fault.id}" is on link "${fault.on.link}", which is not in the stack`);
  const plannedNs = { on: setup.phaseStartNs + fault.atNs, off: setup.phaseStartNs + fault.atNs + fault.forNs };
  let timer: NodeJS.Timeout | null = null;
  let setting: Promise<boolean> = Promise.resolve(false);
  let lifting: Promise<void> | null = null;

  const edge = async (name: Edge, ask: () => Promise<EdgeTimes>): Promise<boolean> => {
    const common = { type: 'fault', fault: fault.id, phase: fault.phaseIndex, edge: name, plannedNs: plannedNs[name] } as const;
    const beforeNs = setup.nowNs();
    try {
      const { askedNs, confirmedNs } = await ask();
      const confirmed = Number(confirmedNs - setup.monotonicEpochNs);
      setup.event({ ...common, atNs: confirmed, askedNs: Number(askedNs - setup.monotonicEpochNs), confirmedNs: confirmed });
      return true;
    } catch (thrown) {
      const reason = messageOf(thrown);
      setup.event({ ...common, atNs: beforeNs, askedNs: beforeNs, confirmedNs: null, error: reason });
      setup.failed(fault, name, reason);
      return false;
    }
  };
  const lift = (): Promise<void> =>
    (lifting ??= setting.then(async (isSet) => {
      if (isSet) await edge('off', () => link.lift(fault.id));
    }));
  const at = (name: Edge, act: () => void): void => {
    timer = setTimeout(act, Math.max(0, (plannedNs[name] - setup.nowNs()) / NS_PER_MS));
  };

  at('on', () => {
    setting = edge('on', () => link.apply(fault.id, fault.fault));
    at('off', () => void lift());
  });
  return {
    end: () => {
      if (timer !== null) clearTimeout(timer);
      return lift();
    },
  };
}
