import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { scenarioJsonSchema } from '../../src/scenario/index.js';
import { DocumentText } from '../../src/scenario/grammar/document.js';
import { changed, GOOD, problemsOf, read } from './helpers.js';

const SCHEMA = scenarioJsonSchema();
const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(SCHEMA);
const inEditor = (text: string): boolean => validate(parse(text));
const inGrammar = (text: string): boolean => DocumentText.safeParse(parse(text)).success;
const folder = join(PACKAGE_ROOT, 'scenarios');

const STEADY = '{ name: steady, regime: steady, concurrency: 16, for: 8s }';
const MOCK = '{ mock: tools, workers: 4, service-time: { constant: 8ms } }';

/** Changes that are fine with the structure, whatever else is wrong with them. */
const FINE: readonly (readonly [from: string, to: string])[] = [
  ['max: 100ms', 'max: 0'],
  ['max: 100ms', 'min: 99%, max: 180/s'],
  ['to: backend', 'to: nowhere'],
  [STEADY, '{ name: steady, regime: floor, for: 8s, warmup: 0s }'],
  [
    STEADY,
    '{ name: line, regime: capacity, between: [50/s, 2k/s], step: 2s, resolution: 5%, confirmations: 3, ' +
      'arrivals: poisson, confirm: long, budget: 5m }',
  ],
  [
    STEADY,
    '{ name: over, regime: overload, before: { rate: 10/s, for: 1s }, rate: 1.5x, for: 6s, after: { rate: ' +
      '0.5x, for: 10s } }',
  ],
  [
    MOCK,
    '{ command: [node, x.js], environment: { A: 1, B: true, C: "${port}" }, ready: { http: /health }, ' +
      'within: 5s, port: 3000, path: /mcp }',
  ],
  [MOCK, '{ command: [node, x.js], ready: { line: "up" } }'],
  [MOCK, '{ url: "http://localhost/mcp" }'],
  [MOCK, '{ mock: tools, drops: cancelled }'],
  [
    MOCK,
    '{ mock: tools, queue: { capacity: 4, when-full: hang, retry-after: 1s }, tools: { a.b: { effect: ' +
      'true, input-schema: { type: object } } }, answers: sse }',
  ],
  [MOCK, '{ mock: tools, queue: 512, service-time: { two-point: { common: 1ms, rare: 1s, rare-share: 1% } } }'],
  [
    MOCK,
    '{ mock: tools, tools: { a: { effect: true, annotations: { read-only: false, idempotent: true, ' +
      'destructive: true } }, b: { annotations: {} } } }',
  ],
  ['target: upstream', 'target: { command: [node] }'],
  ['expect: derived', 'expect: { contains: x }'],
  ['retry: { attempts: 2, backoff: 50ms }', 'retry: never'],
  ['retry: { attempts: 2, backoff: 50ms }', 'retry: { attempts: 2, budget: 10% }, cancel: false'],
  ['retry: { attempts: 2, backoff: 50ms }', 'retry: { attempts: 2, budget: { share: 10%, burst: 20 } }'],
  ['protocol: { sessions: 16 }', 'protocol: { sessions: 16, propagate-deadline: true }'],
  ['load-line: 400/s', 'contract: { every: 1s }\nhypotheses: [{ metric: goodput, stat: ratio, min: 99% }]'],
  ['concurrency: 16, for: 8s', 'concurrency: 16, for: 8s, hypotheses: [{ metric: error-classes, max: 0 }]'],
  [
    'type: latency, latency: 300ms',
    'type: slicer, average-size: 64B, size-variation: 16B, delay: 10us, direction: upstream, toxicity: 50%',
  ],
];

/** Changes that break the structure. */
const BROKEN: readonly (readonly [from: string, to: string])[] = [
  ['version: 1', 'version: 2'],
  ['name: good', 'title: good'],
  ['workers: 4', 'workrs: 4'],
  ['for: 8s', 'for: 8'],
  ['for: 8s', 'for: 8 s'],
  ['for: 8s', 'for:'],
  ['regime: steady, concurrency', 'regime: stedy, concurrency'],
  ['concurrency: 16', 'concurrency: 16, rate: 1/s'],
  ['concurrency: 16, ', ''],
  ['sessions: 16', 'sessions: 0'],
  ['sessions: 16', 'sessions: 1.5'],
  ['weight: 80', 'weight: -1'],
  ['rate: 0.5x', 'rate: 0.5'],
  ['type: latency, latency', 'type: down, latency'],
  ['type: latency, latency', 'type: wobble, latency'],
  ['max: 100ms', 'max: fast'],
  ['load-line: 400/s', 'hypotheses: [{ metric: dip-area, max: 1 }]'],
  ['load-line: 400/s', 'contract: { evry: 1s }'],
  ['metric: response-time', 'metric: speed'],
  ['expect: derived', 'expect: { text: a, contains: b }'],
  ['upstream: { to: backend }', '"up stream": { to: backend }'],
  [MOCK, '{ mock: tools, url: "http://localhost" }'],
  [MOCK, '{ mock: echo }'],
  [MOCK, '{ command: [] }'],
  ['target: upstream', 'target: [upstream]'],
  ['phases:', 'fases:'],
];

describe('the published schema', () => {
  it('is the one the grammar gives: "npm run schema" writes it', () => {
    const shipped: unknown = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'schema', 'scenario-v1.json'), 'utf8'));
    expect(shipped).toEqual(JSON.parse(JSON.stringify(SCHEMA)));
  });

  it('explains every key', () => {
    const silent: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, member] of Object.entries(value as Record<string, unknown>)) {
        if (key === 'properties' && path.split('/').length <= 4) {
          for (const [name, schema] of Object.entries(member as Record<string, Record<string, unknown>>)) {
            if (!('description' in schema) && !('$ref' in schema) && !('anyOf' in schema) && !('const' in schema))
              silent.push(`${path}/${name}`);
          }
        }
        visit(member, `${path}/${key}`);
      }
    };
    visit((SCHEMA as { definitions: unknown }).definitions, '');
    expect(silent).toEqual([]);
  });

  it('agrees with the grammar on the good scenario', () => {
    expect(inEditor(GOOD)).toBe(true);
    expect(inGrammar(GOOD)).toBe(true);
  });

  it.each(FINE)('accepts, as the grammar does, %s -> %s', (from, to) => {
    const text = changed(from, to);
    expect([inEditor(text), inGrammar(text)]).toEqual([true, true]);
  });

  it.each(BROKEN)('refuses, as reading does, %s -> %s', (from, to) => {
    const text = changed(from, to);
    expect(inEditor(text)).toBe(false);
    expect(problemsOf(() => read(text)).length).toBeGreaterThan(0);
  });

  it.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))(
    'accepts %s as shipped, which names it in its first line',
    (name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../schema/scenario-v1.json');
      expect(inEditor(text)).toBe(true);
    },
  );

  it('lets a file that extends another, and a profile, say only what changes', () => {
    expect(
      inEditor(
        'version: 1\nextends: ./base.yaml\nname: child\nstack: { services: { backend: { workers: 8 } } ' +
          '}\ngates: null\n',
      ),
    ).toBe(true);
    expect(inEditor('version: 1\nextends: ./base.yaml\nstack: { services: { backend: { workrs: 8 } } }\n')).toBe(false);
    expect(inEditor('version: 1\nextends: ./base.yaml\nphases: [{ name: a }]\n')).toBe(false);
    expect(inEditor(`${GOOD}profiles: { ci: { protocol: { sessions: 2 } } }\n`)).toBe(true);
    expect(inEditor(`${GOOD}profiles: { ci: { protocl: { sessions: 2 } } }\n`)).toBe(false);
    expect(inEditor(`${GOOD}profiles: { ci: { extends: x.yaml } }\n`)).toBe(false);
  });

  it('lets quantities wait for the environment', () => {
    expect(inEditor(changed('rate: 0.5x', 'rate: "${env.RATE:-0.5x}"'))).toBe(true);
  });
});
