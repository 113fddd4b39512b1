/** Whether two runs may be compared, and in what they differ. */
import { canonicalJson } from '../protocol/index.js';
import { sha256 } from './identity.js';
import type { Envelope } from './types.js';

/** `blocking`: different things were measured. `warning`: a number may differ for it. `information`: as expected. */
export type FieldClass = 'blocking' | 'warning' | 'information';

type Groups = Omit<Envelope, 'schema'>;

/** Fields of one class. */
const of = <const F extends string>(fieldClass: FieldClass, ...names: readonly F[]): Readonly<Record<F, FieldClass>> =>
  Object.fromEntries(names.map((name) => [name, fieldClass])) as Record<F, FieldClass>;

/** A class for every field; a field without one does not compile. Fingerprints depend on the order of blocking ones. */
const CLASSES: { readonly [G in keyof Groups]: { readonly [F in keyof Groups[G]]: FieldClass } } = {
  identity: {
    ...of('blocking', 'lockfileDigest', 'scenarioDigest'),
    ...of('warning', 'plimsollVersion', 'gitCommit', 'gitDirty', 'gitDiffDigest'),
    ...of('information', 'runId', 'startedUtc', 'monotonicEpochNs', 'seed', 'argv'),
  },
  host: {
    ...of('blocking', 'cpuModel', 'cpuSockets', 'cpuCores', 'cpuThreads', 'affinity', 'numaNodes'),
    ...of('warning', 'governor', 'turbo', 'frequencyRangeKhz', 'microcode', 'virtualised', 'product', 'container'),
    ...of('warning', 'bootId', 'clocksource'),
    ...of('information', 'memoryBytes', 'kernel', 'distribution'),
  },
  limits: {
    ...of('blocking', 'cpuQuota'),
    ...of('warning', 'cpuset'),
    ...of('information', 'cgroupVersion', 'cgroupPath', 'cpuWeight', 'memoryMaxBytes', 'processesMax', 'openFiles'),
  },
  noise: {
    ...of('blocking', 'source'),
    ...of('warning', 'verdict'),
    ...of('information', 'before', 'during', 'after'),
  },
  generator: {
    ...of('warning', 'pacing'),
    ...of('information', 'loopbackReference', 'selfCapacityPerSecond', 'selfCapacityMeasuredUtc'),
  },
  network: {
    ...of('warning', 'loopback'),
    ...of(
      'information',
      'congestionControl',
      'acceptBacklogMax',
      'localPortRange',
      'timeWaitReuse',
      'loopbackMtuBytes',
    ),
    ...of('information', 'tcpRetransmits', 'tcpListenDrops', 'tcpResetsSent'),
  },
  runtime: {
    ...of('warning', 'node', 'v8', 'undici', 'flags', 'nodeOptions'),
    ...of('information', 'openssl', 'uv', 'threadPoolSize', 'locale', 'timeZone'),
  },
  target: {
    ...of('blocking', 'toolListDigest'),
    ...of('warning', 'transport', 'serverName', 'serverVersion', 'protocolVersion', 'capabilitiesDigest'),
    ...of('information', 'endpoint', 'sessions'),
  },
  faults: { ...of('warning', 'engine', 'engineVersion'), ...of('information', 'engineState', 'draws') },
};

/** `path` as in `host.cpuModel`. */
function fields(
  envelope: Envelope,
): readonly { readonly path: string; readonly fieldClass: FieldClass; readonly value: unknown }[] {
  const groups = envelope as unknown as Readonly<
    Record<string, Readonly<Record<string, { readonly value: unknown } | undefined>> | undefined>
  >;
  return Object.entries(CLASSES).flatMap(([group, classes]) =>
    Object.entries(classes).map(([name, fieldClass]) => ({
      path: `${group}.${name}`,
      fieldClass,
      // An envelope on disk may be older than a field.
      value: groups[group]?.[name]?.value ?? null,
    })),
  );
}

/** SHA-256 of the blocking fields: runs with equal fingerprints measured the same thing on the same kind of machine. */
export function fingerprint(envelope: Envelope): string {
  const blocking = fields(envelope).filter((field) => field.fieldClass === 'blocking');
  return sha256(canonicalJson(blocking.map(({ path, value }) => [path, value])));
}

/** One field in which two envelopes differ. */
export interface Difference {
  /** `host.cpuModel` */
  readonly field: string;
  readonly fieldClass: FieldClass;
  /** Null where the fact was not to be had. */
  readonly a: unknown;
  readonly b: unknown;
}

/** Every field that differs, blocking ones first. Facts that neither has are equal, whatever their reasons. */
export function differences(a: Envelope, b: Envelope): readonly Difference[] {
  const order: readonly FieldClass[] = ['blocking', 'warning', 'information'];
  const others = new Map(fields(b).map((field) => [field.path, field.value]));
  return fields(a)
    .map(({ path, fieldClass, value }) => ({ field: path, fieldClass, a: value, b: others.get(path) ?? null }))
    .filter((difference) => canonicalJson(difference.a) !== canonicalJson(difference.b))
    .sort((x, y) => order.indexOf(x.fieldClass) - order.indexOf(y.fieldClass));
}
