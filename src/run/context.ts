/** What every scope of a run works with: the request, the clock, and where to write. */
import { randomBytes } from 'node:crypto';
import { measuredMachine, type MachineJudge } from '../calibration/index.js';
import { subjectOf } from '../catalog/index.js';
import { clockFrom, takeEpoch, type NowNs, type RunEpoch } from '../clock/index.js';
import type { LiveStats } from '../load/index.js';
import { plimsollVersion } from '../package/index.js';
import type { Plan, PlannedPhase } from '../plan/index.js';
import {
  createRecord,
  type EarlyEnd,
  type RecordWriter,
  type RunEvent,
  type RunHeader,
  type SampleTables,
} from '../record/index.js';
import {
  inFirstLook,
  isFirstLook,
  secretValues,
  textsIn,
  type ReadScenario,
  type Scenario,
} from '../scenario/index.js';
import { keepSecrets, redactForeign, redactOurs } from '../secrets/index.js';
import type { JoinedShard } from '../shards/index.js';
import type { EngineChoice } from '../toxiproxy/index.js';

/** Sees what is recorded of a run as it goes on. Calls must return at once, and change nothing. */
export interface RunWatcher {
  /** Before anything else; again for a run that is made again. */
  begins(run: { readonly nowNs: NowNs; readonly tables: SampleTables }): void;
  /** Samples, as the load threads hand them over. */
  spooled(chunk: Uint8Array): void;
  happened(event: RunEvent): void;
}

/** Hears what a run does while it goes on. Calls must return at once. */
export interface RunListener {
  /** A step outside the phases begins. */
  step(text: string): void;
  phase(phase: PlannedPhase, startNs: number): void;
  /** A warning worth a line. */
  note(text: string): void;
  /** From now on the generator's counters can be read. */
  live(read: () => LiveStats | null): void;
  /** This process only waits for the stack and the load threads: time to load what it needs after the load. */
  stackStarting(): void;
  /** The last call has its answer: nothing has a time to keep any more. */
  loadEnded(): void;
  /** Left out: no one watches the samples. */
  readonly watcher?: RunWatcher;
}

export interface RunRequest {
  readonly read: ReadScenario;
  /** Id of the commit whose worktree the commands of the stack run in, where there is one. */
  readonly commit?: string;
  readonly plan: Plan;
  /** Which part of a run this is, of several processes; a run of its own unless given. */
  readonly shard?: JoinedShard;
  readonly engine: EngineChoice;
  /** Judges the machine; measures it unless given. Given by tests alone. */
  readonly machine?: MachineJudge;
  /** Longest wait for the fault engine's answer before it counts as wedged; 5 s unless given. */
  readonly engineCallLimitMs?: number;
  /** Folder the run directory is made in. */
  readonly parentFolder: string;
  /** Name of that directory, for a trial of an experiment; named by time, scenario and id unless given. */
  readonly folder?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly argv: readonly string[];
  /** Aborted to stop: nothing more is sent, faults are lifted, everything is written. */
  readonly interrupt: AbortSignal;
  /** Registers what must happen even when the process ends at once. */
  readonly onEmergency: (act: () => Promise<void>) => void;
  readonly listener: RunListener;
}

export interface RunContext {
  readonly request: RunRequest;
  readonly plan: Plan;
  readonly scenario: Scenario;
  readonly machine: MachineJudge;
  readonly listener: RunListener;
  /** Aborted by the request, when a rule of the scenario ends the run early, or when another shard is lost. */
  readonly interrupt: AbortSignal;
  /** Ends the run early; the first reason counts. */
  readonly endEarly: (why: EarlyEnd) => void;
  /** Whether the run was ended early, and not by the request. */
  readonly endedEarly: () => boolean;
  readonly epoch: RunEpoch;
  readonly monotonicEpochNs: bigint;
  readonly nowNs: NowNs;
  readonly identity: Omit<RunHeader, 'formatVersion' | 'name' | 'pid'>;
  readonly tables: SampleTables;
  readonly record: RecordWriter;
  /** Takes the scenario's secrets out of a text of the record. */
  readonly redact: (text: string) => string;
  readonly event: (event: RunEvent) => void;
  /** What happened to the stack and its faults so far. */
  readonly stackEvents: () => readonly RunEvent[];
  /** The standstills of our own processes so far. */
  readonly standstills: () => readonly RunEvent[];
  readonly warn: (code: string, what: string, remedy: string) => void;
}

/** @throws ProblemError (`preflight`) when the output folder can't be used. */
export function openContext(request: RunRequest): RunContext {
  const { read, plan, listener, machine = measuredMachine() } = request;
  const { scenario } = plan;
  const epoch = request.shard?.epoch ?? takeEpoch();
  const monotonicEpochNs = BigInt(epoch.monotonicNs);
  const nowNs = clockFrom(monotonicEpochNs);
  keepSecrets(secretValues(scenario, request.environment));
  const redact = redactorOfRecord(plan);
  const identity = {
    runId: randomBytes(6).toString('hex'),
    scenarioDigest: read.digest,
    plimsollVersion: plimsollVersion(),
    startedUtc: epoch.utc,
    monotonicEpochNs: epoch.monotonicNs,
  };
  const tables = {
    phases: plan.phases.map(({ name }) => name),
    calls: scenario.calls.map(({ label }) => label),
    operations: scenario.calls.map(({ operation }) => operation),
    tools: scenario.calls.map(subjectOf),
    deadlinesNs: scenario.calls.map(({ deadlineNs }) => deadlineNs),
    exactlyOnce: scenario.calls.map(({ effect }) => effect === 'exactly-once'),
  };
  const record = createRecord({
    parentFolder: request.parentFolder,
    ...(request.folder === undefined ? {} : { folder: request.folder }),
    header: { ...identity, name: scenario.name, pid: process.pid },
    resolvedScenario: read.resolvedText,
    tables,
    redact,
    onFailure: (problem) => listener.note(problem.what),
  });
  listener.watcher?.begins({ nowNs, tables });
  const standstills: RunEvent[] = [];
  const said = new Set<string>();
  const stackEvents: RunEvent[] = [];
  const isLook = isFirstLook(scenario);
  const event = (given: RunEvent): void => {
    const happened = isLook && given.type === 'warning' ? inFirstLook(given) : given;
    // The preflight and every load thread may find the same.
    if (happened.type === 'warning') {
      const words = `${happened.code} ${happened.what}`;
      if (said.has(words)) return;
      said.add(words);
    }
    record.event(happened);
    listener.watcher?.happened(happened);
    if (happened.type === 'standstill') standstills.push(happened);
    if (happened.type === 'fault' || happened.type === 'service') stackEvents.push(happened);
    if (happened.type === 'warning')
      listener.note(`warning ${redactForeign(happened.what)}\n  hint: ${redactForeign(happened.remedy)}`);
  };
  const warn = (code: string, what: string, remedy: string): void =>
    event({ type: 'warning', atNs: nowNs(), code, what, remedy });
  const ending = new AbortController();
  const endEarly = (why: EarlyEnd): void => {
    if (ending.signal.aborted || request.interrupt.aborted) return;
    event({ type: 'early-end', atNs: nowNs(), ...why });
    listener.note(`ended early: ${why.what}`);
    ending.abort(why.rule);
  };
  const interrupt = AbortSignal.any([
    request.interrupt,
    ending.signal,
    ...(request.shard === undefined ? [] : [request.shard.lost]),
  ]);
  return {
    ...{ endEarly, endedEarly: () => ending.signal.aborted },
    ...{ request, plan, scenario, machine, listener, interrupt, epoch, monotonicEpochNs, nowNs },
    ...{ identity, tables, record, redact, event, warn, standstills: () => standstills },
    stackEvents: () => stackEvents,
  };
}

/**
 * For the texts of a record. What the scenario itself holds, such as the name of a tool, is left alone even if a secret
 * has the same value: the scenario names its secrets and holds none.
 */
function redactorOfRecord(plan: Plan): (text: string) => string {
  const words = new Set(textsIn(plan));
  return (text) => (words.has(text) ? text : redactOurs(text));
}
