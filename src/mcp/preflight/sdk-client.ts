/** Clients of the official SDK as the preflight uses them: 1.x where there are sessions, 2.x where there are none. */
import type {
  StreamableHTTPClientTransport,
  StreamableHTTPClientTransportOptions,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CreateMessageResult, DiscoverResult, ElicitResult, ListRootsResult } from '@modelcontextprotocol/client';
import { CLIENT_INFO, eraOf, type Revision } from '../../catalog/index.js';
import { LIST_TOOLS, type RequestAnswers } from '../eras/index.js';
import { isObject } from '../../protocol/index.js';
import { LONGEST_RETRY_MS } from '../limits.js';
import { sdkCode } from './sdk-errors.js';

type JsonObject = Readonly<Record<string, unknown>>;

export interface RequestLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Further header fields, of a stateless request over HTTP. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SdkClient {
  /**
   * @param how a server without sessions is asked what it has by `server/discover`, or taken to have tools; one with
   *   sessions always has its handshake.
   */
  connect(transport: Transport, timeoutMs: number, how: 'discovering' | 'assuming'): Promise<void>;
  /** The result, in whatever form it came. Rejects with the errors of the SDK. */
  request(method: string, params: JsonObject, limits: RequestLimits): Promise<JsonObject>;
  readonly serverInfo: { readonly name: string; readonly version: string } | null;
  readonly capabilities: JsonObject;
  readonly instructions: string | null;
  /** Whether the server says that it announces another list of tools. */
  readonly announcesTools: boolean;
  /** Called whenever the server announces another list of tools. */
  onToolsChanged(heard: () => void): Promise<void>;
  close(): Promise<void>;
}

/**
 * A client that speaks the revision's era, not connected yet. Its errors come back from the request they belong to.
 *
 * @param answers answers requests of the server, and results that demand input; counts both.
 */
export const sdkClient = (revision: Revision, answers: RequestAnswers): Promise<SdkClient> =>
  eraOf(revision) === 'stateless' ? statelessClient(revision, answers) : sessionClient(answers);

/** Their transport over Streamable HTTP. Both packages declare the same one, each for itself. */
export async function sdkHttpTransport(
  url: URL,
  options: Pick<StreamableHTTPClientTransportOptions, 'requestInit' | 'fetch'>,
  revision: Revision,
): Promise<StreamableHTTPClientTransport> {
  if (eraOf(revision) === 'stateless') {
    const stateless = await import('@modelcontextprotocol/client');
    return new stateless.StreamableHTTPClientTransport(url, options) as unknown as StreamableHTTPClientTransport;
  }
  const sessions = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  return withBoundedRetry(new sessions.StreamableHTTPClientTransport(url, options));
}

/** The SDK 1.x gives its timer any `retry` that a server names, and one beyond 2^31 ms asks without a pause. */
function withBoundedRetry<T extends object>(transport: T): T {
  let retryMs: number | undefined;
  return Object.defineProperty(transport, '_serverRetryMs', {
    get: () => retryMs,
    set: (value: number | undefined) => {
      retryMs = value === undefined ? value : Math.min(value, LONGEST_RETRY_MS);
    },
  });
}

/** What the clients of both packages have in common, each with types of its own. */
interface ClientOfBoth {
  connect(transport: Transport, options: { readonly timeout: number }): Promise<void>;
  getServerVersion(): { readonly name: string; readonly version: string } | undefined;
  getServerCapabilities(): { readonly tools?: { readonly listChanged?: boolean | undefined } | undefined } | undefined;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

/** What is known of the server is read when it is asked for: a client is handed out before it is connected. */
function sdkClientOf(
  client: ClientOfBoth,
  own: Pick<SdkClient, 'request' | 'onToolsChanged'>,
  assumed: object = {},
  connecting: (transport: Transport) => void = () => undefined,
): SdkClient {
  return {
    ...own,
    connect: (transport, timeout, how) => {
      connecting(transport);
      return client.connect(transport, { timeout, ...(how === 'assuming' ? assumed : {}) });
    },
    get serverInfo() {
      return client.getServerVersion() ?? null;
    },
    get capabilities() {
      return { ...client.getServerCapabilities() };
    },
    get instructions() {
      return client.getInstructions() ?? null;
    },
    get announcesTools() {
      return client.getServerCapabilities()?.tools?.listChanged === true;
    },
    close: () => client.close(),
  };
}

async function sessionClient(answers: RequestAnswers): Promise<SdkClient> {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const { ResultSchema, ToolListChangedNotificationSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const client = await answering(new Client(CLIENT_INFO, { capabilities: answers.capabilities }), answers);
  client.onerror = () => undefined;
  return sdkClientOf(client, {
    request: (method, params, limits) => client.request({ method, params }, ResultSchema, optionsOf(limits)),
    onToolsChanged: (heard) => {
      client.setNotificationHandler(ToolListChangedNotificationSchema, heard);
      return Promise.resolve();
    },
  });
}

/** Gives a client of the SDK the answers of the scenario. */
async function answering(client: Client, answers: RequestAnswers): Promise<Client> {
  const sdk = await import('@modelcontextprotocol/sdk/types.js');
  const result = ({ method, params }: { readonly method: string; readonly params?: unknown }) =>
    Promise.resolve(resultOf(answers, method, params));
  client.setRequestHandler(sdk.PingRequestSchema, result);
  // A handler may only be set for what was offered.
  const { elicitation, sampling, roots } = answers.capabilities;
  if (elicitation !== undefined) client.setRequestHandler(sdk.ElicitRequestSchema, result);
  if (sampling !== undefined) client.setRequestHandler(sdk.CreateMessageRequestSchema, result);
  if (roots !== undefined) client.setRequestHandler(sdk.ListRootsRequestSchema, result);
  client.fallbackRequestHandler = result;
  return client;
}

/** @throws the refusal of what is not offered, with the code and words of the SDK's own. */
function resultOf(answers: RequestAnswers, method: string, params: unknown): JsonObject {
  const result = answers.answer(method, params);
  if (result === null) throw Object.assign(new Error('Method not found'), { code: -32601 });
  return result;
}

/** Takes every result: what is right is for the oracle to say. */
const ANYTHING: {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { readonly value: JsonObject };
    readonly types?: { readonly input: unknown; readonly output: JsonObject };
  };
} = { '~standard': { version: 1, vendor: 'plimsoll', validate: (value) => ({ value: value as JsonObject }) } };

const REFUSED_LISTS = new WeakMap<object, JsonObject>();

/** The tool list that the SDK 2.x rejected a request for, whole, for what is wrong with a part of it; else null. */
export const refusedList = (thrown: unknown): JsonObject | null =>
  (thrown instanceof Error ? REFUSED_LISTS.get(thrown) : undefined) ?? null;

/** The last result that holds tools, as it came. */
class LastList {
  #last: JsonObject | null = null;

  /** To be called before the client is connected, which passes every message on to what is set before. */
  readFrom(transport: Transport): void {
    transport.onmessage = (message) => {
      const result: unknown = 'result' in message ? message.result : null;
      if (isObject(result) && Array.isArray(result['tools'])) this.#last = result;
    };
  }

  forget(): void {
    this.#last = null;
  }

  belongsTo(thrown: unknown): void {
    if (thrown instanceof Error && sdkCode(thrown) === 'INVALID_RESULT' && this.#last !== null)
      REFUSED_LISTS.set(thrown, this.#last);
  }
}

async function statelessClient(revision: Revision, answers: RequestAnswers): Promise<SdkClient> {
  const { Client } = await import('@modelcontextprotocol/client');
  const { capabilities } = answers;
  const client = new Client(CLIENT_INFO, {
    capabilities,
    versionNegotiation: { mode: { pin: revision } },
    inputRequired: { autoFulfill: Object.keys(capabilities).length > 0 },
  });
  const result = (method: string, params: unknown) => resultOf(answers, method, params);
  const { elicitation, sampling, roots } = capabilities;
  if (elicitation !== undefined)
    client.setRequestHandler('elicitation/create', ({ method, params }) => result(method, params) as ElicitResult);
  if (sampling !== undefined)
    client.setRequestHandler(
      'sampling/createMessage',
      ({ method, params }) => result(method, params) as CreateMessageResult,
    );
  if (roots !== undefined)
    client.setRequestHandler('roots/list', ({ method, params }) => result(method, params) as ListRootsResult);
  client.onerror = () => undefined;
  const lists = new LastList();
  const own: Pick<SdkClient, 'request' | 'onToolsChanged'> = {
    request: async (method, params, limits) => {
      lists.forget();
      try {
        return await client.request({ method, params }, ANYTHING, optionsOf(limits));
      } catch (thrown) {
        if (method === LIST_TOOLS) lists.belongsTo(thrown);
        throw thrown;
      }
    },
    onToolsChanged: async (heard) => {
      client.setNotificationHandler('notifications/tools/list_changed', heard);
      if (client.getServerCapabilities()?.tools?.listChanged === true)
        await client.listen({ toolsListChanged: true }).catch(() => undefined);
    },
  };
  const discover = { ...ASSUMED, supportedVersions: [revision] } satisfies DiscoverResult;
  return sdkClientOf(client, own, { prior: { kind: 'modern', discover } }, (transport) => lists.readFrom(transport));
}

/** What a server is taken to have answered that refuses to be discovered. */
const ASSUMED = { resultType: 'complete', ttlMs: 0, cacheScope: 'private', capabilities: { tools: {} } } as const;

function optionsOf({ timeoutMs, signal, headers }: RequestLimits) {
  return {
    timeout: timeoutMs,
    ...(signal === undefined ? {} : { signal }),
    ...(headers === undefined ? {} : { headers }),
  };
}
