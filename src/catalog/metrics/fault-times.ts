/** How a time after a fault is read. */
import { absent, type FaultReadings, type Reading } from './reading.js';

/** Why nothing is known of a fault. */
export const unknownOf = ({ note }: FaultReadings): Reading => absent(note ?? 'the recovery is unknown');

export function readTime(fault: FaultReadings, time: FaultReadings['timeToRecover']): readonly Reading[] {
  switch (time.kind) {
    case 'value':
      return [{ kind: 'value', value: time.ns, low: null, high: null, step: fault.windowNs }];
    case 'censored':
      return [{ kind: 'censored', atLeast: time.ns }];
    case 'not-degraded':
      return [{ kind: 'not-degraded' }];
    case 'unknown':
      return [unknownOf(fault)];
  }
}
