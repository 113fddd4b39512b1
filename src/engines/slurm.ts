/** Slurm, through sbatch, squeue, scontrol and scancel. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileErrorAdvice, messageOf, ProblemError } from '../problem/index.js';
import { culpritIn, shardsNamed } from './culprit.js';
import type { Engine, EngineRun, ShardJob } from './job.js';
import { slurmPaths, slurmScript } from './slurm-script.js';
import { MOST_UNANSWERED, failedShards, pause, Tool } from './tool.js';

const LOOK_MS = 1_000;
/** A job that was cancelled is out of the queue within this. */
const GONE_WITHIN_MS = 60_000;
const LOG_SHOWN = 600;
const LINES_SHOWN = 5;

export const slurm: Engine = {
  written: (job) => {
    const { scenario } = slurmPaths(job);
    return `${slurmScript(job)}\n# ${scenario} holds the resolved scenario.\n`;
  },
  run: async (run, records) => {
    const { job } = run;
    const paths = slurmPaths(job);
    await prepare(job);
    const id = await submit(run).catch(async (thrown: unknown) => {
      await rm(paths.own, { recursive: true, force: true });
      throw thrown;
    });
    try {
      await follow(run, id);
    } catch (thrown) {
      await cancel(run, id);
      await rm(paths.rendezvous, { recursive: true, force: true });
      run.listener.note(`what the shards left is in ${paths.own}`);
      throw thrown;
    }
    await rm(records, { recursive: true, force: true });
    await copyRecords(join(paths.records, job.group), records);
    await rm(paths.own, { recursive: true, force: true });
    return records;
  },
};

async function prepare(job: ShardJob): Promise<void> {
  const { own, scenario, script } = slurmPaths(job);
  let isMade = false;
  try {
    await mkdir(own, { recursive: false });
    isMade = true;
    await writeFile(scenario, job.scenarioText);
    await writeFile(script, slurmScript(job), { mode: 0o755 });
  } catch (thrown) {
    if (isMade) await rm(own, { recursive: true, force: true });
    throw new ProblemError('preflight', {
      code: 'shared-folder',
      what: `${own} can't be made: ${messageOf(thrown)}`,
      remedy: 'give a folder that all nodes share with --shared, and a --group that was not used before',
    });
  }
}

/** The shared folder is another file system as a rule. */
async function copyRecords(from: string, to: string): Promise<void> {
  try {
    await cp(from, to, { recursive: true });
  } catch (thrown) {
    const { why, mend } = fileErrorAdvice(thrown);
    throw new ProblemError('output', {
      code: 'records-not-copied',
      what: `the records of the shards can't be copied to ${to}: ${why}`,
      remedy: `${mend}, and put them together with "plimsoll merge ${from}": they are there still`,
    });
  }
}

async function submit({ job, environment, listener }: EngineRun): Promise<string> {
  listener.step('submitting the job');
  const printed = await new Tool('sbatch', environment).answer(['--parsable', slurmPaths(job).script]);
  const id = /^(\d+)/.exec(printed.trim())?.[1];
  if (id === undefined) throw new Error(`sbatch printed no job id: ${printed}`);
  listener.note(`Slurm job ${id}`);
  return id;
}

/** Waits for the end of the job. */
async function follow({ job, environment, listener, abort }: EngineRun, id: string): Promise<void> {
  const squeue = new Tool('squeue', environment);
  for (let state = '', unanswered = 0; ;) {
    const { exitCode, stdout, stderr } = await squeue.call(['--noheader', '--jobs', id, '--format', '%T %r'], {
      abort,
    });
    const [first = ''] = stdout.trim().split('\n');
    const isForgotten = /invalid job id/i.test(stderr);
    if (exitCode !== 0 && !isForgotten && ++unanswered <= MOST_UNANSWERED) {
      await pause(LOOK_MS, abort);
      continue;
    }
    if (exitCode !== 0 || first === '') break;
    unanswered = 0;
    if (first !== state) listener.step(`Slurm job ${id}: ${first.toLowerCase().replace(/ none$/, '')}`);
    state = first;
    await pause(LOOK_MS, abort);
  }
  const shown = await new Tool('scontrol', environment).call(['show', 'job', id, '--oneliner']);
  const state = /JobState=(\S+)/.exec(shown.stdout)?.[1] ?? 'unknown';
  const exit = /ExitCode=(\S+)/.exec(shown.stdout)?.[1] ?? 'unknown';
  if (state === 'COMPLETED') return;
  const log = await readFile(slurmPaths(job).log, 'utf8').catch(() => '');
  const why = `Slurm job ${id} ended ${state}, exit code ${exit}${lastWords(log)}`;
  throw failedShards(failedTasks(log, job.shards), why);
}

/** How srun says that a task has failed, and not merely been ended. */
const FAILED = /^srun: error: \S+: tasks? (\d+(?:[-,]\d+)*): (?!Terminated).*$/m;

/** Which shard ended the run: the one that the others name, else the first that srun says has failed. */
export function failedTasks(log: string, shards: number): string {
  const culprit = culpritIn(log);
  if (culprit !== null) return `shard ${culprit}`;
  const [, list] = FAILED.exec(log) ?? [];
  return list === undefined ? `one of ${shards} shards` : shardsNamed(list);
}

/** What srun says of the first failure, and the last that this task has printed: the others were ended by it. */
function lastWords(log: string): string {
  const [line, list = ''] = FAILED.exec(log) ?? [];
  const task = culpritIn(log) ?? Number.parseInt(list, 10);
  const own = log.split('\n').filter((each) => Number.parseInt(/^ *(\d+): /.exec(each)?.[1] ?? '', 10) === task);
  const words =
    line === undefined
      ? log.trim().slice(-LOG_SHOWN)
      : [line, ...own.slice(-LINES_SHOWN)].join('\n').slice(0, LOG_SHOWN);
  return words === '' ? '' : `; its last words: ${words}`;
}

/** Takes the job out of the queue, and waits until it is. Never rejects. */
async function cancel({ environment, listener }: EngineRun, id: string): Promise<void> {
  try {
    await new Tool('scancel', environment).call([id]);
    const endMs = performance.now() + GONE_WITHIN_MS;
    while (performance.now() < endMs) {
      const { exitCode, stdout } = await new Tool('squeue', environment).call(['--noheader', '--jobs', id]);
      if (exitCode !== 0 || stdout.trim() === '') return;
      await pause(LOOK_MS, new AbortController().signal);
    }
    listener.note(`Slurm job ${id} is still in the queue: scancel ${id}`);
  } catch (thrown) {
    listener.note(`Slurm job ${id} could not be cancelled: ${messageOf(thrown)}`);
  }
}
