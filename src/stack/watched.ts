/** Resources of a server that somebody else started: by its process id, or from a Prometheus endpoint. */
import { ProblemError } from '../problem/index.js';
import { isRunning } from '../processes/index.js';
import type { WatchedElsewhere } from '../scenario/index.js';
import { fillLateText, type LateValues } from './late-text.js';
import { prometheusUsage } from './prometheus.js';
import type { WatchedProcess } from './resources.js';

/** A row needs a process id; a process behind an endpoint has none that means anything here. */
const NO_PID = 0;
const WITHIN_MS = 800;
const LARGEST_ANSWER = 8 * 1024 * 1024;

/**
 * What is to be polled of a service that is already there.
 * @throws ProblemError (`preflight`) when there is no such process, or the endpoint has nothing of one.
 */
export async function watchedElsewhere(
  service: string,
  watched: WatchedElsewhere,
  values: LateValues,
): Promise<WatchedProcess> {
  if (watched.kind === 'pid') {
    if (isRunning(watched.pid, null)) return { name: service, pid: watched.pid, stateUrl: null };
    throw new ProblemError('preflight', {
      code: 'no-such-process',
      what: `service "${service}" is to be watched as process ${watched.pid}, and no such process runs here`,
      remedy: 'correct "pid" (pgrep -f NAME finds it), or watch its Prometheus endpoint',
    });
  }
  const url = fillLateText(watched.url, values);
  const text = await textOf(url);
  const usage = text === null ? null : prometheusUsage(text);
  if (usage === null || (usage.cpuUserS === null && usage.rssBytes === null))
    throw new ProblemError('preflight', {
      code: 'no-process-metrics',
      what:
        `the Prometheus endpoint of service "${service}" ` +
        (text === null
          ? 'gives no answer that can be read'
          : 'has neither process_cpu_seconds_total nor process_resident_memory_bytes'),
      remedy: 'correct the address, or let the server export the metrics of its process (all official clients can)',
    });
  return {
    ...{ name: service, pid: NO_PID, stateUrl: null },
    usage: async () => {
      const now = await textOf(url);
      return now === null ? NOTHING : (prometheusUsage(now) ?? NOTHING);
    },
  };
}

const NOTHING = {
  ...{ cpuUserS: null, cpuSystemS: null, rssBytes: null, fileDescriptors: null, sockets: null, threads: null },
  reason: 'the Prometheus endpoint did not answer in time',
};

/** The body of a GET of an endpoint of others, bounded; null when there is none to be had. */
export async function textOf(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
    if (!response.ok || response.body === null) return null;
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > LARGEST_ANSWER) return null;
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch {
    return null;
  }
}
