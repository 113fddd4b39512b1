/** One client over Streamable HTTP without a session: asked once whether the server speaks the revision, then open. */
import { operationOf, statelessFields, type CallSpec, type Revision } from '../../../catalog/index.js';
import type { ControlAnswer, ControlExchange, ControlFailure, EraReports, HttpEra } from '../http-era.js';
import { failureOf } from '../session/http-session.js';
import type { OpeningFailure } from '../session/handshake.js';
import {
  DISCOVER,
  LIST_TOOLS,
  discoverJson,
  isToolList,
  listToolsJson,
  mayListTools,
  readDiscover,
} from './discover.js';

/** Most time the discovery may take. */
const OPENING_MS = 30_000;

export interface HttpStatelessSetup extends Pick<EraReports, 'opened'> {
  readonly exchange: ControlExchange;
  readonly revision: Revision;
  /** JSON-RPC ids are the channel's. */
  readonly takeId: () => number;
}

/** Nothing can be lost but connections, and nothing has to be ended. */
export class HttpStateless implements HttpEra {
  /** What is no call is not sent. */
  readonly fields = '';
  readonly speaksBothWays = false;
  readonly #setup: HttpStatelessSetup;

  constructor(setup: HttpStatelessSetup) {
    this.#setup = setup;
  }

  callFields(call: CallSpec): string {
    const operation = operationOf(call);
    return statelessFields(this.#setup.revision, operation.method, operation.headerName(call));
  }

  async open(): Promise<OpeningFailure | null> {
    const failure = await this.#discover();
    if (failure === null) return null;
    // It refuses a revision, and names the very one among those that it speaks: asked for again, it may be taken.
    if (failure.kind === 'revision' && failure.offered.split(', ').includes(this.#setup.revision))
      return this.#discover();
    return mayListTools(failure) && (await this.#listsTools()) ? null : failure;
  }

  sessionUnknown(): void {
    // There is none.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #discover(): Promise<OpeningFailure | null> {
    const { revision } = this.#setup;
    const answer = await this.#ask(DISCOVER, discoverJson);
    const isAnswered = answer.kind === 'answer' && [200, 400, 404].includes(answer.status);
    const read = isAnswered ? readDiscover(answer.text, revision) : null;
    if (read?.kind === 'ok' && answer.kind === 'answer' && answer.status === 200) {
      this.#setup.opened();
      return null;
    }
    if (read?.kind === 'failed' && read.failure.kind !== 'not-mcp') return read.failure;
    const failure = failureOf(answer, OPENING_MS);
    return { ...(failure ?? { kind: 'not-mcp', body: answer.kind === 'answer' ? answer.text : '' }), asked: DISCOVER };
  }

  /** A gateway may pass on every request of the revision but that one. */
  async #listsTools(): Promise<boolean> {
    const answer = await this.#ask(LIST_TOOLS, listToolsJson);
    const lists = answer.kind === 'answer' && answer.status === 200 && isToolList(answer.text);
    if (lists) this.#setup.opened();
    return lists;
  }

  #ask(method: string, json: (id: number, revision: Revision) => string): Promise<ControlAnswer | ControlFailure> {
    const { exchange, revision, takeId } = this.#setup;
    const id = takeId();
    return exchange.post(statelessFields(revision, method, null), json(id, revision), id, OPENING_MS);
  }
}
