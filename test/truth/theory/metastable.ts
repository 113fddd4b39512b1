/**
 * Metastable failure, exactly: callers who give up after a time limit and try again at once, one first-in-first-out worker, and a
 * stall of that worker as the trigger (Huang et al., Metastable Failures in the Wild, OSDI 2022). No network, no chance.
 *
 * Time limits are all equal, so retries fall due in the order of the attempts they follow: two lines merged are the whole event list.
 */

/** What the server and the callers do about it. */
export interface Remedy {
  /** Most retries of a call; 0: off. */
  readonly retries: number;
  /** The server looks at the time limit before it begins, and drops what nobody waits for any more. */
  readonly dropExpired: boolean;
  /** Share of calls that may be retried: each call earns that much of a retry, at most `saved` are kept. Null: no budget. */
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
  const { ratePerSecond, forNs, serviceNs, timeoutNs, stall } = storm;
  const thawNs = stall.atNs + stall.forNs;
  const attempts: StormAttempt[] = [];
  const retries: { readonly callId: number; readonly attempt: number; readonly atNs: number }[] = [];
  let nextRetry = 0;
  let nextCall = 0;
  let freeNs = 0;
  let tokens = storm.budget?.saved ?? Infinity;
  for (;;) {
    const arrivalNs = Math.floor((nextCall * 1e9) / ratePerSecond);
    const retry = retries[nextRetry];
    let send: { readonly callId: number; readonly attempt: number; readonly atNs: number };
    // A limit that passes at the moment of an arrival is looked at first, as the engine does.
    if (retry !== undefined && (retry.atNs <= arrivalNs || arrivalNs >= forNs)) {
      nextRetry++;
      send = retry;
    } else if (arrivalNs < forNs) {
      send = { callId: nextCall++, attempt: 0, atNs: arrivalNs };
      if (storm.budget !== null) tokens = Math.min(storm.budget.saved, tokens + storm.budget.share);
    } else {
      return attempts;
    }
    const giveUpNs = send.atNs + timeoutNs;
    let startedNs: number | null = Math.max(send.atNs, freeNs);
    if (startedNs >= stall.atNs && startedNs < thawNs) startedNs = thawNs;
    let finishedNs: number | null = startedNs + serviceNs;
    if (startedNs < stall.atNs && finishedNs > stall.atNs) finishedNs += stall.forNs;
    if (storm.dropExpired && startedNs >= giveUpNs) {
      startedNs = null;
      finishedNs = null;
    } else {
      freeNs = finishedNs;
    }
    const ok = finishedNs !== null && finishedNs <= giveUpNs;
    // Whether the budget has a retry left is asked when the limit passes; with equal limits that is in this order too.
    const again = !ok && send.attempt < storm.retries && tokens >= 1;
    if (again) {
      if (storm.budget !== null) tokens -= 1;
      retries.push({ callId: send.callId, attempt: send.attempt + 1, atNs: giveUpNs });
    }
    attempts.push({
      callId: send.callId,
      attempt: send.attempt,
      intendedNs: send.atNs,
      startedNs,
      finishedNs,
      doneNs: ok && finishedNs !== null ? finishedNs : giveUpNs,
      ok,
      final: !again,
    });
  }
}

/** The highest rate at which calls that all fail and are all tried again can still be served: mu / (1 + r). */
export function hiddenCapacityPerSecond(serviceNs: number, retries: number): number {
  return 1e9 / serviceNs / (1 + retries);
}
