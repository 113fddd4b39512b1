import type { EarlyEnd, RunEvent, RunStatus } from '../../record/index.js';
import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';

export interface RunPart {
  readonly runId: string;
  readonly name: string;
  readonly status: RunStatus;
  /** Which rule of the scenario ended it early; null when none did. */
  readonly endedEarly: EarlyEnd | null;
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

/** Only the first counts: what follows comes of it. */
export function earlyEndOf(events: readonly RunEvent[]): EarlyEnd | null {
  for (const event of events)
    if (event.type === 'early-end') {
      const { rule, limit, seen, what } = event;
      return { rule, limit, seen, what };
    }
  return null;
}

export const runTopic: Topic<RunInput, RunPart, object> = {
  name: 'run',
  compute: ({ record: { header, status, events } }) => ({
    summary: {
      runId: header.runId,
      name: header.name,
      status,
      endedEarly: earlyEndOf(events),
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
