/** `protocol:` how calls travel. */
import type { z } from 'zod';
import { REVISIONS, flag, map, named, oneOf, refusal, text, whole, word } from '../../catalog/index.js';

export const ProtocolText = map({
  revision: oneOf('revision', REVISIONS).describe('MCP revision asked for. Default: 2025-11-25.').optional(),
  transport: oneOf('transport', ['streamable-http', 'stdio'])
    .describe('How messages travel. Default: stdio when the target is a command, otherwise streamable-http.')
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
