/** `protocol:` how calls travel. */
import { z } from 'zod';
import {
  REVISIONS,
  choice,
  expected,
  flag,
  isMap,
  list,
  map,
  named,
  oneOf,
  refusal,
  text,
  whole,
  word,
} from '../../catalog/index.js';

const ElicitationText = choice(
  [
    oneOf('answer', ['decline', 'cancel']),
    map({
      accept: z
        .record(z.string(), z.unknown(), expected('a map', 'write the fields of the answer as a map'))
        .meta({ description: 'Fields of the answer. The defaults of those that are left out are filled in.' }),
    }),
  ],
  (input) => (isMap(input) ? 1 : 0),
);

const AnswersText = map({
  elicitation: ElicitationText.describe(
    'To a question for the user: decline, cancel, or { accept: { ... } } with the fields of the answer.',
  ).optional(),
  sampling: map({
    text: text('A short answer', 65_536).describe('What the model says.'),
    model: text('none', 128).describe('Name of the model. Default: none.').optional(),
  })
    .describe('To a prompt for the model: always this text.')
    .optional(),
  roots: list(
    map({
      uri: text('file:///srv/harbour', 2_048).describe('URI of the folder.'),
      name: text('harbour', 128).describe('Name of the folder.').optional(),
    }),
    'roots',
  )
    .describe('The folders that the client shows.')
    .optional(),
}).describe(
  'What is answered to requests of the server, and offered as a capability: elicitation, sampling and roots. What is ' +
    'left out is refused. Default: all is refused but ping.',
);

export const ProtocolText = map({
  revision: oneOf('revision', [...REVISIONS, 'auto'])
    .describe(
      'MCP revision asked for. 2026-07-28 has no sessions: every request says by itself who sends it. ' +
        '2024-11-05 belongs to the transport http-sse, and to stdio. ' +
        'auto: 2026-07-28 where the server answers server/discover with it, else 2025-11-25. Default: 2025-11-25.',
    )
    .optional(),
  transport: oneOf('transport', ['streamable-http', 'http-sse', 'stdio'])
    .describe(
      'How messages travel. http-sse is the transport of MCP 2024-11-05: a stream that a GET opens brings all ' +
        'answers. Default: stdio when the target is a command, otherwise streamable-http.',
    )
    .optional(),
  driver: oneOf('driver', ['wire', 'sdk'])
    .describe(
      'Which client makes the calls. wire: one that is made for load. sdk: the official SDK (1.x where there are ' +
        'sessions, 2.x where there are none), for a few hundred calls a second at most: what an application would ' +
        'see. Its bytes are those of messages, and it opens no lost session again. Default: wire.',
    )
    .optional(),
  sessions: whole(1, 10_000)
    .describe('Sessions opened before the first phase and kept; for stdio, processes. Default: 1.')
    .optional(),
  'calls-per-session': whole(1, 1_000_000_000)
    .describe(
      'Calls after which a session is ended and another is opened, over HTTP; the opening is part of the call that ' +
        'waits for it. 1: a session for each call. Default: sessions last for the run.',
    )
    .optional(),
  'session-end': oneOf('session end', ['delete', 'abandon'])
    .describe(
      'How sessions over Streamable HTTP end. delete: with DELETE. abandon: they are left open at the server, as ' +
        'many clients do. Default: delete.',
    )
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
  answers: AnswersText.optional(),
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
