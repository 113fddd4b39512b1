/** What is printed when no session can be opened. */
import { NEWEST_REVISION, REVISIONS } from '../../../catalog/index.js';
import type { Problem } from '../../../problem/index.js';
import { STATELESS_ERRORS } from '../../../protocol/index.js';
import { outputWords } from './died.js';
import type { OpeningFailure } from './handshake.js';
import { excerpt, quoted } from './server-words.js';

/** What a session is opened with. */
const INITIALIZE = 'initialize';

/** Codes that only servers of the stateless era send. */
const STATELESS: readonly number[] = Object.values(STATELESS_ERRORS);

function because(reason: string): string {
  return reason === '' ? '' : `: ${excerpt(reason)}`;
}

/**
 * @param target the address as it may be shown: no secrets.
 * @param served sessions that the server has opened for us before this one.
 */
export function openingProblem(target: string, failure: OpeningFailure, served = 0): Problem {
  const { asked = INITIALIZE } = failure;
  const refusal = served === 0 ? '' : refusalWords(failure);
  if (refusal !== '' && asked !== INITIALIZE) {
    return {
      code: 'revision-unsteady',
      what: `${target} answered ${asked} when it was asked before, and now refuses it: ${refusal}`,
      remedy: 'let every server behind this address speak the same revisions of MCP, and ask again',
    };
  }
  if (refusal !== '') {
    const sessions = served === 1 ? 'one session' : `${served} sessions`;
    return {
      code: 'session-refused',
      what: `${target} served ${sessions} and refuses another: ${refusal}`,
      remedy:
        'let the server make a transport of its own for each session that is opened: the check before a run and each ' +
        'of the sessions of the run open one',
    };
  }
  switch (failure.kind) {
    case 'refused':
      return {
        code: 'connection-refused',
        what: `nothing listens at ${target} (connection refused)`,
        remedy: 'start the server, or correct host and port of the target',
      };
    case 'unreachable':
      return {
        code: 'target-unreachable',
        what: `${target} can't be reached: ${excerpt(withoutTlsCodes(failure.reason)) || 'connecting failed'}`,
        remedy: 'check the host name, the network and, for https, the certificate',
      };
    case 'broke-off':
      return {
        code: 'opening-broke-off',
        what: `${target} closed the connection when it was asked for ${asked}${because(failure.reason)}`,
        remedy: 'read the log of the server: it may have crashed, or the port speaks something other than HTTP/1.1',
      };
    case 'unreadable':
      return {
        code: 'opening-unreadable',
        what: `${target} answers ${asked} with what clients can't take${because(failure.reason)}`,
        remedy: 'correct the headers of the answer in the server, or in the proxy in front of it',
      };
    case 'silent':
      return {
        code: 'opening-timed-out',
        what:
          `${target} did not answer ${asked} within ${failure.withinMs / 1_000} s` +
          `${failure.output === undefined ? '' : outputWords(failure.output)}`,
        remedy:
          failure.output === undefined
            ? 'check that the server is up and not overloaded, and that the target is its MCP endpoint'
            : 'check that the command starts a server that speaks MCP over stdio: some need an option for that',
      };
    case 'status':
      return statusProblem(target, failure);
    case 'not-mcp':
      return {
        code: 'not-an-mcp-server',
        what:
          `${target} answers, but not as an MCP server: the answer to ${asked} is no JSON-RPC result` +
          `${quoted(failure.body ?? '')}`,
        remedy: 'give the URL of the MCP endpoint; it often ends in /mcp',
      };
    case 'not-messages':
      return {
        code: 'stdout-not-json',
        what:
          `${target} ${FRAMING[failure.framing ?? 'unknown']}; ` +
          `the first line on its stdout that is no JSON message: "${excerpt(failure.first)}"`,
        remedy: 'let the server write each message as one line of JSON, and its log to stderr (MCP, Transports, stdio)',
      };
    case 'session-forgotten':
      return {
        code: 'session-forgotten',
        what: `${target} opens sessions and answers their next request with HTTP 404, each time it was tried`,
        remedy: 'replicas behind a balancer have to share their sessions, or each session has to stay with one of them',
      };
    case 'rpc-error':
      return {
        code: 'initialize-refused',
        what: `${target} refuses ${asked} with JSON-RPC error ${failure.code}: ${excerpt(failure.message)}`,
        remedy: refusedRemedy(failure.code, asked),
      };
    case 'revision':
      return {
        code: 'revision-unsupported',
        what: `${target} speaks MCP revision "${excerpt(failure.offered)}", which is not supported`,
        remedy: `use a server that speaks one of ${REVISIONS.join(', ')}`,
      };
    case 'no-stateless':
      return {
        code: 'revision-unsupported',
        what:
          `${target} does not speak MCP ${failure.revision}: it answers server/discover with ` +
          `${excerpt(failure.said)}`,
        remedy: `set protocol.revision to ${NEWEST_REVISION.session}, or to auto`,
      };
    case 'our-limit':
      return {
        code: 'out-of-sockets',
        what: `this machine can't open another connection to ${target}: ${excerpt(failure.reason)}`,
        remedy: 'raise the limit of open files (ulimit -n), or use fewer sessions',
      };
  }
}

function refusedRemedy(code: number, asked: string): string {
  if (!STATELESS.includes(code)) return 'check protocol.revision and what the server demands of its clients';
  return asked === INITIALIZE
    ? `set protocol.revision to ${NEWEST_REVISION.stateless}, or to auto`
    : 'check that what stands in front of the server passes every header on, and what it demands of its clients';
}

const FRAMING = {
  'several-lines': 'writes its messages over several lines',
  'content-length': 'puts Content-Length headers before its messages, as language servers do',
  'byte-order-mark': 'puts a byte order mark before its first message',
  unknown: 'did not answer initialize and writes other lines to stdout',
} as const;

/** What OpenSSL says went wrong, out of a line of its codes and files. */
function withoutTlsCodes(reason: string): string {
  const said = /:SSL routines:[^:]*:([^:]+)/.exec(reason)?.[1];
  return said === undefined ? reason : `no TLS that is understood is spoken there (${said})`;
}

/** Why a server that opened sessions opens no more; '' for what may happen to the first one as well. */
function refusalWords(failure: OpeningFailure): string {
  if (failure.kind === 'rpc-error') return `JSON-RPC error ${failure.code}: "${excerpt(failure.message)}"`;
  if (failure.kind === 'no-stateless') return excerpt(failure.said);
  if (failure.asked !== undefined && failure.kind === 'revision') return `it speaks "${excerpt(failure.offered)}"`;
  if (failure.kind !== 'status') return '';
  const { status, body } = failure;
  return [400, 404, 405, 409, 410].includes(status) ? `HTTP ${status}${quoted(body)}` : '';
}

/** A server that lets only some host names in, against attacks by DNS rebinding, says so in its own words. */
const ABOUT_HOST = /\bhosts?\b|rebinding|localhost/i;
const ABOUT_ORIGIN = /\borigin\b/i;

type StatusFailure = Extract<OpeningFailure, { readonly kind: 'status' }>;

function statusProblem(target: string, failure: StatusFailure): Problem {
  const { status, location, body, challenge = '', asked = INITIALIZE } = failure;
  const said = quoted(body);
  const isRefused = status === 400 || status === 403;
  if (isRefused && ABOUT_ORIGIN.test(said) && !ABOUT_HOST.test(said)) {
    return {
      code: 'origin-refused',
      what: `${target} refuses the origin of the request: HTTP ${status}${said}`,
      remedy: 'give an Origin header that the server allows in protocol.headers',
    };
  }
  if (status === 421 || (isRefused && ABOUT_HOST.test(said))) {
    return {
      code: 'host-refused',
      what: `${target} refuses the host name of the request: HTTP ${status}${said}`,
      remedy:
        'give the service a host name that the server allows (host: localhost), or a Host header in protocol.headers',
    };
  }
  if (status === 401 || status === 403) {
    const asksFor = challenge === '' ? '' : ` (WWW-Authenticate: ${excerpt(challenge)})`;
    return {
      code: 'not-authorised',
      what: `${target} refuses us: HTTP ${status}${said}${asksFor}`,
      remedy: 'give a valid token in protocol.headers, for example Authorization: Bearer ${secret.TOKEN}',
    };
  }
  if (status === 404 || status === 405) {
    return {
      code: 'not-an-mcp-server',
      what: `${target} has no MCP endpoint: HTTP ${status}${said}`,
      remedy:
        'give the URL of the MCP endpoint; it often ends in /mcp. A server of the old HTTP+SSE transport, whose URL ' +
        'often ends in /sse, needs protocol: { transport: http-sse }',
    };
  }
  if (status >= 300 && status < 400) {
    const to = excerpt(location === '' || !URL.canParse(location, target) ? location : shownUrl(location, target));
    if (to !== '' && to === shownUrl(target, target) && !location.includes('?'))
      return {
        code: 'target-redirects-to-itself',
        what: `${target} redirects with HTTP ${status} to itself, for ever`,
        remedy: 'correct the server or the proxy in front of it; it may want https, or a header that is missing',
      };
    return {
      code: 'target-redirects',
      what: `${target} redirects with HTTP ${status}${to === '' ? ' and does not say where' : ` to ${to}`}`,
      remedy:
        to === ''
          ? 'give the address it redirects to: redirects would be measured as part of every call'
          : `make ${to} the target (for a service, set its path): redirects would be measured as part of every call`,
    };
  }
  if (status === 429 || status === 503) {
    return {
      code: 'target-overloaded',
      what: `${target} sheds load already while sessions are opened: HTTP ${status}${said}`,
      remedy: 'wait until the server is idle, or open fewer sessions',
    };
  }
  return {
    code: 'initialize-failed',
    what: `${target} answers ${asked} with HTTP ${status}${said}`,
    remedy:
      status >= 500
        ? 'read the log of the server or of the gateway in front of it'
        : 'check protocol.revision and protocol.headers',
  };
}

/** Without user, password and query, which may be secret. */
function shownUrl(location: string, base: string): string {
  const { protocol, host, pathname } = new URL(location, base);
  return `${protocol}//${host}${pathname}`;
}
