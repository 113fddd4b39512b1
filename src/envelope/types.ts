/** The envelope and what other rooms put into it. This is `envelope.json`. */
import type { Fact } from './facts.js';

type Texts<Name extends string> = Readonly<Record<Name, Fact<string>>>;

export interface Envelope {
  readonly schema: 'plimsoll/envelope-v2';
  readonly identity: {
    readonly runId: Fact<string>;
    readonly startedUtc: Fact<string>;
    readonly monotonicEpochNs: Fact<string>;
    readonly plimsollVersion: Fact<string>;
    /** SHA-256 of the installed package-lock.json: which dependencies really ran. */
    readonly lockfileDigest: Fact<string>;
    readonly gitCommit: Fact<string>;
    readonly gitDirty: Fact<boolean>;
    /** SHA-256 of `git diff HEAD`. */
    readonly gitDiffDigest: Fact<string>;
    readonly scenarioDigest: Fact<string>;
    readonly seed: Fact<number>;
    /** Without secrets. */
    readonly argv: Fact<readonly string[]>;
  };
  readonly host: {
    readonly cpuModel: Fact<string>;
    readonly cpuSockets: Fact<number>;
    readonly cpuCores: Fact<number>;
    readonly cpuThreads: Fact<number>;
    /** CPUs this process may run on, as a list like `0-1,4`. */
    readonly affinity: Fact<string>;
    readonly numaNodes: Fact<string>;
    readonly governor: Fact<string>;
    readonly turbo: Fact<boolean>;
    readonly frequencyRangeKhz: Fact<readonly [number, number]>;
    readonly microcode: Fact<string>;
    /** The CPU reports that a hypervisor runs it. */
    readonly virtualised: Fact<boolean>;
    readonly product: Fact<string>;
    readonly container: Fact<string>;
    readonly bootId: Fact<string>;
    readonly memoryBytes: Fact<number>;
    readonly kernel: Fact<string>;
    readonly distribution: Fact<string>;
    readonly clocksource: Fact<string>;
  };
  readonly limits: {
    readonly cgroupVersion: Fact<number>;
    readonly cgroupPath: Fact<string>;
    /** In CPUs. */
    readonly cpuQuota: Fact<number | 'unlimited'>;
    readonly cpuWeight: Fact<number>;
    readonly cpuset: Fact<string>;
    readonly memoryMaxBytes: Fact<number | 'unlimited'>;
    readonly processesMax: Fact<number | 'unlimited'>;
    readonly openFiles: Fact<number | 'unlimited'>;
  };
  readonly noise: {
    /** `assumed`: a test took the machine for quiet; nothing of it was measured. */
    readonly source: Fact<'measured' | 'assumed'>;
    readonly before: Fact<NoiseSnapshot>;
    readonly during: Fact<NoiseDuring>;
    readonly after: Fact<NoiseSnapshot>;
    /** By the worse spin probe: `noisy` from 2 % lost, `contended` from 10 %. */
    readonly verdict: Fact<NoiseVerdict>;
  };
  readonly generator: {
    readonly pacing: Fact<string>;
    readonly loopbackReference: Fact<unknown>;
    /** Highest rate known to leave on time (schedule lag p99 under 1 ms), and when that was measured. */
    readonly selfCapacityPerSecond: Fact<number>;
    readonly selfCapacityMeasuredUtc: Fact<string>;
  };
  readonly network: {
    readonly loopback: Fact<boolean>;
    readonly congestionControl: Fact<string>;
    readonly acceptBacklogMax: Fact<number>;
    readonly localPortRange: Fact<string>;
    readonly timeWaitReuse: Fact<number>;
    readonly loopbackMtuBytes: Fact<number>;
    /** Differences over the run, of the whole host. */
    readonly tcpRetransmits: Fact<number>;
    readonly tcpListenDrops: Fact<number>;
    readonly tcpResetsSent: Fact<number>;
  };
  readonly runtime: Texts<'node' | 'v8' | 'undici' | 'openssl' | 'uv' | 'nodeOptions' | 'locale' | 'timeZone'> & {
    readonly flags: Fact<readonly string[]>;
    readonly threadPoolSize: Fact<number>;
  };
  readonly target: Texts<
    'transport' | 'serverName' | 'serverVersion' | 'protocolVersion' | 'capabilitiesDigest' | 'toolListDigest'
  > & {
    /** URL or command, without secrets. */
    readonly endpoint: Fact<string>;
    readonly sessions: Fact<number>;
    /** Of the worktree that the commands of the stack ran in. */
    readonly commit: Fact<string>;
  };
  readonly faults: {
    readonly engine: Fact<string>;
    readonly engineVersion: Fact<string>;
    /** Proxies and toxics as the engine's API reported them. */
    readonly engineState: Fact<unknown>;
    /** Which connections its toxics affected and what they drew, as far as the seed decides: equal for equal seeds. */
    readonly draws: Fact<unknown>;
  };
}

/** What a spin of known length lost to others. */
export interface SpinResult {
  readonly probedNs: number;
  /** Gaps over 0.2 ms between two readings of the clock. */
  readonly gaps: number;
  readonly longestGapNs: number;
  /** Sum of those gaps over the time probed. */
  readonly lostShare: number;
}

/** Share of the last ten seconds in which a task waited for the resource, 0 to 1 (Linux pressure stall information). */
export interface Pressure {
  readonly cpu: Fact<number>;
  readonly memory: Fact<number>;
  readonly io: Fact<number>;
}

export interface NoiseSnapshot {
  readonly loadAverage1m: Fact<number>;
  readonly pressure: Pressure;
  readonly spin: SpinResult;
}

/** Of all CPU time between the two probes. Our own load is in it, but for `stealShare`. */
export interface NoiseDuring {
  readonly stealShare: Fact<number>;
  readonly iowaitShare: Fact<number>;
  /** Periods in which the control group of this process was throttled. */
  readonly throttledPeriods: Fact<number>;
}

export type NoiseVerdict = 'quiet' | 'noisy' | 'contended';

/** What only other rooms know. Null where a run had none of it or did not get that far. */
export interface EnvelopeInput {
  readonly identity: {
    readonly runId: string;
    readonly startedUtc: string;
    readonly monotonicEpochNs: string;
    readonly plimsollVersion: string;
    readonly scenarioDigest: string;
    readonly seed: number;
    /** Arguments of the command, without the interpreter. */
    readonly argv: readonly string[];
  };
  /** Folder of the installed package: its lock file is digested. */
  readonly packageFolder: string;
  /** Folder the command was called in: if it lies in a git repository, its state is kept. */
  readonly workingFolder: string;
  readonly noise: NoiseReport | null;
  /** Where noise and self-capacity come from. */
  readonly machineSource: 'measured' | 'assumed';
  readonly generator: {
    readonly pacing: string;
    /** As measured, e.g. the `LoopbackReference` of calibration; kept as it is. */
    readonly loopbackReference: unknown;
    readonly selfCapacityPerSecond: Fact<number>;
    readonly selfCapacityMeasuredUtc: Fact<string>;
  } | null;
  readonly target: {
    readonly transport: string;
    /** URL, or the command's words with a blank between. */
    readonly endpoint: string;
    readonly loopback: boolean;
    readonly serverName: string | null;
    readonly serverVersion: string | null;
    readonly protocolVersion: string | null;
    /** Digested here. */
    readonly capabilities: unknown;
    readonly toolListDigest: string | null;
    readonly sessions: number;
    readonly commit: string | null;
  } | null;
  readonly faults: {
    readonly engine: string;
    readonly version: string;
    readonly state: unknown;
    readonly draws: Fact<unknown>;
  } | null;
  /** Takes secrets out of a text; applied to every string of the envelope. */
  readonly redact: (text: string) => string;
}

/** From `NoiseProbe`. */
export interface NoiseReport {
  readonly before: NoiseSnapshot;
  readonly during: NoiseDuring;
  readonly after: NoiseSnapshot;
  readonly verdict: NoiseVerdict;
  readonly network: TcpFacts;
}

export type TcpFacts = Pick<Envelope['network'], 'tcpRetransmits' | 'tcpListenDrops' | 'tcpResetsSent'>;
