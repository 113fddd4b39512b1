/** `server/discover`: what a server speaks and has (MCP 2026-07-28, Discovery). Servers must answer it. */
import { envelopeJson, type Revision } from '../../../catalog/index.js';
import { STATELESS_ERRORS, isObject, parsedOrUndefined } from '../../../protocol/index.js';
import type { OpeningFailure } from '../session/handshake.js';

export const DISCOVER = 'server/discover';
export const LIST_TOOLS = 'tools/list';

const requestJson = (id: number, method: string, revision: Revision): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":{"_meta":{${envelopeJson(revision)}}}}`;

/** The request. */
export const discoverJson = (id: number, revision: Revision): string => requestJson(id, DISCOVER, revision);

/** The request that a server is asked by which refuses the other one. */
export const listToolsJson = (id: number, revision: Revision): string => requestJson(id, LIST_TOOLS, revision);

export type DiscoverAnswer = { readonly kind: 'ok' } | { readonly kind: 'failed'; readonly failure: OpeningFailure };

const failed = (failure: OpeningFailure): DiscoverAnswer => ({
  kind: 'failed',
  failure: { ...failure, asked: DISCOVER },
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
      return failed({ kind: 'revision', offered: listed(isObject(error['data']) ? error['data']['supported'] : []) });
    const isReserved = Object.values(STATELESS_ERRORS).some((reserved) => reserved === code);
    if (isReserved) return failed({ kind: 'rpc-error', code, message: said });
    return failed({ kind: 'no-stateless', revision, said: `JSON-RPC error ${code}: ${said}` });
  }
  if (!isObject(result) || !Array.isArray(result['supportedVersions'])) return failed({ kind: 'not-mcp', body: text });
  const supported = result['supportedVersions'] as readonly unknown[];
  return supported.includes(revision) ? { kind: 'ok' } : failed({ kind: 'revision', offered: listed(supported) });
}

const listed = (revisions: unknown): string =>
  Array.isArray(revisions) ? revisions.filter((each) => typeof each === 'string').join(', ') : '';

/**
 * Whether a server that failed so may speak the revision all the same, but for `server/discover`: it refused that
 * request, and not the client.
 */
export function mayListTools(failure: OpeningFailure): boolean {
  if (failure.kind === 'status') return [400, 404, 405, 501].includes(failure.status);
  return failure.kind === 'no-stateless' || failure.kind === 'not-mcp';
}

/** Whether this answers `tools/list`. */
export function isToolList(text: string): boolean {
  const message = parsedOrUndefined(text);
  return isObject(message) && isObject(message['result']) && Array.isArray(message['result']['tools']);
}
