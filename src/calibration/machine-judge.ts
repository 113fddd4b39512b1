/** What a run asks about its machine: how noisy it was before and after the load, and what it can offer. */
import type { NoiseReport } from '../envelope/index.js';
import { rate } from '../format/index.js';
import { watchMachine, type MachineWatch } from './machine-watch.js';
import { NoiseProbe, noiseVerdict } from './noise.js';
import {
  overSelfCapacity,
  selfCapacityOf,
  type SelfCapacity,
  type SelfCapacityRequest,
} from './self-capacity/index.js';

export interface MachineJudge {
  /** `assumed`: nothing is measured. Written to the envelope, and then to the validity of the run. */
  readonly source: 'measured' | 'assumed';
  /** Probes the noise before anything of ours runs. */
  begin(): Promise<void>;
  /** Probes it again when everything of ours has ended; null when nothing was probed. */
  end(): Promise<NoiseReport | null>;
  selfCapacity(request: Omit<SelfCapacityRequest, 'disturbed'>): Promise<SelfCapacity>;
  /** Watches the machine while the run goes on; `roots` lead the processes that are the run's own. */
  watch(roots: readonly number[]): MachineWatch;
}

/** Measures this machine. One for each run. */
export function measuredMachine(): MachineJudge {
  const probe = new NoiseProbe();
  let disturbed = false;
  return {
    source: 'measured',
    begin: async () => {
      disturbed = noiseVerdict((await probe.begin()).spin.lostShare) !== 'quiet';
    },
    end: () => probe.end(),
    selfCapacity: (request) => selfCapacityOf({ ...request, disturbed }),
    watch: (roots) => watchMachine(roots),
  };
}

/** A machine of two cores that others are busy on all the time. */
const BUSY = { cores: 2, othersCores: 1.5, idleCores: 0, waitingShare: 1 } as const;

/**
 * Takes the machine for quiet, or for busy with other work all along, and able to offer `perSecond`, without measuring:
 * for tests, whose machine may be busy with other tests, and which judge the product and not the machine. `watched`:
 * what others use during the run is measured all the same.
 */
export function assumedMachine(perSecond: number, others: 'quiet' | 'busy' | 'watched' = 'quiet'): MachineJudge {
  return {
    source: 'assumed',
    begin: () => Promise.resolve(),
    end: () => Promise.resolve(null),
    selfCapacity: ({ needs }) =>
      Promise.resolve({
        perSecond: { value: perSecond },
        measuredUtc: { value: null, reason: 'assumed by a test, not measured' },
        warning:
          (needs.ratePerSecond ?? 0) > perSecond
            ? overSelfCapacity(needs, `a test assumes that this machine holds ${rate(perSecond)}`)
            : null,
      }),
    watch: (roots) => {
      if (others === 'watched') return watchMachine(roots);
      let fromNs = 0;
      return {
        poll: (atNs) => {
          const row = others === 'busy' && fromNs > 0 ? { fromNs, atNs, ...BUSY } : null;
          fromNs = atNs;
          return Promise.resolve(row);
        },
      };
    },
  };
}
