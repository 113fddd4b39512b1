/** The times after a fault. */
import type { Metric } from './metric.js';
import { absent, notEstimable, type FaultReadings, type Reading } from './reading.js';

/** Why nothing is known of a fault. */
export const unknownOf = ({ note }: FaultReadings): Reading => absent(note ?? 'the recovery is unknown');

/** How a time after a fault is read. */
export function readTime(fault: FaultReadings, time: FaultReadings['timeToRecover']): readonly Reading[] {
  switch (time.kind) {
    case 'value':
      return [{ kind: 'value', value: time.ns, low: null, high: null, step: fault.windowNs }];
    case 'censored':
      return [{ kind: 'censored', atLeast: time.ns }];
    case 'not-degraded':
      return [{ kind: 'not-degraded' }];
    case 'not-observed':
      return [notEstimable(fault.note ?? 'the recovery was not observed')];
    case 'unknown':
      return [unknownOf(fault)];
  }
}

const faultTime = (which: 'timeToDetect' | 'timeToRecover', definition: string) =>
  ({
    definition,
    source: 'resilience curves',
    better: 'lower',
    usual: 'max',
    comparison: { group: 'recovery', shows: which === 'timeToRecover' ? ['max'] : [] },
    dependsOnLoop: true,
    dependsOnLength: false,
    needs: ['faults'],
    per: 'fault',
    stats: { max: { unit: 'ns', change: 'difference', read: (fault: FaultReadings) => readTime(fault, fault[which]) } },
    stretch: null,
  }) as const satisfies Metric;

export const timeToDetect = faultTime(
  'timeToDetect',
  'Time from the onset of a fault to the end of the first window outside the normal range of latency and goodput.',
);
export const timeToRecover = faultTime(
  'timeToRecover',
  'Time from the end of a fault to the first window from which on all stay inside the normal range for a hold time.',
);
