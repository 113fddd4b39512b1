/**
 * Which session takes the next call, and since when one could have: attempts in flight against the bound of each
 * session and the bound of the whole generator.
 */
const NONE = -1;
const IDLE = 1;
const PARTIAL = 2;

/** A first-in-first-out list of session numbers; members can leave from the middle at once. */
class SessionList {
  #head = NONE;
  #tail = NONE;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;

  constructor(sessions: number) {
    this.#next = new Int32Array(sessions).fill(NONE);
    this.#previous = new Int32Array(sessions).fill(NONE);
  }

  get first(): number {
    return this.#head;
  }

  push(session: number): void {
    this.#next[session] = NONE;
    this.#previous[session] = this.#tail;
    if (this.#tail === NONE) this.#head = session;
    else this.#next[this.#tail] = session;
    this.#tail = session;
  }

  remove(session: number): void {
    const before = this.#previous[session] ?? NONE;
    const after = this.#next[session] ?? NONE;
    if (before === NONE) this.#head = after;
    else this.#next[before] = after;
    if (after === NONE) this.#tail = before;
    else this.#previous[after] = before;
  }
}

/**
 * In-flight slots of the sessions. Idle sessions are taken first, the one idle longest before the others; when none is
 * idle, sessions with a free slot take turns.
 */
export class SessionSlots {
  readonly #perSession: number;
  readonly #inAll: number;
  readonly #busy: Int32Array;
  /** List each session stands in: NONE (full), IDLE or PARTIAL. */
  readonly #place: Int8Array;
  readonly #idle: SessionList;
  readonly #partial: SessionList;
  /**
   * When each session last stopped being full, when any session did after all were full, and when the bound of all was
   * left.
   */
  readonly #sessionSinceNs: Float64Array;
  #anySessionSinceNs = -Infinity;
  #inAllSinceNs = -Infinity;
  #fullSessions = 0;
  #total = 0;

  constructor(sessions: number, perSession: number, inAll: number) {
    this.#perSession = perSession;
    this.#inAll = inAll;
    this.#busy = new Int32Array(sessions);
    this.#place = new Int8Array(sessions).fill(IDLE);
    this.#idle = new SessionList(sessions);
    this.#partial = new SessionList(sessions);
    this.#sessionSinceNs = new Float64Array(sessions).fill(-Infinity);
    for (let session = 0; session < sessions; session++) this.#idle.push(session);
  }

  /** Attempts in flight over all sessions. */
  get inFlight(): number {
    return this.#total;
  }

  /** True when the bound over all sessions allows one more attempt. */
  get hasSlot(): boolean {
    return this.#total < this.#inAll;
  }

  /** True when this session, by itself, could take one more attempt. */
  hasSlotIn(session: number): boolean {
    return (this.#busy[session] ?? this.#perSession) < this.#perSession;
  }

  /** The session a call that may use any goes to, or -1 when there is no free slot. */
  pick(): number {
    if (!this.hasSlot) return NONE;
    return this.#idle.first !== NONE ? this.#idle.first : this.#partial.first;
  }

  /** Since when a slot has been free without a break: for a call pinned to `session`, or to none (-1). */
  sinceNs(session: number): number {
    const sessionNs = session === NONE ? this.#anySessionSinceNs : (this.#sessionSinceNs[session] ?? -Infinity);
    return Math.max(sessionNs, this.#inAllSinceNs);
  }

  /** Puts an attempt on a session that has a free slot. */
  enter(session: number): void {
    const busy = (this.#busy[session] ?? 0) + 1;
    this.#busy[session] = busy;
    this.#total++;
    (this.#place[session] === IDLE ? this.#idle : this.#partial).remove(session);
    if (busy < this.#perSession) {
      // At the end of the list, so that sessions take turns.
      this.#place[session] = PARTIAL;
      this.#partial.push(session);
    } else {
      this.#place[session] = NONE;
      this.#fullSessions++;
    }
  }

  /** Takes an attempt off its session at `atNs`. */
  leave(session: number, atNs: number): void {
    const busy = (this.#busy[session] ?? 0) - 1;
    this.#busy[session] = busy;
    if (this.#total === this.#inAll) this.#inAllSinceNs = atNs;
    this.#total--;
    const place = this.#place[session];
    if (place === NONE) {
      this.#sessionSinceNs[session] = atNs;
      if (this.#fullSessions === this.#busy.length) this.#anySessionSinceNs = atNs;
      this.#fullSessions--;
    }
    if (busy === 0) {
      if (place === PARTIAL) this.#partial.remove(session);
      this.#place[session] = IDLE;
      this.#idle.push(session);
    } else if (place === NONE) {
      this.#place[session] = PARTIAL;
      this.#partial.push(session);
    }
  }
}
