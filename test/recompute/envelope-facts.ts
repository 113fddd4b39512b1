/** The facts that come from envelope.json and nowhere else; each stands there as itself or as `{ value, reason }`. */
import type { FloorSummary } from '../../src/analysis/index.js';

function at(envelope: unknown, ...path: readonly string[]): unknown {
  let found = envelope;
  for (const name of path) {
    found = (found as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    if (typeof found === 'object' && found !== null && 'value' in found) found = found.value;
  }
  return found;
}

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Median round trips of the machine's own floor. */
export function yardstickIn(envelope: unknown): FloorSummary['loopbackReference'] {
  const loopbackReference = at(envelope, 'generator', 'loopbackReference');
  if (typeof loopbackReference !== 'object' || loopbackReference === null) return null;
  return {
    tcpEchoP50Ns: numberOrNull(at(loopbackReference, 'tcpEchoNs', 'p50')),
    httpNoopP50Ns: numberOrNull(at(loopbackReference, 'httpNoopNs', 'p50')),
    harnessP50Ns: numberOrNull(at(loopbackReference, 'harnessNs', 'p50')),
  };
}

/** What the machine was known to offer on time. */
export function selfCapacityIn(envelope: unknown): number | null {
  return numberOrNull(at(envelope, 'generator', 'selfCapacityPerSecond'));
}

/** What the envelope says where it was not known. */
export function selfCapacityUnknownIn(envelope: unknown): string | null {
  const kept = envelope as { generator?: { selfCapacityPerSecond?: { value?: unknown; reason?: unknown } } } | null;
  const { value = null, reason = null } = kept?.generator?.selfCapacityPerSecond ?? {};
  return value === null && typeof reason === 'string' ? reason : null;
}

/** The worse of the two spin probes. */
export function spinLostShareIn(envelope: unknown): number | null {
  const shares = ['before', 'after']
    .map((when) => numberOrNull(at(envelope, 'noise', when, 'spin', 'lostShare')))
    .filter((share) => share !== null);
  return shares.length === 0 ? null : Math.max(...shares);
}
