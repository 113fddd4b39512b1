import { subjectOf, traitsOf } from '../catalog/index.js';
import { randomBytes } from 'node:crypto';
import { lstat, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NS_PER_S, clockFrom, takeEpoch } from '../clock/index.js';
import {
  measureLoopbackReference,
  measuredMachine,
  type LoopbackReference,
  type MachineJudge,
} from '../calibration/index.js';
import { startGenerator, type LiveStats } from '../load/index.js';
import { preflight, watchContract } from '../mcp/index.js';
import { needsOf, type Plan, type PlannedPhase } from '../plan/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import { createRecord, type RecordWriter, type RunEvent, type RunStatus } from '../record/index.js';
import type { ReadScenario } from '../scenario/index.js';
import { redactorFor, startReaper, startStack } from '../stack/index.js';
import type { EngineChoice } from '../toxiproxy/index.js';
import { WorkCounters } from './server-counters.js';
import { annotationRows } from './annotations.js';
import { Closing } from '../scopes/index.js';
import { EnvelopeKeeper } from './envelope-keeper.js';
import { raiseEngine } from './fault-engine.js';
import { runPhases } from './phases.js';
import { SpoolTap } from './spool-tap.js';
import { plimsollVersion } from '../package/index.js';
import { watchProcesses } from './watch.js';

/** What a run tells while it goes on. Calls must return at once. */
export interface RunListener {
  /** A step outside the phases begins. */
  step(text: string): void;
  phase(phase: PlannedPhase, startNs: number): void;
  /** A warning worth a line. */
  note(text: string): void;
  /** From now on the generator's counters can be read. */
  live(read: () => LiveStats | null): void;
}

export interface RunRequest {
  readonly read: ReadScenario;
  readonly plan: Plan;
  readonly engine: EngineChoice;
  /** Judges the machine; measures it unless given. Given by tests alone. */
  readonly machine?: MachineJudge;
  /** Longest wait for the fault engine's answer before it counts as wedged; 5 s unless given. */
  readonly engineCallLimitMs?: number;
  /** Folder the run directory is made in. */
  readonly parentFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly argv: readonly string[];
  /** Aborted to stop: nothing more is sent, faults are lifted, everything is written. */
  readonly interrupt: AbortSignal;
  /** Registers what must happen even when the process ends at once. */
  readonly onEmergency: (act: () => Promise<void>) => void;
  readonly listener: RunListener;
}

export interface ConductedRun {
  readonly dir: string;
  readonly status: RunStatus;
}

const PREFLIGHT_NS = 60 * NS_PER_S;

/**
 * Runs a plan. Whatever happens, faults are lifted, children ended and ports given back before it returns or throws.
 * @returns the sealed run directory, or null when it was interrupted before anything was measured.
 * @throws ProblemError: `preflight` when the stack, the target or the output folder can't be used (nothing is kept
 *   then),
 *   `invalid` when the record could not be written to its end (what could be is kept, unsealed).
 */
export async function conductRun(request: RunRequest): Promise<ConductedRun | null> {
  const { read, plan, listener, interrupt } = request;
  const { scenario } = plan;
  const machine = request.machine ?? measuredMachine();
  const epoch = takeEpoch();
  const monotonicEpochNs = BigInt(epoch.monotonicNs);
  const nowNs = clockFrom(monotonicEpochNs);
  const redact = redactorFor(scenario, request.environment);
  const closing = new Closing((what) => listener.note(`while closing: ${redact(what)}`));

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
  };
  const record = createRecord({
    parentFolder: request.parentFolder,
    header: { ...identity, name: scenario.name, pid: process.pid },
    resolvedScenario: read.resolvedText,
    tables,
    redact,
    onFailure: (problem: Problem) => listener.note(problem.what),
  });
  const event = (happened: RunEvent): void => {
    record.event(happened);
    if (happened.type === 'warning') listener.note(`${redact(happened.what)}: ${happened.remedy}`);
  };
  const warn = (code: string, what: string, remedy: string): void =>
    event({ type: 'warning', atNs: nowNs(), code, what, remedy });
  for (const { code, what, remedy } of read.warnings) warn(code, what, remedy);
  event({ type: 'run', atNs: 0, edge: 'start' });

  if (machine.source === 'assumed') listener.note('machine not judged: assumed by a test');

  let measuring = false;
  try {
    const envelope = new EnvelopeKeeper(
      machine,
      { ...identity, seed: scenario.seed, argv: request.argv },
      scenario,
      redact,
    );
    await envelope.begin();
    const selfCapacity = await machine.selfCapacity({
      needs: needsOf(plan),
      plimsollVersion: identity.plimsollVersion,
      pacing: scenario.generator.pacing,
      workers: scenario.generator.workers,
      environment: request.environment,
      abort: interrupt,
      onTry: () => listener.step('trying whether this machine can offer the highest rate'),
    });
    if (selfCapacity.warning !== null)
      warn('over-self-capacity', selfCapacity.warning.what, selfCapacity.warning.remedy);
    const reaper = startReaper();
    closing.add({ name: 'the reaper', withinMs: 5_000, act: () => reaper.stop() });
    interrupt.throwIfAborted();

    const { engine: choice, engineCallLimitMs: callLimitMs = null, onEmergency } = request;
    const engineSetup = {
      choice,
      seed: scenario.seed,
      callLimitMs,
      step: (text: string) => listener.step(text),
      record,
      event,
      warn,
      nowNs,
      monotonicEpochNs,
      reaper,
      closing,
      onEmergency,
    };
    const engine = scenario.stack.links.length === 0 ? null : await raiseEngine(engineSetup);
    interrupt.throwIfAborted();

    listener.step('bringing the stack up');
    const stack = await startStack({
      scenario,
      engine,
      environment: request.environment,
      nowNs,
      event,
      log: (service, text) => record.serviceLog(service).write(text),
      reaper,
      abort: interrupt,
      died: (service, how) =>
        warn(
          'service-died',
          `service "${service}" ended by itself (${how})`,
          `read its log in ${record.dir}/logs; numbers after this moment describe a stack without it`,
        ),
    });
    closing.add({ name: 'stopping the stack', withinMs: 15_000, act: () => stack.stop() });
    interrupt.throwIfAborted();

    listener.step('checking the target with the official SDK');
    const report = await preflight({
      target: stack.target,
      protocol: scenario.protocol,
      calls: scenario.calls,
      timeoutNs: PREFLIGHT_NS,
      seed: scenario.seed,
      redact,
    });
    for (const { code, what, remedy } of report.warnings) warn(code, what, remedy);
    record.tools(annotationRows(scenario.calls, report.tools));
    interrupt.throwIfAborted();

    let loopbackReference: LoopbackReference | null = null;
    if (plan.phases.some(({ regime }) => traitsOf(regime).measuresIdleLatency)) {
      listener.step("measuring this machine's own floor");
      loopbackReference = await measureLoopbackReference();
    }
    interrupt.throwIfAborted();

    listener.step('opening sessions');
    const tap = new SpoolTap(tables);
    const generator = await startGenerator({
      target: stack.target,
      protocol: scenario.protocol,
      calls: scenario.calls,
      phases: plan.phases.map(({ name }) => name),
      settings: scenario.generator,
      seed: scenario.seed,
      epoch,
      onSpool: (chunk) => {
        tap.take(chunk);
        record.spool(chunk);
      },
      onEvent: event,
      onHealth: (row) => record.health(row),
    });
    closing.add({ name: 'closing the sessions', withinMs: 10_000, act: () => generator.close() });
    listener.live(() => generator.live());
    const watch = watchProcesses(
      () => [
        { name: 'plimsoll', pid: process.pid, stateUrl: null },
        ...stack.processes(),
        ...(engine?.pid == null ? [] : [{ name: 'fault-engine', pid: engine.pid, stateUrl: null }]),
      ],
      nowNs,
      (row) => record.resource(row),
    );
    closing.add({ name: 'watching processes', withinMs: 5_000, act: () => watch.stop() });
    const contract =
      scenario.contract === null
        ? null
        : await watchContract({ target: stack.target, everyNs: scenario.contract.everyNs, nowNs, event });
    if (contract !== null) closing.add({ name: 'watching the contract', withinMs: 15_000, act: () => contract.stop() });
    const stopSending = (): void => generator.interrupt();
    interrupt.addEventListener('abort', stopSending, { once: true });
    closing.add({
      name: 'interruption',
      withinMs: 100,
      act: () => Promise.resolve(interrupt.removeEventListener('abort', stopSending)),
    });
    interrupt.throwIfAborted();

    await record.writeEnvelope(
      await envelope.learn({ stack, engine, report, loopbackReference, selfCapacity, generator }),
    );
    measuring = true;
    const counters = new WorkCounters(stack, (rows) => record.work(rows));
    await counters.take('begin');
    await runPhases({
      plan,
      generator,
      stack,
      epoch,
      event: (happened) => {
        event(happened);
        if (happened.type === 'fault') void counters.take('edge');
      },
      tap,
      begun: (phase, startNs) => listener.phase(phase, startNs),
      probing: (text) => listener.step(text),
      interrupt,
      machineSource: machine.source,
    });
    listener.live(() => null);

    listener.step('writing the record');
    await watch.stop();
    await counters.take('end');
    await contract?.stop();
    record.effects(await stack.effects(monotonicEpochNs));
    record.affected(await stack.affected(monotonicEpochNs));
    record.gateways(await stack.gateways(monotonicEpochNs));
    if (engine !== null) await envelope.learnDraws(engine);
    await closing.all();
    await record.writeEnvelope(await envelope.end());
    return await finish(record, event, nowNs, interrupt);
  } catch (thrown) {
    await closing.all();
    if (measuring) {
      // What was measured before the failure is worth keeping, and is marked as what it is.
      record.event({ type: 'run', atNs: nowNs(), edge: 'end', reason: 'failed' });
      await record.finishSamples();
      await record.seal('failed');
      listener.note(`the record up to the failure is in ${record.dir}`);
    } else {
      await record.discard();
      if (interrupt.aborted && !(thrown instanceof ProblemError)) return null;
    }
    throw thrown;
  }
}

async function finish(
  record: RecordWriter,
  event: (event: RunEvent) => void,
  nowNs: () => number,
  interrupt: AbortSignal,
): Promise<ConductedRun> {
  const status: RunStatus = interrupt.aborted ? 'interrupted' : 'complete';
  event(
    status === 'interrupted'
      ? { type: 'run', atNs: nowNs(), edge: 'interrupted', reason: String(interrupt.reason) }
      : { type: 'run', atNs: nowNs(), edge: 'end' },
  );
  await record.finishSamples();
  await record.seal(status);
  await pointLatestAt(record.dir);
  return { dir: record.dir, status };
}

/** `latest` beside the runs: a convenience, so a file system without links is no failure. */
async function pointLatestAt(dir: string): Promise<void> {
  const link = join(dirname(dir), 'latest');
  try {
    const there = await lstat(link).catch(() => null);
    if (there !== null && !there.isSymbolicLink()) return;
    await rm(link, { force: true });
    await symlink(basename(dir), link, 'dir');
  } catch {
    // Windows without the right to make links, or a share that knows none.
  }
}
