/** Putting an envelope together. */
import { canonicalJson } from '../protocol/index.js';
import { locale, thisSystem, timeZone, type System } from '../platform/index.js';
import { known, knownOr, unknown, type Fact } from './facts.js';
import { captureHost } from './host.js';
import { gitState, lockfileDigest, sha256 } from './identity.js';
import { captureLimits } from './limits.js';
import { captureNetworkSettings, type NetworkSettings } from './network.js';
import { redactArguments, redactUrls } from './redact.js';
import type { Envelope, EnvelopeInput, TcpFacts } from './types.js';

/** The facts of an envelope that are there before any run. */
export interface Machine extends Pick<Envelope, 'host' | 'limits'> {
  readonly network: NetworkSettings;
}

/** Reads the machine alone. Never rejects for want of a fact. `system` is a seam for tests. */
export async function captureMachine(system: System = thisSystem): Promise<Machine> {
  return {
    host: await captureHost(system),
    limits: await captureLimits(system),
    network: await captureNetworkSettings(system),
  };
}

/** What does not change over a run: the code, the host and its limits. */
export interface LastingFacts extends Machine {
  readonly identity: Envelope['identity'];
}

/** Never rejects for want of a fact. `system` is a seam for tests. */
export async function captureLastingFacts(
  input: Pick<EnvelopeInput, 'identity' | 'packageFolder' | 'workingFolder'>,
  system: System = thisSystem,
): Promise<LastingFacts> {
  const [code, machine] = await Promise.all([identity(input), captureMachine(system)]);
  return { identity: code, ...machine };
}

/**
 * Captures every fact there is to have now, but those that were captured before. Never rejects for want of a fact: it
 * is null then, with a reason. `system` is a seam for tests.
 */
export async function captureEnvelope(
  input: EnvelopeInput,
  system: System = thisSystem,
  lasting?: LastingFacts,
): Promise<Envelope> {
  const { host, limits, network, identity } = lasting ?? (await captureLastingFacts(input, system));
  const envelope: Envelope = {
    schema: 'plimsoll/envelope-v2',
    identity,
    host,
    limits,
    noise: noise(input),
    generator: generator(input),
    network: { ...network, ...networkOfRun(input) },
    runtime: runtime(),
    target: target(input),
    faults: faults(input),
  };
  return redacted(envelope, input.redact) as Envelope;
}

async function identity(
  input: Pick<EnvelopeInput, 'identity' | 'packageFolder' | 'workingFolder'>,
): Promise<Envelope['identity']> {
  const given = input.identity;
  return {
    runId: known(given.runId),
    startedUtc: known(given.startedUtc),
    monotonicEpochNs: known(given.monotonicEpochNs),
    plimsollVersion: known(given.plimsollVersion),
    lockfileDigest: await lockfileDigest(input.packageFolder),
    ...(await gitState(input.workingFolder)),
    scenarioDigest: known(given.scenarioDigest),
    seed: known(given.seed),
    argv: known(redactArguments(given.argv)),
  };
}

/** Facts of a part of a run, or why there is none of them. */
function factsOf<Part>(part: Part | null, reason: string) {
  return <T>(fact: (part: Part) => Fact<T>): Fact<T> => (part === null ? unknown(reason) : fact(part));
}

function noise({ noise: report, machineSource }: EnvelopeInput): Envelope['noise'] {
  const assumed = machineSource === 'assumed';
  const of = factsOf(report, assumed ? 'not judged: assumed quiet by a test' : 'the machine was not probed');
  return {
    source: known(machineSource),
    before: of(({ before }) => known(before)),
    during: of(({ during }) => known(during)),
    after: of(({ after }) => known(after)),
    verdict: of(({ verdict }) => known(verdict)),
  };
}

function generator({ generator: given }: EnvelopeInput): Envelope['generator'] {
  const of = factsOf(given, 'no load was generated');
  const noFloor = 'the scenario has no floor phase to compare with';
  return {
    pacing: of(({ pacing }) => known(pacing)),
    loopbackReference: of(({ loopbackReference }) => knownOr(loopbackReference, noFloor)),
    selfCapacityPerSecond: of(({ selfCapacityPerSecond }) => selfCapacityPerSecond),
    selfCapacityMeasuredUtc: of(({ selfCapacityMeasuredUtc }) => selfCapacityMeasuredUtc),
  };
}

function networkOfRun({
  noise: report,
  target: given,
}: EnvelopeInput): Pick<Envelope['network'], 'loopback'> & TcpFacts {
  const of = factsOf(report, 'the counters were not read');
  return {
    loopback: knownOr(given?.loopback, 'no target was reached'),
    tcpRetransmits: of(({ network }) => network.tcpRetransmits),
    tcpListenDrops: of(({ network }) => network.tcpListenDrops),
    tcpResetsSent: of(({ network }) => network.tcpResetsSent),
  };
}

function runtime(): Envelope['runtime'] {
  const { versions, execArgv, env } = process;
  return {
    node: known(versions.node),
    v8: known(versions.v8),
    undici: knownOr(versions['undici'], 'not reported by this Node.js'),
    openssl: knownOr(versions.openssl, 'built without OpenSSL'),
    uv: known(versions.uv),
    flags: known(redactArguments(execArgv)),
    nodeOptions: known(redactArguments((env['NODE_OPTIONS'] ?? '').split(' ')).join(' ')),
    // libuv's default where the variable is not set.
    threadPoolSize: known(Number(env['UV_THREADPOOL_SIZE'] ?? 4)),
    locale: known(locale()),
    timeZone: known(timeZone()),
  };
}

function target({ target: given }: EnvelopeInput): Envelope['target'] {
  const of = factsOf(given, 'no target was reached');
  const reported = <T>(value: T | null): Fact<T> => knownOr(value, 'not reported by the server');
  const withoutSecrets = (transport: string, endpoint: string): string =>
    transport.startsWith('stdio') ? redactArguments(endpoint.split(' ')).join(' ') : redactUrls(endpoint);
  return {
    transport: of(({ transport }) => known(transport)),
    endpoint: of(({ transport, endpoint }) => known(withoutSecrets(transport, endpoint))),
    serverName: of(({ serverName }) => reported(serverName)),
    serverVersion: of(({ serverVersion }) => reported(serverVersion)),
    protocolVersion: of(({ protocolVersion }) => reported(protocolVersion)),
    capabilitiesDigest: of(({ capabilities }) => known(sha256(canonicalJson(capabilities ?? null)))),
    toolListDigest: of(({ toolListDigest }) => reported(toolListDigest)),
    commit: of(({ commit }) => knownOr(commit, 'the stack did not run in the worktree of a commit')),
    sessions: of(({ sessions }) => known(sessions)),
  };
}

function faults({ faults: given }: EnvelopeInput): Envelope['faults'] {
  const of = factsOf(given, 'the scenario has no link, so no fault engine ran');
  return {
    engine: of(({ engine }) => known(engine)),
    engineVersion: of(({ version }) => known(version)),
    engineState: of(({ state }) => knownOr(state, 'not reported by the engine')),
    draws: of(({ draws }) => draws),
  };
}

function redacted(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redact));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redacted(item, redact)]));
  return value;
}
