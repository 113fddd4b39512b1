/** Putting an envelope together. */
import { canonicalJson } from '../protocol/index.js';
import { known, knownOr, thisSystem, unknown, type System } from './facts.js';
import { captureHost } from './host.js';
import { gitState, lockfileDigest, sha256 } from './identity.js';
import { captureLimits } from './limits.js';
import { captureNetworkSettings, type NetworkSettings } from './network.js';
import { redactArguments, redactUrls } from './redact.js';
import type { Envelope, EnvelopeInput } from './types.js';

/** The facts of an envelope that are there before any run. */
export interface Machine {
  readonly host: Envelope['host'];
  readonly limits: Envelope['limits'];
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

/**
 * Captures every fact there is to have now. Never rejects for want of a fact: it is null then, with a reason.
 * `system` is a seam for tests.
 */
export async function captureEnvelope(input: EnvelopeInput, system: System = thisSystem): Promise<Envelope> {
  const machine = await captureMachine(system);
  const envelope: Envelope = {
    schema: 'plimsoll/envelope-v2',
    identity: await identity(input),
    host: machine.host,
    limits: machine.limits,
    noise: noise(input),
    generator: generator(input),
    network: { ...machine.network, ...networkOfRun(input) },
    runtime: runtime(),
    target: target(input),
    faults: faults(input),
  };
  return redacted(envelope, input.redact) as Envelope;
}

async function identity({
  identity: given,
  packageFolder,
  workingFolder,
}: EnvelopeInput): Promise<Envelope['identity']> {
  return {
    runId: known(given.runId),
    startedUtc: known(given.startedUtc),
    monotonicEpochNs: known(given.monotonicEpochNs),
    plimsollVersion: known(given.plimsollVersion),
    lockfileDigest: await lockfileDigest(packageFolder),
    ...(await gitState(workingFolder)),
    scenarioDigest: known(given.scenarioDigest),
    seed: known(given.seed),
    argv: known(redactArguments(given.argv)),
  };
}

function noise({ noise: report, machineSource }: EnvelopeInput): Envelope['noise'] {
  const none = unknown(
    machineSource === 'assumed' ? 'not judged: assumed quiet by a test' : 'the machine was not probed',
  );
  return {
    source: known(machineSource),
    before: report === null ? none : known(report.before),
    during: report === null ? none : known(report.during),
    after: report === null ? none : known(report.after),
    verdict: report === null ? none : known(report.verdict),
  };
}

function generator({ generator: given }: EnvelopeInput): Envelope['generator'] {
  const none = unknown('no load was generated');
  return {
    pacing: given === null ? none : known(given.pacing),
    loopbackReference:
      given === null ? none : knownOr(given.loopbackReference, 'the scenario has no floor phase to compare with'),
    selfCapacityPerSecond: given === null ? none : given.selfCapacityPerSecond,
    selfCapacityMeasuredUtc: given === null ? none : given.selfCapacityMeasuredUtc,
  };
}

function networkOfRun({
  noise: report,
  target: given,
}: EnvelopeInput): Pick<Envelope['network'], 'loopback' | 'tcpRetransmits' | 'tcpListenDrops' | 'tcpResetsSent'> {
  const none = unknown('the counters were not read');
  return {
    loopback: knownOr(given?.loopback, 'no target was reached'),
    tcpRetransmits: report?.network.tcpRetransmits ?? none,
    tcpListenDrops: report?.network.tcpListenDrops ?? none,
    tcpResetsSent: report?.network.tcpResetsSent ?? none,
  };
}

function runtime(): Envelope['runtime'] {
  const { versions, execArgv, env } = process;
  const locale = new Intl.DateTimeFormat().resolvedOptions();
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
    locale: known(locale.locale),
    timeZone: known(locale.timeZone),
  };
}

function target({ target: given }: EnvelopeInput): Envelope['target'] {
  const none = unknown('no target was reached');
  const reported = <T>(value: T | null): { readonly value: T } | { readonly value: null; readonly reason: string } =>
    knownOr(value, 'not reported by the server');
  if (given === null) {
    return {
      transport: none,
      endpoint: none,
      serverName: none,
      serverVersion: none,
      protocolVersion: none,
      capabilitiesDigest: none,
      toolListDigest: none,
      sessions: none,
    };
  }
  return {
    transport: known(given.transport),
    endpoint: known(
      given.transport === 'stdio' ? redactArguments(given.endpoint.split(' ')).join(' ') : redactUrls(given.endpoint),
    ),
    serverName: reported(given.serverName),
    serverVersion: reported(given.serverVersion),
    protocolVersion: reported(given.protocolVersion),
    capabilitiesDigest: known(sha256(canonicalJson(given.capabilities ?? null))),
    toolListDigest: reported(given.toolListDigest),
    sessions: known(given.sessions),
  };
}

function faults({ faults: given }: EnvelopeInput): Envelope['faults'] {
  const none = unknown('the scenario has no link, so no fault engine ran');
  return {
    engine: given === null ? none : known(given.engine),
    engineVersion: given === null ? none : known(given.version),
    engineState: given === null ? none : knownOr(given.state, 'not reported by the engine'),
    draws: given === null ? none : given.draws,
  };
}

function redacted(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redact));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redacted(item, redact)]));
  }
  return value;
}
