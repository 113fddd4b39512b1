/** What clients and servers of the stateless revisions agree on (MCP 2026-07-28): keys of `_meta`, error codes. */

/** The stateless revisions that we speak, the newest first. */
export const STATELESS_REVISIONS = ['2026-07-28'] as const;

/** Keys of `_meta`: who sends a request and in which revision, and who answers it. */
export const STATELESS_META = {
  revision: 'io.modelcontextprotocol/protocolVersion',
  client: 'io.modelcontextprotocol/clientInfo',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  server: 'io.modelcontextprotocol/serverInfo',
  subscription: 'io.modelcontextprotocol/subscriptionId',
} as const;

/** Codes that these revisions reserve; each travels under HTTP 400. Only a server of these revisions sends them. */
export const STATELESS_ERRORS = { headerMismatch: -32020, missingCapability: -32021, revision: -32022 } as const;

const PLAIN = /^[\x20-\x7e\t]+$/;
const ENCODED = /^=\?base64\?(.*)\?=$/;

/** A text as the value of a header field: as it is where that is safe, else Base64 of its UTF-8 between marks. */
export function headerValue(text: string): string {
  const isPlain = PLAIN.test(text) && text.trim() === text && !ENCODED.test(text);
  return isPlain ? text : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`;
}

/** The text that such a value stands for; null where its Base64 is none. */
export function textOfHeader(value: string): string | null {
  const [, encoded] = ENCODED.exec(value) ?? [];
  if (encoded === undefined) return value;
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.toString('base64') === encoded ? bytes.toString('utf8') : null;
}

/** The value of an argument as a header repeats it; null for what no header can repeat. */
export function headerTextOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value)) ? String(value) : null;
}
