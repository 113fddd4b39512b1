/** Sessions that followed each other, where the scenario lets them last for so many calls. */
import type { RunEvent } from '../../record/index.js';

/** opened = ended + abandoned + those that were open when an interrupted run ended. */
export interface SessionTurnover {
  readonly opened: number;
  readonly ended: number;
  /** Left open at the server. */
  readonly abandoned: number;
  /** Openings that failed. */
  readonly failed: number;
}

/** @returns null where sessions last for the run. */
export function sessionTurnoverOf(events: readonly RunEvent[]): SessionTurnover | null {
  const found = events.filter((event) => event.type === 'session-turnover');
  if (found.length === 0) return null;
  const sum = { opened: 0, ended: 0, abandoned: 0, failed: 0 };
  for (const event of found)
    for (const name of ['opened', 'ended', 'abandoned', 'failed'] as const) sum[name] += event[name];
  return sum;
}
