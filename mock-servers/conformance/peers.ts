/** Who is connected: the sessions, with what each was asked, and the streams on which changes are announced. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { STATELESS_META, isObject, parsedOrUndefined } from '../../src/protocol/index.js';
import { beginSse } from '../wire/reply.js';
import type { Json } from './exchange.js';

/** One session. */
export class Peer {
  readonly capabilities: Json;
  readonly #asked = new Map<string, (result: Json) => void>();
  readonly #kept = new Map<string, string>();
  #questions = 0;

  constructor(capabilities: Json) {
    this.capabilities = capabilities;
  }

  /** A request to the client: its id, and the result that will come. */
  asked(): { readonly id: string; readonly answer: Promise<Json> } {
    const id = `server-${++this.#questions}`;
    return { id, answer: new Promise((resolve) => this.#asked.set(id, resolve)) };
  }

  /** The client's answer to a request. */
  answered(text: string): void {
    const message = parsedOrUndefined(text);
    if (!isObject(message)) return;
    const { id, result, error } = message;
    this.#asked.get(String(id))?.(isObject(result) ? result : { action: 'error', content: error });
    this.#asked.delete(String(id));
  }

  keep(eventId: string, json: string): void {
    this.#kept.set(eventId, json);
  }

  take(eventId: string): string | undefined {
    return this.#kept.get(eventId);
  }
}

type List = 'tools' | 'prompts';

interface Listener {
  readonly response: ServerResponse;
  readonly id: string | number;
  readonly lists: readonly List[];
}

const WANTED: readonly (readonly [string, List])[] = [
  ['toolsListChanged', 'tools'],
  ['promptsListChanged', 'prompts'],
];

export class Peers {
  readonly #sessions = new Map<string, Peer>();
  readonly #listeners = new Set<Listener>();

  open(capabilities: Json): string {
    const id = randomUUID();
    this.#sessions.set(id, new Peer(capabilities));
    return id;
  }

  find(id: string): Peer | undefined {
    return this.#sessions.get(id);
  }

  end(id: string): void {
    this.#sessions.delete(id);
  }

  /** Holds a stream of `subscriptions/listen` until the client closes it; it says first what it will announce. */
  listen(response: ServerResponse, id: string | number, { notifications: filter }: Json): void {
    const asked = isObject(filter) ? filter : {};
    const wanted = WANTED.filter(([key]) => asked[key] === true);
    const listener = { response, id, lists: wanted.map(([, list]) => list) };
    this.#listeners.add(listener);
    response.once('close', () => this.#listeners.delete(listener));
    beginSse(response);
    const honoured = Object.fromEntries(wanted.map(([key]) => [key, true]));
    send(listener, 'notifications/subscriptions/acknowledged', { notifications: honoured });
  }

  /** A list is another now. */
  announce(list: List): void {
    for (const listener of this.#listeners)
      if (listener.lists.includes(list)) send(listener, `notifications/${list}/list_changed`, {});
  }
}

function send({ response, id }: Listener, method: string, params: Json): void {
  const message = { jsonrpc: '2.0', method, params: { ...params, _meta: { [STATELESS_META.subscription]: id } } };
  response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
}
