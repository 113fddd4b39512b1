/** Quick refusals around a fault, window by window, as a breaker would make them. */
import type { Breaker, BreakerSpan } from '../../src/analysis/index.js';
import type { AftermathInput } from './after-fault-numbers.js';
import type { Attempt } from './run-files.js';

interface Seen {
  readonly attempts: number;
  readonly refused: number;
  readonly reached: number;
  readonly slow: number;
}

type State = BreakerSpan['state'];

/** The first and the last window of the run of equal states that window `w` is in. */
function runAround(states: readonly State[], w: number): { readonly first: number; readonly last: number } {
  let [first, last] = [w, w];
  while (first > 0 && states[first - 1] === states[w]) first--;
  while (last < states.length - 1 && states[last + 1] === states[w]) last++;
  return { first, last };
}

/** The breaker's state, or why it is not told. */
export function breakerSeen({ fault, attempts, scenario, onsetNs, clearNs, before, untilNs }: AftermathInput): Breaker {
  const { windowNs } = scenario.recovery;
  if (['shed', 'error', 'rpc-error'].includes(fault.type)) return { kind: 'unknown', reason: 'fault-refuses' };
  if (before === null) return { kind: 'unknown', reason: 'no-baseline' };
  const sent = ({ sentNs }: Attempt): number => sentNs ?? NaN;
  const calm = attempts.filter(
    (attempt) => attempt.outcome === 'ok' && sent(attempt) >= before.fromNs && sent(attempt) < before.toNs,
  );
  if (calm.length < 20 || calm.filter(({ receivedNs }) => receivedNs !== null).length < 0.9 * calm.length)
    return { kind: 'unknown', reason: 'no-stamps' };

  const windows: Seen[] = [];
  for (let fromNs = onsetNs; fromNs + windowNs <= Math.max(untilNs, onsetNs); fromNs += windowNs) {
    const own = attempts.filter((attempt) => sent(attempt) >= fromNs && sent(attempt) < fromNs + windowNs);
    const quick = (attempt: Attempt): boolean =>
      attempt.doneNs - sent(attempt) <= 0.1 * (scenario.calls[attempt.spec]?.deadlineNs ?? NaN);
    windows.push({
      attempts: own.length,
      reached: own.filter(({ receivedNs }) => receivedNs !== null).length,
      refused: own.filter(
        (attempt) =>
          attempt.receivedNs === null &&
          quick(attempt) &&
          ['http-429', 'http-503', 'http-5xx', 'rpc-error'].includes(attempt.errorClass),
      ).length,
      slow: own.filter((attempt) => attempt.outcome !== 'ok' && !quick(attempt)).length,
    });
  }
  const raw = windows.map(({ attempts: n, refused, reached }): State =>
    n < 5
      ? 'unclear'
      : reached === 0 && refused >= 0.9 * n
        ? 'open'
        : reached > 0 && refused >= 0.1 * n
          ? 'half-open'
          : 'closed',
  );
  const believed = raw.map((state, w) => {
    const { first, last } = runAround(raw, w);
    if (state !== 'open' || first === last) return false;
    const slowBefore = windows.slice(0, first).reduce((sum, { slow }) => sum + slow, 0);
    const sinceClear = windows.filter(
      (_, v) => v >= first && v <= last && clearNs !== null && onsetNs + v * windowNs >= clearNs,
    ).length;
    return slowBefore >= 5 || sinceClear >= 2;
  });
  if (!believed.includes(true)) return { kind: 'none' };
  const states = raw.map((state, w): State => {
    const { first, last } = runAround(raw, w);
    if (state === 'open') return believed[w] === true ? 'open' : 'unclear';
    if (state === 'half-open')
      return believed[first - 1] === true || believed[last + 1] === true ? 'half-open' : 'closed';
    return state;
  });
  const spans: BreakerSpan[] = [];
  for (let w = 0; w < windows.length;) {
    const { last } = runAround(states, w);
    const own = windows.slice(w, last + 1);
    const sum = (of: (seen: Seen) => number): number => own.map(of).reduce((a, b) => a + b, 0);
    spans.push({
      state: states[w] ?? 'unclear',
      fromNs: w * windowNs,
      toNs: (last + 1) * windowNs,
      attempts: sum((seen) => seen.attempts),
      refused: sum((seen) => seen.refused),
      reached: sum((seen) => seen.reached),
    });
    w = last + 1;
  }
  return { kind: 'inferred', spans };
}
