/** `stack:` what is under test: services, links in front of them, and where the calls go. */
import { BALANCES, MOST_ANSWER_BYTES, SESSION_KEEPERS, TOOL_NAMES, UPSTREAM_SESSIONS } from '../../protocol/index.js';
import { z } from 'zod';
import { ResourcesText } from './resources.js';
import { afterReady, command, cpus, environment, files, within, workingFolder } from './process.js';
import {
  GATEWAYS,
  choice,
  choiceByKey,
  choiceByValue,
  isMap,
  map,
  pickByKey,
  problemOf,
  refusal,
  duration,
  durationOrZero,
  flag,
  list,
  literal,
  name,
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

const ready = choice(
  [
    literal('tcp'),
    map({
      http: word(/^\/\S*$/, 'a path that begins with "/"', '/health').describe(
        'A path that answers with a status below 500.',
      ),
    }),
    map({ line: text('listening on port').describe('A regular expression a line of output matches.') }),
  ],
  (input) => {
    if (!isMap(input)) return 0;
    const picked = pickByKey('ready', ['http', 'line'], input);
    return typeof picked === 'number' ? picked + 1 : picked;
  },
).describe(
  'When the service counts as up: its port accepts connections (tcp, the default), a path answers below ' +
    '500, or a line of output matches.',
);

const path = () =>
  word(/^\/[^?#\s]*$/, 'a path that begins with "/"', '/mcp').describe('Path of the MCP endpoint. Default: /mcp.');

const answerBytes = (example: string) =>
  quantity('size', {
    unit: 'KiB',
    atLeast: 0,
    atMost: { value: MOST_ANSWER_BYTES, text: '5MiB' },
    examples: [example],
  });

const AnswerSizeText = choice(
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
  'Size of a second text block that is added to each answer of a tool, drawn from the seed; at most 5MiB. ' +
    'Default: none.',
);

const replicas = () =>
  whole(1, 64).describe(
    'Starts this many, called NAME-1, NAME-2 and so on, behind a front called NAME that sends each call to ' +
      'the next of them and takes no time of its own. Faults may name a single one.',
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
  drops: oneOf('drops', ['none', 'cancelled', 'expired'])
    .describe(
      'What leaves the waiting line unserved. cancelled: calls given up by notifications/cancelled or a ' +
        'closed connection. expired: calls past the time limit in their request (protocol: propagate-deadline). ' +
        'Default: none.',
    )
    .optional(),
  path: path().optional(),
  seed: whole(0, Number.MAX_SAFE_INTEGER)
    .describe('Seed of the service times. Default: the seed of the scenario.')
    .optional(),
  tools: named(toolName, MockToolText, 'tools')
    .describe('Tools by name. Default: search (query), book (berth; has an effect) and fail (always isError).')
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
  to: list(name('backend'), 'services and links', 1).describe('Where calls are sent on to: services and links.'),
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
  path: path().optional(),
  seed: whole(0, Number.MAX_SAFE_INTEGER)
    .describe('Seed of service times and chance. Default: the seed of the scenario.')
    .optional(),
  within: within().optional(),
  cpus: cpus().optional(),
});

export const MockServiceText = choiceByValue('a mock', 'mock', ['tools', 'gateway'], [ToolsMockText, GatewayMockText]);

export const CommandServiceText = map({
  command: command(),
  environment: environment().optional(),
  'working-folder': workingFolder().optional(),
  host: word(/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/, 'a name or address of this machine', 'localhost')
    .describe(
      'Name of this machine in the address of the service, and so in the Host field of requests, through a link too: ' +
        'some servers refuse every other name. Default: 127.0.0.1.',
    )
    .optional(),
  port: whole(1, 65_535).describe('Fixed port. Default: a free one, given to the command as ${port}.').optional(),
  path: path().optional(),
  ready: ready.optional(),
  files: files().optional(),
  'after-ready': afterReady().optional(),
  replicas: replicas().optional(),
  within: within().optional(),
  cpus: cpus().optional(),
});

export const GatewayServiceText = map({
  gateway: oneOf('gateway', GATEWAYS).describe(
    'A gateway of others, which has to be installed: it is found, configured and started by its adapter.',
  ),
  to: list(name('backend'), 'services and links', 1).describe(
    'Services and links written above it whose tools it shows. A gateway that does not federate takes one.',
  ),
  environment: environment().optional(),
  replicas: replicas().optional(),
  within: within().optional(),
  cpus: cpus().optional(),
});

const url = () =>
  text('http://127.0.0.1:3000/mcp').describe(
    'Address of the MCP endpoint. Hosts other than this machine need allow-remote: true.',
  );

export const UrlServiceText = map({
  url: url(),
  resources: ResourcesText.describe(
    'Where CPU time and memory of this server are read, once a second: a process or a Prometheus endpoint. ' +
      'Default: they are not.',
  ).optional(),
});

export const ServiceText = choiceByKey(
  'a service',
  ['mock', 'command', 'gateway', 'url'],
  [MockServiceText, CommandServiceText, GatewayServiceText, UrlServiceText],
);

export const LinkText = map({ to: name('backend').describe('The service behind the link.') });

export const TargetText = choice(
  [
    name('backend').describe('A service or a link.'),
    map({ url: url() }),
    map({
      command: command(),
      environment: environment().optional(),
      'working-folder': workingFolder().optional(),
    }).describe('A server spoken to over stdio; one process a session.'),
  ],
  (input) => {
    if (typeof input === 'string') return 0;
    const remedy = 'write the name of a service or link, { url: ... }, or { command: [...] }';
    if (!isMap(input)) return problemOf('wrong-type', 'the target is neither a name nor a map', remedy);
    const picked = pickByKey('the target', ['url', 'command'], input);
    return typeof picked === 'number' ? picked + 1 : picked;
  },
).describe('Where the calls go: a service, a link, { url: ... }, or { command: [...] } for stdio.');

export const StackText = map({
  services: named(name('backend'), ServiceText, 'services')
    .describe('Services by name; started in this order, stopped in reverse.')
    .optional(),
  links: named(name('upstream'), LinkText, 'links')
    .describe('Toxiproxy proxies in front of services: the places where faults can act.')
    .optional(),
  target: TargetText,
}).describe('What is under test.');

export type StackText = z.output<typeof StackText>;
export type ServiceText = z.output<typeof ServiceText>;
export type AnswerSizeText = z.output<typeof AnswerSizeText>;
export type ServiceTimeText = z.output<typeof ServiceTimeText>;
export type ToolsMockText = z.output<typeof ToolsMockText>;
export type GatewayServiceText = z.output<typeof GatewayServiceText>;
export type GatewayMockText = z.output<typeof GatewayMockText>;
