import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

type Heard = NonNullable<Transport['onmessage']>;

/** What MCP 2026-07-28 demands of a result, and of a list besides; as of a complete one that is not to be kept. */
const OF_EACH = { resultType: 'complete' } as const;
const OF_LISTS = { ...OF_EACH, ttlMs: 0, cacheScope: 'private' } as const;

/**
 * Hands every message on, and adds to a result what the revision demands and it lacks: the SDK's client refuses it
 * otherwise. Gateways that make one list of several leave such members out.
 */
export class CompletedResults {
  readonly #transport: Transport;
  readonly #lacked = new Set<string>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Names of the members that results lacked so far. */
  get lacked(): readonly string[] {
    return [...this.#lacked];
  }

  /** The transport for a client to connect with. */
  get transport(): Transport {
    const complete = (message: JSONRPCMessage) => this.#completed(message);
    return new Proxy(this.#transport, {
      get: (transport, name) => {
        const value: unknown = Reflect.get(transport, name, transport);
        return typeof value === 'function' ? (value.bind(transport) as unknown) : value;
      },
      set: (transport, name, value: unknown) => {
        const isHeard = name === 'onmessage' && typeof value === 'function';
        const heard: Heard = (message, extra) => (value as Heard)(complete(message) as typeof message, extra);
        return Reflect.set(transport, name, isHeard ? heard : value, transport);
      },
    });
  }

  #completed(message: JSONRPCMessage): JSONRPCMessage {
    if (!('result' in message)) return message;
    const { result } = message;
    const demanded = Array.isArray(result['tools']) ? OF_LISTS : OF_EACH;
    for (const name of Object.keys(demanded)) if (!(name in result)) this.#lacked.add(name);
    return { ...message, result: { ...demanded, ...result } };
  }
}
