/** What really happened in the gateway, call by call and summed up over short windows. */
import type { GatewayOutcome, GatewayTruthLine, GatewayWindow } from '../../src/protocol/index.js';
import type { MockClock } from '../timing/mock-clock.js';

/** Most calls recorded one by one; later ones are counted as dropped. The windows include all. */
const ROWS_CAPACITY = 1_000_000;
/** Length of a window. */
const GATEWAY_WINDOW_NS = 100_000_000;

/** A call as the gateway handles it. */
export interface GatewayCall {
  readonly callId: string | null;
  readonly session: string;
  readonly receivedNs: number;
  startedNs: number;
  forwardedNs: number;
  answeredNs: number;
  upstream: string | null;
  outcome: GatewayOutcome;
}

/** Sums of a window that are being made. */
type Sums = { -readonly [K in Exclude<keyof GatewayWindow, 'fromNs' | 'windowNs'>]: GatewayWindow[K] };

export class GatewayTruth {
  readonly #clock: MockClock;
  #calls: GatewayCall[] = [];
  #windows = new Map<number, Sums>();
  #dropped = 0;

  constructor(clock: MockClock) {
    this.#clock = clock;
  }

  /** A call arrived. The row changes with the call. */
  received(callId: string | null, session: string, receivedNs: number): GatewayCall {
    const none = { startedNs: NaN, forwardedNs: NaN, answeredNs: NaN, upstream: null, outcome: 'pending' } as const;
    const call: GatewayCall = { callId, session, receivedNs, ...none };
    if (this.#calls.length === ROWS_CAPACITY) this.#dropped++;
    else this.#calls.push(call);
    return call;
  }

  forwarded(call: GatewayCall): void {
    const sums = this.#sumsOf(call);
    sums.forwarded++;
    sums.queueNs += call.startedNs - call.receivedNs;
    sums.serviceNs += call.forwardedNs - call.startedNs;
  }

  answered(call: GatewayCall): void {
    const sums = this.#sumsOf(call);
    sums.answered++;
    sums.upstreamNs += call.answeredNs - call.forwardedNs;
  }

  get counts(): { readonly rows: number; readonly dropped: number } {
    return { rows: this.#calls.length, dropped: this.#dropped };
  }

  *rows(): Generator<GatewayTruthLine> {
    const { absolute } = this.#clock;
    const orNull = (ns: number): string | null => (Number.isNaN(ns) ? null : absolute(ns));
    for (const { callId, session, upstream, receivedNs, startedNs, forwardedNs, answeredNs, outcome } of this.#calls) {
      yield {
        call: callId,
        session,
        upstream,
        receivedNs: absolute(receivedNs),
        startedNs: orNull(startedNs),
        forwardedNs: orNull(forwardedNs),
        answeredNs: orNull(answeredNs),
        outcome,
      };
    }
  }

  *windows(): Generator<GatewayWindow> {
    for (const [window, sums] of [...this.#windows].sort(([a], [b]) => a - b))
      yield { fromNs: this.#clock.absolute(window * GATEWAY_WINDOW_NS), windowNs: GATEWAY_WINDOW_NS, ...sums };
  }

  #sumsOf({ receivedNs }: GatewayCall): Sums {
    const window = Math.floor(receivedNs / GATEWAY_WINDOW_NS);
    let sums = this.#windows.get(window);
    if (sums === undefined) {
      sums = { forwarded: 0, queueNs: 0, serviceNs: 0, answered: 0, upstreamNs: 0 };
      this.#windows.set(window, sums);
    }
    return sums;
  }
}
