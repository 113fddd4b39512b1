import { canonicalJson } from '../../src/protocol/index.js';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import {
  readExperimentScenario,
  readScenario,
  revealSecrets,
  scenarioFromText,
  secretNames,
} from '../../src/scenario/index.js';
import { argumentsOf, changed, GOOD, problemsOf, read } from './helpers.js';

/** Every shipped scenario, and each arm of those that have arms. */
const SHIPPED = readdirSync(join(PACKAGE_ROOT, 'scenarios'))
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name): (readonly [string, { readonly arm?: string }])[] => {
    const experiment = readExperimentScenario(join(PACKAGE_ROOT, 'scenarios', name), { environment: {} });
    return experiment === null ? [[name, {}]] : experiment.arms.map((arm) => [name, { arm: arm.name }]);
  });

describe('reading a scenario', () => {
  it('fills in every default', () => {
    const { scenario } = read(
      'version: 1\nname: least\nstack: { target: { url: "http://127.0.0.1:3000/mcp" } }\ncalls: [{ tool: ' +
        'echo }]\nphases: [{ name: floor, regime: floor, for: 10s }]\n',
    );
    expect(scenario).toEqual({
      version: 1,
      name: 'least',
      description: null,
      seed: 1,
      allowRemote: false,
      loadLinePerSecond: null,
      stack: { services: [], links: [], target: { kind: 'url', url: 'http://127.0.0.1:3000/mcp' } },
      protocol: {
        revision: '2025-11-25',
        transport: 'streamable-http',
        sessions: 1,
        headers: {},
        inFlightPerSession: 64,
        propagateDeadline: false,
        trace: null,
        serverStream: true,
        outputSchemas: true,
        overloadCodes: [],
      },
      calls: [
        {
          operation: 'tools/call',
          tool: 'echo',
          label: 'echo',
          weight: 1,
          arguments: {},
          expect: { kind: 'success' },
          effect: 'none',
          deadlineNs: 30e9,
          deadlineIsExplicit: false,
          attemptTimeoutNs: null,
          retry: null,
          cancel: true,
        },
      ],
      phases: [
        {
          regime: 'floor',
          name: 'floor',
          forNs: 10e9,
          warmupNs: 1e9,
          load: { kind: 'callers', concurrency: 1, thinkNs: 0, forNs: 10e9 },
        },
      ],
      faults: [],
      gates: [],
      comparativeGates: [],
      defaultGates: true,
      hypotheses: [],
      abortOn: null,
      contract: null,
      toolLists: null,
      generator: { pacing: 'auto', workers: 1, maxInFlight: 1024, maxQueued: 10_000 },
      recovery: { latencyFactor: 1.5, goodputShare: 0.9, holdNs: 3e9, windowNs: 0.5e9 },
    });
  });

  it('turns text into base units', () => {
    const { scenario } = read(GOOD);
    expect(scenario.stack.services[0]).toMatchObject({
      kind: 'mock',
      options: { workers: 4, serviceTime: { kind: 'constant', ns: 8e6 }, queueCapacity: null },
    });
    expect(scenario.stack.target).toEqual({ kind: 'link', link: 'upstream' });
    expect(scenario.calls[1]?.retry).toEqual({
      attempts: 2,
      backoffNs: 50e6,
      maxBackoffNs: 2e9,
      jitter: 'full',
      on: ['transport', 'shed'],
      obeyRetryAfter: true,
      budget: null,
    });
    expect(scenario.phases[1]).toEqual({
      regime: 'steady',
      name: 'fault',
      forNs: 20e9,
      warmupNs: 2e9,
      load: {
        kind: 'stages',
        arrivals: 'constant',
        stages: [{ label: 'main', rate: { kind: 'relative', timesLoadLine: 0.5 }, forNs: 20e9 }],
      },
    });
    expect(scenario.faults[0]).toEqual({
      id: 'latency-upstream',
      phase: 'fault',
      atNs: 5e9,
      forNs: 5e9,
      type: 'latency',
      place: 'link',
      on: 'upstream',
      words: 'latency 300ms on upstream (downstream)',
      action: {
        kind: 'toxic',
        toxic: { type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 300, jitter: 0 } },
      },
    });
    expect(scenario.gates[0]).toEqual({
      index: 0,
      metric: 'response-time',
      stat: 'p99',
      phase: 'steady',
      tool: null,
      fault: null,
      process: null,
      min: null,
      max: 100e6,
      unit: 'ns',
    });
  });

  it.each<[string, object]>([
    ['bandwidth, rate: 100KB/s', { type: 'bandwidth', attributes: { rate: 100 } }],
    [
      'slow-close, delay: 1s, direction: upstream',
      { type: 'slow_close', stream: 'upstream', attributes: { delay: 1000 } },
    ],
    ['timeout, timeout: 0s, toxicity: 25%', { type: 'timeout', toxicity: 0.25, attributes: { timeout: 0 } }],
    ['reset', { type: 'reset_peer', attributes: { timeout: 0 } }],
    [
      'slicer, average-size: 64B, size-variation: 16B, delay: 10us',
      { type: 'slicer', attributes: { average_size: 64, size_variation: 16, delay: 10 } },
    ],
    ['limit-data, bytes: 4KiB', { type: 'limit_data', attributes: { bytes: 4096 } }],
  ])('knows the fault %s', (text, toxic) => {
    const { scenario } = read(changed('type: latency, latency: 300ms', `type: ${text}`));
    expect(scenario.faults[0]?.action).toMatchObject({ kind: 'toxic', toxic });
  });

  it('knows the fault down', () => {
    const { scenario } = read(changed('type: latency, latency: 300ms', 'type: down'));
    expect(scenario.faults[0]?.action).toEqual({ kind: 'down' });
  });

  it.each([
    ['budget: 10%', { share: 0.1, burst: 10 }],
    ['budget: { share: 20%, burst: 100 }', { share: 0.2, burst: 100 }],
  ])('knows the retry %s', (text, budget) => {
    expect(read(changed('backoff: 50ms }', `backoff: 50ms, ${text} }`)).scenario.calls[1]?.retry?.budget).toEqual(
      budget,
    );
  });

  it('warns when a mock is to drop what has expired and no call carries its time limit', () => {
    const text = changed('workers: 4', 'workers: 4, drops: expired');
    expect(read(text).warnings.map(({ code }) => code)).toEqual(['no-time-limit']);
    expect(read(text.replace('sessions: 16', 'sessions: 16, propagate-deadline: true')).warnings).toEqual([]);
  });

  it('numbers derived fault ids and leaves written ones alone', () => {
    const fault = (rest: string) => `  - { phase: fault, ${rest}, on: upstream, type: latency, latency: 10ms }\n`;
    const text = changed(
      'gates:',
      `${fault('at: 11s, for: 1s')}${fault('id: latency-upstream-2, at: 13s, for: 1s')}gates:`,
    );
    expect(read(text).scenario.faults.map(({ id }) => id)).toEqual([
      'latency-upstream',
      'latency-upstream-3',
      'latency-upstream-2',
    ]);
  });

  it('allows an outage within a slow period', () => {
    const text = changed('gates:', '  - { phase: fault, at: 6s, for: 1s, on: upstream, type: down }\ngates:');
    expect(read(text).scenario.faults.map(({ id }) => id)).toEqual(['latency-upstream', 'down-upstream']);
  });

  it('distinguishes generators from literals by their one key', () => {
    const text = changed(
      '{ query: { pick: [hull, draught] } }',
      '{ a: { pick: [1, x] }, b: { deep: { unique: counter }, n: 1 }, c: [{ text: 2KiB }, 7], d: { ' +
        'constant: { pick: [1] } }, e: { text: hi, lang: en }, f: null, g: { integer: { min: -1, max: 1 } }, ' +
        'h: "$${x}" }',
    );
    expect(argumentsOf(read(text).scenario)).toEqual({
      a: { kind: 'pick', values: [1, 'x'] },
      b: { kind: 'object', entries: { deep: { kind: 'unique', form: 'counter' }, n: { kind: 'constant', value: 1 } } },
      c: {
        kind: 'list',
        items: [
          { kind: 'text', bytes: 2048 },
          { kind: 'constant', value: 7 },
        ],
      },
      d: { kind: 'constant', value: { pick: [1] } },
      e: { kind: 'constant', value: { text: 'hi', lang: 'en' } },
      f: { kind: 'constant', value: null },
      g: { kind: 'integer', min: -1, max: 1 },
      h: { kind: 'constant', value: '${x}' },
    });
  });

  it.each([
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -9223372036854775808n],
    ['18446744073709551615', 18446744073709551615n],
    ['[1, 9007199254740993]', [1, 9007199254740993n]],
    ['{ deep: 9007199254740993 }', { deep: 9007199254740993n }],
    ['{ constant: 9007199254740993 }', 9007199254740993n],
    ['1e23', 1e23],
  ])('keeps the digits of the argument %s, also when it is read again or set', (written, value) => {
    const first = read(changed('{ query: { pick: [hull, draught] } }', `{ query: ${written} }`));
    const again = read(first.resolvedText);
    const set = read(GOOD, { set: [`calls.0.arguments.query=${written}`] });
    for (const { scenario } of [first, again, set])
      expect(argumentsOf(scenario)).toEqual({ query: { kind: 'constant', value } });
    expect(new Set([first, again, set].map(({ digest }) => digest)).size).toBe(1);
  });

  it.each([
    ['{ contains: a, block: 2 }', { kind: 'contains', part: 'a', block: 2 }],
    ['{ text: "${arguments.query}", block: 0 }', { kind: 'text', equals: '${arguments.query}', block: 0 }],
    [
      '{ structured: { query: "${arguments.query}", hits: [1, { deep: null }] } }',
      { kind: 'structured', members: { query: '${arguments.query}', hits: [1, { deep: null }] } },
    ],
  ])('reads what an answer must hold: %s', (written, expectation) => {
    const [call] = read(changed('expect: derived', `expect: ${written}`)).scenario.calls;
    expect(call?.expect).toEqual(expectation);
  });

  it('sends a map that only resembles a generator as it is written', () => {
    const text = changed(
      '{ query: { pick: [hull, draught] } }',
      '{ a: { picks: all }, b: { text: hi, lang: en }, c: { test: true }, d: { pick: [id], omit: [name] }, ' +
        'e: { constant: { picks: [hull] } } }',
    );
    expect(argumentsOf(read(text).scenario)).toEqual({
      a: { kind: 'constant', value: { picks: 'all' } },
      b: { kind: 'constant', value: { text: 'hi', lang: 'en' } },
      c: { kind: 'constant', value: { test: true } },
      d: { kind: 'constant', value: { pick: ['id'], omit: ['name'] } },
      e: { kind: 'constant', value: { picks: ['hull'] } },
    });
  });

  it('defines the tools of a mock', () => {
    const text = changed(
      'service-time: { constant: 8ms }',
      'tools: { search: { input-schema: { type: object }, always-fails: true }, book: { effect: true, ' +
        'service-time: { exponential: { mean: 2ms } } } }',
    );
    expect(read(text).scenario.stack.services[0]).toMatchObject({
      options: {
        tools: [
          { name: 'search', effect: false, alwaysFails: true, inputSchema: { type: 'object' } },
          { name: 'book', effect: true, alwaysFails: false, serviceTime: { kind: 'exponential', meanNs: 2e6 } },
        ],
      },
    });
  });

  it.each(SHIPPED)('reads %s as shipped (%o), with every profile and without a warning', (name, arm) => {
    const file = join(PACKAGE_ROOT, 'scenarios', name);
    const { profiles = {} } = parse(readFileSync(file, 'utf8')) as { readonly profiles?: object };
    for (const profile of [null, ...Object.keys(profiles)]) {
      const result = readScenario(file, { environment: {}, ...arm, ...(profile === null ? {} : { profile }) });
      if (profile === null) expect(result.warnings).toEqual([]);
      expect(result.scenario.name).toBe(name.replace('.yaml', ''));
      const text = parse(result.resolvedText) as object;
      expect(text).not.toHaveProperty('profiles');
    }
  });
});

describe('the environment', () => {
  const URL_TEXT = changed('target: upstream', 'target: { url: "${env.MCP_URL:-http://127.0.0.1:3000/mcp}" }')
    .replace(/ {2}links:\n.*\n/, '')
    .replace(/faults:\n.*\n/, '');

  it('fills in variables, and defaults where they are unset or empty', () => {
    const url = (environment: Record<string, string>) => read(URL_TEXT, { environment }).scenario.stack.target;
    expect(url({})).toEqual({ kind: 'url', url: 'http://127.0.0.1:3000/mcp' });
    expect(url({ MCP_URL: '' })).toEqual({ kind: 'url', url: 'http://127.0.0.1:3000/mcp' });
    expect(url({ MCP_URL: 'http://localhost:9/x' })).toEqual({ kind: 'url', url: 'http://localhost:9/x' });
  });

  it('is part of what is resolved: another value, another digest', () => {
    const digest = (environment: Record<string, string>) => read(URL_TEXT, { environment }).digest;
    expect(digest({ MCP_URL: 'http://localhost:9/x' })).not.toBe(digest({}));
  });

  it('never reads a placeholder out of a variable', () => {
    const text = changed('name: good', 'name: good\ndescription: "${env.ABOUT}"');
    const result = read(text, { environment: { ABOUT: 'costs ${secret.TOKEN} and ${x' } });
    expect(result.scenario.description).toBe('costs ${secret.TOKEN} and ${x');
    expect(read(result.resolvedText).digest).toBe(result.digest);
  });

  it('refuses a remote target that comes out of it', () => {
    expect(
      problemsOf(() => read(URL_TEXT, { environment: { MCP_URL: 'http://example.com/' } })).map(({ code }) => code),
    ).toEqual(['remote-target']);
    expect(
      read(`allow-remote: true\n${URL_TEXT}`, { environment: { MCP_URL: 'http://example.com/' } }).scenario.allowRemote,
    ).toBe(true);
  });
});

describe('secrets', () => {
  const TEXT = changed(
    'sessions: 16',
    'sessions: 16, headers: { authorization: "Bearer ${secret.TOKEN}", x-key: "$${x} ${secret.KEY}" }',
  );
  const environment = { TOKEN: 'hunter2', KEY: 'k-123' };

  it('stay names in everything that is written', () => {
    const result = read(TEXT, { environment });
    expect(JSON.stringify(result)).not.toMatch(/hunter2|k-123/);
    expect(result.resolvedText).toContain('Bearer ${secret.TOKEN}');
    expect(secretNames(result.scenario)).toEqual(['KEY', 'TOKEN']);
  });

  it('do not change the digest', () => {
    expect(read(TEXT, { environment: { TOKEN: 'other', KEY: 'k' } }).digest).toBe(read(TEXT, { environment }).digest);
  });

  it('are filled in at the end, with escapes undone', () => {
    const { headers } = read(TEXT, { environment }).scenario.protocol;
    expect(revealSecrets(headers['authorization'] ?? '', environment)).toBe('Bearer hunter2');
    expect(revealSecrets(headers['x-key'] ?? '', environment)).toBe('${x} k-123');
  });

  it('must be set, unless the scenario is only looked at', () => {
    expect(problemsOf(() => read(TEXT)).map(({ what }) => what)).toEqual([
      'the secret TOKEN is not set',
      'the secret KEY is not set',
    ]);
    expect(read(TEXT, { secretsMayBeMissing: true }).digest).toBe(read(TEXT, { environment }).digest);
    expect(problemsOf(() => revealSecrets('${secret.TOKEN}', {})).map(({ what }) => what)).toEqual([
      'the secret TOKEN is not set',
    ]);
  });

  it('may not hide a remote host', () => {
    const text = changed('target: upstream', 'target: { url: "http://${secret.HOST}/mcp" }');
    expect(problemsOf(() => read(text, { environment: { HOST: 'example.com' } })).map(({ what }) => what)).toEqual([
      'stack.target.url: its host is not this machine',
    ]);
    expect(problemsOf(() => read(text, { secretsMayBeMissing: true })).map(({ code }) => code)).toEqual([
      'remote-target',
    ]);
  });
});

describe('the resolved document', () => {
  it.each(SHIPPED)('of %s (%o) reads back to the same scenario and digest', (name, arm) => {
    const file = join(PACKAGE_ROOT, 'scenarios', name);
    const first = readScenario(file, { environment: {}, ...arm, seed: 42 });
    const again = read(first.resolvedText);
    expect(again.digest).toBe(first.digest);
    expect(again.resolvedText).toBe(first.resolvedText);
    expect(again.scenario.seed).toBe(42);
    const here = readScenario(file, { environment: {}, ...arm, seed: 42 }).scenario;
    expect(here).toEqual(first.scenario);
  });

  it('has the SHA-256 of its canonical JSON without the seed as digest', () => {
    const { resolvedText, digest } = read(GOOD);
    const unseeded = { ...(parse(resolvedText) as object), seed: null };
    expect(digest).toBe(createHash('sha256').update(canonicalJson(unseeded)).digest('hex'));
  });

  it('has a digest that no comment, layout or order of keys changes, and every value does', () => {
    const document = parse(GOOD) as Record<string, unknown>;
    const digest = read(GOOD).digest;
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (order) => {
        expect(read(JSON.stringify(shuffled(document, order))).digest).toBe(digest);
      }),
      { numRuns: 20 },
    );
    expect(read(`# a comment\n${GOOD}`).digest).toBe(digest);
    expect(read(changed('weight: 80', 'weight: 81')).digest).not.toBe(digest);
    expect(read(GOOD, { seed: 77 }).digest).toBe(digest);
  });

  it('survives any text in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
        fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 60 }),
        (a, b) => {
          const document = parse(GOOD) as { calls: { arguments: object }[] };
          const [call] = document.calls;
          if (call !== undefined)
            call.arguments = {
              query: a.replaceAll('${', ''),
              other: [b.replaceAll('${', ''), { [`k${b.replaceAll('${', '')}`]: a.length }],
            };
          const first = read(JSON.stringify(document));
          const again = read(first.resolvedText);
          expect(again.digest).toBe(first.digest);
          expect(again.scenario).toEqual(first.scenario);
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** The same value with the keys of every map in another order. */
function shuffled(value: unknown, order: Iterator<number>): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => ({
    key,
    member: shuffled(member, order),
    rank: Number(order.next().value),
  }));
  return Object.fromEntries(entries.sort((a, b) => a.rank - b.rank).map(({ key, member }) => [key, member]));
}

describe('a soak', () => {
  const soak = (gate: string) => `version: 1
name: soak
stack: { services: { backend: { mock: tools } }, target: backend }
calls: [{ tool: search, arguments: { query: hull }, expect: success }]
phases: [{ name: soak, regime: soak, rate: 20/s, for: 10m }, { name: after, regime: soak, concurrency: 1, for: 100s }]
gates: [${gate}]
`;
  const gateOf = (gate: string) => scenarioFromText(soak(gate), 'soak.yaml').scenario.gates[0];

  it('warms up for a fifth of its length, and a minute at most', () => {
    const { phases } = scenarioFromText(soak('{ metric: rss-growth, max: 1MiB/h }'), 'soak.yaml').scenario;
    expect(phases).toMatchObject([
      { regime: 'soak', warmupNs: 60e9, load: { kind: 'stages', stages: [{ rate: { perSecond: 20 } }] } },
      { regime: 'soak', warmupNs: 20e9, load: { kind: 'callers', concurrency: 1 } },
    ]);
  });

  it('has gates on growth, an hour at a time', () => {
    expect(gateOf('{ metric: rss-growth, max: 1MiB/h }')).toMatchObject({
      metric: 'rss-growth',
      stat: 'slope',
      phase: null,
      process: null,
      max: 1024 ** 2,
      unit: 'bytes-per-hour',
    });
    expect(gateOf('{ metric: descriptor-growth, process: backend, phase: soak, max: 2/m }')).toMatchObject({
      process: 'backend',
      phase: 'soak',
      max: 120,
      unit: 'per-hour',
    });
  });

  it.each([
    ['{ metric: rss-growth, max: 1MB/s }', /"1MB\/s" is not a growth: unknown unit "MB\/s"/],
    ['{ metric: rss-growth, max: 1MiB/h, process: bakend }', /no process "bakend" is watched/],
    ['{ metric: socket-growth, max: 5 }', /5 needs a unit/],
  ])('refuses %s', (gate, what) => {
    expect(() => scenarioFromText(soak(gate), 'soak.yaml')).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ what: expect.stringMatching(what) as string })] }),
    );
  });
});
