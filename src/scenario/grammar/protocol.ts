/** `protocol:` how calls travel. */
import type { z } from 'zod';
import { REVISIONS, flag, list, map, named, oneOf, refusal, text, whole, word } from '../../catalog/index.js';

export const ProtocolText = map({
  revision: oneOf('revision', [...REVISIONS, 'auto'])
    .describe(
      'MCP revision asked for. 2026-07-28 has no sessions: every request says by itself who sends it. ' +
        'auto: 2026-07-28 where the server answers server/discover with it, else 2025-11-25. Default: 2025-11-25.',
    )
    .optional(),
  transport: oneOf('transport', ['streamable-http', 'http-sse', 'stdio'])
    .describe(
      'How messages travel. http-sse is the transport of MCP 2024-11-05: a stream that a GET opens brings all ' +
        'answers. Default: stdio when the target is a command, otherwise streamable-http.',
    )
    .optional(),
  sessions: whole(1, 10_000)
    .describe('Sessions opened before the first phase and kept; for stdio, processes. Default: 1.')
    .optional(),
  'in-flight-per-session': whole(1, 10_000)
    .describe('Most calls one session may have in flight. Default: 64.')
    .optional(),
  'propagate-deadline': flag()
    .describe(
      'Whether the _meta of each request holds how long its attempt may take ("plimsoll/timeout-ns"), so ' +
        'that a server can drop work whose caller has given up. Default: false.',
    )
    .optional(),
  trace: flag()
    .describe(
      'Whether each request carries a seeded trace context (W3C traceparent) in _meta and as a header, and the id of ' +
        'its call in _meta; the record then holds every call that the mocks received, and what of it had arrived. ' +
        'Default: false, and true where spans are received.',
    )
    .optional(),
  'server-stream': flag()
    .describe(
      'Whether each session over HTTP holds the GET stream on which a server sends requests of its own, such as ' +
        'ping, and answers them. Servers may end sessions that do not. Default: true.',
    )
    .optional(),
  'output-schemas': flag()
    .describe(
      'Whether an answer of a tool that declares an outputSchema has to have structured content that fits it, as ' +
        'clients built on the official SDK demand; one that does not is semantic (output-schema). Default: true.',
    )
    .optional(),
  'overload-codes': list(whole(-2_147_483_648, 2_147_483_647), 'JSON-RPC error codes', 1)
    .describe(
      'Codes of JSON-RPC errors by which the server says that it is overloaded: such calls are shed, like HTTP 429. ' +
        'Default: none.',
    )
    .optional(),
  headers: named(
    word(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'an HTTP header name', 'authorization'),
    text('Bearer ${secret.TOKEN}').regex(
      /^[^\r\n\0]*$/,
      refusal('bad-text', 'a header value is one line', 'remove the line breaks'),
    ),
    'headers',
  )
    .describe('Extra headers of every request; values may hold ${secret.NAME}.')
    .optional(),
}).describe('How calls travel.');

export type ProtocolText = z.output<typeof ProtocolText>;
