/** What a fault on a link asks of Toxiproxy, as the HTTP calls a person can read in its log. */
import type { Fault } from '../scenario/index.js';

type LinkFault = Extract<Fault, { place: 'link' }>['fault'];

export interface ToxiproxyCalls {
  readonly on: string;
  readonly off: string;
}

/** The calls that set and lift a fault of this id on its link. */
export function toxiproxyCalls(id: string, link: string, fault: LinkFault): ToxiproxyCalls {
  const proxy = `/proxies/${link}`;
  const toxic = toxicOf(id, fault);
  if (toxic === null) return { on: `POST ${proxy} {"enabled":false}`, off: `POST ${proxy} {"enabled":true}` };
  return { on: `POST ${proxy}/toxics ${JSON.stringify(toxic)}`, off: `DELETE ${proxy}/toxics/${id}` };
}

function toxicOf(id: string, fault: LinkFault): Readonly<Record<string, unknown>> | null {
  if (fault.type === 'down') return null;
  const toxic = (type: string, attributes: Readonly<Record<string, number>>) => ({
    name: id,
    type,
    stream: fault.direction,
    toxicity: fault.toxicity,
    attributes,
  });
  switch (fault.type) {
    case 'latency':
      return toxic('latency', { latency: fault.latencyMs, jitter: fault.jitterMs });
    case 'bandwidth':
      return toxic('bandwidth', { rate: fault.rateKBps });
    case 'slow-close':
      return toxic('slow_close', { delay: fault.delayMs });
    case 'timeout':
      return toxic('timeout', { timeout: fault.timeoutMs });
    case 'reset':
      return toxic('reset_peer', { timeout: fault.afterMs });
    case 'slicer':
      return toxic('slicer', {
        average_size: fault.averageSizeBytes,
        size_variation: fault.sizeVariationBytes,
        delay: fault.delayUs,
      });
    case 'limit-data':
      return toxic('limit_data', { bytes: fault.bytes });
  }
}
