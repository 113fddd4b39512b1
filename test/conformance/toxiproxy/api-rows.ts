/**
 * What the HTTP API answers, row by row. Where the two engines differ on purpose, the row says what the real one does
 * and why.
 */
import { expect } from 'vitest';

/** One request and what must come back. `<a>` in a path or body stands for the address proxy `a` listens on. */
export interface Step {
  readonly send: `${'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD' | 'OPTIONS'} ${string}`;
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly userAgent?: string;
  readonly status: number;
  /** The `error` member of the answer. */
  readonly error?: string | RegExp;
  /** Members the answer must have. */
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
}

export interface Row {
  readonly name: string;
  readonly steps: readonly Step[];
  /** What the real server does instead, and why ours does not. */
  readonly real?: { readonly steps: readonly Step[]; readonly why: string };
}

const LOOPBACK = '127.0.0.1:0';
const NOWHERE = '127.0.0.1:9';
const BOUND: unknown = expect.stringMatching(/^127\.0\.0\.1:[1-9]\d*$/);
const IN_USE = /^listen tcp 127\.0\.0\.1:\d+: bind: address already in use$/;

const create = (name: string, more: Readonly<Record<string, unknown>> = {}): Step => ({
  send: 'POST /proxies',
  body: { name, listen: LOOPBACK, upstream: NOWHERE, ...more },
  status: 201,
});
const A = create('a');
const toxics = '/proxies/a/toxics';
const add = (body: Readonly<Record<string, unknown>>, json: unknown = {}): Step => ({
  send: `POST ${toxics}`,
  body,
  status: 200,
  json,
});
const refuse = (send: Step['send'], body: unknown, status: number, error: string | RegExp): Step => ({
  send,
  body,
  status,
  error,
});
const LATENCY = add({ name: 't', type: 'latency', attributes: { latency: 100, jitter: 5 } });

export const GENERAL_ROWS: readonly Row[] = [
  {
    name: 'version is JSON with a newline',
    steps: [
      {
        send: 'GET /version',
        status: 200,
        json: { version: expect.any(String) as unknown },
        headers: { 'content-type': 'application/json;charset=utf-8' },
      },
    ],
  },
  {
    name: 'an unknown path is not found, in plain text',
    steps: [
      {
        send: 'GET /nope',
        status: 404,
        text: '404 page not found\n',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      },
    ],
  },
  {
    name: 'a slash at the end is another path',
    steps: [
      { send: 'GET /version/', status: 404, text: '404 page not found\n' },
      A,
      { send: 'GET /proxies/a/', status: 404 },
    ],
  },
  {
    name: 'a wrong method is refused without a body or an Allow header',
    steps: [
      { send: 'DELETE /version', status: 405, text: '', headers: { allow: null } },
      { send: 'GET /reset', status: 405 },
      A,
      { send: 'PUT /proxies/a', body: {}, status: 405 },
    ],
  },
  {
    name: 'HEAD and OPTIONS are wrong methods',
    steps: [
      { send: 'HEAD /version', status: 405 },
      { send: 'OPTIONS /proxies', status: 405 },
    ],
  },
  {
    name: 'a double slash redirects to the clean path, for POST too',
    steps: [
      { send: 'GET //version', status: 301, headers: { location: '/version' } },
      { send: 'POST //proxies', body: {}, status: 301, headers: { location: '/proxies' } },
    ],
  },
  {
    name: 'a dot segment redirects',
    steps: [A, { send: 'GET /proxies//a', status: 301, headers: { location: '/proxies/a' } }],
  },
  {
    name: 'a browser is turned away on known routes',
    steps: [
      {
        send: 'GET /version',
        userAgent: 'Mozilla/5.0',
        status: 403,
        text: 'User agent not allowed\n',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      },
    ],
  },
  {
    name: 'a browser on an unknown path gets a notice, and a wrong method goes first',
    steps: [
      { send: 'GET /nope', userAgent: 'Mozilla/5.0', status: 404 },
      { send: 'DELETE /version', userAgent: 'Mozilla/5.0', status: 405 },
    ],
  },
  {
    name: 'routed answers carry a request id',
    steps: [
      { send: 'GET /proxies', status: 200, headers: { 'x-toxiproxy-request-id': expect.any(String) as unknown } },
      { send: 'GET /proxies/a', status: 404, headers: { 'x-toxiproxy-request-id': expect.any(String) as unknown } },
    ],
  },
  {
    name: 'successes are application/json without a newline',
    steps: [{ send: 'GET /proxies', status: 200, text: '{}', headers: { 'content-type': 'application/json' } }],
  },
  {
    name: 'errors have the type of their JSON body',
    steps: [
      {
        send: 'GET /proxies/a',
        status: 404,
        text: '{"error":"proxy not found","status":404}\n',
        headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
      },
    ],
    real: {
      steps: [
        {
          send: 'GET /proxies/a',
          status: 404,
          text: '{"error":"proxy not found","status":404}\n',
          headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
        },
      ],
      why: 'JSON under text/plain misleads clients',
    },
  },
  {
    name: 'metrics are served only when asked for',
    steps: [
      A,
      {
        send: 'GET /metrics',
        status: 200,
        headers: { 'content-type': expect.stringMatching(/^text\/plain; version=0\.0\.4/) as unknown },
      },
    ],
    real: {
      steps: [{ send: 'GET /metrics', status: 404 }],
      why: 'a run starts the embedded engine with metrics, which are live there',
    },
  },
];

export const PROXY_ROWS: readonly Row[] = [
  {
    name: 'a proxy is created, bound and shown with its real port',
    steps: [
      { ...A, json: { name: 'a', listen: BOUND, upstream: NOWHERE, enabled: true, toxics: [] } },
      { send: 'GET /proxies/a', status: 200, json: { name: 'a', enabled: true } },
      { send: 'GET /proxies', status: 200, json: { a: { name: 'a', upstream: NOWHERE } } },
    ],
  },
  {
    name: 'a name is taken once',
    steps: [A, refuse('POST /proxies', { name: 'a', listen: LOOPBACK, upstream: 'x:1' }, 409, 'proxy already exists')],
  },
  {
    name: 'a name is required',
    steps: [refuse('POST /proxies', { upstream: 'x:1' }, 400, 'missing required field: name')],
  },
  {
    name: 'an upstream is required',
    steps: [refuse('POST /proxies', { name: 'a' }, 400, 'missing required field: upstream')],
  },
  {
    name: 'without an address it listens on a free port',
    steps: [{ send: 'POST /proxies', body: { name: 'a', upstream: NOWHERE }, status: 201, json: { listen: BOUND } }],
    real: {
      steps: [
        {
          send: 'POST /proxies',
          body: { name: 'a', upstream: NOWHERE },
          status: 201,
          json: { listen: expect.stringMatching(/^\[::\]:\d+$/) as unknown },
        },
      ],
      why: 'listening on every interface by default opens a test machine to its network',
    },
  },
  {
    name: 'a port that is taken is an error of the server',
    steps: [
      A,
      refuse('POST /proxies', { name: 'b', listen: '<a>', upstream: NOWHERE }, 500, IN_USE),
      { send: 'GET /proxies/b', status: 404 },
    ],
  },
  {
    name: 'an address without a port',
    steps: [
      refuse(
        'POST /proxies',
        { name: 'a', listen: 'nonsense', upstream: 'x' },
        500,
        'listen tcp: address nonsense: missing port in address',
      ),
    ],
  },
  {
    name: 'an address with too many colons',
    steps: [
      refuse(
        'POST /proxies',
        { name: 'a', listen: 'a:b:c', upstream: 'x' },
        500,
        'listen tcp: address a:b:c: too many colons in address',
      ),
    ],
  },
  {
    name: 'a port beyond 65535',
    steps: [
      refuse(
        'POST /proxies',
        { name: 'a', listen: '127.0.0.1:99999', upstream: 'x' },
        500,
        'listen tcp: address 99999: invalid port',
      ),
    ],
  },
  {
    name: 'a port that is a word',
    steps: [
      refuse(
        'POST /proxies',
        { name: 'a', listen: '127.0.0.1:abc', upstream: 'x' },
        500,
        'listen tcp: lookup tcp/abc: unknown port',
      ),
    ],
  },
  {
    name: 'an address of another machine',
    steps: [
      refuse(
        'POST /proxies',
        { name: 'a', listen: '192.0.2.1:0', upstream: 'x' },
        500,
        'listen tcp 192.0.2.1:0: bind: cannot assign requested address',
      ),
    ],
  },
  {
    name: 'a host name is resolved, IPv4 first',
    steps: [{ ...create('a', { listen: 'localhost:0' }), json: { listen: BOUND } }],
  },
  {
    name: 'created disabled it is not bound and its address not resolved',
    steps: [
      { ...create('a', { listen: 'localhost:0', enabled: false }), json: { listen: 'localhost:0', enabled: false } },
    ],
  },
  {
    name: 'an upstream that makes no sense is accepted, toxics in the body are dropped',
    steps: [
      {
        ...create('a', { upstream: 'nonsense', toxics: [{ type: 'latency' }] }),
        json: { upstream: 'nonsense', toxics: [] },
      },
      { send: `GET ${toxics}`, status: 200, text: '[]' },
    ],
  },
  { name: 'an empty body', steps: [refuse('POST /proxies', '', 400, 'bad request body: EOF')] },
  {
    name: 'a body cut short',
    steps: [refuse('POST /proxies', '{"name":"a"', 400, 'bad request body: unexpected EOF')],
  },
  { name: 'a body that is no JSON', steps: [refuse('POST /proxies', 'nonsense', 400, /^bad request body: /)] },
  {
    name: 'a member of the wrong type',
    steps: [
      refuse('POST /proxies', { name: 5 }, 400, /^bad request body: json: cannot unmarshal number/),
      refuse(
        'POST /proxies',
        { name: 'a', upstream: 'x', enabled: 'yes' },
        400,
        /^bad request body: json: cannot unmarshal string/,
      ),
    ],
  },
  {
    name: 'a body that is an array, and one that is null',
    steps: [
      refuse('POST /proxies', '[]', 400, /^bad request body: json: cannot unmarshal array/),
      refuse('POST /proxies', 'null', 400, 'missing required field: name'),
    ],
  },
  {
    name: 'keys in any case, unknown keys and text after the value',
    steps: [
      {
        send: 'POST /proxies',
        body: `{"NAME":"a","Listen":"${LOOPBACK}","upStream":"${NOWHERE}","color":7} and more`,
        status: 201,
        json: { name: 'a', upstream: NOWHERE },
      },
    ],
  },
  {
    name: 'an unknown proxy is not found, whatever the body',
    steps: [
      { send: 'GET /proxies/x', status: 404, error: 'proxy not found' },
      refuse('PATCH /proxies/x', 'junk', 404, 'proxy not found'),
      refuse('POST /proxies/x', {}, 404, 'proxy not found'),
      { send: 'DELETE /proxies/x', status: 404, error: 'proxy not found' },
    ],
  },
  {
    name: 'PATCH and POST take it down and up again on the same port, and repeating changes nothing',
    steps: [
      A,
      { send: 'PATCH /proxies/a', body: { enabled: false }, status: 200, json: { enabled: false, listen: BOUND } },
      { send: 'POST /proxies/a', body: { enabled: false }, status: 200, json: { enabled: false } },
      { send: 'POST /proxies/a', body: { enabled: true }, status: 200, json: { enabled: true } },
      { send: 'PATCH /proxies/a', body: { enabled: true }, status: 200, json: { enabled: true } },
    ],
  },
  {
    name: 'a change of name is ignored',
    steps: [
      A,
      { send: 'PATCH /proxies/a', body: { name: 'z' }, status: 200, json: { name: 'a' } },
      { send: 'GET /proxies/z', status: 404 },
    ],
  },
  {
    name: 'a change keeps the toxics and what it does not name',
    steps: [
      A,
      LATENCY,
      {
        send: 'PATCH /proxies/a',
        body: { upstream: 'other:1' },
        status: 200,
        json: { upstream: 'other:1', enabled: true, listen: BOUND, toxics: [{ name: 't' }] },
      },
    ],
  },
  {
    name: 'an empty upstream is accepted in a change',
    steps: [A, { send: 'PATCH /proxies/a', body: { upstream: '' }, status: 200, json: { upstream: '' } }],
  },
  {
    name: 'an address that makes no sense changes nothing',
    steps: [
      A,
      refuse('PATCH /proxies/a', { listen: 'nonsense' }, 500, 'address nonsense: missing port in address'),
      { send: 'GET /proxies/a', status: 200, json: { enabled: true, listen: BOUND } },
    ],
  },
  {
    name: 'a taken address leaves it down under the new address',
    steps: [
      A,
      create('b'),
      refuse('PATCH /proxies/b', { listen: '<a>' }, 500, IN_USE),
      { send: 'GET /proxies/b', status: 200, json: { enabled: false, listen: '<a>' } },
      refuse('PATCH /proxies/b', { enabled: true }, 500, IN_USE),
    ],
  },
  {
    name: 'an empty or wrong body changes nothing',
    steps: [
      A,
      refuse('PATCH /proxies/a', '', 400, 'bad request body: EOF'),
      refuse('PATCH /proxies/a', { upstream: 5 }, 400, /^bad request body: json: cannot unmarshal number/),
    ],
  },
  {
    name: 'a removed proxy is gone and its port free',
    steps: [
      A,
      { send: 'DELETE /proxies/a', status: 204, text: '' },
      { send: 'GET /proxies/a', status: 404 },
      { send: 'POST /proxies', body: { name: 'b', listen: '<a>', upstream: NOWHERE }, status: 201 },
    ],
  },
  {
    name: 'names with spaces work percent-encoded, names with slashes cannot be addressed',
    steps: [
      create('with space'),
      { send: 'GET /proxies/with%20space', status: 200, json: { name: 'with space' } },
      create('a/b'),
      { send: 'GET /proxies/a%2Fb', status: 404, text: '404 page not found\n' },
      { send: 'GET /proxies', status: 200, json: { 'a/b': { name: 'a/b' } } },
    ],
  },
];

export const RESET_AND_POPULATE_ROWS: readonly Row[] = [
  {
    name: 'reset enables every proxy and removes every toxic',
    steps: [
      A,
      LATENCY,
      create('b', { enabled: false }),
      { send: 'POST /reset', status: 204, text: '' },
      {
        send: 'GET /proxies',
        status: 200,
        json: { a: { enabled: true, toxics: [] }, b: { enabled: true, listen: BOUND } },
      },
    ],
  },
  {
    name: 'reset fails at a proxy that cannot be bound',
    steps: [A, create('b', { listen: '<a>', enabled: false }), { send: 'POST /reset', status: 500, error: IN_USE }],
  },
  {
    name: 'populate answers in the order asked',
    steps: [
      {
        send: 'POST /populate',
        body: [
          { name: 'z', listen: LOOPBACK, upstream: NOWHERE },
          { name: 'a', listen: LOOPBACK, upstream: NOWHERE, enabled: false },
        ],
        status: 201,
        json: {
          proxies: [
            { name: 'z', enabled: true, listen: BOUND },
            { name: 'a', enabled: false, listen: LOOPBACK },
          ],
        },
      },
    ],
  },
  {
    name: 'populate with nothing',
    steps: [{ send: 'POST /populate', body: '[]', status: 201, text: '{"proxies":null}' }],
  },
  {
    name: 'populate leaves an equal proxy as it is, toxics and all',
    steps: [
      A,
      LATENCY,
      {
        send: 'POST /populate',
        body: [{ name: 'a', listen: '<a>', upstream: NOWHERE, enabled: false }],
        status: 201,
        json: { proxies: [{ name: 'a', enabled: true, listen: '<a>', toxics: [{ name: 't' }] }] },
      },
    ],
  },
  {
    name: 'populate replaces a proxy that differs',
    steps: [
      A,
      LATENCY,
      {
        send: 'POST /populate',
        body: [{ name: 'a', listen: '<a>', upstream: 'other:1' }],
        status: 201,
        json: { proxies: [{ name: 'a', upstream: 'other:1', toxics: [] }] },
      },
    ],
  },
  {
    name: 'populate leaves others alone',
    steps: [
      A,
      { send: 'POST /populate', body: [{ name: 'b', listen: LOOPBACK, upstream: NOWHERE }], status: 201 },
      { send: 'GET /proxies/a', status: 200 },
    ],
  },
  {
    name: 'populate names the proxy a field is missing from and creates none',
    steps: [
      refuse(
        'POST /populate',
        [{ name: 'a', listen: LOOPBACK, upstream: 'x' }, { name: 'b' }],
        400,
        'missing required field: upstream at proxy 2',
      ),
      { send: 'GET /proxies/a', status: 404 },
    ],
  },
  {
    name: 'populate stops at the first that cannot be bound',
    steps: [
      A,
      {
        send: 'POST /populate',
        body: [
          { name: 'b', listen: LOOPBACK, upstream: 'x' },
          { name: 'c', listen: '<a>', upstream: 'x' },
          { name: 'd', listen: LOOPBACK, upstream: 'x' },
        ],
        status: 500,
        error: IN_USE,
        json: { proxies: [{ name: 'b' }] },
        headers: { 'content-type': 'application/json' },
      },
      { send: 'GET /proxies/b', status: 200 },
      { send: 'GET /proxies/d', status: 404 },
    ],
  },
  {
    name: 'populate with a body that is no array',
    steps: [
      {
        send: 'POST /populate',
        body: '{}',
        status: 400,
        error: /^bad request body: json: cannot unmarshal object/,
        json: { proxies: null },
      },
      { send: 'POST /populate', body: '', status: 400, error: 'bad request body: EOF' },
    ],
  },
];

export const TOXIC_ROWS: readonly Row[] = [
  {
    name: 'a toxic gets its defaults',
    steps: [
      A,
      {
        ...add({ type: 'latency' }),
        text:
          '{"attributes":{"latency":0,"jitter":0},"name":"latency_downstream","type":"latency",' +
          '"stream":"downstream","toxicity":1}',
      },
    ],
  },
  ...(
    [
      ['latency', '{"latency":1,"jitter":2}'],
      ['bandwidth', '{"rate":1}'],
      ['slow_close', '{"delay":1}'],
      ['timeout', '{"timeout":1}'],
      ['reset_peer', '{"timeout":1}'],
      ['slicer', '{"average_size":2,"size_variation":1,"delay":3}'],
      ['limit_data', '{"bytes":1}'],
      ['noop', '{}'],
    ] as const
  ).map(([type, attributes]): Row => ({
    name: `${type} has its attributes in order`,
    steps: [
      A,
      {
        ...add({ name: 't', type, stream: 'upstream', toxicity: 0.5, attributes: JSON.parse(attributes) as unknown }),
        text: `{"attributes":${attributes},"name":"t","type":"${type}","stream":"upstream","toxicity":0.5}`,
      },
    ],
  })),
  {
    name: 'toxics are listed upstream first, each in chain order',
    steps: [
      A,
      add({ name: 'd1', type: 'noop' }),
      add({ name: 'u1', type: 'noop', stream: 'upstream' }),
      add({ name: 'd2', type: 'noop' }),
      { send: `GET ${toxics}`, status: 200, json: [{ name: 'u1' }, { name: 'd1' }, { name: 'd2' }] },
    ],
  },
  {
    name: 'a name is taken once, in either direction',
    steps: [
      A,
      LATENCY,
      refuse(`POST ${toxics}`, { name: 't', type: 'noop', stream: 'upstream' }, 409, 'toxic already exists'),
    ],
  },
  {
    name: 'types that do not exist, and down',
    steps: [
      A,
      ...[{ type: 'fog' }, {}, { type: 'down' }, { type: 'LATENCY' }].map((body) =>
        refuse(`POST ${toxics}`, body, 400, 'invalid toxic type'),
      ),
    ],
  },
  {
    name: 'a stream that does not exist is reported before the type',
    steps: [
      A,
      ...['sideways', ''].map((stream) =>
        refuse(
          `POST ${toxics}`,
          { type: 'fog', stream },
          400,
          'stream was invalid, can be either upstream or downstream',
        ),
      ),
    ],
  },
  {
    name: 'a stream in any case is echoed as sent',
    steps: [
      A,
      add({ type: 'noop', stream: 'UpStream' }, { stream: 'UpStream', name: 'noop_UpStream' }),
      add({ name: 'd', type: 'noop' }),
      { send: `GET ${toxics}`, status: 200, json: [{ stream: 'UpStream' }, { name: 'd' }] },
    ],
  },
  {
    name: 'a toxicity that is no share is refused',
    steps: [
      A,
      refuse(`POST ${toxics}`, { type: 'noop', toxicity: 5 }, 400, 'toxicity was invalid, must be between 0 and 1'),
      refuse(`POST ${toxics}`, { type: 'noop', toxicity: -1 }, 400, 'toxicity was invalid, must be between 0 and 1'),
    ],
    real: {
      steps: [
        A,
        add({ type: 'noop', toxicity: 5 }, { toxicity: 5 }),
        add({ name: 'n', type: 'noop', toxicity: -1 }, { toxicity: -1 }),
      ],
      why: 'a mistake in a scenario must not look like a fault that had no effect',
    },
  },
  {
    name: 'a negative attribute is refused',
    steps: [
      A,
      refuse(
        `POST ${toxics}`,
        { type: 'bandwidth', attributes: { rate: -1 } },
        400,
        'invalid toxic attribute: rate must not be negative',
      ),
    ],
    real: {
      steps: [A, add({ type: 'bandwidth', attributes: { rate: -1 } })],
      why: 'the real server ends on the next byte',
    },
  },
  {
    name: 'a slicer that could not end is refused',
    steps: [
      A,
      refuse(`POST ${toxics}`, { type: 'slicer' }, 400, 'invalid toxic attribute: average_size must be at least 1'),
      refuse(
        `POST ${toxics}`,
        { type: 'slicer', attributes: { average_size: 5, size_variation: 5 } },
        400,
        'invalid toxic attribute: size_variation must be less than average_size',
      ),
    ],
    real: {
      steps: [
        A,
        add({ type: 'slicer' }),
        add({ name: 's', type: 'slicer', attributes: { average_size: 5, size_variation: 6 } }),
      ],
      why: 'the real server ends on the next byte',
    },
  },
  {
    name: 'attributes that are no integers',
    steps: [
      A,
      ...[{ latency: 1.5 }, { latency: '100' }, []].map((attributes) =>
        refuse(`POST ${toxics}`, { type: 'latency', attributes }, 400, /^bad request body: json: cannot unmarshal/),
      ),
      { send: `GET ${toxics}`, status: 200, text: '[]' },
    ],
  },
  {
    name: 'null is the same as absent, keys match in any case, unknown ones do not matter',
    steps: [
      A,
      add({ type: 'latency', attributes: null }, { attributes: { latency: 0, jitter: 0 } }),
      add(
        { name: 'n', type: 'latency', attributes: { LATENCY: 3, jitter: null, color: 1 } },
        { attributes: { latency: 3, jitter: 0 } },
      ),
    ],
  },
  {
    name: 'a toxicity of the wrong type, and an empty body',
    steps: [
      A,
      refuse(
        `POST ${toxics}`,
        { type: 'noop', toxicity: 'x' },
        400,
        /^bad request body: json: cannot unmarshal string/,
      ),
      refuse(`POST ${toxics}`, '', 400, 'bad request body: EOF'),
    ],
  },
  {
    name: 'one toxic is shown; one that does not exist is not found',
    steps: [
      A,
      LATENCY,
      { send: `GET ${toxics}/t`, status: 200, json: { name: 't', attributes: { latency: 100, jitter: 5 } } },
      { send: `GET ${toxics}/x`, status: 404, error: 'toxic not found' },
      { send: `DELETE ${toxics}/x`, status: 404, error: 'toxic not found' },
      refuse(`PATCH ${toxics}/x`, {}, 404, 'toxic not found'),
    ],
  },
  {
    name: 'toxics of an unknown proxy',
    steps: [
      { send: 'GET /proxies/x/toxics', status: 404, error: 'proxy not found' },
      refuse('POST /proxies/x/toxics', '', 404, 'proxy not found'),
      { send: 'DELETE /proxies/x/toxics/t', status: 404, error: 'proxy not found' },
    ],
  },
  {
    name: 'PATCH and POST merge attributes and toxicity and ignore name, type and stream',
    steps: [
      A,
      LATENCY,
      {
        send: `PATCH ${toxics}/t`,
        body: { attributes: { jitter: 7 }, toxicity: 0.5, name: 'z', type: 'slicer', stream: 'upstream' },
        status: 200,
        text:
          '{"attributes":{"latency":100,"jitter":7},"name":"t","type":"latency",' +
          '"stream":"downstream","toxicity":0.5}',
      },
      {
        send: `POST ${toxics}/t`,
        body: { attributes: { latency: 9 } },
        status: 200,
        json: { attributes: { latency: 9, jitter: 7 }, toxicity: 0.5 },
      },
      {
        send: `PATCH ${toxics}/t`,
        body: { attributes: null },
        status: 200,
        json: { attributes: { latency: 9, jitter: 7 } },
      },
    ],
  },
  {
    name: 'a change that is refused changes nothing',
    steps: [
      A,
      LATENCY,
      refuse(
        `PATCH ${toxics}/t`,
        { attributes: { jitter: 'x', latency: 99 }, toxicity: 0.1 },
        400,
        /^bad request body: /,
      ),
      { send: `GET ${toxics}/t`, status: 200, json: { attributes: { latency: 100, jitter: 5 }, toxicity: 1 } },
    ],
    real: {
      steps: [
        A,
        LATENCY,
        refuse(
          `PATCH ${toxics}/t`,
          { attributes: { jitter: 'x', latency: 99 }, toxicity: 0.1 },
          400,
          /^bad request body: /,
        ),
        { send: `GET ${toxics}/t`, status: 200, json: { attributes: { latency: 99, jitter: 5 }, toxicity: 1 } },
      ],
      why: 'half a change is a fault that was not asked for',
    },
  },
  {
    name: 'an empty body changes nothing',
    steps: [
      A,
      LATENCY,
      refuse(`PATCH ${toxics}/t`, '', 400, 'bad request body: EOF'),
      { send: `PUT ${toxics}/t`, body: {}, status: 405 },
    ],
  },
  {
    name: 'a removed toxic is gone and its name free',
    steps: [
      A,
      LATENCY,
      { send: `DELETE ${toxics}/t`, status: 204, text: '' },
      { send: `GET ${toxics}/t`, status: 404 },
      LATENCY,
    ],
  },
];
