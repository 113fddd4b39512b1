import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contractChanges } from '../../src/mcp/contract/changes.js';
import { contractsOf, listDigest, type ContractParts } from '../../src/mcp/preflight/tool-contract.js';

type Schema = Readonly<Record<string, unknown>>;

function tool(inputSchema: Schema, more: Partial<ContractParts> = {}): ContractParts {
  return { name: 'search', inputSchema: { type: 'object', ...inputSchema }, ...more };
}

const changesOf = (before: ContractParts | null, after: ContractParts | null): readonly string[] =>
  contractChanges(before, after).map((change) => `${change.class}: ${change.what}`);
const withOutput = (outputSchema: Schema): ContractParts =>
  tool({}, { outputSchema: { type: 'object', ...outputSchema } });
const field = (schema: unknown): Schema => ({ properties: { limit: schema } });

/** Each change, and what is reported of it there and on the way back. */
const INPUTS: readonly (readonly [
  what: string,
  before: Schema,
  after: Schema,
  there: readonly string[],
  back: readonly string[],
])[] = [
  [
    'a field made required',
    field({ type: 'string' }),
    { ...field({ type: 'string' }), required: ['limit'] },
    ['breaking: inputSchema: field "limit" is required now'],
    ['informational: inputSchema: field "limit" is not required any more'],
  ],
  [
    'a required field added',
    {},
    { ...field({ type: 'string' }), required: ['limit'] },
    ['breaking: inputSchema: field "limit" is required now'],
    ['informational: inputSchema: field "limit" is not required any more'],
  ],
  [
    'an optional field added',
    {},
    field({ type: 'string' }),
    ['informational: inputSchema: field "limit" is new'],
    ['informational: inputSchema: field "limit" is gone'],
  ],
  [
    'a field dropped where no others are allowed',
    { ...field({}), additionalProperties: false },
    { properties: {}, additionalProperties: false },
    ['breaking: inputSchema: field "limit" is not allowed any more'],
    ['informational: inputSchema: field "limit" is allowed now'],
  ],
  [
    'other fields refused',
    {},
    { additionalProperties: false },
    ['breaking: inputSchema: other fields are not allowed any more'],
    ['informational: inputSchema: other fields are allowed now'],
  ],
  [
    'a type narrowed',
    field({ type: ['string', 'null'] }),
    field({ type: 'string' }),
    ['breaking: inputSchema.limit: type null is not allowed any more'],
    ['informational: inputSchema.limit: type null is allowed now'],
  ],
  [
    'a number made whole',
    field({ type: 'number' }),
    field({ type: 'integer' }),
    ['breaking: inputSchema.limit: type number is not allowed any more'],
    ['informational: inputSchema.limit: type number is allowed now'],
  ],
  [
    'a type where there was none',
    field({}),
    field({ type: 'string' }),
    ['breaking: inputSchema.limit: not every type is allowed any more'],
    ['informational: inputSchema.limit: every type is allowed now'],
  ],
  [
    'a value taken away',
    field({ enum: ['a', 'b'] }),
    field({ enum: ['a'] }),
    ['breaking: inputSchema.limit: value "b" is not allowed any more'],
    ['informational: inputSchema.limit: value "b" is allowed now'],
  ],
  [
    'values listed at all',
    field({ type: 'string' }),
    field({ type: 'string', enum: ['a'] }),
    ['breaking: inputSchema.limit: only listed values are allowed now'],
    ['informational: inputSchema.limit: values need not be listed ones any more'],
  ],
  [
    'a bound drawn tighter',
    field({ type: 'integer', maximum: 100 }),
    field({ type: 'integer', maximum: 50 }),
    ['breaking: inputSchema.limit: maximum 100, then 50'],
    ['informational: inputSchema.limit: maximum 50, then 100'],
  ],
  [
    'a bound drawn at all',
    field({ type: 'string' }),
    field({ type: 'string', minLength: 3 }),
    ['breaking: inputSchema.limit: minLength none, then 3'],
    ['informational: inputSchema.limit: minLength 3, then none'],
  ],
  [
    'items narrowed',
    field({ type: 'array' }),
    field({ type: 'array', items: { type: 'string' } }),
    ['breaking: inputSchema.limit[]: not every type is allowed any more'],
    ['informational: inputSchema.limit[]: every type is allowed now'],
  ],
  [
    'a pattern changed',
    field({ pattern: '^a' }),
    field({ pattern: '^b' }),
    ['breaking: inputSchema.limit: "pattern" changed, and what that refuses is unknown'],
    ['breaking: inputSchema.limit: "pattern" changed, and what that refuses is unknown'],
  ],
  [
    'a branch closed',
    field({ anyOf: [{ type: 'string' }, { type: 'null' }] }),
    field({ anyOf: [{ type: 'string' }] }),
    ['breaking: inputSchema.limit: "anyOf" changed, and what that refuses is unknown'],
    ['informational: inputSchema.limit: "anyOf" changed, and what that refuses is unknown'],
  ],
  [
    'a definition narrowed',
    { $defs: { page: { type: 'number' } } },
    { $defs: { page: { type: 'integer' } } },
    ['breaking: inputSchema.page: type number is not allowed any more'],
    ['informational: inputSchema.page: type number is allowed now'],
  ],
  [
    'another description of a field',
    field({ type: 'string', description: 'How many' }),
    field({ type: 'string', description: 'How many at most' }),
    ['informational: inputSchema: described otherwise'],
    ['informational: inputSchema: described otherwise'],
  ],
  [
    'required fields in another order',
    { required: ['a', 'b'] },
    { required: ['b', 'a'] },
    ['informational: inputSchema: described otherwise'],
    ['informational: inputSchema: described otherwise'],
  ],
];

describe('a change of what may be sent', () => {
  for (const [what, before, after, there, back] of INPUTS) {
    it(what, () => {
      expect(changesOf(tool(before), tool(after))).toEqual(there);
      expect(changesOf(tool(after), tool(before))).toEqual(back);
    });
  }

  it('several at once are all reported, breaking ones first', () => {
    const before = tool({ ...field({ type: 'string' }), required: ['limit'] }, { description: 'Finds' });
    const after = tool(
      { properties: { limit: { type: 'integer' }, page: {} }, required: ['limit', 'page'] },
      { description: 'Finds it' },
    );
    expect(changesOf(before, after)).toEqual([
      'breaking: inputSchema: field "page" is required now',
      'breaking: inputSchema.limit: type string is not allowed any more',
      'informational: inputSchema.limit: type integer is allowed now',
      'informational: description changed',
    ]);
  });
});

describe('a change of what comes back breaks the other way round', () => {
  const cases: readonly (readonly [string, ContractParts, ContractParts, readonly string[]])[] = [
    [
      'a field no longer promised',
      withOutput({ ...field({}), required: ['limit'] }),
      withOutput(field({})),
      ['breaking: outputSchema: field "limit" is not required any more'],
    ],
    [
      'a field promised',
      withOutput(field({})),
      withOutput({ ...field({}), required: ['limit'] }),
      ['informational: outputSchema: field "limit" is required now'],
    ],
    [
      'another type that may come',
      withOutput(field({ type: 'string' })),
      withOutput(field({ type: ['string', 'null'] })),
      ['breaking: outputSchema.limit: type null is allowed now'],
    ],
    [
      'another value that may come',
      withOutput(field({ enum: ['a'] })),
      withOutput(field({ enum: ['a', 'b'] })),
      ['breaking: outputSchema.limit: value "b" is allowed now'],
    ],
    [
      'a value that comes no more',
      withOutput(field({ enum: ['a', 'b'] })),
      withOutput(field({ enum: ['a'] })),
      ['informational: outputSchema.limit: value "b" is not allowed any more'],
    ],
    [
      'no schema any more',
      withOutput({}),
      tool({}),
      ['breaking: outputSchema: it is gone, so nothing is promised of structured answers any more'],
    ],
    ['a schema at last', tool({}), withOutput({}), ['informational: outputSchema: there is one now']],
  ];
  for (const [what, before, after, expected] of cases)
    it(what, () => expect(changesOf(before, after)).toEqual(expected));
});

describe('what only describes informs', () => {
  it('title, description and annotations', () => {
    const before = tool({}, { description: 'Finds something', annotations: { readOnlyHint: true } });
    const after = tool(
      {},
      { title: 'Search', description: 'Finds it', annotations: { readOnlyHint: false, openWorldHint: true } },
    );
    expect(changesOf(before, after)).toEqual([
      'informational: title changed',
      'informational: description changed',
      'informational: annotation readOnlyHint: true, then false',
      'informational: annotation openWorldHint: none, then true',
    ]);
  });

  it('a new tool; one that is gone breaks', () => {
    expect(changesOf(null, tool({}))).toEqual(['informational: the tool is new']);
    expect(changesOf(tool({}), null)).toEqual(['breaking: the tool is gone']);
  });
});

it('a thousand changes of a schema become a few lines, breaking ones before informational ones', () => {
  const many = (type: string): Schema => ({
    properties: Object.fromEntries(
      Array.from({ length: 1000 }, (_, n) => [`f${n}`, n < 30 ? { type } : { description: type }]),
    ),
  });
  const changes = contractChanges(tool(many('string')), tool(many('integer')));
  expect(changes).toHaveLength(21);
  expect(changes.every((change) => change.class === 'breaking')).toBe(true);
  expect(changes.at(-1)?.what).toBe('and 40 more');
});

/** JSON objects as schemas and annotations hold them. */
const { object: anyObject } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  object: fc.dictionary(
    fc.constantFrom('type', 'properties', 'required', 'enum', 'anyOf', 'items', 'limit', 'title', 'minimum', 'a', 'b'),
    tie('value'),
    { maxKeys: 4 },
  ),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('string', 'integer', 'a', 1, 2, true, false, null),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
}));

/** The same value with its keys written in another order, and white space between. */
function rewritten(value: unknown, turn: number): unknown {
  const text = JSON.stringify(turned(value, turn), null, turn % 5);
  return JSON.parse(text) as unknown;
}

function turned(value: unknown, turn: number): unknown {
  if (Array.isArray(value)) return value.map((item) => turned(item, turn + 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, turned(inner, turn + 1)] as const);
  return Object.fromEntries(turn % 2 === 0 ? [...entries].reverse() : [...entries.slice(1), ...entries.slice(0, 1)]);
}

describe('whatever a contract holds', () => {
  it('the order of its keys and the white space between make no drift', () => {
    fc.assert(
      fc.property(anyObject, anyObject, fc.nat(9), (input, output, turn) => {
        const one = tool(input, { outputSchema: output as never, annotations: { title: 'x', readOnlyHint: true } });
        const other = rewritten(one, turn) as ContractParts;
        expect(contractChanges(one, other)).toEqual([]);
        expect(listDigest(contractsOf([other as never]))).toBe(listDigest(contractsOf([one as never])));
      }),
      { numRuns: 200 },
    );
  });

  it('a change is reported exactly when the digest differs', () => {
    fc.assert(
      fc.property(anyObject, anyObject, (a, b) => {
        const [one, two] = [tool(a), tool(b)];
        const differs = contractsOf([one])[0]?.digest !== contractsOf([two])[0]?.digest;
        expect(contractChanges(one, two).length > 0).toBe(differs);
      }),
      { numRuns: 300 },
    );
  });

  it('what only adds to what is accepted is not breaking', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }),
        fc.uniqueArray(fc.constantFrom('string', 'integer', 'null', 'boolean'), { minLength: 1 }),
        fc.nat(100),
        (values, types, bound) => {
          const narrow = tool({
            properties: { limit: { type: types.slice(0, 1), enum: values.slice(0, 1), maximum: bound } },
            required: ['limit'],
          });
          const wide = tool({ properties: { limit: { type: types, enum: values, maximum: bound + 1 } } });
          expect(contractChanges(narrow, wide).every((change) => change.class === 'informational')).toBe(true);
          expect(contractChanges(wide, narrow).some((change) => change.class === 'breaking')).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });
});
