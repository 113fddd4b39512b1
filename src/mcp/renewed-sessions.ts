/** Sessions that last for so many calls: each is then ended or left behind, and another opened for the next call. */
import type { NowNs } from '../clock/index.js';
import type { ErrorClass, RunEvent } from '../record/index.js';
import type { AttemptSlot, Channel } from './channel.js';
import type { OpeningFailure } from './eras/index.js';
import { emptyHead } from './fast-path/index.js';
import { clearAnswer, settle, type Oracle } from './oracle/index.js';

/** A channel whose session can be opened and ended. */
export interface SessionChannel extends Channel {
  readonly unansweredRequests: number;
  open(): Promise<OpeningFailure | null>;
  close(withinMs: number): Promise<void>;
}

/** What a channel of one session reports to. */
export interface SessionReports {
  readonly completed: (slot: AttemptSlot) => void;
  readonly event: (event: RunEvent) => void;
}

export interface RenewedSetup extends SessionReports {
  /** Calls of one session. */
  readonly calls: number;
  readonly oracle: Oracle;
  readonly nowNs: NowNs;
  /** Makes the channel of another session. */
  readonly make: (reports: SessionReports) => SessionChannel;
}

/** Most time the end of a session may take that is not the last. */
const ENDING_MS = 5_000;

/** One session from its opening to its end. */
interface Life {
  readonly channel: SessionChannel;
  /** Calls that were given to it. */
  started: number;
  inFlight: number;
  /** `over`: it has had its calls, and is ended. */
  state: 'opening' | 'open' | 'over' | 'failed';
  /** Attempts that wait for its opening, which is part of them. */
  waiting: AttemptSlot[];
}

/** What became of the sessions of one channel. */
export interface Turnover {
  opened: number;
  ended: number;
  /** Openings that failed, and with them the calls that waited. */
  failed: number;
}

/** A call that is the first of a session is sent when it is given to the channel: its opening is sent for it. */
export class RenewedSessions implements SessionChannel {
  readonly session: number;
  readonly turnover: Turnover = { opened: 0, ended: 0, failed: 0 };
  readonly #setup: RenewedSetup;
  readonly #lifeOf = new Map<AttemptSlot, Life>();
  readonly #endings = new Set<Promise<void>>();
  #current: Life;
  #unanswered = 0;
  #isClosed = false;

  constructor(setup: RenewedSetup, session: number) {
    this.session = session;
    this.#setup = setup;
    this.#current = this.#begin();
  }

  get unansweredRequests(): number {
    const { state, channel } = this.#current;
    return this.#unanswered + (state === 'over' ? 0 : channel.unansweredRequests);
  }

  async open(): Promise<OpeningFailure | null> {
    const failure = await this.#current.channel.open();
    if (failure === null) {
      this.#current.state = 'open';
      this.turnover.opened++;
      const { event, nowNs } = this.#setup;
      event({ type: 'session', atNs: nowNs(), session: this.session, edge: 'opened' });
    }
    return failure;
  }

  start(slot: AttemptSlot): void {
    if (this.#current.started >= this.#setup.calls || this.#current.state === 'failed') {
      this.#current = this.#begin();
      void this.#openNext(this.#current);
    }
    const life = this.#current;
    life.started++;
    life.inFlight++;
    this.#lifeOf.set(slot, life);
    if (life.state === 'open') {
      life.channel.start(slot);
      return;
    }
    clearAnswer(slot);
    slot.session = this.session;
    slot.connection = -1;
    slot.bytesOut = 0;
    slot.sentNs = this.#setup.nowNs();
    life.waiting.push(slot);
  }

  abandon(slot: AttemptSlot, cancel: boolean): void {
    const life = this.#lifeOf.get(slot);
    if (life === undefined) return;
    this.#lifeOf.delete(slot);
    life.inFlight--;
    const at = life.waiting.indexOf(slot);
    if (at === -1) life.channel.abandon(slot, cancel);
    else life.waiting.splice(at, 1);
    this.#endIfIdle(life);
  }

  async close(withinMs: number): Promise<void> {
    this.#isClosed = true;
    this.#lifeOf.clear();
    const current = this.#current;
    if (current.state === 'open') this.turnover.ended++;
    // One that is over is being ended.
    const ending = current.state === 'over' ? Promise.resolve() : current.channel.close(withinMs);
    await Promise.all([ending, ...this.#endings]);
    const { event, nowNs } = this.#setup;
    event({ type: 'session', atNs: nowNs(), session: this.session, edge: 'closed' });
  }

  #begin(): Life {
    const channel = this.#setup.make({
      completed: (slot) => this.#completed(slot),
      // That one session follows another is no event; that one is lost is.
      event: (event) => {
        if (event.type !== 'session' || event.edge === 'lost' || event.edge === 'reopened') this.#setup.event(event);
      },
    });
    return { channel, started: 0, inFlight: 0, state: 'opening', waiting: [] };
  }

  async #openNext(life: Life): Promise<void> {
    const failure = await life.channel.open();
    if (this.#isClosed) {
      if (failure === null) await life.channel.close(ENDING_MS);
      return;
    }
    const { waiting } = life;
    life.waiting = [];
    if (failure === null) {
      life.state = 'open';
      this.turnover.opened++;
      for (const slot of waiting) {
        const { sentNs } = slot;
        life.channel.start(slot);
        slot.sentNs = sentNs;
      }
      this.#endIfIdle(life);
      return;
    }
    life.state = 'failed';
    this.turnover.failed++;
    for (const slot of waiting) {
      slot.doneNs = this.#setup.nowNs();
      this.#settleFailed(slot, failure);
      this.#completed(slot);
    }
  }

  #settleFailed(slot: AttemptSlot, failure: OpeningFailure): void {
    if (failure.kind === 'status')
      this.#setup.oracle.judgeHttp(slot, { ...emptyHead(), status: failure.status }, failure.body);
    else settle(slot, CLASS_OF[failure.kind]);
  }

  #completed(slot: AttemptSlot): void {
    const life = this.#lifeOf.get(slot);
    this.#lifeOf.delete(slot);
    if (life !== undefined) {
      life.inFlight--;
      this.#endIfIdle(life);
    }
    this.#setup.completed(slot);
  }

  /** A session that has had its calls, and answered them. */
  #endIfIdle(life: Life): void {
    const isOver = life.started >= this.#setup.calls && life.inFlight === 0;
    if (!isOver || life.state !== 'open') return;
    life.state = 'over';
    this.turnover.ended++;
    this.#unanswered += life.channel.unansweredRequests;
    const ending = life.channel.close(ENDING_MS).finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }
}

const CLASS_OF = {
  refused: 'connect-refused',
  unreachable: 'connect-failed',
  'broke-off': 'closed-early',
  unreadable: 'http-malformed',
  silent: 'attempt-timeout',
  'not-mcp': 'not-json-rpc',
  'not-messages': 'not-json-rpc',
  'session-forgotten': 'session-unknown',
  'rpc-error': 'rpc-error',
  revision: 'rpc-error',
  'no-stateless': 'rpc-error',
  'our-limit': 'generator-error',
} as const satisfies Readonly<Record<Exclude<OpeningFailure['kind'], 'status'>, ErrorClass>>;
