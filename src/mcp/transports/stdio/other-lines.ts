/** Lines on stdout that are no messages: the first of them, and what they are where that is certain. */
import { isObject, parsedOrUndefined } from '../../../protocol/index.js';

/** How a server writes messages, where it is not one message a line. */
export type WrongFraming = 'several-lines' | 'content-length' | 'byte-order-mark';

const MOST_CHARACTERS = 65_536;
/** More is no banner: it is a program that speaks no MCP. */
const MOST_LINES = 10_000;

export class OtherLines {
  #first: string | null = null;
  #framing: WrongFraming | null = null;
  /** What may become a message that is written over several lines. */
  #gathered = '';
  #count = 0;

  /** The first of them; null while there is none. */
  get first(): string | null {
    return this.#first;
  }

  /** Known from the moment on at which a whole message was written so. */
  get framing(): WrongFraming | null {
    return this.#framing;
  }

  /** Whether waiting for a message is of no use: they are written so that they can't be read, or lines have no end. */
  get isHopeless(): boolean {
    return this.#framing !== null || this.#count > MOST_LINES;
  }

  /** Takes a line that is no JSON object. */
  add(line: string): void {
    this.#count++;
    this.#first ??= line;
    if (line.startsWith('\uFEFF') && isObject(parsedOrUndefined(line.slice(1)))) this.#framing ??= 'byte-order-mark';
    if (/^content-length: *\d+$/i.test(line)) this.#framing ??= 'content-length';
    if (this.#gathered === '' && !line.startsWith('{')) return;
    this.#gathered += `${line}\n`;
    if (this.#gathered.length > MOST_CHARACTERS) this.#gathered = '';
    // Only a line that closes a brace can end a message.
    if (!/\}\s*$/.test(line)) return;
    const message = parsedOrUndefined(this.#gathered);
    if (!isObject(message)) return;
    this.#gathered = '';
    if (message['jsonrpc'] === '2.0') this.#framing ??= 'several-lines';
  }
}
