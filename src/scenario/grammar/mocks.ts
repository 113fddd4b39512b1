/** Mocks as services: their timing, their queue, and what they offer. */
import {
  BALANCES,
  MOST_ANSWER_BYTES,
  MOST_MORE_TOOLS,
  SESSION_KEEPERS,
  TOOL_NAMES,
  UPSTREAM_ERAS,
  UPSTREAM_SESSIONS,
} from '../../protocol/index.js';
import { z } from 'zod';
import { cpus, within } from './process.js';
import { mcpPath, replicas, upstreams } from './service-keys.js';
import {
  choice,
  choiceByKey,
  choiceByValue,
  isMap,
  map,
  pickByKey,
  refusal,
  duration,
  durationOrZero,
  flag,
  list,
  literal,
  named,
  oneOf,
  quantity,
  share,
  text,
  whole,
  word,
} from '../../catalog/index.js';

const serviceTimeKinds = ['constant', 'exponential', 'lognormal', 'two-point'] as const;

export const ServiceTimeText = choiceByKey('a service time', serviceTimeKinds, [
  map({ constant: durationOrZero('ms', '10ms').describe('Every call takes this long.') }),
  map({
    exponential: map({ mean: duration('ms', '10ms').describe('Mean of the exponential distribution.') }).describe(
      'Each call takes a time from an exponential distribution.',
    ),
  }),
  map({
    lognormal: map({
      median: duration('ms', '8ms').describe('Half of the calls take less.'),
      p99: duration('ms', '30ms').describe('99th percentile; not below the median.'),
    }).describe('Each call takes a time from a log-normal distribution.'),
  }),
  map({
    'two-point': map({
      common: durationOrZero('ms', '5ms').describe('Time that most calls take.'),
      rare: durationOrZero('ms', '200ms').describe('Time that the other calls take.'),
      'rare-share': share('1%').describe('Share of calls that take the rare time.'),
    }).describe('Each call takes one of two times.'),
  }),
]).describe('How long one call is served, drawn from the seed.');

const toolName = word(/^[A-Za-z0-9_.-]{1,128}$/, 'letters, digits, "_", "-" and "." (at most 128)', 'search');

const answerBytes = (example: string) =>
  quantity('size', {
    unit: 'KiB',
    atLeast: 0,
    atMost: { value: MOST_ANSWER_BYTES, text: '5MiB' },
    examples: [example],
  });

export const AnswerSizeText = choice(
  [
    answerBytes('100KiB').describe('Every answer is larger by this.'),
    map({ pick: list(answerBytes('1KiB'), 'sizes', 1).describe('One of these sizes, all equally often.') }),
    map({
      lognormal: map({
        median: answerBytes('1KiB').describe('Half of the answers are smaller.'),
        p99: answerBytes('1MiB').describe('99th percentile; not below the median.'),
      }).describe('Sizes from a log-normal distribution, cut off at 5MiB.'),
    }),
  ],
  (input) => {
    if (!isMap(input)) return 0;
    const picked = pickByKey('an answer size', ['pick', 'lognormal'], input);
    return typeof picked === 'number' ? picked + 1 : picked;
  },
).describe(
  'Size of a second text block that is added to each answer of a tool, drawn from the seed; at most 5MiB. That of a ' +
    'tool goes before that of its mock. Default: none.',
);

const MockToolText = map({
  description: text('Looks something up').describe('What tools/list says the tool does.').optional(),
  'input-schema': z
    .record(
      z.string(),
      z.unknown(),
      refusal('wrong-type', 'expected a JSON Schema', 'write a JSON Schema of type object'),
    )
    .describe('JSON Schema of the arguments, of type object. Default: any object.')
    .optional(),
  effect: flag().describe('Whether a call has a side effect, which goes into the ledger. Default: false.').optional(),
  annotations: map({
    'read-only': flag().describe('readOnlyHint: changes nothing.').optional(),
    idempotent: flag().describe('idempotentHint: a second execution changes nothing more.').optional(),
    destructive: flag().describe('destructiveHint: may destroy, not only add.').optional(),
  })
    .describe(
      'What the tool says of itself in tools/list, and nothing else; it does the same whatever it says. ' +
        'Default: read-only without an effect, and neither idempotent nor destructive with one.',
    )
    .optional(),
  'always-fails': flag().describe('Whether every call answers isError. Default: false.').optional(),
  'service-time': ServiceTimeText.optional(),
  'answer-size': AnswerSizeText.optional(),
});

const MockResourceText = map({
  description: text('When the water is high').describe('What resources/list says of it.').optional(),
  'mime-type': text('text/plain', 128).describe('MIME type of its content. Default: text/plain.').optional(),
});

const MockPromptText = map({
  description: text('Sums up a topic').describe('What prompts/list says of it.').optional(),
  arguments: list(text('topic', 128), 'names')
    .describe('Names of its arguments, all required. Default: none.')
    .optional(),
});

const queueLength = whole(0, 1_000_000);
const QueueText = choice(
  [
    queueLength.describe('Most calls that may wait; one more is shed.'),
    map({
      capacity: queueLength.describe('Most calls that may wait, those in service not counted.'),
      'when-full': oneOf('when-full', ['shed-429', 'shed-503', 'rpc-error', 'hang'])
        .describe('What happens to a call that finds the queue full. Default: shed-503.')
        .optional(),
      'retry-after': durationOrZero('s', '1s')
        .describe('Announced in Retry-After when shedding; whole seconds. Default: 1s.')
        .optional(),
    }),
  ],
  (input) => (isMap(input) ? 1 : 0),
);

export const ToolsMockText = map({
  mock: literal('tools').describe('A server whose timing, queue and answers are known.'),
  workers: whole(1, 10_000).describe('Calls served at the same time. Default: 1.').optional(),
  'service-time': ServiceTimeText.optional(),
  queue: QueueText.describe('Bound of the waiting line. Default: none.').optional(),
  'added-queue': durationOrZero('ms', '20ms')
    .describe('Time added before the queue, unseen by the workers.')
    .optional(),
  'answer-size': AnswerSizeText.optional(),
  answers: oneOf('answers', ['json', 'sse']).describe('Form of the answers over HTTP. Default: json.').optional(),
  eras: oneOf('eras', ['both', 'session', 'stateless'])
    .describe('Eras of the protocol that it speaks: session (up to 2025-11-25), stateless (2026-07-28). Default: both.')
    .optional(),
  'checks-headers': flag()
    .describe(
      'Whether it refuses requests of MCP 2026-07-28 whose headers are missing or differ from the body, as servers ' +
        'have to. false: as a server that reads the body alone. Default: true.',
    )
    .optional(),
  drops: oneOf('drops', ['none', 'cancelled', 'expired'])
    .describe(
      'What leaves the waiting line unserved. cancelled: calls given up by notifications/cancelled or a ' +
        'closed connection. expired: calls past the time limit in their request (protocol: propagate-deadline). ' +
        'Default: none.',
    )
    .optional(),
  transport: oneOf('transport', ['streamable-http', 'http-sse'])
    .describe(
      'What it speaks over HTTP. http-sse: a GET of its path opens the stream of a session, and messages are sent ' +
        'beside it; every answer is JSON on that stream. Default: streamable-http.',
    )
    .optional(),
  path: mcpPath().optional(),
  seed: whole(0, Number.MAX_SAFE_INTEGER)
    .describe('Seed of the service times. Default: the seed of the scenario.')
    .optional(),
  tools: named(toolName, MockToolText, 'tools')
    .describe('Tools by name. Default: search (query), book (berth; has an effect) and fail (always isError).')
    .optional(),
  'more-tools': whole(1, MOST_MORE_TOOLS)
    .describe(
      'So many more tools, which no call is for: what a list costs grows with them. Each mock of a scenario, and ' +
        'each replica, shows others, in names and in size, drawn from the seed of the scenario. Default: none.',
    )
    .optional(),
  resources: named(
    word(/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/, 'a URI, or a template with variables in braces', 'mock://berths/{berth}'),
    MockResourceText,
    'resources',
  )
    .describe(
      'Resources by URI; a URI with variables in braces is a template. Their content is derived from the URI. ' +
        'Default: mock://harbour/tides, mock://harbour/rules and mock://berths/{berth}.',
    )
    .optional(),
  prompts: named(text('briefing', 128), MockPromptText, 'prompts')
    .describe('Prompts by name. Default: briefing (topic).')
    .optional(),
  replicas: replicas().optional(),
  within: within().optional(),
  cpus: cpus().optional(),
});

const FederationText = map({
  'tool-names': oneOf('tool names', TOOL_NAMES)
    .describe(
      'prefixed: UPSTREAM__TOOL. bare: as upstream; of two with one name the last is called. Default: prefixed.',
    )
    .optional(),
  'upstream-sessions': oneOf('upstream sessions', UPSTREAM_SESSIONS)
    .describe('One with each upstream for each client, one for all, or a new one per call. Default: per-client.')
    .optional(),
  'upstream-era': oneOf('era', UPSTREAM_ERAS)
    .describe(
      'Era in which the gateway speaks with its upstreams: session (up to 2025-11-25) or stateless (2026-07-28); its ' +
        'clients are answered in that in which they ask. A cancellation reaches no stateless upstream. ' +
        'Default: session.',
    )
    .optional(),
  'list-before-call': flag().describe('Whether tools/list precedes each call. Default: false.').optional(),
  'keep-meta': flag()
    .describe('Whether _meta of a request, and the trace context in its header, reach the upstream. Default: true.')
    .optional(),
  'pass-token': flag()
    .describe('Whether the Authorization of the client reaches the upstream, which MCP forbids. Default: false.')
    .optional(),
  'change-schemas': flag().describe('Whether empty properties in a schema become null. Default: false.').optional(),
  'shuffle-tools': flag().describe('Whether the tools have another order in each session. Default: false.').optional(),
  retries: whole(0, 100)
    .describe('Times that a call which broke off or got a status of 500 and above is sent again. Default: 0.')
    .optional(),
  breaker: map({
    failures: whole(1, 10_000).describe('Failures in a row after which it opens.'),
    open: duration('s', '2s').describe('How long it refuses calls; then one is let through.'),
  })
    .describe('A circuit breaker before each upstream. Default: none.')
    .optional(),
  cache: duration('s', '10s').describe('How long the same call is answered from memory. Default: never.').optional(),
}).describe(
  'The gateway speaks MCP itself: one list of the tools of all upstreams, each call to the upstream of its tool. ' +
    'Its other keys are switches for what gateways do wrong. Default: messages are passed on.',
);

export const GatewayMockText = map({
  mock: literal('gateway').describe(
    'A gateway with a queue of its own, in front of services and links written above it.',
  ),
  to: upstreams('Where calls are sent on to: services and links.'),
  workers: whole(1, 10_000).describe('Calls handled at the same time. Default: 1.').optional(),
  'service-time': ServiceTimeText.describe(
    'How long a worker of the gateway is busy with a call before it is sent on. Default: no time.',
  ).optional(),
  queue: queueLength
    .describe('Most calls that may wait in the gateway; one more is refused with 503. Default: no bound.')
    .optional(),
  balance: oneOf('balance', BALANCES)
    .describe(
      'Whose turn it is: call by call in turn, call by call by chance, or session by session (sticky, the default).',
    )
    .optional(),
  sessions: oneOf('sessions', SESSION_KEEPERS)
    .describe(
      'Who knows a session: the gateway, which then has one of its own with each upstream (the default), ' +
        'or only the upstream that opened it. Not with sticky.',
    )
    .optional(),
  eject: flag()
    .describe("Whether an upstream that can't be reached leaves the rotation until it can be again. Default: true.")
    .optional(),
  federate: FederationText.optional(),
  path: mcpPath().optional(),
  seed: whole(0, Number.MAX_SAFE_INTEGER)
    .describe('Seed of service times and chance. Default: the seed of the scenario.')
    .optional(),
  within: within().optional(),
  cpus: cpus().optional(),
});

export const MockServiceText = choiceByValue('a mock', 'mock', ['tools', 'gateway'], [ToolsMockText, GatewayMockText]);

export type AnswerSizeText = z.output<typeof AnswerSizeText>;
export type ServiceTimeText = z.output<typeof ServiceTimeText>;
export type ToolsMockText = z.output<typeof ToolsMockText>;
export type GatewayMockText = z.output<typeof GatewayMockText>;
