/** One client over Streamable HTTP without a session: asked once whether the server speaks the revision, then open. */
import { operationOf, statelessFields, type CallSpec, type Revision } from '../../../catalog/index.js';
import type { ControlExchange, HttpEra } from '../http-era.js';
import { failureOf } from '../session/http-session.js';
import type { OpeningFailure } from '../session/handshake.js';
import { DISCOVER, discoverJson, readDiscover } from './discover.js';

/** Most time the discovery may take. */
const OPENING_MS = 30_000;

export interface HttpStatelessSetup {
  readonly exchange: ControlExchange;
  readonly revision: Revision;
  /** JSON-RPC ids are the channel's. */
  readonly takeId: () => number;
  /** Calls may be sent from now on. */
  readonly opened: () => void;
}

/** Nothing can be lost but connections, and nothing has to be ended. */
export class HttpStateless implements HttpEra {
  readonly generation = 0;
  /** What is no call is not sent. */
  readonly fields = '';
  readonly speaksBothWays = false;
  readonly #setup: HttpStatelessSetup;
  #isOpen = false;

  constructor(setup: HttpStatelessSetup) {
    this.#setup = setup;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  callFields(call: CallSpec): string {
    const operation = operationOf(call);
    return statelessFields(this.#setup.revision, operation.method, operation.headerName(call));
  }

  async open(): Promise<OpeningFailure | null> {
    const failure = await this.#discover();
    // It refuses a revision, and names the very one among those that it speaks: asked for again, it may be taken.
    const isOffered = failure?.kind === 'revision' && failure.offered.split(', ').includes(this.#setup.revision);
    return isOffered ? this.#discover() : failure;
  }

  sessionUnknown(): void {
    // There is none.
  }

  close(): Promise<void> {
    this.#isOpen = false;
    return Promise.resolve();
  }

  async #discover(): Promise<OpeningFailure | null> {
    const { exchange, revision, takeId, opened } = this.#setup;
    const id = takeId();
    const fields = statelessFields(revision, DISCOVER, null);
    const answer = await exchange.post(fields, discoverJson(id, revision), id, OPENING_MS);
    const isAnswered = answer.kind === 'answer' && [200, 400, 404].includes(answer.status);
    const read = isAnswered ? readDiscover(answer.text, revision) : null;
    if (read?.kind === 'ok' && answer.kind === 'answer' && answer.status === 200) {
      this.#isOpen = true;
      opened();
      return null;
    }
    if (read?.kind === 'failed' && read.failure.kind !== 'not-mcp') return read.failure;
    const failure = failureOf(answer, OPENING_MS);
    if (failure?.kind === 'silent') return { ...failure, asked: DISCOVER };
    return failure ?? { kind: 'not-mcp', body: answer.kind === 'answer' ? answer.text : '' };
  }
}
