/** `server/discover`: what a server speaks and has (MCP 2026-07-28, Discovery). Servers must answer it. */
import { envelopeJson, type Revision } from '../../../catalog/index.js';
import { STATELESS_ERRORS, isObject, parsedOrUndefined } from '../../../protocol/index.js';
import type { OpeningFailure } from '../session/handshake.js';

export const DISCOVER = 'server/discover';

/** The request. */
export function discoverJson(id: number, revision: Revision): string {
  return `{"jsonrpc":"2.0","id":${id},"method":"${DISCOVER}","params":{"_meta":{${envelopeJson(revision)}}}}`;
}

export type DiscoverAnswer =
  | { readonly kind: 'ok' }
  /** `isStateless`: only a server of the stateless era answers like this. */
  | { readonly kind: 'failed'; readonly failure: OpeningFailure; readonly isStateless: boolean };

const failed = (failure: OpeningFailure, isStateless = false): DiscoverAnswer => ({
  kind: 'failed',
  failure,
  isStateless,
});

/** Reads the answer to `server/discover`, whatever its HTTP status. */
export function readDiscover(text: string, revision: Revision): DiscoverAnswer {
  const message = parsedOrUndefined(text);
  if (!isObject(message)) return failed({ kind: 'not-mcp', body: text });
  const { result, error } = message;
  if (isObject(error)) {
    const code = typeof error['code'] === 'number' ? error['code'] : 0;
    const said = typeof error['message'] === 'string' ? error['message'] : '';
    if (code === STATELESS_ERRORS.revision)
      return failed(
        { kind: 'revision', offered: listed(isObject(error['data']) ? error['data']['supported'] : []) },
        true,
      );
    const isReserved = Object.values(STATELESS_ERRORS).some((reserved) => reserved === code);
    if (isReserved) return failed({ kind: 'rpc-error', code, message: said }, true);
    return failed({ kind: 'no-stateless', revision, said: `JSON-RPC error ${code}: ${said}` });
  }
  if (!isObject(result) || !Array.isArray(result['supportedVersions'])) return failed({ kind: 'not-mcp', body: text });
  const supported = result['supportedVersions'] as readonly unknown[];
  return supported.includes(revision) ? { kind: 'ok' } : failed({ kind: 'revision', offered: listed(supported) }, true);
}

const listed = (revisions: unknown): string =>
  Array.isArray(revisions) ? revisions.filter((each) => typeof each === 'string').join(', ') : '';
