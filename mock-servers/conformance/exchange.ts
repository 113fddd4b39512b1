/** One request as the fixtures see it, and how they refuse it. */

export type Json = Readonly<Record<string, unknown>>;

export interface Exchange {
  readonly isStateless: boolean;
  readonly params: Json;
  /** `_meta` of the params; empty where there is none. */
  readonly meta: Json;
  /** What the client says that it can do. */
  readonly capabilities: Json;
  /** Sends a notification on the way to the answer, which then is an event stream. */
  notify(method: string, params: Json): void;
  /** Asks the client and waits for its result. Of a session only. */
  ask(method: string, params: Json): Promise<Json>;
  /** Ends the stream before the answer, which is kept until the rest of the stream is asked for. */
  hangUp(): void;
}

/** The request is answered with this JSON-RPC error. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: number;
  readonly status: number;
  readonly data: object | undefined;

  /** @param status over HTTP, in the stateless era. */
  constructor(code: number, message: string, data?: object, status = 200) {
    super(message);
    this.code = code;
    this.status = status;
    this.data = data;
  }
}

export const textBlock = (text: string): Json => ({ type: 'text', text });
export const textResult = (text: string): Json => ({ content: [textBlock(text)] });

/** What a client is asked for. */
export const elicitation = (message: string, properties: Json): Json => ({
  mode: 'form',
  message,
  requestedSchema: { type: 'object', properties, required: Object.keys(properties) },
});

export const sampling = (text: string, maxTokens: number): Json => ({
  messages: [{ role: 'user', content: textBlock(text) }],
  maxTokens,
});
