/** What the SDK's errors leave out of an answer over HTTP, and `fetch` out of a request. */
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { unmarkExact } from './exact-integers.js';

/** Of the body of an answer that is of no use. */
const MOST_NOTED_BYTES = 65_536;

/** The last answer that was no success, or of a type that MCP does not have. */
export interface NotedAnswer {
  readonly status: number;
  /** Value of Location, or ''. */
  readonly location: string;
  /** The beginning of the body. */
  readonly body: string;
  /** Value of WWW-Authenticate, or ''. */
  readonly challenge: string;
}

/** Notes what failed requests were answered. */
export class HttpNotes {
  #last: NotedAnswer | null = null;

  get last(): NotedAnswer | null {
    return this.#last;
  }

  /** `inner`, noted; numbers that were marked are written digit by digit. */
  through(inner: typeof fetch): typeof fetch {
    return async (input, init) => {
      const body = typeof init?.body === 'string' ? { body: unmarkExact(init.body) } : {};
      const response = await inner(input, { ...init, ...body });
      const type = response.headers.get('content-type') ?? '';
      const isUseful =
        response.ok && (response.status === 202 || /^(?:application\/json|text\/event-stream)/.test(type));
      if (isUseful) return response;
      const { status, statusText, headers } = response;
      const text = await beginningOf(response);
      const challenge = headers.get('www-authenticate') ?? '';
      this.#last = { status, location: headers.get('location') ?? '', body: text, challenge };
      const isBodyless = status === 204 || status === 205 || status === 304;
      return new Response(isBodyless ? null : text, { status, statusText, headers: withoutLength(headers) });
    };
  }
}

async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the rest.
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_NOTED_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, MOST_NOTED_BYTES);
}

function withoutLength(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) kept.delete(name);
  return kept;
}

/** A `fetch` that sends the Host field it is given, where the one of Node.js writes its own. */
export const fetchWithHost: typeof fetch = (input, init) =>
  new Promise((resolve, reject) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = send(
      url,
      {
        method: init?.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init?.headers)),
        ...(init?.signal === null || init?.signal === undefined ? {} : { signal: init.signal }),
      },
      (incoming) => {
        const { statusCode: status = 0, statusMessage: statusText = '' } = incoming;
        const isBodyless = status === 204 || status === 205 || status === 304;
        if (isBodyless) incoming.resume();
        const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
          values.map((value): [string, string] => [name, value]),
        );
        const body = isBodyless ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
        resolve(new Response(body, { status, statusText, headers }));
      },
    );
    outgoing.once('error', reject);
    outgoing.end(typeof init?.body === 'string' ? init.body : undefined);
  });
