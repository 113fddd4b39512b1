/**
 * The facts that the analysis takes from the envelope: loopback reference, self-capacity and noise probes.
 *
 * The envelope is read from disk and may be of any version, so each fact is checked; what is not found as a number is
 * unknown. A fact is either a plain value or wrapped as `{ value, reason }`.
 */
import type { FloorSummary } from './types.js';

function member(of: unknown, name: string): unknown {
  if (typeof of !== 'object' || of === null || !Object.hasOwn(of, name)) return undefined;
  return (of as Readonly<Record<string, unknown>>)[name];
}

/** A fact's value, unwrapped. */
function fact(of: unknown, name: string): unknown {
  const found = member(of, name);
  const value = member(found, 'value');
  return value === undefined ? found : value;
}

const at = (of: unknown, ...path: readonly string[]): unknown => path.reduce((found, name) => fact(found, name), of);

const quantity = (of: unknown): number | null => (typeof of === 'number' && Number.isFinite(of) && of >= 0 ? of : null);

/** Median round trips of the machine (TCP echo, HTTP no-op) and of our own client against a constant answer. */
export function loopbackReferenceOf(envelope: unknown): FloorSummary['loopbackReference'] {
  const loopbackReference = at(envelope, 'generator', 'loopbackReference');
  if (typeof loopbackReference !== 'object' || loopbackReference === null) return null;
  return {
    tcpEchoP50Ns: quantity(at(loopbackReference, 'tcpEchoNs', 'p50')),
    httpNoopP50Ns: quantity(at(loopbackReference, 'httpNoopNs', 'p50')),
    harnessP50Ns: quantity(at(loopbackReference, 'harnessNs', 'p50')),
  };
}

/** The revision of MCP that the target spoke when it was examined before the run; null when that is not known. */
export function spokenRevisionOf(envelope: unknown): string | null {
  const revision = at(envelope, 'target', 'protocolVersion');
  return typeof revision === 'string' ? revision : null;
}

/** Highest rate this machine was known to offer on time; null when that was not known. */
export const selfCapacityOf = (envelope: unknown): number | null =>
  quantity(at(envelope, 'generator', 'selfCapacityPerSecond'));

/** Why it was not known, in the envelope's words; null when it was, or when nothing is said of it. */
export function selfCapacityUnknownOf(envelope: unknown): string | null {
  const reason = member(member(at(envelope, 'generator'), 'selfCapacityPerSecond'), 'reason');
  return selfCapacityOf(envelope) === null && typeof reason === 'string' ? reason : null;
}

/** Largest share of a core that a spin probe lost to others; null when none was taken. */
export function spinLostShareOf(envelope: unknown): number | null {
  const probes = ['before', 'after'].map((when) => quantity(at(envelope, 'noise', when, 'spin', 'lostShare')));
  const shares = probes.filter((share) => share !== null);
  return shares.length === 0 ? null : Math.max(...shares);
}

/** What the envelope knows of the machine during the run; null where it does not. */
export interface MachineFacts {
  /** A test took the machine for quiet: nothing of it was measured, and nothing of it is judged. */
  readonly assumed: boolean;
  /** How the generator waited for the next call: `sleep` or `spin`. */
  readonly pacing: string | null;
  /** Share of all CPU time between the noise probes that a hypervisor gave to others. */
  readonly stealShare: number | null;
  /** Pressure before the run, which is others' work alone: afterwards our own load is in it. */
  readonly pressure: { readonly cpu: number | null; readonly memory: number | null; readonly io: number | null };
}

/** See `MachineFacts`. */
export function machineFactsOf(envelope: unknown): MachineFacts {
  const pacing = at(envelope, 'generator', 'pacing');
  const pressure = (resource: string): number | null => quantity(at(envelope, 'noise', 'before', 'pressure', resource));
  return {
    assumed: at(envelope, 'noise', 'source') === 'assumed',
    pacing: typeof pacing === 'string' ? pacing : null,
    stealShare: quantity(at(envelope, 'noise', 'during', 'stealShare')),
    pressure: { cpu: pressure('cpu'), memory: pressure('memory'), io: pressure('io') },
  };
}

/** Cores that the run could use, whole ones, held to those that it was allowed; null when that is not known. */
export function coresOf(envelope: unknown): number | null {
  const cores = quantity(at(envelope, 'host', 'cpuCores')) ?? quantity(at(envelope, 'host', 'cpuThreads'));
  const affinity = at(envelope, 'host', 'affinity');
  const allowed = typeof affinity === 'string' ? cpusIn(affinity) : null;
  const known = [cores, allowed, quantity(at(envelope, 'limits', 'cpuQuota'))].filter((each) => each !== null);
  return known.length === 0 ? null : Math.floor(Math.min(...known));
}

/** How many CPUs a list such as `0-3,8` names; null when it is none. */
function cpusIn(list: string): number | null {
  const counts = list.split(',').map((part) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
    return Number(last) - Number(first) + 1;
  });
  const sum = counts.reduce((total, count) => total + count, 0);
  return sum > 0 ? sum : null;
}
