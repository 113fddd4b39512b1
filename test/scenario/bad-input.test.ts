import { describe, expect, it } from 'vitest';
import { changed, GOOD, line, problemsOf, read, underlined } from './helpers.js';

type Row = readonly [what: string, from: string, to: string, first: string, caret: string, remedy: string | RegExp];

const COMMAND = 'backend: { mock: tools, workers: 4, service-time: { constant: 8ms } }';
const FAULT = 'type: latency, latency: 300ms }';
const GATE = '{ metric: response-time, stat: p99, phase: steady, max: 100ms }';
const STEADY = '{ name: steady, regime: steady, concurrency: 16, for: 8s }';
const OPEN = '{ name: fault, regime: steady, rate: 0.5x, for: 20s }';

/** Each row changes the good scenario in one place; the first problem must be exactly this. */
const ROWS: readonly Row[] = [
  // keys and kinds of values
  [
    'an unknown key at the top',
    'load-line: 400/s',
    'loadline: 400/s',
    'good.yaml:3:1 unknown key "loadline"',
    'loadline',
    /^did you mean "load-line"\? \(keys here: version, /,
  ],
  [
    'an unknown key in a service',
    'workers: 4',
    'workrs: 4',
    'good.yaml:6:29 stack.services.backend: unknown key "workrs"',
    'workrs',
    /^did you mean "workers"\?/,
  ],
  [
    'an unknown key in a call',
    'weight: 80',
    'wieght: 80',
    'good.yaml:12:21 calls.0: unknown key "wieght"',
    'wieght',
    /^did you mean "weight"\?/,
  ],
  [
    'services that would not start in their order',
    COMMAND,
    `${COMMAND}\n    2: { mock: tools }`,
    'good.yaml:7:5 stack.services.2: the name "2" is a number, ' +
      'so that this service would be started before those above it',
    '2',
    'begin the name with a letter: s2',
  ],
  [
    'a key that was renamed',
    'sessions: 16',
    'sessions: 16, tell-timeout: true',
    'good.yaml:10:27 protocol: unknown key "tell-timeout"',
    'tell-timeout',
    /^did you mean "propagate-deadline"\?/,
  ],
  [
    'a metric that was renamed',
    'metric: response-time',
    'metric: service-view',
    'good.yaml:20:15 gates.0.metric: unknown metric "service-view"',
    'service-view',
    /^did you mean "latency-from-send"\?/,
  ],
  ['a missing key', ', for: 8s', '', 'good.yaml:15:5 phases.0: missing key "for"', '{', 'add for: (write it like 8s)'],
  [
    'a missing name',
    'name: good\n',
    '',
    'good.yaml:1:1 missing key "name"',
    'v',
    'add name: (write text like quickstart)',
  ],
  ['a wrong version', 'version: 1', 'version: 2', 'good.yaml:1:10 version: expected 1, found 2', '2', 'write 1'],
  ['an empty value', 'for: 8s', 'for:', 'good.yaml:15:54 phases.0.for is empty', 'for', 'write it like 8s'],
  [
    'a list where a map belongs',
    'protocol: { sessions: 16 }',
    'protocol: [16]',
    'good.yaml:10:1 protocol: expected a map, found a list',
    'protocol',
    /^write a map with keys out of revision, /,
  ],
  [
    'a map where a list belongs',
    `calls:\n`,
    'calls: {}\nx-calls:\n',
    'good.yaml:11:1 calls: expected a list, found a map',
    'calls',
    'write a list of calls, each beginning with "- "',
  ],
  [
    'an empty list',
    `phases:\n  - ${STEADY}\n  - ${OPEN}\n`,
    'phases: []\n',
    'good.yaml:14:1 phases: this list is empty',
    'phases',
    'write at least one of the phases, or leave calls empty too, to open sessions alone',
  ],
  [
    'phases without calls',
    GOOD.slice(GOOD.indexOf('calls:'), GOOD.indexOf('phases:')),
    'calls: []\n',
    'good.yaml:11:1 calls: this list is empty',
    'calls',
    'write at least one of the calls, or leave phases empty too, to open sessions alone',
  ],
  [
    'text where a number belongs',
    'sessions: 16',
    'sessions: many',
    'good.yaml:10:23 protocol.sessions: expected a whole number, found "many"',
    'many',
    'write a whole number from 1 to 10000',
  ],
  [
    'a number where text belongs',
    'tool: search',
    'tool: 7',
    'good.yaml:12:13 calls.0.tool: expected text, found 7',
    '7',
    'quote it: "7"',
  ],
  [
    'a fraction of a session',
    'sessions: 16',
    'sessions: 1.5',
    'good.yaml:10:23 protocol.sessions: expected a whole number, found 1.5',
    '1.5',
    'write a whole number from 1 to 10000',
  ],
  [
    'no sessions at all',
    'sessions: 16',
    'sessions: 0',
    'good.yaml:10:23 protocol.sessions: 0 is out of range',
    '0',
    'write a whole number from 1 to 10000',
  ],
  [
    'a weight of nothing',
    'weight: 80',
    'weight: 0',
    'good.yaml:12:29 calls.0.weight: a weight must be above 0',
    '0',
    'write a number above 0, or delete the call',
  ],
  [
    'a name no folder can have',
    'name: good',
    'name: "../x"',
    'good.yaml:2:7 name: "../x" can\'t be used here',
    '"../x"',
    /^use letters, digits/,
  ],

  // units
  [
    'a duration without a unit',
    'for: 8s',
    'for: 8',
    'good.yaml:15:59 phases.0.for: 8 needs a unit',
    '8',
    'did you mean 8s?',
  ],
  [
    'a deadline without a unit',
    'deadline: 250ms',
    'deadline: 250',
    'good.yaml:12:109 calls.0.deadline: 250 needs a unit',
    '250',
    'did you mean 250ms?',
  ],
  [
    'a quoted number without a unit',
    'for: 8s',
    'for: "8"',
    'good.yaml:15:59 phases.0.for: "8" needs a unit',
    '"8"',
    'did you mean 8s?',
  ],
  [
    'a rate without a unit',
    'rate: 0.5x',
    'rate: 200',
    'good.yaml:16:42 phases.1.rate: 200 needs a unit',
    '200',
    'did you mean 200/s, or 200x (times the load line)?',
  ],
  [
    'a rate in requests per second',
    'rate: 0.5x',
    'rate: 200rps',
    'good.yaml:16:42 phases.1.rate: "200rps" is not a rate: unknown unit "rps"',
    '200rps',
    'did you mean 200/s?',
  ],
  [
    'a unit of something else',
    'for: 8s',
    'for: 8KiB',
    'good.yaml:15:59 phases.0.for: "8KiB" is not a duration: unknown unit "KiB"',
    '8KiB',
    'write a duration as a number and one of ns, us, ms, s, m, h',
  ],
  [
    'a duration of nothing',
    'for: 8s',
    'for: 0s',
    'good.yaml:15:59 phases.0.for: "0s" is zero',
    '0s',
    'write more than zero, like 8s',
  ],
  [
    'a retry budget without a unit',
    'backoff: 50ms',
    'backoff: 50ms, budget: 10',
    'good.yaml:13:138 calls.1.retry.budget: 10 needs a unit',
    '10',
    'did you mean 10%?',
  ],
  [
    'a retry budget above all calls',
    'backoff: 50ms',
    'backoff: 50ms, budget: 110%',
    'good.yaml:13:138 calls.1.retry.budget: "110%" is too large',
    '110%',
    'write at most 100%',
  ],
  [
    'a phase of a week',
    'for: 8s',
    'for: 168h',
    'good.yaml:15:59 phases.0.for: "168h" is too large',
    '168h',
    'write at most 24h',
  ],
  [
    'a bound without a unit',
    'max: 100ms',
    'max: 100',
    'good.yaml:20:61 gates.0.max: 100 needs a unit',
    '100',
    'did you mean 100ms?',
  ],

  // choices
  [
    'an unknown regime',
    'regime: steady, concurrency',
    'regime: stedy, concurrency',
    'good.yaml:15:29 phases.0.regime: unknown regime "stedy"',
    'stedy',
    /^did you mean "steady"\?/,
  ],
  [
    'no regime',
    'regime: steady, concurrency',
    'concurrency',
    'good.yaml:15:5 phases.0: a phase needs the key regime',
    '{',
    'add regime: floor | steady | overload | stages | spike | replay | capacity | soak',
  ],
  [
    'a steady phase without load',
    'concurrency: 16, ',
    '',
    'good.yaml:15:5 phases.0: a steady phase needs one of the keys concurrency, rate',
    '{',
    'add one of them',
  ],
  [
    'a steady phase with two loads',
    'concurrency: 16',
    'concurrency: 16, rate: 1/s',
    "good.yaml:15:5 phases.0: a steady phase can't have concurrency and rate at once",
    '{',
    'keep one of them',
  ],
  [
    'a key of another regime',
    STEADY,
    '{ name: steady, regime: floor, concurrency: 16, for: 8s }',
    'good.yaml:15:36 phases.0: unknown key "concurrency"',
    'concurrency',
    /^keys here: name, regime, for, warmup, hypotheses$/,
  ],
  [
    'a service of two kinds',
    'workers: 4',
    'workers: 4, url: "http://localhost"',
    "good.yaml:6:5 stack.services.backend: a service can't have mock and url at once",
    'backend',
    'keep one of them',
  ],
  [
    'a service of no kind',
    COMMAND,
    'backend: { commnd: [node] }',
    'good.yaml:6:5 stack.services.backend: a service needs one of the keys mock, command, gateway, url, found "commnd"',
    'backend',
    /^did you mean "command"\?/,
  ],
  [
    'an unknown fault',
    FAULT,
    'type: latncy, latency: 300ms }',
    'good.yaml:18:58 faults.0.type: unknown type "latncy"',
    'latncy',
    /^did you mean "latency"\?/,
  ],
  [
    'an attribute of another fault',
    FAULT,
    'type: down, latency: 300ms }',
    'good.yaml:18:64 faults.0: unknown key "latency"',
    'latency',
    /^keys here: id, phase, at, for, on, type$/,
  ],
  [
    'an unknown metric',
    'metric: response-time',
    'metric: respones-time',
    'good.yaml:20:15 gates.0.metric: unknown metric "respones-time"',
    'respones-time',
    /^did you mean "response-time"\?/,
  ],
  [
    'an unknown transport',
    'sessions: 16',
    'transport: sse',
    'good.yaml:10:24 protocol.transport: unknown transport "sse"',
    'sse',
    'transport values: streamable-http, http-sse, stdio',
  ],
  [
    'an unknown revision',
    'sessions: 16',
    'revision: 2025-11-24',
    'good.yaml:10:23 protocol.revision: unknown revision "2025-11-24"',
    '2025-11-24',
    /^did you mean "2025-11-25"\?/,
  ],
  [
    'an unknown expectation',
    'expect: derived',
    'expect: right',
    'good.yaml:12:90 calls.0.expect: unknown expectation "right"',
    'right',
    /^write success, derived, \{ text: \.\.\. \}, .* or \{ path: \.\.\., is: \.\.\. \}$/,
  ],

  // references
  [
    'a link to nowhere',
    'to: backend',
    'to: bakend',
    'good.yaml:8:21 stack.links.upstream.to: there is no service "bakend"',
    'bakend',
    'did you mean "backend"? (services: backend)',
  ],
  [
    'a target that is not there',
    'target: upstream',
    'target: upstram',
    'good.yaml:9:11 stack.target: there is no service or link "upstram"',
    'upstram',
    'did you mean "upstream"? (services and links: upstream, backend)',
  ],
  [
    'a link with the name of a service',
    'upstream: { to: backend }',
    'backend: { to: backend }',
    'good.yaml:8:5 stack.links.backend: "backend" is also the name of a service',
    'backend',
    'rename one of them: a target or fault could mean either',
  ],
  [
    'a tool the mock does not have',
    'tool: book',
    'tool: bok',
    'good.yaml:13:13 calls.1.tool: the mock has no tool "bok"',
    'bok',
    'did you mean "book"? (tools: search, book, fail)',
  ],
  [
    'a fault in no phase',
    'phase: fault,',
    'phase: falt,',
    'good.yaml:18:14 faults.0.phase: there is no phase "falt"',
    'falt',
    'did you mean "fault"? (phases: steady, fault)',
  ],
  [
    'a fault on no link',
    'on: upstream',
    'on: upstraem',
    'good.yaml:18:42 faults.0.on: there is no link "upstraem"',
    'upstraem',
    'did you mean "upstream"? (links: upstream)',
  ],
  [
    'a fault on a service',
    'on: upstream',
    'on: backend',
    'good.yaml:18:42 faults.0.on: there is no link "backend"',
    'backend',
    /^"backend" is a service: put a link in front of it/,
  ],
  [
    'a gate on no phase',
    'phase: steady, max',
    'phase: stead, max',
    'good.yaml:20:48 gates.0.phase: there is no phase "stead"',
    'stead',
    'did you mean "steady"? (phases: steady, fault)',
  ],
  [
    'a gate on no call',
    'max: 100ms',
    'max: 100ms, tool: boook',
    'good.yaml:20:74 gates.0.tool: there is no call "boook"',
    'boook',
    'did you mean "book"? (calls: search, book)',
  ],
  [
    'a gate on no fault',
    GATE,
    '{ metric: time-to-recover, fault: latency-upstram, max: 5s }',
    'good.yaml:20:39 gates.0.fault: there is no fault "latency-upstram"',
    'latency-upstram',
    'did you mean "latency-upstream"? (faults: latency-upstream)',
  ],
  [
    'an argument that is not sent',
    'expect: derived',
    'expect: { text: "${arguments.quary}" }',
    'good.yaml:12:99 calls.0.expect.text: the call has no argument "quary"',
    '${arguments.quary}',
    'did you mean "query"? (arguments: query)',
  ],

  // contradictions
  [
    'two phases of one name',
    'name: fault,',
    'name: steady,',
    'good.yaml:16:13 phases.1.name: "steady" is already the name of phase 0',
    'steady',
    'give each phase its own name',
  ],
  [
    'two calls of one name',
    'tool: book',
    'tool: search',
    'good.yaml:13:13 calls.1.tool: "search" is already the label of call 0',
    'search',
    'add a label to distinguish them, like "label: search (cold)"',
  ],
  [
    'an effect that no call has',
    'deadline: 250ms',
    'effect: exactly-once',
    'good.yaml:12:107 calls.0.effect: the tool "search" has no side effect to count',
    'exactly-once',
    'delete this line, or give the tool "effect: true"',
  ],
  [
    'a timeout past the deadline',
    'deadline: 250ms',
    'deadline: 250ms, timeout: 1s',
    'good.yaml:12:125 calls.0.timeout: the timeout of an attempt is longer than the deadline of the call',
    '1s',
    'make it shorter, or delete it: the deadline ends attempts too',
  ],
  [
    'a warm-up without an end',
    'for: 8s',
    'for: 8s, warmup: 8s',
    'good.yaml:15:71 phases.0.warmup: the warm-up leaves nothing to measure',
    '8s',
    'make it shorter than "for", or make the phase longer',
  ],
  [
    'more callers than the sessions carry',
    'sessions: 16',
    'sessions: 1, in-flight-per-session: 4',
    "good.yaml:15:50 phases.0.concurrency: 16 callers can't all have a call in flight: 1 x 4 calls fit " +
      'into the sessions',
    '16',
    /^raise protocol\.sessions/,
  ],
  [
    'a multiple of nothing',
    'load-line: 400/s\n',
    '',
    'good.yaml:15:42 phases.1.rate: 0.5x has no load line to be a multiple of',
    '0.5x',
    'add "load-line: 400/s" at the top, or a phase with "regime: capacity" before this one',
  ],
  [
    'a fault after its phase',
    'at: 5s',
    'at: 25s',
    'good.yaml:18:25 faults.0.at: the fault begins 25s into "fault", which is 20s long',
    '25s',
    'move it, shorten it, or make the phase longer',
  ],
  [
    'a fault that outlasts its phase',
    'for: 5s, on',
    'for: 16s, on',
    'good.yaml:18:34 faults.0.for: the fault ends 21s into "fault", which is 20s long',
    '16s',
    'move it, shorten it, or make the phase longer',
  ],
  [
    'a fault in a capacity search',
    OPEN,
    '{ name: fault, regime: capacity, between: [1/s, 2/s], step: 2s }',
    "good.yaml:18:14 faults.0.phase: a fault can't fall into a capacity search: its length is not known beforehand",
    'fault',
    'use a steady phase',
  ],
  [
    'two faults of one type at once',
    FAULT,
    `${FAULT}\n  - { phase: fault, at: 9s, for: 5s, on: upstream, type: latency, latency: 100ms }`,
    'good.yaml:19:25 faults.1.at: this latency overlaps fault 0, latency in line 18: of the same type on the same link',
    '9s',
    'move one of them, or use one fault for the whole time',
  ],
  [
    'a latency a link cannot count',
    'latency: 300ms',
    'latency: 0.5ms',
    'good.yaml:18:76 faults.0.latency: a link counts in whole milliseconds',
    '0.5ms',
    'round it to 1ms',
  ],
  [
    'a jitter beyond its latency',
    'latency: 300ms',
    'latency: 300ms, jitter: 400ms',
    'good.yaml:18:91 faults.0.jitter: the jitter is larger than the latency: some delays would be negative',
    '400ms',
    'lower the jitter',
  ],
  [
    'an overload that does not go back',
    STEADY,
    '{ name: steady, regime: overload, rate: 600/s, for: 5s, after: { rate: 600/s, for: 5s } }',
    "good.yaml:15:76 phases.0.after.rate: the rate after the overload is not below the overload's",
    '600/s',
    'lower it, so that a backlog can drain',
  ],
  [
    'a search from high to low',
    STEADY,
    '{ name: steady, regime: capacity, between: [2k/s, 50/s], step: 2s }',
    'good.yaml:15:39 phases.0.between: the lowest rate is not below the highest',
    'between',
    'write the lower one first',
  ],
  [
    'a search whose probes do not fit into its budget',
    STEADY,
    '{ name: steady, regime: capacity, between: [50/s, 2k/s], step: 4s, budget: 10s }',
    'good.yaml:15:80 phases.0.budget: the budget ends before 4 probes of 4s',
    '10s',
    'shorten "step", or give a longer budget',
  ],
  [
    'a gate without a bound',
    ', max: 100ms',
    '',
    'good.yaml:20:5 gates.0: a gate needs a bound',
    '{',
    'add max: or min:',
  ],
  [
    'a gate without a stat',
    'stat: p99, ',
    '',
    'good.yaml:20:5 gates.0: a gate on response-time needs a stat',
    '{',
    'add stat: p50 | p90 | p95 | p99 | p99.9 | mean | max',
  ],
  [
    'a stat the metric does not have',
    'stat: p99',
    'stat: slope',
    'good.yaml:20:36 gates.0.stat: response-time has no slope',
    'slope',
    'stats of response-time: p50, p90, p95, p99, p99.9, mean, max',
  ],
  [
    'a bound in another unit',
    'max: 100ms',
    'max: 5%',
    'good.yaml:20:61 gates.0.max: "5%" is not a duration: unknown unit "%"',
    '5%',
    'write a duration as a number and one of ns, us, ms, s, m, h',
  ],
  [
    'a count with a unit',
    GATE,
    '{ metric: duplicates, max: 0% }',
    'good.yaml:20:32 gates.0.max: duplicates is a count, found "0%"',
    '0%',
    'write a bare number, like 0',
  ],
  [
    'bounds the wrong way round',
    'max: 100ms',
    'max: 100ms, min: 200ms',
    'good.yaml:20:73 gates.0.min: the smallest value that passes is above the largest',
    '200ms',
    'swap them',
  ],
  [
    'a gate on effects that no call has',
    'effect: exactly-once, ',
    '',
    'good.yaml:20:15 gates.0.metric: lost counts side effects, and no call has "effect: exactly-once"',
    'lost',
    'add it to the calls that have a side effect, or delete the gate',
  ],
  [
    'a metric of faults asked of a phase',
    GATE,
    '{ metric: time-to-recover, phase: fault, max: 5s }',
    "good.yaml:20:39 gates.0.phase: time-to-recover can't be asked of a phase: it is known for each fault",
    'fault',
    'delete "phase"',
  ],

  [
    'growth without a soak',
    GATE,
    '{ metric: rss-growth, max: 1MiB/h }',
    'good.yaml:20:15 gates.0.metric: rss-growth is measured in soak phases, and this scenario has none',
    'rss-growth',
    'add a phase with "regime: soak", or delete the gate',
  ],
  [
    'a process of a metric without one',
    'max: 100ms',
    'max: 100ms, process: backend',
    'good.yaml:20:77 gates.0.process: response-time is not known process by process',
    'backend',
    'delete "process"',
  ],

  // targets and protocols
  [
    'a remote target',
    'target: upstream',
    'target: { url: "https://example.com/mcp" }',
    'good.yaml:9:18 stack.target.url: example.com is not this machine',
    '"https://example.com/mcp"',
    'load-test only what is yours: add "allow-remote: true" at the top when it is',
  ],
  [
    'a remote service',
    COMMAND,
    'backend: { url: "http://10.0.0.7:3000/mcp" }',
    'good.yaml:6:21 stack.services.backend.url: 10.0.0.7 is not this machine',
    '"http://10.0.0.7:3000/mcp"',
    /allow-remote/,
  ],
  [
    'a host that only seems local',
    'target: upstream',
    'target: { url: "http://localhost.example.com/mcp" }',
    'good.yaml:9:18 stack.target.url: localhost.example.com is not this machine',
    '"http://localhost.example.com/mcp"',
    /allow-remote/,
  ],
  [
    'something that is no URL',
    'target: upstream',
    'target: { url: "localhost:3000" }',
    'good.yaml:9:18 stack.target.url: calls can\'t travel over "localhost:"',
    '"localhost:3000"',
    'use an http: or https: URL',
  ],
  [
    'a password in a URL',
    'target: upstream',
    'target: { url: "http://a:b@localhost/" }',
    'good.yaml:9:18 stack.target.url: this URL holds a user name or password',
    '"http://a:b@localhost/"',
    /\$\{secret\.NAME\}/,
  ],
  [
    'stdio to a service',
    'sessions: 16',
    'transport: stdio',
    'good.yaml:10:24 protocol.transport: stdio needs a command as the target',
    'stdio',
    /^write "target: \{ command/,
  ],
  [
    'HTTP to a command',
    'target: upstream\nprotocol: { sessions: 16 }',
    'target: { command: [node] }\nprotocol: { transport: streamable-http, sessions: 16 }',
    'good.yaml:10:24 protocol.transport: a command as the target is spoken to over stdio',
    'streamable-http',
    /^write "transport: stdio"/,
  ],
  [
    'a link in front of https',
    COMMAND,
    'backend: { url: "https://localhost:3000/mcp" }',
    "good.yaml:8:21 stack.links.upstream.to: a link can't stand in front of https (backend)",
    'backend',
    /TLS/,
  ],
  [
    'a pattern that is none',
    COMMAND,
    'backend: { command: [node], ready: { line: "(" } }',
    'good.yaml:6:48 stack.services.backend.ready.line: this is not a regular expression',
    '"("',
    /escape/,
  ],
  [
    'a name no proxy can have',
    'upstream: { to: backend }',
    '"up stream": { to: backend }',
    'good.yaml:8:5 stack.links: "up stream" can\'t be used here',
    '"up stream"',
    /^use letters, digits/,
  ],
  [
    'a header of two lines',
    'sessions: 16',
    'headers: { x-a: "b\\nc" }',
    'good.yaml:10:29 protocol.headers.x-a: a header value is one line',
    '"b\\nc"',
    'remove the line breaks',
  ],

  [
    'a whole number that would be rounded',
    'load-line: 400/s',
    'seed: 12345678901234567890',
    'good.yaml:3:7 seed: this whole number is too large to be kept exactly',
    '12345678901234567890',
    'quote it if it is text',
  ],

  [
    'a service on another machine',
    'backend: { mock: tools, workers: 4, service-time: { constant: 8ms } }',
    'backend: { command: [node, x.js], host: mcp.example }',
    'good.yaml:6:45 stack.services.backend.host: "mcp.example" can\'t be used here',
    'mcp.example',
    'use a name or address of this machine',
  ],

  // generators of arguments
  [
    'a pick from nothing',
    'pick: [hull, draught]',
    'pick: []',
    'good.yaml:12:55 calls.0.arguments.query.pick: pick needs a list of at least one value',
    'pick',
    /^write \{ pick: \[a, b, c\] \}/,
  ],
  [
    'an unknown form of unique',
    'unique: uuid',
    'unique: uid',
    'good.yaml:13:61 calls.1.arguments.berth.unique: unknown form of unique: "uid"',
    'uid',
    /^did you mean "uuid"\?/,
  ],
  [
    'a text without a size',
    'pick: [hull, draught]',
    'text: hello',
    'good.yaml:12:61 calls.0.arguments.query.text: text needs a size from 1B to 16MiB, found "hello"',
    'hello',
    /constant/,
  ],
  [
    'a range from high to low',
    'pick: [hull, draught]',
    'integer: { min: 6, max: 1 }',
    'good.yaml:12:55 calls.0.arguments.query.integer: min 6 is above max 1',
    'integer',
    'narrow or turn the range',
  ],

  [
    'a misspelt generator',
    'pick: [hull, draught]',
    'picks: [hull, draught]',
    'good.yaml:12:55 calls.0.arguments.query.picks: unknown generator "picks"',
    'picks',
    /^did you mean "pick"\? Write that, or \{ constant: \{ \.\.\. \} \} to send this map as it is$/,
  ],
  [
    'a misspelt generator without a list',
    'unique: uuid',
    'uniqe: uuid',
    'good.yaml:13:60 calls.1.arguments.berth.uniqe: unknown generator "uniqe"',
    'uuid',
    /^did you mean "unique"\?/,
  ],
  [
    'a misspelt range deep inside',
    'pick: [hull, draught]',
    'words: [{ integr: { min: 1, max: 6 } }]',
    'good.yaml:12:65 calls.0.arguments.query.words.0.integr: unknown generator "integr"',
    'integr',
    /^did you mean "integer"\?/,
  ],
  [
    'two generators for one value',
    'pick: [hull, draught]',
    'pick: [hull], unique: uuid',
    "good.yaml:12:46 calls.0.arguments.query: one value can't be made by pick and unique at once",
    'query',
    /^keep one of them, or \{ constant: /,
  ],
  [
    'two generators for one value, one misspelt',
    'pick: [hull, draught]',
    'txt: 1KiB, unique: uuid',
    "good.yaml:12:46 calls.0.arguments.query: one value can't be made by text and unique at once",
    'query',
    /^keep one of them/,
  ],

  // placeholders
  [
    'an unknown placeholder',
    'target: upstream',
    'target: "${environment.TARGET}"',
    'good.yaml:9:12 unknown placeholder ${environment.TARGET}',
    '${environment.TARGET}',
    /placeholders: env\.NAME/,
  ],
  [
    'a placeholder without an end',
    'target: upstream',
    'target: "${env.TARGET"',
    'good.yaml:9:12 the placeholder ${env.TARGET is never closed',
    '${env.TARGET',
    /^add the "\}"/,
  ],
  [
    'a variable that is not set',
    'target: upstream',
    'target: "${env.TARGET}"',
    'good.yaml:9:12 the environment variable TARGET is not set',
    '${env.TARGET}',
    'set TARGET, or give a default: ${env.TARGET:-...}',
  ],
  [
    'a secret that is not set',
    'sessions: 16',
    'headers: { authorization: "Bearer ${secret.TOKEN}" }',
    'good.yaml:10:47 the secret TOKEN is not set',
    '${secret.TOKEN}',
    'set the environment variable TOKEN before the run',
  ],
  [
    'a port where there is none',
    'target: upstream',
    'target: { url: "http://localhost:${port}/mcp" }',
    'good.yaml:9:36 stack.target.url: ${port} is not filled in here',
    '${port}',
    /^it may stand in the command, environment, files and steps of a service/,
  ],
  [
    'a placeholder in an argument',
    '[hull, draught]',
    '["${port}"]',
    'good.yaml:12:63 calls.0.arguments.query.pick.0: ${port} is not filled in here',
    '${port}',
    /a plain "\$\{" is written "\$\$\{"$/,
  ],
  [
    'a service that is not up yet',
    COMMAND,
    'backend: { command: [node, "${service.late.url}"] }\n    late: { mock: tools }',
    'good.yaml:6:33 stack.services.backend.command.1: service "late" is not up yet when this is filled in',
    '${service.late.url}',
    /write it above/,
  ],
];

describe('bad input', () => {
  it.each(ROWS)('%s is reported with its place and what to do', (what, from, to, first, caret, remedy) => {
    let text = changed(from, to);
    if (what === 'a gate on effects that no call has') text = changed(GATE, '{ metric: lost, max: 0 }', text);
    const [problem] = problemsOf(() => read(text));
    expect(problem && line(problem)).toBe(first);
    expect(problem && underlined(problem)).toBe(caret);
    if (typeof remedy === 'string') expect(problem?.remedy).toBe(remedy);
    else expect(problem?.remedy).toMatch(remedy);
  });

  it('reports everything at once, in the order of the file', () => {
    const text = [
      ['workers: 4', 'workrs: 4'],
      ['to: backend', 'to: bakend'],
      ['tool: book', 'tool: bok'],
      ['for: 8s', 'for: 8'],
      ['on: upstream', 'on: upstram'],
      ['phase: steady', 'phase: stead'],
    ].reduce((base, [from = '', to = '']) => changed(from, to, base), GOOD);
    expect(problemsOf(() => read(text)).map((problem) => `${problem.where?.line} ${problem.code}`)).toEqual([
      '6 unknown-key',
      '8 unknown-service',
      '15 needs-unit',
      '18 unknown-link',
      '20 unknown-phase',
    ]);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('knows no variable and no secret %s', (name) => {
    const codes = (text: string) => problemsOf(() => read(text)).map(({ code }) => code);
    expect(codes(changed('to: backend', `to: "\${env.${name}}"`))).toEqual(['missing-environment']);
    const header = `protocol: { headers: { x-key: "\${secret.${name}}" }, sessions: 16 }`;
    expect(codes(changed('protocol: { sessions: 16 }', header))).toEqual(['missing-secret']);
  });

  it('does not guess about a value whose variable is not set', () => {
    const text = changed('to: backend', 'to: "${env.SERVICE}"');
    expect(problemsOf(() => read(text)).map(({ code }) => code)).toEqual(['missing-environment']);
  });

  it('checks what is left of an item with a misspelt key', () => {
    const text = changed('tool: book, weight', 'tool: bok, wieght');
    expect(problemsOf(() => read(text)).map(({ code }) => code)).toEqual(['unknown-tool', 'unknown-key']);
  });
});

describe('what is suspicious is a warning', () => {
  const warnings = (text: string) => read(text).warnings.map(line);

  it('of the good scenario there is none', () => expect(warnings(GOOD)).toEqual([]));

  it.each([
    [
      'a link that no call passes',
      'target: upstream',
      'target: backend',
      'good.yaml:8:5 stack.links.upstream: no call passes this link',
    ],
    [
      'a fault without a baseline',
      'at: 5s',
      'at: 2s',
      'good.yaml:18:25 faults.0.at: less than a second is measured before the fault: its recovery has no baseline',
    ],
    [
      'a fault without time to recover',
      'at: 5s',
      'at: 13s',
      'good.yaml:18:5 faults.0: only 2s of "fault" are left after the fault to see a recovery in',
    ],
    [
      'an overload that is none',
      STEADY,
      '{ name: steady, regime: overload, rate: 0.9x, for: 5s, after: { rate: 0.5x, for: 5s } }',
      'good.yaml:15:45 phases.0.rate: 0.9x the load line is no overload',
    ],
  ])('%s', (_what, from, to, first) => expect(warnings(changed(from, to))).toContain(first));

  it('phases that take longer to begin than to run: each begins 50 ms after the one before', () => {
    const phases = (n: number, length: string): string =>
      changed(
        '  - { name: steady, regime: steady, concurrency: 16, for: 8s }',
        [
          '  - { name: steady, regime: steady, concurrency: 16, for: 1s }',
          ...Array.from({ length: n }, (_, at) => `  - { name: p${at}, regime: steady, rate: 100/s, for: ${length} }`),
        ].join('\n'),
        changed('rate: 0.5x, for: 20s }', 'rate: 0.5x, for: 12s }'),
      );
    expect(warnings(phases(2_000, '2ms'))).toContain(
      'good.yaml:14:1 phases: 2,002 phases last 17 s in all, and the pauses between them 100 s: each begins 50 ms ' +
        'after the one before has ended',
    );
    expect(warnings(phases(200, '500ms')).filter((each) => each.includes('pauses'))).toEqual([]);
    expect(warnings(phases(10, '2ms')).filter((each) => each.includes('pauses'))).toEqual([]);
  });

  it('a broken profile that was not chosen', () => {
    expect(warnings(`${GOOD}profiles:\n  ci: { protocol: { sessions: 0 } }\n`)).toEqual([
      'good.yaml:22:31 with --profile ci: protocol.sessions: 0 is out of range',
    ]);
  });
});
