/**
 * MCP 2026-07-28 over Streamable HTTP as pure checks: whether a request is one of the stateless era, and what of it
 * refuses it. The order of the checks is that of the reference SDK: what reads only heads comes first.
 */
import type { IncomingHttpHeaders } from 'node:http';
import {
  STATELESS_ERRORS,
  STATELESS_META,
  STATELESS_REVISIONS,
  headerTextOf,
  isObject,
  textOfHeader,
} from '../../src/protocol/index.js';
import { RPC, type Message, type Refusal } from './protocol.js';

type Params = Readonly<Record<string, unknown>>;
type Request = Extract<Message, { readonly kind: 'request' }>;

/** Where each method that names something has that name in its params. */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);

const metaOf = ({ _meta: meta }: Params): Params | null => (isObject(meta) ? meta : null);

/** Whether a message claims to be of the stateless era, by its head or by its `_meta`. */
export function claimsStateless(headers: IncomingHttpHeaders, params: Params): boolean {
  const header = headers['mcp-protocol-version'];
  if (STATELESS_REVISIONS.some((known) => known === header)) return true;
  return metaOf(params)?.[STATELESS_META.revision] !== undefined;
}

const bad = (code: number, message: string, data?: object): Refusal => ({
  status: 400,
  code,
  message,
  ...(data === undefined ? {} : { data }),
});
const mismatch = (message: string): Refusal => bad(STATELESS_ERRORS.headerMismatch, `Bad Request: ${message}`);
const invalid = (message: string): Refusal => bad(RPC.invalidParams, `Invalid params: ${message}`);

/** What a server of this era alone answers to a request of another. */
export const NOT_STATELESS: Refusal = bad(STATELESS_ERRORS.revision, 'Unsupported protocol version', {
  supported: STATELESS_REVISIONS,
});

/** The result of `server/discover`, as JSON. */
export function discoverResult(
  capabilities: object,
  server: { readonly name: string; readonly version: string },
): string {
  return JSON.stringify({
    ...{ resultType: 'complete', ttlMs: 0, cacheScope: 'private' },
    ...{ supportedVersions: STATELESS_REVISIONS, capabilities },
    _meta: { [STATELESS_META.server]: server },
  });
}

/** First members of a result of this era, as JSON text; of one that may be kept, it may be kept no longer than now. */
export const COMPLETE = '"resultType":"complete",';
export const COMPLETE_LIST = `${COMPLETE}"ttlMs":0,"cacheScope":"private",`;

/** What refuses a stateless request before its method matters, or null. @param headers null: they are not read. */
export function refusedStateless(headers: IncomingHttpHeaders | null, { method, params }: Request): Refusal | null {
  const header = headers?.['mcp-protocol-version'];
  const meta = metaOf(params);
  const revision = meta?.[STATELESS_META.revision];
  if (typeof revision === 'string' && header !== undefined && header !== revision)
    return mismatch(`the MCP-Protocol-Version header and _meta name different revisions`);
  if (meta === null) return invalid('_meta is missing');
  if (typeof revision !== 'string') return invalid(`_meta lacks ${STATELESS_META.revision}`);
  if (!STATELESS_REVISIONS.some((known) => known === revision))
    return bad(STATELESS_ERRORS.revision, `Unsupported protocol version: ${revision}`, {
      supported: STATELESS_REVISIONS,
      requested: revision,
    });
  if (!isObject(meta[STATELESS_META.capabilities])) return invalid(`_meta lacks ${STATELESS_META.capabilities}`);
  if (headers === null) return null;
  if (header === undefined) return mismatch('the MCP-Protocol-Version header is missing');
  const named = headers['mcp-method'];
  if (named !== method) return mismatch('the Mcp-Method header is missing, or names another method than the body');
  const key = NAMED_BY.get(method);
  if (key === undefined) return null;
  const value = headers['mcp-name'];
  const isSame = typeof value === 'string' && textOfHeader(value.trim()) === params[key];
  return isSame ? null : mismatch(`the Mcp-Name header is missing, or names something else than the body`);
}

/** What of the headers that repeat arguments does not agree with the arguments, or null. */
export function refusedParameters(
  headers: IncomingHttpHeaders,
  declared: readonly { readonly path: readonly string[]; readonly name: string }[],
  given: unknown,
): Refusal | null {
  for (const { path, name } of declared) {
    const value = path.reduce<unknown>((node, key) => (isObject(node) ? node[key] : undefined), given);
    const wanted = headerTextOf(value);
    const header = headers[`mcp-param-${name.toLowerCase()}`];
    const found = typeof header === 'string' ? textOfHeader(header) : null;
    if (found !== wanted) return mismatch(`the Mcp-Param-${name} header and the argument ${path.join('.')} differ`);
  }
  return null;
}
