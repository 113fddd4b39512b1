/** `run --shard`: one process of several that make a run together. It leaves a part of a record, without verdicts. */
import { join } from 'node:path';
import type { MachineJudge } from '../calibration/index.js';
import type { LiveStats } from '../load/index.js';
import { plimsollVersion } from '../package/index.js';
import type { Plan } from '../plan/index.js';
import { EXIT, ProblemError, adviceOf, type ExitCode } from '../problem/index.js';
import { conductRun } from '../run/index.js';
import type { ReadScenario } from '../scenario/index.js';
import { boardOf, checkShards, joinShards, reportRefusal, type JoinedShard, type NamedShard } from '../shards/index.js';
import type { EngineChoice } from '../toxiproxy/index.js';
import { durationNsOf } from './choices.js';
import { startProgress } from './progress.js';
import { requirePackages } from './shipped.js';
import { listenForInterruption } from './signals.js';
import { writeErr, writeOut } from './streams.js';
import { printJson } from './verb.js';

export interface PreparedShard {
  readonly read: ReadScenario;
  readonly plan: Plan;
  readonly engine: EngineChoice;
}

export interface ShardOrder {
  readonly shard: NamedShard;
  readonly flags: ShardFlags;
  /** Reads what is to be run. Rejects where that can't be. */
  readonly prepare: () => Promise<PreparedShard>;
  readonly machine: MachineJudge;
  readonly out: string;
  readonly quiet: boolean;
  readonly json: boolean;
}

/** Flags of `run` that judge a whole run, or make it again. */
export interface WholeRunFlags {
  readonly gate: readonly string[];
  readonly baselines?: string;
  readonly open?: true;
  readonly live?: true;
  readonly repeatDisturbed: string;
  readonly waitUntilQuiet?: string;
}

export interface ShardFlags extends WholeRunFlags {
  readonly joinWithin: string;
}

/** @throws ProblemError (`bad-input`) for a flag that a shard has no use for. */
function requireShardFlags(flags: WholeRunFlags): void {
  const given = [
    flags.gate.length > 0 && '--gate',
    flags.baselines !== undefined && '--baselines',
    flags.open === true && '--open',
    flags.live === true && '--live',
    flags.repeatDisturbed !== '0' && '--repeat-disturbed',
    flags.waitUntilQuiet !== undefined && '--wait-until-quiet',
  ].find((flag) => flag !== false);
  if (given === undefined) return;
  throw new ProblemError('bad-input', {
    code: 'shard-flag',
    what: `${given} is for whole runs, and --shard makes a part of one`,
    remedy: 'leave it out, put the parts together with "plimsoll merge", and judge the merged run with "plimsoll gate"',
  });
}

/** @throws ProblemError as joining and running do. */
export async function runShard(order: ShardOrder): Promise<ExitCode> {
  const { shard, out } = order;
  const { read, plan, engine, joinWithinNs } = await prepared(order);
  let live: () => LiveStats | null = () => null;
  const progress = startProgress(() => live(), order.quiet);
  const interruption = listenForInterruption((text) => progress.note(text));
  const { signal: abort, onEmergency } = interruption;
  try {
    const joined = await joinedShard({ shard, read, joinWithinNs }, abort, (text) => progress.step(text));
    if (joined === null) {
      writeErr('interrupted before the shards had met; nothing was kept\n');
      return interruption.exitCode() ?? EXIT.interrupted;
    }
    const run = await conductRun({
      ...{ read, plan, engine, machine: order.machine, shard: joined },
      parentFolder: join(out, shard.group),
      folder: `shard-${shard.index}`,
      environment: process.env,
      argv: process.argv.slice(2),
      interrupt: abort,
      onEmergency,
      listener: {
        step: (text) => progress.step(text),
        phase: (phase) => progress.phase(phase, plan.phases.length),
        note: (text) => progress.note(text),
        live: (reads) => {
          live = reads;
        },
        stackStarting: () => undefined,
        loadEnded: () => {
          live = () => null;
        },
      },
    });
    progress.end();
    if (run === null) {
      writeErr('interrupted before anything was measured; nothing was kept\n');
      return interruption.exitCode() ?? EXIT.interrupted;
    }
    if (run.failure !== undefined) throw run.failure;
    if (order.json) printJson({ schema: 'plimsoll/run-shard-v1', dir: run.dir, status: run.status });
    else writeOut(`shard ${shard.index} of ${shard.of}: ${run.dir}\n`);
    return interruption.exitCode() ?? (run.status === 'complete' ? EXIT.pass : EXIT.invalid);
  } finally {
    progress.end();
    interruption.dispose();
  }
}

/** All that a shard can refuse before it joins; why it does is left for those that wait for it. */
async function prepared({ shard, flags, prepare }: ShardOrder): Promise<PreparedShard & { joinWithinNs: number }> {
  try {
    requireShardFlags(flags);
    const joinWithinNs = durationNsOf('--join-within', flags.joinWithin);
    const order = await prepare();
    requirePackages(order.read.scenario);
    checkShards(order.plan, shard);
    return { ...order, joinWithinNs };
  } catch (thrown) {
    await reportRefusal(shard, process.env, adviceOf(thrown, 'see what that shard has printed'));
    throw thrown;
  }
}

/** Null when interrupted. */
async function joinedShard(
  { shard, read, joinWithinNs }: { shard: NamedShard; read: ReadScenario; joinWithinNs: number },
  abort: AbortSignal,
  step: (text: string) => void,
): Promise<JoinedShard | null> {
  try {
    return await joinShards({
      shard,
      board: await boardOf(shard, process.env),
      scenarioDigest: read.digest,
      plimsollVersion: plimsollVersion(),
      withinMs: joinWithinNs / 1e6,
      abort,
      step,
    });
  } catch (thrown) {
    if (abort.aborted && !(thrown instanceof ProblemError)) return null;
    throw thrown;
  }
}
