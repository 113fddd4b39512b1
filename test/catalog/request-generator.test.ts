import { canonicalJson, derivedAnswer } from '../../src/protocol/index.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  makeRequestGenerator,
  type ArgumentValue,
  type CallSpec,
  type ToolCallSpec,
  type JsonValue,
} from '../../src/catalog/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { seededRandom } from '../../src/random/index.js';
import { callSpec, emptySlot } from '../mcp/support.js';

function drawn(calls: readonly CallSpec[], specs: readonly number[], seed = 1) {
  const generator = makeRequestGenerator(calls, seededRandom(seed));
  return specs.map((spec) => {
    const slot = emptySlot(spec);
    generator.prepare(slot, spec);
    return { json: slot.argumentsJson, text: slot.expectedText };
  });
}

const withArguments = (args: ToolCallSpec['arguments'], label = 'a') => callSpec({ label, arguments: args });
const times = (n: number, spec = 0) => Array.from({ length: n }, () => spec);

const key = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('a', 'b', '10', '9', 'ä', 'Z', '"'));
const argument: fc.Arbitrary<ArgumentValue> = fc.letrec<{ value: ArgumentValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue({ maxDepth: 2 }).map((value) => ({ kind: 'constant' as const, value: value as JsonValue })),
    fc
      .array(fc.jsonValue({ maxDepth: 1 }), { minLength: 1, maxLength: 3 })
      .map((values) => ({ kind: 'pick' as const, values: values as JsonValue[] })),
    fc.constantFrom('uuid' as const, 'counter' as const).map((form) => ({ kind: 'unique' as const, form })),
    fc.tuple(fc.integer(), fc.nat()).map(([min, span]) => ({ kind: 'integer' as const, min, max: min + span })),
    fc.nat(40).map((bytes) => ({ kind: 'text' as const, bytes })),
    fc
      .dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true })
      .map((entries) => ({ kind: 'object' as const, entries })),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => ({ kind: 'list' as const, items })),
  ),
})).value;

it('whatever the arguments, their JSON is canonical, and so the derived answer is the one a server computes', () => {
  fc.assert(
    fc.property(fc.dictionary(key, argument, { maxKeys: 5, noNullPrototype: true }), fc.integer(), (args, seed) => {
      for (const { json, text } of drawn(
        [callSpec({ arguments: args, expect: { kind: 'derived' } })],
        times(3),
        seed,
      )) {
        expect(json).toBe(canonicalJson(JSON.parse(json)));
        expect(text).toBe(derivedAnswer('search', json));
      }
    }),
    { numRuns: 300 },
  );
});

it('the same seed gives the same calls; another seed others', () => {
  const calls = [
    withArguments({ u: { kind: 'unique', form: 'uuid' }, t: { kind: 'text', bytes: 9 } }),
    withArguments({ n: { kind: 'integer', min: 0, max: 1e9 } }, 'b'),
  ];
  const order = [0, 1, 0, 0, 1, 1, 0];
  expect(drawn(calls, order, 3)).toEqual(drawn(calls, order, 3));
  expect(drawn(calls, order, 3)).not.toEqual(drawn(calls, order, 4));
});

it('the n-th call of a spec does not depend on the calls of other specs', () => {
  const calls = [
    withArguments({ t: { kind: 'text', bytes: 9 } }),
    withArguments({ t: { kind: 'text', bytes: 9 } }, 'b'),
  ];
  const alone = drawn(calls, times(4));
  const mixed = drawn(calls, [0, 1, 1, 0, 1, 0, 0]);
  expect(mixed.filter((_, i) => [0, 3, 5, 6].includes(i))).toEqual(alone);
  // Two specs are two streams.
  expect(mixed[1]).not.toEqual(mixed[0]);
});

describe('kinds of value', () => {
  it('uuids are of version 4 and never the same', () => {
    const values = drawn([withArguments({ u: { kind: 'unique', form: 'uuid' } })], times(2_000)).map(
      ({ json }) => (JSON.parse(json) as { u: string }).u,
    );
    for (const value of values)
      expect(value).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(values).size).toBe(2_000);
  });

  it('counters count over all specs', () => {
    const counter = { n: { kind: 'unique', form: 'counter' } } as const;
    expect(drawn([withArguments(counter), withArguments(counter, 'b')], [0, 1, 1, 0]).map(({ json }) => json)).toEqual([
      '{"n":1}',
      '{"n":2}',
      '{"n":3}',
      '{"n":4}',
    ]);
  });

  it('integers stay within their bounds and reach both, also beyond 32 bits', () => {
    const small = drawn([withArguments({ n: { kind: 'integer', min: -1, max: 2 } })], times(400)).map(
      ({ json }) => (JSON.parse(json) as { n: number }).n,
    );
    expect([...new Set(small)].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
    const wide = drawn([withArguments({ n: { kind: 'integer', min: -(2 ** 50), max: 2 ** 50 } })], times(400)).map(
      ({ json }) => (JSON.parse(json) as { n: number }).n,
    );
    for (const value of wide) expect(Number.isSafeInteger(value) && Math.abs(value) <= 2 ** 50).toBe(true);
    expect(wide.filter((value) => value < 0).length).toBeGreaterThan(100);
    expect(wide.filter((value) => value > 2 ** 40).length).toBeGreaterThan(100);
  });

  it('text has exactly its bytes, lower-case letters, all of them in use', () => {
    const texts = drawn([withArguments({ t: { kind: 'text', bytes: 100 } })], times(50)).map(
      ({ json }) => (JSON.parse(json) as { t: string }).t,
    );
    for (const text of texts) expect(text).toMatch(/^[a-z]{100}$/);
    expect(new Set(texts.join('')).size).toBe(26);
  });

  it('picks are uniform: no value of four is far from a quarter', () => {
    const counts = new Map<string, number>();
    for (const { json } of drawn(
      [withArguments({ q: { kind: 'pick', values: ['a', 'b', 'c', { d: [1] }] } })],
      times(4_000),
    ))
      counts.set(json, (counts.get(json) ?? 0) + 1);
    expect(counts.size).toBe(4);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('whole numbers beyond 2^53 are written digit by digit, wherever they stand', () => {
    const [call] = drawn(
      [
        withArguments({
          id: { kind: 'constant', value: 9007199254740993n },
          more: { kind: 'list', items: [{ kind: 'pick', values: [-9223372036854775808n] }] },
          deep: { kind: 'constant', value: { a: [18446744073709551615n] } },
        }),
      ],
      [0],
    );
    expect(call?.json).toBe(
      '{"deep":{"a":[18446744073709551615]},"id":9007199254740993,"more":[-9223372036854775808]}',
    );
  });

  it('no arguments are an empty object', () => {
    expect(drawn([withArguments({})], [0])[0]?.json).toBe('{}');
  });
});

describe('expected texts', () => {
  it('placeholders stand for what this call sends: strings plain, everything else as JSON', () => {
    const call = callSpec({
      arguments: {
        message: { kind: 'text', bytes: 5 },
        n: { kind: 'integer', min: 1, max: 9 },
        list: { kind: 'constant', value: ['ü', 1] },
        quoted: { kind: 'constant', value: 'a "b"\n' },
      },
      expect: {
        kind: 'text',
        equals: 'Echo: ${arguments.message}/${arguments.n}/${arguments.list}/${arguments.quoted}/${arguments.message}',
      },
    });
    for (const { json, text } of drawn([call], times(20))) {
      const sent = JSON.parse(json) as { message: string; n: number };
      expect(text).toBe(`Echo: ${sent.message}/${sent.n}/["ü",1]/a "b"\n/${sent.message}`);
    }
  });

  it('without placeholders the text is as written; for success there is none', () => {
    expect(drawn([callSpec({ expect: { kind: 'contains', part: 'a $ {b}' } })], [0])[0]?.text).toBe('a $ {b}');
    expect(drawn([callSpec()], [0])[0]?.text).toBe('');
  });

  it('structured content: a text that is one placeholder is the value itself, another is filled in as text', () => {
    const call = callSpec({
      arguments: {
        n: { kind: 'integer', min: 1, max: 9 },
        name: { kind: 'pick', values: ['a"b', 'ü'] },
        list: { kind: 'constant', value: [1, 'x'] },
      },
      expect: {
        kind: 'structured',
        members: {
          n: '${arguments.n}',
          deep: [{ name: '${arguments.name}', list: '${arguments.list}' }, 'no. ${arguments.n}: ${arguments.name}'],
          fixed: { a: null, b: true, c: 'as is' },
        },
      },
    });
    for (const { json, text } of drawn([call], times(20))) {
      const { n, name } = JSON.parse(json) as { n: number; name: string };
      expect(JSON.parse(text)).toEqual({
        n,
        deep: [{ name, list: [1, 'x'] }, `no. ${n}: ${name}`],
        fixed: { a: null, b: true, c: 'as is' },
      });
    }
  });

  it('an argument that the call does not have is a problem with a remedy', () => {
    const make = () =>
      makeRequestGenerator([callSpec({ expect: { kind: 'text', equals: '${arguments.toString}' } })], seededRandom(1));
    expect(make).toThrow(ProblemError);
    expect(make).toThrow('names an unknown argument "toString"');
  });
});
