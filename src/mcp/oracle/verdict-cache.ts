/**
 * The verdict cache: a right answer that comes again, equal in every byte but its JSON-RPC id, is right again.
 *
 * An answer is cached once the oracle has found it right, and only when its verdict can depend on nothing but its
 * bytes: where the id stands is proved by putting another id there, parsing, and judging again. Whatever differs from
 * what is cached goes to the oracle, so the verdicts are the oracle's own; what is saved is parsing the same text
 * again (a sixth of a call's CPU).
 */
import { AttemptSlot } from '../channel.js';
import type { Oracle } from './answer.js';
import type { Judged } from './settle.js';
import { TemplateBytes } from '../fast-path/index.js';
import { isObject, parsedOrUndefined } from '../../protocol/index.js';
import { outcomeCode } from '../../record/index.js';

/** What the bytes of one spec's right answer are, around the digits of the id. */
interface CachedVerdict {
  /** The text that was expected of it. */
  readonly expectedText: string;
  readonly before: TemplateBytes;
  readonly after: TemplateBytes;
}

const OK = outcomeCode('ok');
/** Answers not recognised before the next one is cached: doubled each time, halved whenever one is recognised. */
const MOST_PATIENCE = 4_096;
/** More is likely to differ somewhere, and to cost more than it saves. */
const LONGEST_BYTES = 65_536;
/** `"id":7` may stand in a result as well: so many places are tried. */
const MOST_PLACES = 8;
const ID_KEY = Buffer.from('"id":');

export class VerdictCache {
  readonly #oracle: Oracle;
  readonly #cached: (CachedVerdict | null)[];
  readonly #patience: number[];
  readonly #misses: number[];

  /** @param specs number of call specs. */
  constructor(oracle: Oracle, specs: number) {
    this.#oracle = oracle;
    this.#cached = new Array<CachedVerdict | null>(specs).fill(null);
    this.#patience = new Array<number>(specs).fill(1);
    this.#misses = new Array<number>(specs).fill(0);
  }

  /** Whether these bytes of a message are the cached answer to this call. False says nothing about the answer. */
  recognises(call: Judged, bytes: Buffer, start: number, end: number): boolean {
    const cached = this.#cached[call.spec] ?? null;
    if (cached === null || cached.expectedText !== call.expectedText) return false;
    const { before, after } = cached;
    const idStart = start + before.length;
    const idEnd = end - after.length;
    if (
      !areDigits(bytes, idStart, idEnd, call.rpcId) ||
      !after.standAt(bytes, idEnd, end) ||
      !before.standAt(bytes, start, idStart)
    )
      return false;
    const patience = this.#patience[call.spec] ?? 1;
    if (patience > 1) this.#patience[call.spec] = patience >> 1;
    return true;
  }

  /** Caches an answer that was not recognised, if it is right and enough others have gone by. */
  consider(call: Judged, bytes: Buffer, start: number, end: number): void {
    if (end - start > LONGEST_BYTES) return;
    const misses = (this.#misses[call.spec] ?? 0) + 1;
    const patience = this.#patience[call.spec] ?? 1;
    if (misses < patience) {
      this.#misses[call.spec] = misses;
      return;
    }
    this.#misses[call.spec] = 0;
    this.#patience[call.spec] = Math.min(MOST_PATIENCE, patience * 2);
    const text = bytes.toString('utf8', start, end);
    // Replacement characters would hide which bytes they stand for, and an unequal length shows that there are some.
    if (Buffer.byteLength(text) !== end - start || !this.#dependsOnBytesAlone(call, text, call.rpcId)) return;
    const id = String(call.rpcId);
    let at = start;
    for (let place = 0; place < MOST_PLACES; place++) {
      at = bytes.indexOf(ID_KEY, at);
      if (at === -1 || at >= end) return;
      at += ID_KEY.length;
      while (at < end && bytes[at] === 32) at++;
      const before = bytes.toString('utf8', start, at);
      const after = bytes.toString('utf8', at + id.length, end);
      if (bytes.toString('latin1', at, at + id.length) !== id || !/^[,}\s]/.test(after)) continue;
      if (!this.#dependsOnBytesAlone(call, before + (call.rpcId + 1) + after, call.rpcId + 1)) continue;
      const idEnd = at + id.length;
      this.#cached[call.spec] = {
        expectedText: call.expectedText,
        before: new TemplateBytes(bytes, start, at),
        after: new TemplateBytes(bytes, idEnd, end),
      };
      return;
    }
  }

  /** Whether the text is a right answer under this id, and nothing is read from it that would have to be read again. */
  #dependsOnBytesAlone(call: Judged, text: string, rpcId: number): boolean {
    const message = parsedOrUndefined(text);
    // On a stream, what has a method is no answer; and a server's times are different in every answer.
    if (!isObject(message) || message['method'] !== undefined || message['id'] !== rpcId) return false;
    const again = new AttemptSlot(-1, call.spec);
    again.expectedText = call.expectedText;
    again.rpcId = rpcId;
    // Durations become stamps by them.
    again.sentNs = 0;
    again.doneNs = Number.MAX_SAFE_INTEGER;
    this.#oracle.judgeMessage(again, message);
    return again.outcome === OK && [again.receivedNs, again.startedNs, again.finishedNs].every(Number.isNaN);
  }
}

/** Whether the bytes from `start` to `end` are exactly the decimal digits of `value`, a positive integer below 2^31. */
function areDigits(bytes: Buffer, start: number, end: number, value: number): boolean {
  if (end - start < 1 || end - start > 10) return false;
  let rest = value;
  for (let at = end - 1; at >= start; at--) {
    const higher = (rest / 10) | 0;
    if (bytes[at] !== 48 + (rest - higher * 10)) return false;
    rest = higher;
    if (rest === 0) return at === start;
  }
  return false;
}
