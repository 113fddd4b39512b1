/** Kubernetes, through kubectl. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../problem/index.js';
import { isObject, parsedOrUndefined } from '../protocol/index.js';
import { culpritIn, indexesIn, shardsNamed } from './culprit.js';
import type { Engine, EngineRun, ShardJob } from './job.js';
import {
  asYaml,
  gatherPod,
  gatherPodName,
  kubernetesObjects,
  objectName,
  recordsInPod,
} from './kubernetes-manifest.js';
import { MOST_UNANSWERED, failedShards, pause, Tool, type ToolCall } from './tool.js';

const CREATE = ['create', '--filename', '-'];
const LOOK_MS = 2_000;
const READY_WITHIN = '180s';
const LOG_LINES = '20';
/** Shards that end by another one name it: one of these few does. */
const LOGS_READ = 4;
const LOG_SHOWN = 600;
const GONE_WITHIN = '120s';

export const kubernetes: Engine = {
  written: (job) => asYaml(kubernetesObjects(job, 'REPLACE-WITH-A-RANDOM-TEXT')),
  run: async (run, records) => {
    const { job, listener, abort } = run;
    const kubectl = new Kubectl(run);
    const [first, ...rest] = kubernetesObjects(job, randomBytes(24).toString('hex'));
    listener.step('submitting the job');
    // Only one run gets the first object of a name. Who does not get it leaves everything of that name alone.
    await kubectl.answer(CREATE, { input: asYaml([first]) });
    try {
      await kubectl.answer(CREATE, { input: asYaml(rest) });
      await follow(kubectl, run).catch((thrown: unknown) => {
        listener.note(`what the shards left is in ${job.group}/ of the claim ${job.kubernetes.claim}`);
        throw thrown;
      });
      listener.step('fetching the records');
      await kubectl.answer(CREATE, { input: asYaml([gatherPod(job)]) });
      const pod = gatherPodName(job);
      await kubectl.answer(['wait', '--for=condition=Ready', `--timeout=${READY_WITHIN}`, `pod/${pod}`], { abort });
      await mkdir(dirname(records), { recursive: true });
      await kubectl.answer(['cp', `${pod}:${recordsInPod(job)}`, records], { abort });
      await kubectl.answer(['exec', pod, '--', 'rm', '-r', recordsInPod(job)]);
      return records;
    } finally {
      await kubectl.cleanUp();
    }
  },
};

class Kubectl {
  readonly #tool: Tool;
  readonly #job: ShardJob;
  readonly #run: EngineRun;

  constructor(run: EngineRun) {
    this.#tool = new Tool('kubectl', run.environment);
    this.#job = run.job;
    this.#run = run;
  }

  answer(parameters: readonly string[], call?: ToolCall): Promise<string> {
    const { namespace } = this.#job.kubernetes;
    const [verb = '', ...rest] = parameters;
    return this.#tool.answer([verb, ...(namespace === null ? [] : ['--namespace', namespace]), ...rest], call);
  }

  /** Removes everything that was submitted. Never rejects. */
  async cleanUp(): Promise<void> {
    const { listener } = this.#run;
    const label = `app.kubernetes.io/name=plimsoll,app.kubernetes.io/instance=${this.#job.group}`;
    const kinds = 'job,pod,service,configmap,secret';
    try {
      await this.answer([
        'delete',
        kinds,
        ...['--selector', label, '--ignore-not-found', '--wait=true', `--timeout=${GONE_WITHIN}`],
      ]);
    } catch (thrown) {
      listener.note(`could not be removed: ${messageOf(thrown)}\n  hint: kubectl delete ${kinds} --selector ${label}`);
    }
  }
}

interface JobStatus {
  readonly succeeded: number;
  readonly active: number;
  readonly failedIndexes: string;
  readonly ended: 'Complete' | 'Failed' | null;
  readonly reason: string;
}

/** What `kubectl get job --output json` says. */
export function jobStatusOf(text: string): JobStatus {
  const found = parsedOrUndefined(text);
  const status = isObject(found) && isObject(found['status']) ? found['status'] : {};
  const conditions = Array.isArray(status['conditions']) ? (status['conditions'] as unknown[]).filter(isObject) : [];
  const last = conditions.find(
    ({ type, status: isSo }) => (type === 'Complete' || type === 'Failed') && isSo === 'True',
  );
  const number = (name: string): number => (typeof status[name] === 'number' ? status[name] : 0);
  const words = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    succeeded: number('succeeded'),
    active: number('active'),
    failedIndexes: words(status['failedIndexes']),
    ended: last === undefined ? null : last['type'] === 'Complete' ? 'Complete' : 'Failed',
    reason: [words(last?.['reason']), words(last?.['message'])].filter((part) => part !== '').join(': '),
  };
}

async function follow(kubectl: Kubectl, { job, listener, abort }: EngineRun): Promise<void> {
  const name = `job/${objectName(job)}`;
  for (let unanswered = 0; ;) {
    const text = await kubectl.answer(['get', name, '--output', 'json'], { abort }).catch((thrown: unknown) => {
      if (++unanswered > MOST_UNANSWERED) throw thrown;
      return null;
    });
    if (text === null) {
      await pause(LOOK_MS, abort);
      continue;
    }
    unanswered = 0;
    const status = jobStatusOf(text);
    listener.step(`Kubernetes: ${status.active} of ${job.shards} shards run, ${status.succeeded} have ended`);
    if (status.ended === 'Complete') return;
    if (status.ended === 'Failed' || status.failedIndexes !== '') {
      const log = await lastLog(kubectl, job, status.failedIndexes);
      const words = log === '' ? '' : `; its last words: ${log}`;
      throw failedShards(endedBy(status, log, job.shards), `${status.reason || 'the job failed'}${words}`);
    }
    await pause(LOOK_MS, abort);
  }
}

/** The shard that the others name: of those that end by it, Kubernetes may count some before it. */
function endedBy({ failedIndexes }: JobStatus, log: string, shards: number): string {
  const culprit = culpritIn(log);
  if (culprit !== null) return `shard ${culprit}`;
  return failedIndexes === '' ? `one of ${shards} shards` : shardsNamed(failedIndexes);
}

/** The end of the log of a failed shard that names another one, else of the first; empty where it is gone. */
async function lastLog(kubectl: Kubectl, job: ShardJob, failedIndexes: string): Promise<string> {
  const logs: string[] = [];
  for (const index of indexesIn(failedIndexes).slice(0, LOGS_READ)) {
    const selector = `job-name=${objectName(job)},batch.kubernetes.io/job-completion-index=${index}`;
    const log = await kubectl.answer(['logs', '--selector', selector, '--tail', LOG_LINES]).catch(() => '');
    logs.push(log.trim().slice(-LOG_SHOWN));
  }
  return logs.find((log) => culpritIn(log) !== null) ?? logs[0] ?? '';
}
