/** When faults were active, from their events. */
import type { RunEvent } from './events.js';

/** A fault active from its confirmed onset to its confirmed end; `toNs` is Infinity when no end was confirmed. */
export interface FaultSpan {
  readonly fault: string;
  readonly fromNs: number;
  readonly toNs: number;
}

/** Spans in order of onset. An onset that was never confirmed makes none. */
export function faultSpans(events: readonly RunEvent[]): readonly FaultSpan[] {
  const open = new Map<string, number>();
  const spans: FaultSpan[] = [];
  for (const event of [...events].sort((a, b) => a.atNs - b.atNs)) {
    if (event.type !== 'fault' || event.confirmedNs === null) continue;
    if (event.edge === 'on') {
      if (!open.has(event.fault)) open.set(event.fault, event.confirmedNs);
    } else {
      const fromNs = open.get(event.fault);
      if (fromNs === undefined) continue;
      open.delete(event.fault);
      spans.push({ fault: event.fault, fromNs, toNs: event.confirmedNs });
    }
  }
  for (const [fault, fromNs] of open) spans.push({ fault, fromNs, toNs: Infinity });
  return spans.sort((a, b) => a.fromNs - b.fromNs);
}
