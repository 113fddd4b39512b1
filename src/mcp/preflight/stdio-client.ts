/**
 * The official SDK's client on a stdio server of ours. The SDK's own transport starts a server outside any process
 * group and ends its leader only: behind `npx`, `npm run` or `sh -c` the server itself would live on.
 */
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { ProcessKeeper } from '../../processes/index.js';
import { MAX_ANSWER_BYTES } from '../limits.js';
import { AnswerTooLarge } from './bounded-fetch.js';
import { unmarkExact } from './exact-integers.js';
import { isObject, parsedOrUndefined } from '../../protocol/index.js';
import { LineReader, OtherLines, ServerProcess, type StdioTarget } from '../transports/stdio/index.js';

export class StdioClient implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly process: ServerProcess;
  /** What it writes to stdout besides messages. */
  readonly otherLines = new OtherLines();
  readonly #tooLarge = new AbortController();
  readonly #closeMs: number;
  readonly #serialize: (message: JSONRPCMessage) => string;
  readonly #deserialize: (line: string) => JSONRPCMessage;
  #isClosed = false;
  /** Whether it has written a message: what else it writes is then beside them. */
  #hasSpoken = false;

  private constructor(
    process: ServerProcess,
    closeMs: number,
    sdk: typeof import('@modelcontextprotocol/sdk/shared/stdio.js'),
  ) {
    this.process = process;
    this.#closeMs = closeMs;
    this.#serialize = sdk.serializeMessage;
    this.#deserialize = sdk.deserializeMessage;
  }

  /** Aborted when it has written a line that is longer than what is read. */
  get tooLarge(): AbortSignal {
    return this.#tooLarge.signal;
  }

  /** Starts the server. `closeMs`: what its orderly end may take. */
  static async begin(target: StdioTarget, keeper: ProcessKeeper | undefined, closeMs: number): Promise<StdioClient> {
    const sdk = await import('@modelcontextprotocol/sdk/shared/stdio.js');
    return new StdioClient(new ServerProcess(target, keeper), closeMs, sdk);
  }

  start(): Promise<void> {
    const lines = new LineReader((text) => this.#onLine(text), MAX_ANSWER_BYTES);
    this.process.stdout.on('data', (chunk: Buffer) => {
      if (lines.push(chunk)) return;
      this.#tooLarge.abort(new AnswerTooLarge());
      this.process.signal('SIGKILL');
    });
    void this.process.ended.then(() => this.#closed());
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve) => {
      if (!this.process.stdin.writable || this.process.stdin.write(unmarkExact(this.#serialize(message)))) resolve();
      else this.process.stdin.once('drain', resolve);
    });
  }

  async close(): Promise<void> {
    await this.process.stop(this.#closeMs);
    this.#closed();
  }

  #onLine(text: string): void {
    if (text === '') return;
    if (!isObject(parsedOrUndefined(text))) {
      this.otherLines.add(text);
      // Nothing that it writes can be read: waiting for an answer would only take time.
      if (this.otherLines.isHopeless && !this.#hasSpoken) this.process.signal('SIGKILL');
      return;
    }
    this.#hasSpoken = true;
    try {
      this.onmessage?.(this.#deserialize(text));
    } catch (thrown) {
      this.onerror?.(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose?.();
  }
}
