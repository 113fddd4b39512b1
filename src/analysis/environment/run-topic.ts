import type { RunStatus } from '../../record/index.js';
import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';

export interface RunPart {
  readonly runId: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly startedUtc: string;
  readonly scenarioDigest: string;
  /** What the run warned of while it went on. */
  readonly warnings: readonly {
    readonly atNs: number;
    readonly code: string;
    readonly what: string;
    readonly remedy: string;
  }[];
}

export const runTopic: Topic<RunInput, RunPart, object> = {
  name: 'run',
  compute: ({ record: { header, status, events } }) => ({
    summary: {
      runId: header.runId,
      name: header.name,
      status,
      startedUtc: header.startedUtc,
      scenarioDigest: header.scenarioDigest,
      warnings: events.flatMap((event) =>
        event.type === 'warning'
          ? [{ atNs: event.atNs, code: event.code, what: event.what, remedy: event.remedy }]
          : [],
      ),
    },
    results: {},
  }),
};
