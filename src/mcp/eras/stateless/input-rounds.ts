/**
 * Results that demand input before the work is done (MCP 2026-07-28, Multi Round-Trip Requests): the call is made again
 * with what the scenario answers, under an id of its own. All rounds are one attempt.
 */
import { isObject } from '../../../protocol/index.js';
import { errorClassCode } from '../../../record/index.js';
import type { AttemptSlot } from '../../channel.js';
import type { RequestAnswers } from '../session/server-requests.js';

/** Rounds of one attempt, as the official clients have it. */
const MOST_ROUNDS = 10;
const INPUT_REQUIRED = errorClassCode('input-required');

/** What the rounds of an attempt before the present one were. */
interface Earlier {
  rounds: number;
  bytesIn: number;
  bytesOut: number;
  readonly firstByteNs: number;
}

export class InputRounds {
  readonly #requests: RequestAnswers;
  readonly #earlier = new Map<AttemptSlot, Earlier>();

  constructor(requests: RequestAnswers) {
    this.#requests = requests;
  }

  /**
   * The members that the next request of a judged attempt has besides, as JSON text. Null: the attempt ends, since
   * nothing is demanded, or something that the scenario has no answer for, or once more than enough. A demand that only
   * asks to come again later ends it too.
   *
   * @param message the answer.
   */
  next(slot: AttemptSlot, message: unknown): string | null {
    if (slot.errorClass !== INPUT_REQUIRED) return null;
    const earlier = this.#earlier.get(slot) ?? {
      ...{ rounds: 0, bytesIn: 0, bytesOut: 0 },
      firstByteNs: slot.firstByteNs,
    };
    const members = earlier.rounds < MOST_ROUNDS ? this.#answered(message) : null;
    if (members === null) return null;
    earlier.rounds++;
    earlier.bytesIn += slot.bytesIn;
    earlier.bytesOut += slot.bytesOut;
    this.#earlier.set(slot, earlier);
    return members;
  }

  /** The attempt ends: adds what its earlier rounds sent and brought. */
  complete(slot: AttemptSlot): void {
    if (this.#earlier.size === 0) return;
    const earlier = this.#earlier.get(slot);
    if (earlier === undefined) return;
    this.#earlier.delete(slot);
    slot.bytesIn += earlier.bytesIn;
    slot.bytesOut += earlier.bytesOut;
    slot.firstByteNs = earlier.firstByteNs;
  }

  /** Forgets an attempt that is given up. */
  withdraw(slot: AttemptSlot): void {
    if (this.#earlier.size > 0) this.#earlier.delete(slot);
  }

  #answered(message: unknown): string | null {
    const result = isObject(message) ? message['result'] : undefined;
    if (!isObject(result) || !isObject(result['inputRequests'])) return null;
    const { inputRequests, requestState } = result;
    const responses: Record<string, unknown> = {};
    let isWhole = true;
    for (const [key, request] of Object.entries(inputRequests)) {
      const method = isObject(request) ? request['method'] : undefined;
      if (!isObject(request) || typeof method !== 'string') return null;
      // Each of them is asked for, and counts, though one without an answer ends the call.
      const answer = this.#requests.answer(method, request['params']);
      if (answer === null) isWhole = false;
      responses[key] = answer;
    }
    if (!isWhole || Object.keys(responses).length === 0) return null;
    const state = typeof requestState === 'string' ? { requestState } : {};
    return JSON.stringify({ inputResponses: responses, ...state }).slice(1, -1);
  }
}
