/** The opening of a session (MCP 2025-11-25, Lifecycle): the same messages over every transport. */
import { CLIENT_INFO, REVISIONS, eraOf } from '../../../catalog/index.js';
import { isObject, parsedOrUndefined } from '../../../protocol/index.js';
import type { StdioOutput } from './died.js';

export const INITIALIZED_JSON = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

/** Requests `revision`. @param capabilities what the client can be asked for; nothing by default. */
export function initializeJson(id: number, revision: string, capabilities: object = {}): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'initialize',
    params: { protocolVersion: revision, capabilities, clientInfo: CLIENT_INFO },
  });
}

/** Why a session could not be opened. `asked`: the request that was in vain; default: initialize. */
export type OpeningFailure = Failure & { readonly asked?: string };

type Failure =
  | { readonly kind: 'refused' }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'broke-off'; readonly reason: string }
  /** There is an answer that a client of HTTP does not take. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** `output`: of a server over stdio. */
  | { readonly kind: 'silent'; readonly withinMs: number; readonly output?: StdioOutput }
  | {
      readonly kind: 'status';
      readonly status: number;
      /** Value of Location, or ''. */
      readonly location: string;
      /** What the server said, or ''. */
      readonly body: string;
      /** Value of WWW-Authenticate, or ''; default: ''. */
      readonly challenge?: string;
    }
  | { readonly kind: 'not-mcp'; readonly body?: string }
  /** Over stdio: lines that are no messages, and no answer. `framing`: how its messages are written instead. */
  | {
      readonly kind: 'not-messages';
      readonly first: string;
      readonly framing: 'several-lines' | 'content-length' | 'byte-order-mark' | null;
    }
  /** It gave a session id, and answered the next request with that id with 404. */
  | { readonly kind: 'session-forgotten' }
  | { readonly kind: 'rpc-error'; readonly code: number; readonly message: string }
  | { readonly kind: 'revision'; readonly offered: string }
  /** It does not answer `server/discover`: no server of the stateless era. */
  | { readonly kind: 'no-stateless'; readonly revision: string; readonly said: string }
  | { readonly kind: 'our-limit'; readonly reason: string };

export type InitializeAnswer =
  { readonly kind: 'ok'; readonly revision: string } | { readonly kind: 'failed'; readonly failure: OpeningFailure };

/** Reads the answer to `initialize`. */
export function readInitialize(text: string): InitializeAnswer {
  const message = parsedOrUndefined(text);
  if (!isObject(message)) return { kind: 'failed', failure: { kind: 'not-mcp', body: text } };
  const error = message['error'];
  if (isObject(error)) {
    const code = typeof error['code'] === 'number' ? error['code'] : 0;
    return {
      kind: 'failed',
      failure: { kind: 'rpc-error', code, message: typeof error['message'] === 'string' ? error['message'] : '' },
    };
  }
  const result = message['result'];
  if (!isObject(result) || typeof result['protocolVersion'] !== 'string')
    return { kind: 'failed', failure: { kind: 'not-mcp', body: text } };
  const revision = result['protocolVersion'];
  return REVISIONS.some((known) => known === revision && eraOf(known) === 'session')
    ? { kind: 'ok', revision }
    : { kind: 'failed', failure: { kind: 'revision', offered: revision } };
}
