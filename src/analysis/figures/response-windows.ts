/** Response times of all calls, window by window, with how far they are known. */
import { isCensored, penalisedResponseNs, type Calls } from '../../record/index.js';
import { gather, plainQuantile } from '../calls/index.js';
import { ascending } from '../statistics/index.js';
import { binByIntended } from './bins.js';
import type { ResponseWindows } from './types.js';

/** Windows across a chart: finer ones are narrower than its lines. */
const MOST_WINDOWS = 200;
const SHORTEST_NS = 0.5e9;

/** Each is a whole number of windows of the timeline, and begins with one. */
export function responseWindows(
  calls: Calls,
  { fromNs, windowNs, windows }: { readonly fromNs: number; readonly windowNs: number; readonly windows: number },
): ResponseWindows {
  const each = Math.max(1, Math.ceil(SHORTEST_NS / windowNs), Math.ceil(windows / MOST_WINDOWS));
  const lengthNs = each * windowNs;
  const n = Math.ceil(windows / each);
  const { order, from } = binByIntended(calls, fromNs, lengthNs, n);
  const read = Array.from({ length: n }, (_, w) => windowOf(calls, order.subarray(from[w], from[w + 1])));
  return {
    windowNs: lengthNs,
    fromNs: read.map((_, w) => fromNs + w * lengthNs),
    calls: read.map((window) => window.calls),
    p50Ns: read.map((window) => window.p50Ns),
    p90Ns: read.map((window) => window.p90Ns),
    p99Ns: read.map((window) => window.p99Ns),
    knownShare: read.map((window) => window.knownShare),
  };
}

function windowOf(calls: Calls, among: Uint32Array) {
  const values = ascending(gather(among, (i) => penalisedResponseNs(calls, i)));
  const firstUnknownNs = among.reduce(
    (least, i) => (isCensored(calls, i) ? Math.min(least, penalisedResponseNs(calls, i)) : least),
    Infinity,
  );
  const known = values.findIndex((ns) => ns >= firstUnknownNs);
  return {
    calls: values.length,
    p50Ns: plainQuantile(values, 0.5),
    p90Ns: plainQuantile(values, 0.9),
    p99Ns: plainQuantile(values, 0.99),
    knownShare: known === -1 ? 1 : known / values.length,
  };
}
