/** The calls of one session by the client of the official SDK. */
import { eraOf, parameterValues, type CallSpec, type HeaderParameters } from '../../catalog/index.js';
import type { NowNs } from '../../clock/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import { isObject, parsedOrUndefined } from '../../protocol/index.js';
import { SAMPLE_FLAGS, type RunEvent } from '../../record/index.js';
import type { CallTarget, Protocol } from '../../scenario/index.js';
import type { AttemptSlot, Channel } from '../channel.js';
import type { RequestAnswers } from '../eras/index.js';
import type { RequestWriter } from '../fast-path/index.js';
import { clearAnswer, type FailureExamples, type Oracle } from '../oracle/index.js';
import { connect, type Connected } from '../preflight/connect.js';
import { markExact } from '../preflight/exact-integers.js';
import { judgeFailure } from '../preflight/sdk-failure.js';
import { within } from '../within.js';

/** Most time the opening of a session may take. */
const OPENING_MS = 30_000;
/** The SDK's own limit for an answer, out of the way: attempts end by the limits of the run. */
const NEVER_MS = 2 ** 31 - 1;

/** What the channels of a run share. */
export interface SdkChannelSetup {
  readonly target: CallTarget;
  readonly protocol: Pick<Protocol, 'revision'>;
  /** Answers requests of the server. */
  readonly requests: RequestAnswers;
  readonly calls: readonly CallSpec[];
  readonly headerParameters: HeaderParameters;
  /** Without what the SDK itself puts into the `_meta` of a stateless request. */
  readonly writer: RequestWriter;
  readonly oracle: Oracle;
  readonly examples: FailureExamples;
  readonly keeper: ProcessKeeper | undefined;
  readonly nowNs: NowNs;
  readonly completed: (slot: AttemptSlot) => void;
  readonly event: (event: RunEvent) => void;
}

/**
 * The SDK reports nothing of what travels: bytes are those of the messages, and the first byte of an answer comes with
 * the answer. A session that the server has forgotten stays lost, as it does for an application.
 */
export class SdkChannel implements Channel {
  readonly session: number;
  readonly #setup: SdkChannelSetup;
  /** Attempts that wait for an answer, each with what gives up its request. */
  readonly #underWay = new Map<AttemptSlot, AbortController>();
  #connected: Connected | null = null;
  #nextId = 1;

  constructor(setup: SdkChannelSetup, session: number) {
    this.#setup = setup;
    this.session = session;
  }

  /**
   * @param served sessions that the target has opened before this one.
   * @throws ProblemError `preflight` with why it can't be opened; nothing is left open.
   */
  async open(served: number): Promise<void> {
    const { target, protocol, keeper, requests: answers } = this.#setup;
    const { revision } = protocol;
    const connected = await connect(target, { timeoutMs: OPENING_MS, revision, keeper, served, answers });
    connected.tooLarge.addEventListener('abort', () => {
      for (const giveUp of this.#underWay.values()) giveUp.abort();
    });
    this.#connected = connected;
    this.#event('opened');
  }

  start(slot: AttemptSlot): void {
    const { writer, nowNs } = this.#setup;
    clearAnswer(slot);
    slot.session = this.session;
    slot.rpcId = this.#nextId++;
    slot.connection = -1;
    slot.flags &= ~SAMPLE_FLAGS.reusedConnection;
    const json = writer.write(slot.rpcId, slot.spec, slot.argumentsJson, slot.callId);
    slot.bytesOut = Buffer.byteLength(json);
    const giveUp = new AbortController();
    this.#underWay.set(slot, giveUp);
    slot.sentNs = nowNs();
    void this.#call(slot, json, giveUp);
  }

  abandon(slot: AttemptSlot, cancel: boolean): void {
    const giveUp = this.#underWay.get(slot);
    if (giveUp === undefined) return;
    this.#underWay.delete(slot);
    if (!cancel || this.#setup.calls[slot.spec]?.cancel === true) giveUp.abort();
  }

  /** Ends the session within `withinMs`. Never rejects. */
  async close(withinMs: number): Promise<void> {
    const connected = this.#connected;
    this.#connected = null;
    if (connected === null) return;
    for (const giveUp of this.#underWay.values()) giveUp.abort();
    this.#underWay.clear();
    await within(withinMs, connected.close());
    this.#event('closed');
  }

  /** Ends a child at once, where there is one. */
  kill(): void {
    this.#connected?.kill();
  }

  /** Rejects only where `completed` throws. */
  async #call(slot: AttemptSlot, json: string, giveUp: AbortController): Promise<void> {
    const connected = this.#connected;
    if (connected === null) throw new Error('a call needs an open session');
    const { oracle, examples, nowNs, completed } = this.#setup;
    try {
      const result = await this.#request(connected, slot, json, giveUp.signal);
      const doneNs = nowNs();
      if (!this.#ends(slot, giveUp)) return;
      const message = { jsonrpc: '2.0', id: slot.rpcId, result };
      slot.doneNs = doneNs;
      slot.firstByteNs = doneNs;
      slot.bytesIn = Buffer.byteLength(JSON.stringify(message));
      if (this.#setup.target.kind === 'http') slot.httpStatus = 200;
      oracle.judgeMessage(slot, message);
      examples.add(slot, message);
    } catch (thrown) {
      const doneNs = nowNs();
      if (!this.#ends(slot, giveUp)) return;
      slot.doneNs = doneNs;
      // What is still waited for is given up only where an answer was too large.
      const known = { isTooLarge: giveUp.signal.aborted, hasEnded: connected.ending() !== null };
      examples.add(slot, judgeFailure(thrown, slot, oracle, known).detail);
    }
    completed(slot);
  }

  #request(
    { client }: Connected,
    slot: AttemptSlot,
    json: string,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> {
    const message = parsedOrUndefined(markExact(json));
    if (!isObject(message) || typeof message['method'] !== 'string' || !isObject(message['params']))
      throw new Error(`no request: ${json}`);
    const headers = Object.fromEntries(
      parameterValues(this.#setup.headerParameters[slot.spec] ?? [], slot.argumentsJson),
    );
    return client.request(message['method'], message['params'], { timeoutMs: NEVER_MS, signal, headers });
  }

  /** Whether the answer is still waited for, in this very attempt: its slot may belong to another one by now. */
  #ends(slot: AttemptSlot, giveUp: AbortController): boolean {
    return this.#underWay.get(slot) === giveUp && this.#underWay.delete(slot);
  }

  #event(edge: 'opened' | 'closed'): void {
    const { event, nowNs, protocol } = this.#setup;
    // Without sessions there is none to open.
    if (eraOf(protocol.revision) === 'session') event({ type: 'session', atNs: nowNs(), session: this.session, edge });
  }
}
