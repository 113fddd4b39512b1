/** What servers asked of their clients during a run. */
import type { RunEvent } from '../../record/index.js';

/** Requests of one method, over all sessions; those of a session's opening included. */
export interface ServerRequests {
  readonly method: string;
  readonly answered: number;
  /** With an error, since the scenario has no answer for it. */
  readonly refused: number;
}

/** The most frequent first. */
export function serverRequestsOf(events: readonly RunEvent[]): readonly ServerRequests[] {
  const byMethod = new Map<string, { answered: number; refused: number }>();
  for (const event of events) {
    if (event.type !== 'server-requests') continue;
    for (const { method, answered, refused } of event.methods) {
      const sum = byMethod.get(method) ?? { answered: 0, refused: 0 };
      byMethod.set(method, { answered: sum.answered + answered, refused: sum.refused + refused });
    }
  }
  return [...byMethod]
    .map(([method, counts]) => ({ method, ...counts }))
    .sort((a, b) => b.answered + b.refused - (a.answered + a.refused) || (a.method < b.method ? -1 : 1));
}
