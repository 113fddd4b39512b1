/**
 * How long a server says it took: durations without moments, so that they need no clock in common. They become the
 * stamps of an attempt by being laid in the middle of the time between sending and the answer.
 */
import { NS_PER_MS } from '../../clock/index.js';
import type { AttemptSample } from '../../record/index.js';
import { META_DURATIONS, isObject } from '../../protocol/index.js';

/** Longer values are not read: no server has that much to say of one call. */
const LONGEST_FIELD = 1_024;

/** What placing durations reads and writes. */
type Stamped = Pick<AttemptSample, 'sentNs' | 'doneNs' | 'receivedNs' | 'startedNs' | 'finishedNs'>;

interface Durations {
  readonly queueNs: number;
  readonly serviceNs: number;
}

/** Those under `plimsoll/durations` in a result's `_meta`; null where there are none that can be used. */
export function durationsInMeta(meta: unknown): Durations | null {
  const reported = isObject(meta) ? meta[META_DURATIONS] : undefined;
  return isObject(reported) ? durationsOf(reported['queue-ms'], reported['service-ms']) : null;
}

/**
 * Those of a Server-Timing field (W3C, Server Timing): the metrics `queue` and `service`, or `total`, which is both
 * together. Null where it has neither `service` nor `total`.
 */
export function durationsInField(field: string): Durations | null {
  if (field.length > LONGEST_FIELD) return null;
  const found = new Map<string, number>();
  // A description may hold the marks that part metrics.
  for (const metric of field.replace(/"(?:[^"\\]|\\.)*"/g, '').split(',')) {
    const [name = '', ...parameters] = metric.split(';').map((part) => part.trim());
    const dur = parameters
      .map((part) => /^dur\s*=\s*([\d.eE+-]+)$/i.exec(part)?.[1])
      .find((each) => each !== undefined);
    if (dur !== undefined && !found.has(name)) found.set(name, Number(dur));
  }
  const queue = found.get('queue');
  const total = found.get('total');
  return durationsOf(queue, found.get('service') ?? (total === undefined ? undefined : total - (queue ?? 0)));
}

function durationsOf(queueMs: unknown = 0, serviceMs: unknown): Durations | null {
  if (typeof queueMs !== 'number' || typeof serviceMs !== 'number') return null;
  // Not for values that are not finite, either.
  if (!(queueMs >= 0 && serviceMs >= 0 && queueMs + serviceMs < Infinity)) return null;
  return { queueNs: queueMs * NS_PER_MS, serviceNs: serviceMs * NS_PER_MS };
}

/**
 * Sets the stamps of an answered attempt. What its time exceeds the durations by is divided evenly between the way
 * there and the way back: how it is really divided only a clock in common could show. Durations that exceed the whole
 * time are not used.
 */
export function stampByDurations(slot: Stamped, { queueNs, serviceNs }: Durations): void {
  const hopNs = (slot.doneNs - slot.sentNs - queueNs - serviceNs) / 2;
  if (!(hopNs >= 0)) return;
  slot.receivedNs = slot.sentNs + hopNs;
  slot.startedNs = slot.receivedNs + queueNs;
  slot.finishedNs = slot.startedNs + serviceNs;
}
