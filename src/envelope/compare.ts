/** Whether two runs may be compared, and in what they differ. */
import { canonicalJson } from '../protocol/index.js';
import { sha256 } from './identity.js';
import type { Envelope } from './types.js';

/**
 * `blocking`: the runs measured different things. `warning`: a number may differ for that reason. `information`: as
 * expected.
 */
export type FieldClass = 'blocking' | 'warning' | 'information';

type Groups = Omit<Envelope, 'schema'>;

/** A class for every field; a field without one does not compile. */
const CLASSES: { readonly [G in keyof Groups]: { readonly [F in keyof Groups[G]]: FieldClass } } = {
  identity: {
    runId: 'information',
    startedUtc: 'information',
    monotonicEpochNs: 'information',
    plimsollVersion: 'warning',
    lockfileDigest: 'blocking',
    gitCommit: 'warning',
    gitDirty: 'warning',
    gitDiffDigest: 'warning',
    scenarioDigest: 'blocking',
    seed: 'information',
    argv: 'information',
  },
  host: {
    cpuModel: 'blocking',
    cpuSockets: 'blocking',
    cpuCores: 'blocking',
    cpuThreads: 'blocking',
    affinity: 'blocking',
    numaNodes: 'blocking',
    governor: 'warning',
    turbo: 'warning',
    frequencyRangeKhz: 'warning',
    microcode: 'warning',
    virtualised: 'warning',
    product: 'warning',
    container: 'warning',
    bootId: 'warning',
    memoryBytes: 'information',
    kernel: 'information',
    distribution: 'information',
    clocksource: 'warning',
  },
  limits: {
    cgroupVersion: 'information',
    cgroupPath: 'information',
    cpuQuota: 'blocking',
    cpuWeight: 'information',
    cpuset: 'warning',
    memoryMaxBytes: 'information',
    processesMax: 'information',
    openFiles: 'information',
  },
  noise: { source: 'blocking', before: 'information', during: 'information', after: 'information', verdict: 'warning' },
  generator: {
    pacing: 'warning',
    loopbackReference: 'information',
    selfCapacityPerSecond: 'information',
    selfCapacityMeasuredUtc: 'information',
  },
  network: {
    loopback: 'warning',
    congestionControl: 'information',
    acceptBacklogMax: 'information',
    localPortRange: 'information',
    timeWaitReuse: 'information',
    loopbackMtuBytes: 'information',
    tcpRetransmits: 'information',
    tcpListenDrops: 'information',
    tcpResetsSent: 'information',
  },
  runtime: {
    node: 'warning',
    v8: 'warning',
    undici: 'warning',
    openssl: 'information',
    uv: 'information',
    flags: 'warning',
    nodeOptions: 'warning',
    threadPoolSize: 'information',
    locale: 'information',
    timeZone: 'information',
  },
  target: {
    transport: 'warning',
    endpoint: 'information',
    serverName: 'warning',
    serverVersion: 'warning',
    protocolVersion: 'warning',
    capabilitiesDigest: 'warning',
    toolListDigest: 'blocking',
    sessions: 'information',
  },
  faults: { engine: 'warning', engineVersion: 'warning', engineState: 'information', draws: 'information' },
};

interface Field {
  /** `host.cpuModel` */
  readonly path: string;
  readonly fieldClass: FieldClass;
  readonly value: unknown;
}

function fields(envelope: Envelope): readonly Field[] {
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
