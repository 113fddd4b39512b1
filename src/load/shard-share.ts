/** How several engines share one load: which part of it each makes. Each part is made by one of them. Pure. */

/** One of `workers` engines. Sessions, and with them everything that belongs to a session, are dealt out in turn. */
export interface ShardShare {
  /** From 0. */
  readonly worker: number;
  readonly workers: number;
  /** Sessions of all workers; at least one for each. */
  readonly sessions: number;
}

/** Number of sessions of this worker: those whose number modulo `workers` is `worker`. */
export function sessionsOf({ worker, workers, sessions }: ShardShare): number {
  return Math.max(0, Math.ceil((sessions - worker) / workers));
}

/** Number of a session among all, from its number in the worker; -1 (no session) stays -1. */
export function sessionOfAll({ worker, workers }: ShardShare, session: number): number {
  return session < 0 ? session : session * workers + worker;
}

/**
 * How many of `total` things this worker has, where the k-th of them belongs to session k modulo the number of
 * sessions: callers, in-flight slots, places in the queue. So no worker has more callers than slots unless there are
 * more of them in all.
 */
export function shareOf(share: ShardShare, total: number): number {
  const { sessions } = share;
  const rest = total % sessions;
  return Math.floor(total / sessions) * sessionsOf(share) + sessionsOf({ ...share, sessions: rest });
}
