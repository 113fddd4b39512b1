import { faultObjections, MOCK_FAULT_KINDS, withDefaults } from '../../src/protocol/index.js';
import { describe, expect, it } from 'vitest';
import { scenarioFromText, type Fault } from '../../src/scenario/index.js';
import { problemsOf } from './helpers.js';

function scenario(
  faults: readonly string[],
  more: { readonly seed?: number; readonly services?: string; readonly target?: string } = {},
): string {
  return `version: 1
name: faults
seed: ${more.seed ?? 1}
stack:
  services:
    backend: { mock: tools }
    ${more.services ?? 'other: { mock: tools }'}
  links: { upstream: { to: backend } }
  target: ${more.target ?? 'upstream'}
calls: [{ tool: search, arguments: { query: hull }, expect: derived }]
phases:
  - { name: one, regime: steady, rate: 10/s, for: 60s }
  - { name: two, regime: steady, rate: 10/s, for: 60s }
faults:
${faults.map((fault) => `  - { phase: one, ${fault} }`).join('\n')}
`;
}
const read = (faults: readonly string[], more = {}): readonly Fault[] =>
  scenarioFromText(scenario(faults, more), 'faults.yaml').scenario.faults;
const problemsWith = (faults: readonly string[], more = {}): readonly string[] =>
  problemsOf(() => scenarioFromText(scenario(faults, more), 'faults.yaml')).map(
    ({ what, remedy, where }) => `${where?.line ?? 0}:${where?.column ?? 0} ${what} (${remedy})`,
  );

const OF_A_MOCK: readonly (readonly [string, object])[] = [
  ['type: error, after-effect: true', { kind: 'error', afterEffect: true }],
  ['type: rpc-error, code: -32001', { kind: 'rpc-error', code: -32001 }],
  ['type: is-error', { kind: 'is-error' }],
  ['type: shed, status: 429, retry-after: 2s', { kind: 'shed', status: 429, retryAfterS: 2 }],
  ['type: shed', { kind: 'shed', status: 503 }],
  ['type: stall', { kind: 'stall' }],
  ['type: stall, every: 10, lasting: 200ms', { kind: 'stall', forNs: 200e6, which: { kind: 'every', n: 10 } }],
  ['type: slow-first-byte, delay: 5ms', { kind: 'slow-first-byte', delayNs: 5e6 }],
  ['type: wrong-result, calls: [1, 8, 13]', { kind: 'wrong-result', which: { kind: 'listed', numbers: [0, 7, 12] } }],
  ['type: misdelivered', { kind: 'misdelivered' }],
  ['type: stale', { kind: 'stale' }],
  ['type: truncated-json', { kind: 'truncated-json' }],
  ['type: malformed-sse, form: no-blank-line', { kind: 'malformed-sse', form: 'no-blank-line' }],
  ['type: sse-cut, end: clean', { kind: 'sse-cut', end: 'clean' }],
  ['type: session-loss', { kind: 'session-loss' }],
  ['type: schema-drift, field: query, tool: search', { kind: 'schema-drift', field: 'query', tool: 'search' }],
  ['type: duplicate-effect, executions: 3', { kind: 'duplicate-effect', executions: 3 }],
  ['type: lost-effect', { kind: 'lost-effect' }],
  ['type: memory-leak, per-call: 16KiB', { kind: 'memory-leak', bytesPerCall: 16_384 }],
  ['type: session-leak', { kind: 'session-leak' }],
];

describe('faults of a mock', () => {
  it.each(OF_A_MOCK)('are what the mock takes: %s', (text, fault) => {
    const [found] = read([`at: 5s, for: 5s, on: backend, ${text}`]);
    expect(found).toMatchObject({ place: 'mock', on: 'backend', atNs: 5e9, forNs: 5e9 });
    expect(found?.action).toEqual(fault);
    expect(faultObjections(found?.action, withDefaults({}).tools)).toEqual([]);
  });

  it('has every kind of it in this test', () => {
    const shown = new Set(OF_A_MOCK.map(([text]) => /type: ([a-z-]+)/.exec(text)?.[1]));
    expect([...MOCK_FAULT_KINDS].sort()).toEqual([...shown].sort());
  });

  it('get a seed of their own from the seed of the scenario and their id, the same each time', () => {
    const faults = ['id: a', 'id: b'].map(
      (id, index) => `${id}, at: ${5 + 10 * index}s, for: 5s, on: backend, type: wrong-result, probability: 5%`,
    );
    const seeds = (seed: number) =>
      read(faults, { seed }).map(({ action }) =>
        'which' in action && action.which?.kind === 'probability' ? action.which.seed : null,
      );
    expect(seeds(7)).toEqual(seeds(7));
    expect(new Set([...seeds(7), ...seeds(8)]).size).toBe(4);
  });
});

describe('calls of a scenario with a fault in a mock', () => {
  it('are named to it, so that it can say which it affected; without one, servers see plain requests', () => {
    const named = (fault: string): unknown =>
      scenarioFromText(scenario([`at: 5s, for: 5s, ${fault}`]), 'faults.yaml').scenario.calls.map(
        ({ named: is }) => is,
      );
    expect(named('on: backend, type: error')).toEqual([true]);
    expect(named('on: upstream, type: down')).toEqual([undefined]);
  });
});

describe('faults of a process', () => {
  it('are read, and only one that is gone may stay away', () => {
    const types = ['kill', 'freeze', 'restart', 'slow-start', 'gone'];
    const faults = read(types.map((type, index) => `at: ${5 + 10 * index}s, for: 3s, on: backend, type: ${type}`));
    expect(faults.map(({ place, type, forNs }) => [place, type, forNs])).toEqual(
      types.map((type) => ['process', type, 3e9]),
    );
    expect(faults.map(({ action }) => action)).toEqual([
      { set: 'kill', afterwards: [], lift: 'start' },
      { set: 'freeze', afterwards: [], lift: 'thaw' },
      { set: 'terminate', afterwards: [], lift: 'start' },
      { set: 'terminate', afterwards: ['start', 'freeze'], lift: 'thaw' },
      { set: 'kill', afterwards: [], lift: 'start' },
    ]);
    expect(read(['at: 5s, on: backend, type: gone'])[0]?.forNs).toBeNull();
    expect(problemsWith(['at: 5s, on: backend, type: kill'])[0]).toContain('for');
  });
});

describe('a fault that makes no sense is reported with its place', () => {
  it.each<[string, readonly string[], string, object?]>([
    [
      'on a link that is a service',
      ['at: 5s, for: 5s, on: backend, type: down'],
      '15:40 faults.0.on: there is no link "backend" ("backend" is a service: put a link in front of it ' +
        '(links: { upstream: { to: backend } }) and name the link)',
    ],
    [
      'of a process on a link',
      ['at: 5s, for: 5s, on: upstream, type: kill'],
      '15:40 faults.0.on: there is no service "upstream" ("upstream" is a link: kill affects the service ' +
        'behind it, "backend")',
    ],
    [
      'in a mock that is a command',
      ['at: 5s, for: 5s, on: other, type: stall'],
      '15:40 faults.0.on: "other" is a command, and stall happens only inside a tools mock (use a fault of ' +
        'its process (kill, freeze, restart, slow-start, gone) or of a link in front of it)',
      { services: 'other: { command: [node, server.js] }' },
    ],
    [
      'on a server that is not ours',
      ['at: 5s, for: 5s, on: other, type: freeze'],
      '15:40 faults.0.on: "other" is a URL: this run does not start it, so it can\'t make it fail (use a ' +
        'fault on a link in front of it, or make it a mock or a command)',
      { services: 'other: { url: "http://127.0.0.1:1/mcp" }' },
    ],
    [
      'on many replicas',
      ['at: 5s, for: 5s, on: other, type: kill'],
      '15:40 faults.0.on: "other" stands for its replicas (name one of them: other-1, other-2)',
      { services: 'other: { mock: tools, replicas: 2 }' },
    ],
    [
      'of a tool the mock has not',
      ['at: 5s, for: 5s, on: backend, type: stale, tool: serach'],
      '15:68 faults.0.tool: "backend" has no tool "serach" (did you mean "search"? (tools: search, book, fail))',
    ],
    [
      "of a tool it can't affect",
      ['at: 5s, for: 5s, on: backend, type: lost-effect, tool: search'],
      '15:55 faults.0.type: lost-effect can affect no call of search (name a tool that it can affect, or ' +
        'give the mock one)',
    ],
    [
      'with two ways to choose',
      ['at: 5s, for: 5s, on: backend, type: stale, every: 2, probability: 5%'],
      "15:72 faults.0.probability: a fault can't have every and probability at once (keep one of them)",
    ],
    [
      'a stall of unknown length',
      ['at: 5s, for: 5s, on: backend, type: stall, every: 2'],
      '15:5 faults.0: a stall with every must say how long each one is (add "lasting: 200ms")',
    ],
    [
      'outside of its phase',
      ['at: 5s, for: 56s, on: backend, type: freeze'],
      '15:32 faults.0.for: the fault ends 61s into "one", which is 1m long (move it, shorten it, or make ' +
        'the phase longer)',
    ],
    [
      'gone before it can be frozen',
      ['at: 5s, on: backend, type: gone', 'at: 9s, for: 1s, on: backend, type: freeze'],
      '16:23 faults.1.at: this freeze overlaps fault 0, gone in line 15: one process can have one fault at ' +
        'a time (move one of them)',
    ],
    [
      'in a mock that is restarted meanwhile',
      ['at: 5s, for: 9s, on: backend, type: stale', 'at: 9s, for: 1s, on: backend, type: restart'],
      '16:23 faults.1.at: this restart overlaps fault 0, stale in line 15: a mock that ends forgets its ' +
        'faults (move one of them)',
    ],
    [
      'set while its mock is frozen',
      ['at: 5s, for: 5s, on: backend, type: freeze', 'at: 9s, for: 9s, on: backend, type: stale'],
      '16:23 faults.1.at: this stale overlaps fault 0, freeze in line 15: nothing can be set or lifted in ' +
        'a frozen mock (let the freeze begin and end within the other fault, or apart from it)',
    ],
    [
      'twice in one mock',
      ['at: 5s, for: 5s, on: backend, type: stale', 'at: 9s, for: 9s, on: backend, type: stale, tool: search'],
      '16:23 faults.1.at: this stale overlaps fault 0, stale in line 15: of the same type in the same mock ' +
        '(move one of them, or give each a tool of its own)',
    ],
    [
      'that doubles effects while another loses them',
      [
        'at: 5s, for: 5s, on: backend, type: lost-effect, calls: [1]',
        'at: 9s, for: 9s, on: backend, type: duplicate-effect, calls: [2]',
      ],
      "16:23 faults.1.at: this duplicate-effect overlaps fault 0, lost-effect in line 15: one call can't " +
        'be executed twice and not at all, and both may choose it (move one of them, or give each a tool of ' +
        'its own)',
    ],
    [
      'that loses effects while another doubles them',
      [
        'at: 5s, for: 9s, on: backend, type: duplicate-effect',
        'at: 13s, for: 9s, on: backend, type: lost-effect, tool: book',
      ],
      "16:23 faults.1.at: this lost-effect overlaps fault 0, duplicate-effect in line 15: one call can't " +
        'be executed twice and not at all, and both may choose it (move one of them, or give each a tool of ' +
        'its own)',
    ],
  ])('%s', (_name, faults, expected, more = {}) => {
    expect(problemsWith(faults, more)).toEqual([expected]);
  });

  it("what is gone for good can't be affected in a later phase", () => {
    const text =
      scenario(['at: 5s, on: backend, type: gone']) +
      '  - { phase: two, at: 5s, for: 5s, on: backend, type: freeze }\n';
    expect(problemsOf(() => scenarioFromText(text, 'faults.yaml')).map(({ code }) => code)).toEqual(['fault-overlap']);
  });

  it('over stdio no process can be affected', () => {
    const text = `version: 1
name: stdio
stack: { target: { command: [node, server.js] } }
calls: [{ tool: search, expect: success }]
phases: [{ name: one, regime: steady, rate: 10/s, for: 60s }]
faults: [{ phase: one, at: 5s, for: 5s, on: backend, type: kill }]
`;
    expect(problemsOf(() => scenarioFromText(text, 'faults.yaml'))[0]?.remedy).toMatch(
      /^a target over stdio has a process for each session, which no fault can affect/,
    );
  });
});

describe('faults that may overlap', () => {
  it('are unlike ones, those of different places, and like ones of different tools', () => {
    const faults = read([
      'at: 5s, for: 30s, on: backend, type: duplicate-effect',
      'at: 10s, for: 5s, on: backend, type: freeze',
      'at: 5s, for: 20s, on: upstream, type: latency, latency: 10ms',
      'at: 7s, for: 20s, on: upstream, type: down',
      'at: 5s, for: 20s, on: other, type: kill',
      'at: 5s, for: 20s, on: backend, type: is-error, tool: search',
      'at: 6s, for: 20s, on: backend, type: is-error, tool: book',
    ]);
    expect(faults).toHaveLength(7);
  });
});
