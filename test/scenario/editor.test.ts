/** What an editor with yaml-language-server offers in a scenario file. A `|` marks the position of the cursor. */
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { getLanguageService } from 'yaml-language-server';
import { SettingsState } from 'yaml-language-server/out/server/src/yamlSettings.js';
import { GATE_METRICS, HYPOTHESIS_METRICS, metricOf } from '../../src/catalog/index.js';
import { scenarioJsonSchema } from '../../src/scenario/index.js';

const settings = new SettingsState();
const service = getLanguageService({
  schemaRequestService: () => Promise.reject(new Error('no schema is fetched')),
  workspaceContext: { resolveRelativePath: (path) => path },
  telemetry: { send: () => undefined, sendError: () => undefined, sendTrack: () => undefined },
  yamlSettings: settings,
  clientCapabilities: {},
});
service.configure({
  validate: true,
  hover: true,
  completion: true,
  schemas: [{ uri: 'file:///scenario.json', fileMatch: ['*.yaml'], schema: scenarioJsonSchema() }],
});

let files = 0;
function opened(marked: string): { readonly document: TextDocument; readonly offset: number } {
  const offset = marked.indexOf('|');
  const text = offset < 0 ? marked : marked.slice(0, offset) + marked.slice(offset + 1);
  const document = TextDocument.create(`file:///${files++}.yaml`, 'yaml', 0, text);
  settings.documents = { get: () => document } as unknown as typeof settings.documents;
  return { document, offset };
}

/** What is offered at the cursor, each with its description. */
async function offered(marked: string): Promise<Readonly<Record<string, string>>> {
  const { document, offset } = opened(marked);
  const { items } = await service.doComplete(document, document.positionAt(offset), false);
  return Object.fromEntries(
    items.map(({ label, documentation = '' }) => [
      label,
      typeof documentation === 'string' ? documentation : documentation.value,
    ]),
  );
}

async function complaints(text: string): Promise<readonly string[]> {
  const found = await service.doValidation(opened(text).document, false);
  return found.map(({ message }) => message);
}

const STACK = 'version: 1\nname: x\nstack:\n  services: { backend: { mock: tools } }\n  target: backend\n';
const CALLS = 'calls:\n  - { tool: search }\n';
const phase = (text: string): string => `${STACK}${CALLS}phases:\n  - ${text}\n`;
const call = (text: string): string => `${STACK}calls:\n  - ${text}\n`;

const REGIMES = ['floor', 'steady', 'overload', 'stages', 'spike', 'replay', 'capacity', 'soak'];

describe('an editor', () => {
  it.each([
    ['in a block', 'name: a\n    regime: |'],
    ['in a flow map', '{ name: a, regime: |}'],
    ['in a flow map, begun', '{ name: a, regime: s| }'],
  ])('offers every regime with a description of its own, %s', async (_, text) => {
    const values = await offered(phase(text));
    expect(Object.keys(values).sort()).toEqual([...REGIMES].sort());
    expect(new Set(Object.values(values)).size).toBe(REGIMES.length);
  });

  it.each([
    ['steady', ['concurrency', 'rate', 'warmup'], ['base', 'between']],
    ['soak', ['concurrency', 'rate', 'warmup'], ['base', 'between']],
    ['replay', ['file', 'recorded', 'speed'], ['rate', 'between']],
    ['capacity', ['between', 'step'], ['warmup', 'rate']],
  ])('offers the keys of %s and of no other regime', async (regime, own, others) => {
    const keys = Object.keys(await offered(phase(`name: a\n    regime: ${regime}\n    |`)));
    expect(keys).toEqual(expect.arrayContaining(own));
    for (const other of others) expect(keys).not.toContain(other);
  });

  it('offers the keys of a regime in a flow map, once one is begun', async () => {
    expect(Object.keys(await offered(phase('{ name: a, regime: steady, c| }')))).toContain('concurrency');
  });

  it('offers every fault with a description of its own', async () => {
    const values = await offered(`${STACK}${CALLS}faults:\n  - phase: a\n    type: |\n`);
    expect(Object.keys(values)).toEqual(expect.arrayContaining(['latency', 'down', 'kill', 'memory-leak']));
    expect(new Set(Object.values(values)).size).toBe(Object.keys(values).length);
  });

  it.each([
    ['a gate, in a block', 'gates:\n  - metric: |\n', GATE_METRICS],
    ['a gate, in a flow map', 'gates:\n  - { metric: r| }\n', GATE_METRICS],
    ['a hypothesis', 'hypotheses:\n  - metric: |\n', HYPOTHESIS_METRICS],
  ])('offers every metric of %s with its definition', async (_, text, metrics) => {
    const values = await offered(`${STACK}${CALLS}${text}`);
    expect(values).toEqual(Object.fromEntries(metrics.map((name) => [name, metricOf(name).definition])));
  });

  it.each([
    ['in a block', 'tool: search\n    arguments:\n      q:\n        |'],
    ['in a flow map', '{ tool: search, arguments: { q: { p| } } }'],
    ['inside another value', 'tool: search\n    arguments:\n      q:\n        of:\n          |'],
  ])('offers the generators of arguments, %s', async (_, text) => {
    expect(Object.keys(await offered(call(text)))).toEqual(
      expect.arrayContaining(['pick', 'unique', 'integer', 'text', 'constant']),
    );
  });

  it('offers what a generator can be made of', async () => {
    const forms = await offered(call('tool: search\n    arguments:\n      q: { unique: |}'));
    expect(Object.keys(forms)).toEqual(['uuid', 'counter', 'call']);
  });

  it.each([
    ['in a block', 'tool: search\n    retry:\n      |'],
    ['in a flow map', '{ tool: search, retry: { a| } }'],
  ])('offers the keys of retry, %s', async (_, text) => {
    const keys = Object.keys(await offered(call(text)));
    expect(keys).toEqual(expect.arrayContaining(['attempts', 'backoff', 'budget']));
  });

  it('complains about the regime that is there, and about that alone', async () => {
    expect(await complaints(phase('{ name: a, regime: steady, for: 5s, rate: 5/s }'))).toEqual([]);
    expect(await complaints(phase('{ name: a, regime: steady, fro: 5s, rate: 5/s }'))).toEqual([
      'Missing property "for".',
      'Property fro is not allowed.',
    ]);
    expect(await complaints(phase('{ name: a, regime: stedy, for: 5s, rate: 5/s }'))).toEqual([
      `Value must be ${REGIMES.map((regime) => `"${regime}"`).join(' | ')}.`,
    ]);
  });

  it('complains about an unknown metric', async () => {
    const gate = (metric: string): string =>
      `${phase('{ name: a, regime: floor, for: 5s }')}gates:\n  - { metric: ${metric}, max: 5% }\n`;
    expect(await complaints(gate('error-ratio'))).toEqual([]);
    expect((await complaints(gate('error-ration'))).join()).toContain('"error-ratio"');
  });

  it('accepts a plain map that has a key like a generator beside another', async () => {
    const text = (value: string): string =>
      `${call(`{ tool: search, arguments: { q: ${value} } }`)}phases:\n  - { name: a, regime: floor, for: 5s }\n`;
    expect(await complaints(text('{ unique: yes, other: 1 }'))).toEqual([]);
    expect(await complaints(text('{ unique: yes }'))).not.toEqual([]);
  });
});

describe('the schema', () => {
  it('gives every branch of a choice a title', () => {
    const untitled: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { anyOf } = value as { anyOf?: readonly { readonly title?: string }[] };
      anyOf?.forEach((branch, index) => {
        if (branch.title === undefined || branch.title === '') untitled.push(`${path}.anyOf.${index}`);
      });
      for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`);
    };
    visit(scenarioJsonSchema(), '');
    expect(untitled).toEqual([]);
  });
});
