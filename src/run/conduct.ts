/** Conducts a run: its scopes in order, the load between them, and the record sealed at the end. */
import { lstat, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ProblemError, adviceOf, messageOf, type Advice } from '../problem/index.js';
import type { RunStatus } from '../record/index.js';
import { Scopes } from '../scopes/index.js';
import { redactForeign } from '../secrets/index.js';
import { openContext, type RunContext, type RunRequest } from './context.js';
import { runPhases } from './phases.js';
import { abortWatch } from './scopes/abort-watch.js';
import { contractWatch } from './scopes/contract-watch.js';
import { envelope } from './scopes/envelope.js';
import { faultEngine } from './scopes/fault-engine.js';
import { load, loadThreads } from './scopes/generator.js';
import { loopbackReference } from './scopes/loopback-reference.js';
import { pinning } from './scopes/pinning.js';
import { preflight } from './scopes/preflight.js';
import { processWatch } from './scopes/process-watch.js';
import { selfCapacity } from './scopes/self-capacity.js';
import { serverCounters } from './scopes/server-counters.js';
import { serverMetrics } from './scopes/server-metrics.js';
import { serverSpans, spanReceiver } from './scopes/spans.js';
import { reaper, stack } from './scopes/stack.js';
import { toolLists } from './scopes/tool-lists.js';

/**
 * Spool of a run whose samples are written while its processes end: some 60 000 attempts, a fifth of a second. More
 * would keep this thread from hearing in time that they have ended.
 */
const MOST_BESIDE_BYTES = 1_000_000;

export interface ConductedRun {
  readonly dir: string;
  readonly status: RunStatus;
  /** Why a run failed after something was measured: to be thrown when its report is written. */
  readonly failure?: Error;
}

/**
 * Runs a plan. Whatever happens, faults are lifted, children ended and ports given back before it returns or throws.
 * @returns the sealed run directory, or null when it was interrupted before anything was measured.
 * @throws ProblemError: `preflight` when the stack, the target or the output folder can't be used (nothing is kept
 *   then), `invalid` when the record could not be written to its end (what could be is kept, unsealed).
 */
export async function conductRun(given: RunRequest): Promise<ConductedRun | null> {
  const request = { ...given, environment: { ...given.environment, ...given.read.environment } };
  const run = await openedContext(request);
  const { record, listener, interrupt, nowNs } = run;
  const { shard } = request;
  const scopes = new Scopes(interrupt, (what) => listener.note(`while stopping: ${redactForeign(what)}`));
  // Printed with their places by the command; here they are recorded.
  for (const { code, what, remedy } of request.read.warnings)
    record.event({ type: 'warning', atNs: nowNs(), code, what, remedy });
  run.event({ type: 'run', atNs: 0, edge: 'start' });
  if (run.machine.source === 'assumed') listener.note('machine not judged: assumed by a test');
  let measuring = false;
  try {
    // In this order they are started; in the reverse order they are stopped, whatever happens.
    const keeper = await scopes.enter(envelope, run);
    const capacity = await scopes.enter(selfCapacity, run);
    await scopes.enter(pinning, run);
    const ender = await scopes.enter(reaper, run);
    const threads = await scopes.enter(loadThreads, { run, keeper: ender });
    const engine = await scopes.enter(faultEngine, { run, reaper: ender, envelope: keeper });
    const receiver = await scopes.enter(spanReceiver, run);
    const running = await scopes.enter(stack, { run, reaper: ender, engine, spansUrl: receiver?.url ?? null });
    const report = await scopes.enter(preflight, { run, stack: running, threads, keeper: ender });
    if (shard?.index === 0) await shard.publish('target', running.target);
    await scopes.enter(toolLists, { run, stack: running, keeper: ender, report });
    const reference = await scopes.enter(loopbackReference, run);
    const { generator } = await scopes.enter(load, { run, stack: running, threads, report });
    await scopes.enter(serverSpans, { run, receiver, generator });
    const aborts = await scopes.enter(abortWatch, { run, generator, lagP99Ns: threads.lagP99Ns });
    const counters = await scopes.enter(serverCounters, { run, stack: running });
    await scopes.enter(contractWatch, { run, stack: running, keeper: ender, report });
    await scopes.enter(serverMetrics, { run, stack: running });
    await scopes.enter(processWatch, { run, stack: running, engine, threads });
    interrupt.throwIfAborted();

    await record.writeEnvelope(
      await keeper.learn({
        ...{ stack: running, engine, report, generator },
        ...{ loopbackReference: reference, selfCapacity: await capacity.known },
      }),
    );
    measuring = true;
    await runPhases({
      plan: shard === undefined || shard.index === 0 ? run.plan : { ...run.plan, faults: [] },
      generator,
      stack: running,
      epoch: run.epoch,
      event: (happened) => {
        run.event(happened);
        aborts.event(happened);
        if (happened.type === 'fault') void counters.read('edge');
      },
      tap: threads.tap,
      standstills: run.standstills,
      shard: shard ?? null,
      begun: (phase, startNs) => {
        aborts.phase(phase);
        listener.phase(phase, startNs);
      },
      probing: (text) => listener.step(text),
      interrupt,
      machineSource: run.machine.source,
    });
    listener.loadEnded();
    shard?.lost.throwIfAborted();
    if (shard !== undefined && !interrupt.aborted) await shard.end();

    listener.step('writing the record');
    await scopes.collect();
    await endProcesses(scopes, run);
    await record.writeEnvelope(await keeper.end());
    if (shard !== undefined) {
      record.shard(shard.file());
      if (interrupt.aborted) await shard.fail(stopped(run));
    }
    const sealed = await seal(run);
    if (!interrupt.aborted) await shard?.leave();
    return sealed;
  } catch (thrown) {
    await failShard(request, thrown);
    await scopes.stop();
    if (shard !== undefined) record.shard(shard.file());
    if (measuring) {
      // What was measured before the failure is worth keeping, and is marked as what it is.
      record.event({ type: 'run', atNs: nowNs(), edge: 'end', reason: 'failed' });
      await record.finishSamples();
      await record.seal('failed');
      if (request.folder === undefined) await pointLatestAt(record.dir);
      listener.note(`the record up to the failure is in ${record.dir}`);
      return {
        dir: record.dir,
        status: 'failed',
        failure: thrown instanceof Error ? thrown : new Error(messageOf(thrown)),
      };
    }
    await record.discard();
    if (request.interrupt.aborted && !(thrown instanceof ProblemError)) return null;
    throw thrown;
  }
}

/** Ends everything that was started. Nothing of ours uses a core when it has resolved. */
async function endProcesses(scopes: Scopes, { record }: RunContext): Promise<void> {
  // Processes take a while to end, in which the samples of a short run are written.
  const finishing = record.spooledBytes > MOST_BESIDE_BYTES ? null : record.finishSamples();
  // What it rejects with is thrown below, when everything has ended.
  finishing?.catch(() => undefined);
  await scopes.stop();
  await finishing;
}

/** Why this shard ends the run of all. */
function stopped({ request, endedEarly }: RunContext): Advice {
  const how = endedEarly() ? 'was ended early by a rule of abort-on' : 'was interrupted';
  const { index = 0 } = request.shard ?? {};
  return { what: `shard ${index} ${how}`, remedy: 'run again: without one of its shards a run is another load' };
}

/** Ends the run of all shards with what this one met. */
async function failShard({ shard }: RunRequest, thrown: unknown): Promise<void> {
  await shard?.fail(adviceOf(thrown, 'see what that shard has printed'));
}

/** The record is begun; where it can't be, the other shards wait for nothing. */
async function openedContext(request: RunRequest): Promise<RunContext> {
  try {
    return openContext(request);
  } catch (thrown) {
    await failShard(request, thrown);
    throw thrown;
  }
}

async function seal({ record, event, nowNs, request, endedEarly }: RunContext): Promise<ConductedRun> {
  const { interrupt } = request;
  const status: RunStatus = interrupt.aborted ? 'interrupted' : endedEarly() ? 'aborted' : 'complete';
  event(
    status === 'interrupted'
      ? { type: 'run', atNs: nowNs(), edge: 'interrupted', reason: String(interrupt.reason) }
      : { type: 'run', atNs: nowNs(), edge: 'end' },
  );
  await record.finishSamples();
  await record.seal(status);
  if (request.folder === undefined) await pointLatestAt(record.dir);
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
