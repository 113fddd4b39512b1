/**
 * What our own servers report of their work. A process takes its counters with it when it ends, so one that is ended on
 * purpose is asked just before: only what it did in the few milliseconds after that is lost.
 */
import { CONTROL_PATHS, mockState, readObject, type ObjectOf } from '../protocol/index.js';
import type { NowNs } from '../clock/index.js';
import type { RunEvent, WorkRow } from '../record/index.js';

/** Longest wait for a server that is about to be ended: one that does not answer must not hold up its own fault. */
const LAST_READ_MS = 250;
const WITHIN_MS = 2_000;

const { sessions: sessionCounts, queued, inService, work, truth, methods } = mockState;
/** What of a mock's state goes into the record. */
const counters = { sessions: sessionCounts, queued, inService, work, truth, methods };

export interface CounterOf {
  readonly service: string;
  readonly nowNs: NowNs;
  readonly event: (event: RunEvent) => void;
}

/** The counters a mock keeps of its work, over all its incarnations. */
export class WorkCounter {
  readonly #of: CounterOf;
  /** Of incarnations that have ended, and not taken yet. */
  #kept: WorkRow[] = [];

  constructor(of: CounterOf) {
    this.#of = of;
  }

  /** The present process is about to be ended. Never rejects; counters that can't be read become a warning. */
  async leaving(stateUrl: string, incarnation: number): Promise<void> {
    const row = await this.#ask(stateUrl, incarnation, 'leaving', LAST_READ_MS);
    if (row === null) this.#of.event(incomplete(this.#of, 'what its process did with its calls'));
    else this.#kept.push(row);
  }

  /** What ended processes left, and the present one's counters if it can be reached. Each row is given once. */
  async take(
    stateUrl: string,
    incarnation: number,
    when: Exclude<WorkRow['when'], 'leaving'>,
  ): Promise<readonly WorkRow[]> {
    const now = await this.#ask(stateUrl, incarnation, when, WITHIN_MS);
    // A process may have been ended while it was asked: its last row comes last.
    const rows = [...this.#kept, ...(now === null ? [] : [now])].sort((a, b) => a.atNs - b.atNs);
    this.#kept = [];
    return rows;
  }

  async #ask(stateUrl: string, incarnation: number, when: WorkRow['when'], withinMs: number): Promise<WorkRow | null> {
    const { service, nowNs } = this.#of;
    const askedNs = nowNs();
    const state = await stateAt(stateUrl, withinMs);
    if (state === null) return null;
    const atNs = nowNs();
    const { sessions, queued, inService, work, methods } = state;
    return {
      service,
      incarnation,
      atNs,
      tookNs: atNs - askedNs,
      when,
      ...work,
      underWay: queued + inService,
      sessionsOpen: sessions.open,
      sessionsOpened: sessions.opened,
      messages: methods,
    };
  }
}

/** The rows a server keeps as text, over all its incarnations. */
export class KeptRows {
  readonly #of: CounterOf;
  readonly #what: string;
  #earlier = '';

  /** @param what names the rows in a warning. */
  constructor(of: CounterOf, what: string) {
    this.#of = of;
    this.#what = what;
  }

  async leaving(rowsUrl: string): Promise<void> {
    const text = await textAt(rowsUrl, LAST_READ_MS);
    if (text === null) this.#of.event(incomplete(this.#of, this.#what));
    else this.#earlier += text;
  }

  /** NDJSON of all incarnations. */
  async text(rowsUrl: string): Promise<string> {
    return this.#earlier + ((await textAt(rowsUrl, 10_000)) ?? '');
  }
}

/** What a mock reports of its state; null when it does not in time. */
export async function stateAt(url: string, withinMs: number): Promise<ObjectOf<typeof counters> | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
    return readObject(counters, CONTROL_PATHS.state, await response.json());
  } catch {
    return null;
  }
}

/** The body of a GET; null when there is none to be had. */
export async function textAt(url: string, withinMs: number): Promise<string | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

function incomplete({ service, nowNs }: CounterOf, what: string): RunEvent {
  return {
    type: 'warning',
    atNs: nowNs(),
    code: 'counters-incomplete',
    what:
      `service "${service}" was ended before it could report ${what}: ` +
      'the record holds only what its other processes report',
    remedy: 'take the numbers made from it as a lower bound, or run again with less load at the moment of the fault',
  };
}
