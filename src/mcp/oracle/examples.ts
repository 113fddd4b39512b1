/** What answers of each error class said, in each phase: so that a failure has words and not only a count. */
import { isObject, parsedOrUndefined } from '../../protocol/index.js';
import { ERROR_CLASSES, errorClassCode, outcomeCode, type RunEvent } from '../../record/index.js';
import type { NowNs } from '../../clock/index.js';
import type { AttemptSlot } from '../channel.js';
import { excerpt } from '../eras/index.js';
import type { Oracle } from './answer.js';

const OK = outcomeCode('ok');
const FOREIGN = errorClassCode('foreign-answer');

/** Of one error class in one phase. */
const MOST_TEXTS = 3;
/** Answers of a class that are read for another text: a storm of failures is not slowed down by its words. */
const MOST_READ = 100;

/** What is known of the answers of one class in one phase. */
interface Known {
  readonly texts: Set<string>;
  read: number;
}

export class FailureExamples {
  readonly #known = new Map<number, Known>();
  readonly #nowNs: NowNs;
  readonly #event: (event: RunEvent) => void;
  readonly #oracle: Pick<Oracle, 'brokenPromise' | 'answerOf'>;

  /** @param oracle says what an answer lacks that has words of another kind. */
  constructor(nowNs: NowNs, event: (event: RunEvent) => void, oracle: Pick<Oracle, 'brokenPromise' | 'answerOf'>) {
    this.#nowNs = nowNs;
    this.#event = event;
    this.#oracle = oracle;
  }

  /** @param answer a judged attempt's message, or its body as text. */
  add(slot: AttemptSlot, answer: unknown): void {
    const { phase, outcome, errorClass } = slot;
    if (outcome === OK) return;
    if (errorClass === FOREIGN) this.#addForeign(slot, answer);
    const kind = phase * 256 + errorClass;
    const known = this.#known.get(kind) ?? { texts: new Set(), read: 0 };
    if (known.read === 0) this.#known.set(kind, known);
    if (known.texts.size === MOST_TEXTS || known.read === MOST_READ) return;
    known.read++;
    const message = typeof answer === 'string' ? parsedOrUndefined(answer) : answer;
    const text = excerpt(this.#oracle.brokenPromise(slot, message) || textIn(message, answer));
    const essence = withoutNumbers(text);
    if (text === '' || known.texts.has(essence)) return;
    known.texts.add(essence);
    const name = ERROR_CLASSES[errorClass] ?? 'none';
    this.#event({ type: 'failure-example', atNs: this.#nowNs(), phase, errorClass: name, text });
  }

  /** Each of them is an event: whose answer went where is a count that has to be exact. */
  #addForeign(slot: AttemptSlot, answer: unknown): void {
    const message = typeof answer === 'string' ? parsedOrUndefined(answer) : answer;
    const answerOf = this.#oracle.answerOf(slot, message);
    if (answerOf === null || Number.isNaN(slot.callId)) return;
    const { session, callId: call } = slot;
    this.#event({ type: 'foreign-answer', atNs: this.#nowNs(), session, call, answerOf });
  }
}

/** Texts that differ in an id, a time or a count say the same. */
function withoutNumbers(text: string): string {
  return text.replace(/[0-9a-f]*\d[0-9a-f-]*/gi, '#');
}

/** The message of a JSON-RPC error, the text of a result, or the body as it is. */
function textIn(message: unknown, answer: unknown): string {
  if (!isObject(message)) return typeof answer === 'string' ? answer : '';
  const { error, result } = message;
  if (isObject(error) && typeof error['message'] === 'string') return error['message'];
  const content: unknown = isObject(result) && Array.isArray(result['content']) ? result['content'][0] : undefined;
  return isObject(content) && typeof content['text'] === 'string' ? content['text'] : JSON.stringify(message);
}
