/** What the first answer of each error class said, in each phase: so that a failure has words and not only a count. */
import { isObject, parsedOrUndefined } from '../../protocol/index.js';
import { ERROR_CLASSES, outcomeCode, type RunEvent } from '../../record/index.js';
import type { NowNs } from '../../clock/index.js';
import type { AttemptSlot } from '../channel.js';
import { excerpt } from '../eras/index.js';

const OK = outcomeCode('ok');

export class FailureExamples {
  readonly #seen = new Set<number>();
  readonly #nowNs: NowNs;
  readonly #event: (event: RunEvent) => void;

  constructor(nowNs: NowNs, event: (event: RunEvent) => void) {
    this.#nowNs = nowNs;
    this.#event = event;
  }

  /** @param answer a judged attempt's message, or its body as text. */
  add({ phase, outcome, errorClass }: AttemptSlot, answer: unknown): void {
    const kind = phase * 256 + errorClass;
    if (outcome === OK || this.#seen.has(kind)) return;
    const text = excerpt(textIn(answer));
    if (text === '') return;
    this.#seen.add(kind);
    const name = ERROR_CLASSES[errorClass] ?? 'none';
    this.#event({ type: 'failure-example', atNs: this.#nowNs(), phase, errorClass: name, text });
  }
}

/** The message of a JSON-RPC error, the text of a result, or the body as it is. */
function textIn(answer: unknown): string {
  const message = typeof answer === 'string' ? parsedOrUndefined(answer) : answer;
  if (!isObject(message)) return typeof answer === 'string' ? answer : '';
  const { error, result } = message;
  if (isObject(error) && typeof error['message'] === 'string') return error['message'];
  const content: unknown = isObject(result) && Array.isArray(result['content']) ? result['content'][0] : undefined;
  return isObject(content) && typeof content['text'] === 'string' ? content['text'] : JSON.stringify(message);
}
