/**
 * Metastable failure, exactly: callers who give up after a time limit and try again at once, one first-in-first-out
 * worker, and a stall of that worker as the trigger (Huang et al., Metastable Failures in the Wild, OSDI 2022). No
 * network, no chance.
 *
 * Time limits are all equal, so retries fall due in the order of the attempts they follow: two lines merged are the
 * whole event list.
 */

/** What the server and the callers do about it. */
export interface Remedy {
  /** Most retries of a call; 0: off. */
  readonly retries: number;
  /** The server checks the time limit before it begins, and drops abandoned work. */
  readonly dropExpired: boolean;
  /**
   * Share of calls that may be retried: each call earns that much of a retry, at most `saved` are kept. Null: no
   * budget.
   */
  readonly budget: { readonly share: number; readonly saved: number } | null;
}

export interface Storm extends Remedy {
  readonly ratePerSecond: number;
  readonly forNs: number;
  readonly serviceNs: number;
  readonly timeoutNs: number;
  readonly stall: { readonly atNs: number; readonly forNs: number };
}

export interface StormAttempt {
  readonly callId: number;
  readonly attempt: number;
  /** Also when it is sent and received. */
  readonly intendedNs: number;
  /** Null: the server never began it. */
  readonly startedNs: number | null;
  readonly finishedNs: number | null;
  /** When the caller knew: the answer, or the end of the limit. */
  readonly doneNs: number;
  readonly ok: boolean;
  /** The last attempt of its call. */
  readonly final: boolean;
}

/** Every attempt, in the order in which they were sent. */
export function simulateStorm(storm: Storm): readonly StormAttempt[] {
  const { ratePerSecond, forNs, timeoutNs, budget } = storm;
  const attempts: StormAttempt[] = [];
  /** Attempts that will not be answered in time, in the order in which that shows. */
  const failing: number[] = [];
  let looked = 0;
  let nextCall = 0;
  const server = workerOf(storm);
  let tokens = budget?.saved ?? Infinity;
  const send = (callId: number, attempt: number, atNs: number): void => {
    const { startedNs, finishedNs } = server(atNs);
    const giveUpNs = atNs + timeoutNs;
    const ok = finishedNs !== null && finishedNs <= giveUpNs;
    if (!ok) failing.push(attempts.length);
    attempts.push({
      callId,
      attempt,
      intendedNs: atNs,
      startedNs,
      finishedNs,
      doneNs: ok ? finishedNs : giveUpNs,
      ok,
      final: true,
    });
  };
  for (;;) {
    const arrivalNs = Math.floor((nextCall * 1e9) / ratePerSecond);
    const at = failing[looked];
    const given = at === undefined ? undefined : attempts[at];
    // A limit that passes at the moment of an arrival is looked at first, as the engine does.
    if (at !== undefined && given !== undefined && (given.doneNs <= arrivalNs || arrivalNs >= forNs)) {
      looked++;
      if (given.attempt >= storm.retries || tokens < 1) continue;
      tokens -= budget === null ? 0 : 1;
      attempts[at] = { ...given, final: false };
      send(given.callId, given.attempt + 1, given.doneNs);
    } else if (arrivalNs < forNs) {
      if (budget !== null) tokens = Math.min(budget.saved, tokens + budget.share);
      send(nextCall++, 0, arrivalNs);
    } else {
      return attempts;
    }
  }
}

/** The worker: gets the arrivals in order, and says when each is served. */
function workerOf({
  serviceNs,
  timeoutNs,
  stall,
  dropExpired,
}: Storm): (atNs: number) => { readonly startedNs: number | null; readonly finishedNs: number | null } {
  const thawNs = stall.atNs + stall.forNs;
  let freeNs = 0;
  return (atNs) => {
    let startedNs = Math.max(atNs, freeNs);
    if (startedNs >= stall.atNs && startedNs < thawNs) startedNs = thawNs;
    if (dropExpired && startedNs > atNs + timeoutNs) return { startedNs: null, finishedNs: null };
    freeNs = startedNs + serviceNs;
    if (startedNs < stall.atNs && freeNs > stall.atNs) freeNs += stall.forNs;
    return { startedNs, finishedNs: freeNs };
  };
}

/** The highest rate at which calls that all fail and are all tried again can still be served: mu / (1 + r). */
export function hiddenCapacityPerSecond(serviceNs: number, retries: number): number {
  return 1e9 / serviceNs / (1 + retries);
}
