/** Arguments made from schemas: always allowed by the schema, the same for the same seed, and harmless. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { synthesise, type Synthesis } from '../../src/discover/index.js';
import { seededRandom } from '../../src/random/index.js';

type Schema = Readonly<Record<string, unknown>>;

/** A validator of its own: `null` when the schema can't be compiled. */
function validator(schema: Schema): (json: string) => readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (json) => (validate(JSON.parse(json)) ? [] : (validate.errors ?? []).map(({ message }) => message ?? ''));
}

function made(schema: Schema, seed = 1): Synthesis {
  return synthesise(schema, seededRandom(seed), validator(schema));
}

function valueOf(schema: Schema, seed = 1): Readonly<Record<string, unknown>> {
  const synthesis = made(schema, seed);
  if (synthesis.kind === 'none') throw new Error(`${synthesis.reason} for ${JSON.stringify(schema)}`);
  return synthesis.value;
}

const object = (properties: Schema, more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  ...more,
});

describe('arguments made from a schema', () => {
  const PATTERNS = [
    '^[a-z]{2,5}$',
    '^\\d{3}-\\d{4}$',
    '^(?:foo|bar)+$',
    '^[A-Z][A-Za-z0-9_]*$',
    '^[^/\\s]+\\/[^/\\s]+$',
    '^v?\\d+\\.\\d+(?:\\.\\d+)?$',
    '^(?<year>\\d{4})-(?:0[1-9]|1[0-2])$',
    '^#(?:[0-9a-f]{3}){1,2}$',
    '^\\p{Lu}\\p{L}+$',
    '\\.json$',
    '^\\u0041\\x42c$',
    '^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$',
  ];
  const FORMATS = [
    'date-time',
    'date',
    'time',
    'email',
    'uri',
    'uuid',
    'ipv4',
    'ipv6',
    'hostname',
    'duration',
    'regex',
  ];

  const text: fc.Arbitrary<Schema> = fc.oneof(
    fc
      .tuple(fc.nat(12), fc.nat(12))
      .map(([minLength, more]) => ({ type: 'string', minLength, maxLength: minLength + more })),
    fc.constantFrom(...PATTERNS).map((pattern) => ({ type: 'string', pattern })),
    fc.constantFrom(...FORMATS).map((format) => ({ type: 'string', format })),
    fc.uniqueArray(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 4 }).map((values) => ({ enum: values })),
    fc.string({ maxLength: 8 }).map((value) => ({ const: value })),
  );
  const number: fc.Arbitrary<Schema> = fc.oneof(
    fc
      .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.nat(50))
      .map(([minimum, more]) => ({ type: 'integer', minimum, maximum: minimum + more })),
    fc
      .tuple(fc.integer({ min: -1e4, max: 1e4 }), fc.integer({ min: 1, max: 97 }))
      .map(([exclusiveMinimum, multipleOf]) => ({ type: 'integer', exclusiveMinimum, multipleOf })),
    fc
      .tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: 0.01, max: 9, noNaN: true }))
      .map(([low, width]) => ({ type: 'number', exclusiveMinimum: low, exclusiveMaximum: low + width })),
    fc.constant({ type: ['number', 'null'] }),
    fc.constant({ type: 'boolean' }),
  );
  const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      text,
      number,
      fc
        .tuple(
          fc.dictionary(fc.string({ maxLength: 6 }), tie('schema'), { maxKeys: 4, noNullPrototype: true }),
          fc.boolean(),
        )
        .map(([properties, closed]) => object(properties, closed ? { additionalProperties: false } : {})),
      fc.tuple(tie('schema'), fc.nat(3)).map(([items, minItems]) => ({ type: 'array', items, minItems, maxItems: 4 })),
      fc.nat(5).map((minItems) => ({ type: 'array', items: { type: 'integer' }, minItems, uniqueItems: true })),
      fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
      fc
        .tuple(tie('schema'), tie('schema'))
        .map(([first, second]) => ({ type: 'array', prefixItems: [first, second], minItems: 2, items: false })),
      fc.tuple(tie('schema')).map(([inner]) => ({ $defs: {}, allOf: [inner, {}] })),
    ),
  }));

  it('is allowed by the schema, whatever that holds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), schema, { maxKeys: 4, noNullPrototype: true }),
        fc.nat(),
        (properties, seed) => {
          const whole = object(properties, { additionalProperties: false });
          const value = valueOf(whole, seed);
          expect(validator(whole)(JSON.stringify(value))).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is the same for the same seed, and differs with it where a value is drawn', () => {
    const uuids = object({ id: { type: 'string', format: 'uuid' } });
    expect(valueOf(uuids, 5)).toEqual(valueOf(uuids, 5));
    expect(valueOf(uuids, 5)).not.toEqual(valueOf(uuids, 6));
  });

  it('leaves out what is optional, and takes examples and defaults of the schema', () => {
    const whole = {
      type: 'object',
      properties: {
        city: { type: 'string', examples: ['Bergen'] },
        unit: { type: 'string', default: 'metric' },
        verbose: { type: 'boolean' },
      },
      required: ['city', 'unit'],
    };
    expect(valueOf(whole)).toEqual({ city: 'Bergen', unit: 'metric' });
  });

  it('follows references, conditions, dependencies and exclusions', () => {
    const cases: readonly Schema[] = [
      { ...object({ at: { $ref: '#/$defs/point' } }), $defs: { point: object({ x: { type: 'integer' } }) } },
      {
        ...object({ tree: { $ref: '#/$defs/node' } }),
        $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
      },
      {
        ...object({ kind: { enum: ['a', 'b'] } }),
        if: { properties: { kind: { const: 'a' } } },
        then: { required: ['why'] },
        else: { required: ['how'] },
      },
      { ...object({ card: { type: 'string' } }), dependentRequired: { card: ['address'] } },
      {
        ...object({ card: { type: 'string' } }),
        dependentSchemas: { card: { required: ['pin'], properties: { pin: { type: 'integer' } } } },
      },
      object({ word: { type: 'string', not: { enum: ['hull', 'keel'] } } }),
      object({ one: { oneOf: [{ type: 'integer' }, { type: 'number', minimum: 1000 }] } }),
      {
        type: 'object',
        minProperties: 3,
        patternProperties: { '^x-[a-z]{4}$': { type: 'integer' } },
        additionalProperties: false,
      },
      { type: 'object', minProperties: 2, propertyNames: { pattern: '^[a-z]{3}$' } },
      object({ some: { type: 'array', contains: { const: 7 }, minContains: 2 } }),
      { allOf: [object({ a: { type: 'integer', minimum: 5 } }), object({ a: { type: 'integer', maximum: 6 } })] },
      object({ constructor: { type: 'string' }, ['__proto__']: { type: 'integer' } }),
    ];
    for (const each of cases) expect(validator(each)(JSON.stringify(valueOf(each))), JSON.stringify(each)).toEqual([]);
  });

  it('says why there are none, and ends soon, for what nothing satisfies', () => {
    const impossible: readonly Schema[] = [
      object({ a: { type: 'integer', minimum: 3, maximum: 2 } }),
      object({ a: { not: {} } }),
      object({ a: { type: 'string', minLength: 1e9 } }),
      object({ a: { type: 'array', minItems: 1e9, items: {} } }),
      { type: 'string' },
      {
        $ref: '#/$defs/loop',
        $defs: { loop: { type: 'object', required: ['next'], properties: { next: { $ref: '#/$defs/loop' } } } },
      },
    ];
    for (const each of impossible) {
      const synthesis = made(each);
      expect(synthesis.kind, JSON.stringify(each)).toBe('none');
      expect(synthesis).toHaveProperty('reason', expect.stringMatching(/.{5,}/));
    }
  });

  it('goes nowhere else: addresses are those of this machine, names stand for nothing', () => {
    const value = valueOf(
      object({
        url: { type: 'string', format: 'uri' },
        host: { type: 'string', format: 'hostname' },
        mail: { type: 'string', format: 'email' },
        address: { type: 'string', format: 'ipv4' },
      }),
    );
    expect(value).toEqual({
      url: 'http://127.0.0.1:9/',
      host: 'localhost',
      mail: 'someone@example.invalid',
      address: '127.0.0.1',
    });
  });
});
