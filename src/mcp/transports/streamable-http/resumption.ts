/**
 * Answers whose stream ended before them. A server that gave its events ids keeps what follows for a GET with the last
 * of them (MCP 2025-11-25, Transports, Resumability); it may end a stream on purpose and say after which time the
 * client shall ask again (`retry`).
 */
import type { ErrorClass } from '../../../record/index.js';
import type { AttemptSlot } from '../../channel.js';
import type { Http1Connection } from './connection.js';

/** Before the next request where the server names no time, as the official clients have it. */
const DEFAULT_PAUSE_MS = 1_000;
/** A server that names no pause at all is not asked in a tight loop. */
const SHORTEST_PAUSE_MS = 10;
/** Requests in a row that brought no stream, until the answer is given up: as the official clients have it. */
const MOST_FAILURES = 2;

const NO_EVENTS = { lastEventId: '', retryMs: -1 } as const;

/** What an attempt has had so far, over all its streams. */
interface Interrupted {
  readonly slot: AttemptSlot;
  /** What the attempt ends as when the rest of its answer can't be had. */
  errorClass: ErrorClass;
  lastEventId: string;
  retryMs: number;
  failures: number;
  bytesIn: number;
  firstByteNs: number;
  timer: NodeJS.Timeout | null;
}

export class Resumptions {
  readonly #interrupted = new Map<AttemptSlot, Interrupted>();
  readonly #request: (slot: AttemptSlot, lastEventId: string) => void;

  /** @param request sends the GET; what comes of it is the caller's to report here again. */
  constructor(request: (slot: AttemptSlot, lastEventId: string) => void) {
    this.#request = request;
  }

  /**
   * The stream of an attempt ended before its answer, or the request for the rest of it brought no stream.
   *
   * @param how what the attempt ends as if that was all.
   * @returns false when it can't be resumed: the attempt is to be completed.
   */
  take(connection: Http1Connection, slot: AttemptSlot, how: ErrorClass): boolean {
    const earlier = this.#interrupted.get(slot);
    const { lastEventId, retryMs } = connection.events ?? NO_EVENTS;
    if (earlier === undefined && lastEventId === '') return false;
    const one: Interrupted = earlier ?? {
      slot,
      errorClass: how,
      lastEventId,
      retryMs: -1,
      failures: 0,
      bytesIn: 0,
      firstByteNs: connection.firstByteNs,
      timer: null,
    };
    if (!connection.streams) {
      const { status } = connection.head;
      // No answer at all, or an overload, may pass; any other status is the server's word that it has nothing.
      if (connection.bytesIn > 0 && status < 500 && status !== 429) return false;
      if (++one.failures > MOST_FAILURES) return false;
    } else {
      one.failures = 0;
      one.errorClass = how;
      if (lastEventId !== '') one.lastEventId = lastEventId;
      if (retryMs >= 0) one.retryMs = retryMs;
    }
    one.bytesIn += connection.bytesIn;
    this.#interrupted.set(slot, one);
    slot.connection = -1;
    const pauseMs = one.retryMs < 0 ? DEFAULT_PAUSE_MS : Math.max(SHORTEST_PAUSE_MS, one.retryMs);
    one.timer = setTimeout(() => {
      one.timer = null;
      this.#request(slot, one.lastEventId);
    }, pauseMs);
    return true;
  }

  /**
   * A response is complete: the same where it is a stream that ended in order and without the answer, or no stream, and
   * the rest of one was asked for.
   */
  takeEnded(connection: Http1Connection, slot: AttemptSlot): boolean {
    const { streams, answer, stray, malformedEvent } = connection;
    const isCutShort = streams
      ? answer === undefined && stray === undefined && !malformedEvent
      : this.#interrupted.size > 0 && this.#interrupted.has(slot);
    return isCutShort && this.take(connection, slot, 'sse-no-answer');
  }

  /** The attempt ends: adds what its earlier streams brought. @returns what it ends as without an answer, or null. */
  complete(slot: AttemptSlot): ErrorClass | null {
    if (this.#interrupted.size === 0) return null;
    const one = this.#interrupted.get(slot);
    if (one === undefined) return null;
    this.#interrupted.delete(slot);
    slot.bytesIn += one.bytesIn;
    slot.firstByteNs = one.firstByteNs;
    return one.errorClass;
  }

  /** Forgets an attempt that is given up. @returns whether it was one of these. */
  withdraw(slot: AttemptSlot): boolean {
    const one = this.#interrupted.get(slot);
    if (one?.timer) clearTimeout(one.timer);
    return this.#interrupted.delete(slot);
  }

  /** Forgets all of them. */
  clear(): void {
    for (const slot of [...this.#interrupted.keys()]) this.withdraw(slot);
  }
}
