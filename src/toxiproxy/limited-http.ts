/**
 * HTTP for toxiproxy-node-client, in place of its own: with a limit on every request, which would otherwise keep the
 * process alive as long as a server that hangs, and with the server's own words where it refuses.
 */

/** The server answered, and not with success. */
export class Refusal extends Error {
  readonly status: number;

  /** `words` as the server put them, or the status where it had none. */
  constructor(status: number, words: string) {
    super(words);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** The methods the client's objects use. All reject with {@link Refusal}, or with whatever fetch rejects with. */
export interface LimitedHttp {
  get(url: string): Promise<{ readonly data: unknown }>;
  post(url: string, body?: unknown): Promise<{ readonly data: unknown }>;
  delete(url: string): Promise<void>;
  getText(url: string): Promise<string>;
}

/** Whether a request was given up at its limit. */
export function isOverLimit(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'TimeoutError';
}

export function limitedHttp(limitMs: number): LimitedHttp {
  const ask = async (method: string, url: string, body?: unknown): Promise<string> => {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(limitMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Refusal(response.status, wordsOf(text, response.status));
    return text;
  };
  const dataOf = (text: string): { readonly data: unknown } => ({
    data: text === '' ? undefined : (JSON.parse(text) as unknown),
  });
  return {
    get: async (url) => dataOf(await ask('GET', url)),
    post: async (url, body) => dataOf(await ask('POST', url, body)),
    delete: async (url) => void (await ask('DELETE', url)),
    getText: (url) => ask('GET', url),
  };
}

/** `{"error": WORDS, "status": N}` is what a Toxiproxy answers; its limit and other servers answer pages. */
function wordsOf(text: string, status: number): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    if (typeof error === 'string') return `${error} (status ${status})`;
  } catch {
    // Not JSON: the status has to do.
  }
  return `status ${status}`;
}
