/** Calls in the upstreams, abandoned ones included, by the counters that our own servers report. */
import type { WorkRow } from '../../record/index.js';

/** The most calls in the upstreams at once. */
export interface UpstreamCalls {
  readonly max: number;
  /** Run time of the poll that counted them. */
  readonly maxAtNs: number;
}

/** Calls in all upstreams together at each poll, in order of time: of each process its last count by then. */
export function upstreamCallsAt(
  work: readonly WorkRow[] | null,
): readonly { readonly atNs: number; readonly calls: number }[] {
  const last = new Map<string, number>();
  return [...(work ?? [])]
    .sort((a, b) => a.atNs - b.atNs)
    .map(({ service, atNs, when, underWay }) => {
      last.set(service, when === 'leaving' ? 0 : underWay);
      return { atNs, calls: [...last.values()].reduce((sum, calls) => sum + calls, 0) };
    });
}

/** The most at once in [fromNs, toNs]; null without a poll in it. */
export function mostUpstreamCalls(
  polls: ReturnType<typeof upstreamCallsAt>,
  fromNs: number,
  toNs: number,
): UpstreamCalls | null {
  return polls.reduce<UpstreamCalls | null>(
    (most, { atNs, calls }) =>
      atNs < fromNs || atNs > toNs || (most !== null && calls <= most.max) ? most : { max: calls, maxAtNs: atNs },
    null,
  );
}
