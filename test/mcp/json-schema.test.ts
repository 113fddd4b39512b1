/** Schemas that servers declare, for arguments and for structured content. */
import { describe, expect, it } from 'vitest';
import { compileSchema, type CompiledSchema } from '../../src/mcp/json-schema.js';

const faults = (schema: CompiledSchema, value: unknown): readonly string[] | null =>
  schema.kind === 'compiled' ? schema.faultsOf(value) : null;

describe('a schema', () => {
  it('is of 2020-12 unless it says draft 7', async () => {
    const tuple = { type: 'object', properties: { p: { prefixItems: [{ type: 'number' }] } } };
    const modern = await compileSchema(tuple, 'it');
    const draft7 = await compileSchema({ ...tuple, $schema: 'http://json-schema.org/draft-07/schema#' }, 'it');
    expect(faults(modern, { p: ['x'] })).toHaveLength(1);
    expect(faults(draft7, { p: ['x'] })).toEqual([]);
  });

  it('has its formats checked', async () => {
    const schema = await compileSchema({ properties: { id: { type: 'string', format: 'uuid' } } }, 'it');
    expect(faults(schema, { id: 'x' })).toEqual(['id must match format "uuid"']);
  });

  it('that refers to itself without a way down is unusable; further down, it finds no fault', async () => {
    expect(await compileSchema({ allOf: [{ $ref: '#' }] }, 'it')).toEqual({
      kind: 'unusable',
      reason: 'it refers to itself',
    });
    const below = await compileSchema(
      { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } } },
      'it',
    );
    expect(faults(below, { a: 1 })).toEqual([]);
  });

  it('that refers elsewhere is unusable, not fetched', async () => {
    const schema = await compileSchema({ properties: { a: { $ref: 'https://example.org/a.json' } } }, 'it');
    expect(schema.kind).toBe('unusable');
  });

  it('names the place of a fault, or the whole', async () => {
    const schema = await compileSchema({ required: ['a'], properties: { b: { enum: [1, 'two'] } } }, 'the answer');
    expect(faults(schema, { b: 3 })).toEqual([
      "the answer must have required property 'a'",
      'b must be one of 1, "two"',
    ]);
  });
});
