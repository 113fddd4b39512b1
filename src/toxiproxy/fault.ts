/**
 * What can be done to a link: one vocabulary, mapped one to one on Toxiproxy's toxics and on a proxy being down.
 */

/** Which way the bytes flow that a toxic acts on: `downstream` is from the server to the client. */
export type Direction = 'downstream' | 'upstream';

interface OnTraffic {
  readonly direction: Direction;
  /** Share of connections it acts on, 0 to 1. */
  readonly toxicity: number;
}

export type LinkFault =
  | ({ readonly type: 'latency'; readonly latencyMs: number; readonly jitterMs: number } & OnTraffic)
  /** `rateKBps` in 1 000 bytes a second; 0 stalls. */
  | ({ readonly type: 'bandwidth'; readonly rateKBps: number } & OnTraffic)
  | ({ readonly type: 'slow-close'; readonly delayMs: number } & OnTraffic)
  | ({ readonly type: 'timeout'; readonly timeoutMs: number } & OnTraffic)
  | ({ readonly type: 'reset'; readonly afterMs: number } & OnTraffic)
  | ({
      readonly type: 'slicer';
      readonly averageSizeBytes: number;
      readonly sizeVariationBytes: number;
      readonly delayUs: number;
    } & OnTraffic)
  | ({ readonly type: 'limit-data'; readonly bytes: number } & OnTraffic)
  /** Nothing listens; live connections are closed. */
  | { readonly type: 'down' };

export type LinkFaultType = LinkFault['type'];

/** Attribute values of a toxic as the API takes them. */
export type ToxicAttributes = Readonly<Record<string, number>>;

/** A fault as a toxic: its type in the API's words and its attributes. Null for `down`, which is no toxic. */
export function toxicOf(
  fault: LinkFault,
): { readonly type: ApiToxicType; readonly attributes: ToxicAttributes } | null {
  switch (fault.type) {
    case 'latency':
      return { type: 'latency', attributes: { latency: fault.latencyMs, jitter: fault.jitterMs } };
    case 'bandwidth':
      return { type: 'bandwidth', attributes: { rate: fault.rateKBps } };
    case 'slow-close':
      return { type: 'slow_close', attributes: { delay: fault.delayMs } };
    case 'timeout':
      return { type: 'timeout', attributes: { timeout: fault.timeoutMs } };
    case 'reset':
      return { type: 'reset_peer', attributes: { timeout: fault.afterMs } };
    case 'slicer':
      return {
        type: 'slicer',
        attributes: {
          average_size: fault.averageSizeBytes,
          size_variation: fault.sizeVariationBytes,
          delay: fault.delayUs,
        },
      };
    case 'limit-data':
      return { type: 'limit_data', attributes: { bytes: fault.bytes } };
    case 'down':
      return null;
  }
}

export type ApiToxicType = 'latency' | 'bandwidth' | 'slow_close' | 'timeout' | 'reset_peer' | 'slicer' | 'limit_data';

/**
 * Everything that is wrong with a fault's values; empty when it can be sent. The real server takes some of them and
 * ends on the next byte (a negative rate, a slicer with an average of 0), so nothing is sent that has an objection.
 */
export function objectionsTo(fault: LinkFault): readonly string[] {
  const toxic = toxicOf(fault);
  if (toxic === null || fault.type === 'down') return [];
  const objections = Object.entries(toxic.attributes)
    .filter(([, value]) => !Number.isSafeInteger(value) || value < 0)
    .map(([name, value]) => `${toxic.type}: ${name} must be a whole number from 0, not ${value}`);
  if (!(fault.toxicity >= 0 && fault.toxicity <= 1))
    objections.push(`${toxic.type}: toxicity must be from 0 to 1, not ${fault.toxicity}`);
  if (fault.type === 'slicer') {
    if (fault.averageSizeBytes < 1) objections.push('slicer: average_size must be at least 1');
    else if (fault.sizeVariationBytes >= fault.averageSizeBytes)
      objections.push('slicer: size_variation must be less than average_size');
  }
  return objections;
}
