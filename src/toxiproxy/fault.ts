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
  | ({ readonly type: 'slicer'; readonly averageSizeBytes: number; readonly sizeVariationBytes: number; readonly delayUs: number } & OnTraffic)
  | ({ readonly type: 'limit-data'; readonly bytes: number } & OnTraffic)
  /** Nothing listens; live connections are closed. */
  | { readonly type: 'down' };

export type LinkFaultType = LinkFault['type'];
