/** Whether two runs may be compared, and in what they differ. */
import { canonicalJson } from '../protocol/index.js';
import { sha256 } from './identity.js';
import type { Envelope } from './types.js';

/** `blocking`: different things were measured. `warning`: a number may differ for it. `information`: as expected. */
export type FieldClass = 'blocking' | 'warning' | 'information';

type Groups = Omit<Envelope, 'schema'>;

/** The facts that every blocking field is among: they are known before a run. */
export type ComparableFacts = Pick<Envelope, 'identity' | 'host' | 'limits'> & {
  readonly noise: Pick<Envelope['noise'], 'source'>;
};

/** Fields of one class. */
const of = <const F extends string>(fieldClass: FieldClass, ...names: readonly F[]): Readonly<Record<F, FieldClass>> =>
  Object.fromEntries(names.map((name) => [name, fieldClass])) as Record<F, FieldClass>;

/** A class for every field; a field without one does not compile. Fingerprints depend on the order of blocking ones. */
const CLASSES: { readonly [G in keyof Groups]: { readonly [F in keyof Groups[G]]: FieldClass } } = {
  identity: {
    ...of('blocking', 'plimsollVersion', 'lockfileDigest', 'scenarioDigest'),
    ...of('warning', 'gitCommit', 'gitDirty', 'gitDiffDigest'),
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
    // Releases add tools, and gateways rename them: a finding.
    ...of(
      'warning',
      'toolListDigest',
      'transport',
      'serverName',
      'serverVersion',
      'protocolVersion',
      'capabilitiesDigest',
      'commit',
    ),
    ...of('information', 'endpoint', 'sessions'),
  },
  faults: { ...of('warning', 'engine', 'engineVersion'), ...of('information', 'engineState', 'draws') },
};

/** `path` as in `host.cpuModel`. */
function fields(
  envelope: ComparableFacts,
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

/** The fields in which runs must agree to be compared, in their order; null where a fact was not to be had. */
export const blockingFields = (
  facts: ComparableFacts,
): readonly { readonly field: string; readonly value: unknown }[] =>
  fields(facts)
    .filter(({ fieldClass }) => fieldClass === 'blocking')
    .map(({ path, value }) => ({ field: path, value }));

/** SHA-256 of the blocking fields: runs with equal fingerprints measured the same thing on the same kind of machine. */
export const fingerprint = (facts: ComparableFacts): string =>
  sha256(canonicalJson(blockingFields(facts).map(({ field, value }) => [field, value])));

/** SHA-256 of those of them that are of the machine alone, whatever was run on it by whichever version. */
export const machineFingerprint = (facts: ComparableFacts): string =>
  sha256(
    canonicalJson(
      blockingFields(facts)
        .filter(({ field }) => !field.startsWith('identity.'))
        .map(({ field, value }) => [field, value]),
    ),
  );

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

/** One field in which the runs of several arms differ. */
export interface FieldDifference {
  /** `host.cpuModel` */
  readonly field: string;
  /**
   * `blocking`: the arms may not be compared, as different things were measured. `declared`: it would block, and was
   * declared as what the comparison varies. `finding`: a number may differ for it. `information`: as expected.
   */
  readonly standing: 'blocking' | 'declared' | 'finding' | 'information';
  /** The values of each arm in the order in which they appear, each once; null where the fact was not to be had. */
  readonly arms: readonly { readonly arm: string; readonly values: readonly unknown[] }[];
}

const STANDINGS = { blocking: 'blocking', warning: 'finding', information: 'information' } as const;

/**
 * Every field in which any two runs differ, those that block first. A blocking field of `variables` is declared, as
 * long as the runs of each arm agree in it. An envelope that is null knows nothing.
 */
export function differencesOfArms(
  arms: readonly { readonly arm: string; readonly envelopes: readonly (Envelope | null)[] }[],
  variables: readonly string[],
): readonly FieldDifference[] {
  const order: readonly FieldDifference['standing'][] = ['blocking', 'declared', 'finding', 'information'];
  const read = arms.map(({ arm, envelopes }) => ({ arm, runs: envelopes.map(valuesOf) }));
  return ENVELOPE_FIELDS.map(({ path, fieldClass }): FieldDifference => {
    const values = read.map(({ arm, runs }) => ({ arm, values: distinct(runs.map((run) => run.get(path) ?? null)) }));
    const isDeclared = variables.includes(path) && values.every((each) => each.values.length <= 1);
    const standing = fieldClass === 'blocking' && isDeclared ? 'declared' : STANDINGS[fieldClass];
    return { field: path, standing, arms: values };
  })
    .filter((each) => distinct(each.arms.flatMap(({ values }) => values)).length > 1)
    .sort((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing));
}

/** Every field of an envelope, in its order. */
export const ENVELOPE_FIELDS: readonly { readonly path: string; readonly fieldClass: FieldClass }[] = Object.entries(
  CLASSES,
).flatMap(([group, classes]) =>
  Object.entries(classes).map(([name, fieldClass]) => ({ path: `${group}.${name}`, fieldClass })),
);

const valuesOf = (envelope: Envelope | null): ReadonlyMap<string, unknown> =>
  new Map(envelope === null ? [] : fields(envelope).map(({ path, value }) => [path, value]));

const distinct = (values: readonly unknown[]): readonly unknown[] => [
  ...new Map(values.map((value) => [canonicalJson(value), value])).values(),
];
