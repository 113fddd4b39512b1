/** The verb `distribute` after its flags are read: the job, its end, and the merged run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readQuantity } from '../catalog/index.js';
import { ENGINE_NAMES, distribute, writtenFor, type EngineName, type ShardJob } from '../engines/index.js';
import { entryPath } from '../package/index.js';
import { planOf } from '../plan/index.js';
import { EXIT, ProblemError, suggestion, type ExitCode } from '../problem/index.js';
import { readScenario, secretNames, type ReadScenario } from '../scenario/index.js';
import { checkShards } from '../shards/index.js';
import { readOptionsOf, wholeOf } from './choices.js';
import { inconclusiveOf } from './inconclusive.js';
import { mergeAndReport } from './merge-report.js';
import { printWarnings } from './print.js';
import { startProgress } from './progress.js';
import type { PrintingFlags, ScenarioFlags } from './scenario-flags.js';
import { scenarioFile } from './shipped.js';
import { listenForInterruption } from './signals.js';
import { sizingComment } from './sizing.js';
import { writeErr, writeOut } from './streams.js';

export interface DistributeFlags extends ScenarioFlags, PrintingFlags {
  readonly on: string;
  readonly shards: string;
  readonly print?: true;
  readonly group?: string;
  readonly inconclusive?: string;
  readonly cpus: string;
  readonly memory: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly claim?: string;
  readonly secret?: string;
  readonly shared?: string;
  readonly partition?: string;
  readonly command?: string;
}

const MOST_SHARDS = 4_096;
const MOST_CPUS = 1_024;

/** @throws ProblemError for flags, an engine that refuses, or a run that is not whole. */
export async function distributeAndMerge(file: string, flags: DistributeFlags): Promise<ExitCode> {
  const engine = engineOf(flags.on);
  const options = readOptionsOf(flags);
  const inconclusive = inconclusiveOf(flags.inconclusive);
  // Pods have the secrets of a Secret.
  const read = readScenario(scenarioFile(file), { ...options, secretsMayBeMissing: engine === 'kubernetes' });
  requireWhole(read);
  printWarnings(read.warnings);
  const shards = wholeOf('--shards', flags.shards, MOST_SHARDS);
  if (shards < 1) throw bad('--shards 0 is no run', 'give a number from 1');
  const plan = planOf(read.scenario);
  checkShards(plan, { index: 0, of: shards });
  const job = jobOf(engine, shards, flags, read.resolvedText, secretNames(read.scenario));
  if (flags.print) {
    writeOut(writtenFor(engine, job) + sizingComment(plan, shards));
    return EXIT.pass;
  }
  const progress = startProgress(() => null, flags.quiet === true);
  const interruption = listenForInterruption((text) => progress.note(text));
  const scratch = await mkdtemp(join(tmpdir(), 'plimsoll-shards-'));
  let isKept = false;
  try {
    const folder = await distribute({
      ...{ engine, job, abort: interruption.signal, environment: process.env },
      records: join(scratch, job.group),
      listener: { step: (text) => progress.step(text), note: (text) => progress.note(text) },
    });
    progress.end();
    const order = { folders: [folder], parentFolder: flags.out };
    return await mergeAndReport(order, { json: flags.json === true, inconclusive }).catch((thrown: unknown) => {
      // Nowhere else are they any more.
      isKept = true;
      writeErr(`the records of the shards are in ${folder}: see "plimsoll merge"\n`);
      throw thrown;
    });
  } catch (thrown) {
    if (!interruption.signal.aborted || thrown instanceof ProblemError) throw thrown;
    writeErr('interrupted: the job was cancelled; nothing was merged\n');
    return interruption.exitCode() ?? EXIT.interrupted;
  } finally {
    progress.end();
    interruption.dispose();
    if (!isKept) await rm(scratch, { recursive: true, force: true });
  }
}

/** Nodes are given the resolved scenario, and nothing else of an arm. */
function requireWhole({ git, environment }: ReadScenario): void {
  const names = Object.keys(environment);
  if (git === null && names.length === 0) return;
  throw bad(
    git === null
      ? `the arm sets ${names.join(', ')}, and nodes do not have that environment`
      : `the arm runs in a worktree of ${git.ref}, and nodes do not have it`,
    'choose an arm without "git" and "environment", or start its server yourself and name its address',
  );
}

function engineOf(text: string): EngineName {
  const engine = ENGINE_NAMES.find((name) => name === text);
  if (engine !== undefined) return engine;
  throw bad(`--on "${text}" is no engine that is known`, suggestion(text, ENGINE_NAMES, 'engines'));
}

function jobOf(
  engine: EngineName,
  shards: number,
  flags: DistributeFlags,
  scenarioText: string,
  secrets: readonly string[],
): ShardJob {
  const memory = readQuantity('size', flags.memory, 'MiB');
  if (!memory.ok) throw bad(`--memory: ${memory.what}`, memory.remedy);
  const group = flags.group ?? `run-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`;
  if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(group))
    throw bad(`--group ${group} is no name for a job`, 'use lower-case letters, digits and "-", 40 of them at most');
  const needed = (flag: string, value: string | undefined): string => {
    if (value !== undefined) return value;
    if (engine !== 'kubernetes') return '';
    throw bad(`--on kubernetes needs ${flag}`, 'see docs/scale-out.md for the image, the volume and the secrets');
  };
  if (/[\r\n]/.test(flags.shared ?? '')) throw bad('--shared has a line break in it', 'give a folder without one');
  if (flags.partition !== undefined && !/^[\w.,-]+$/.test(flags.partition))
    throw bad(`--partition "${flags.partition}" is no name of a partition`, 'give one that sinfo lists');
  return {
    ...{ group, shards, scenarioText, secrets },
    cpus: Math.max(1, wholeOf('--cpus', flags.cpus, MOST_CPUS)),
    memoryMib: Math.ceil(memory.value / 2 ** 20),
    kubernetes: {
      namespace: flags.namespace ?? null,
      image: needed('--image', flags.image),
      claim: needed('--claim', flags.claim),
      secret: secrets.length === 0 ? '' : needed('--secret', flags.secret),
    },
    slurm: {
      folder: resolve(flags.shared ?? '.'),
      partition: flags.partition ?? null,
      command: flags.command?.split(' ') ?? [process.execPath, entryPath('command')],
    },
  };
}

const bad = (what: string, remedy: string): ProblemError =>
  new ProblemError('bad-input', { code: 'distribute', what, remedy });
