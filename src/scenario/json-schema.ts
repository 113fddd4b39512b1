/**
 * The published JSON Schema, generated from the grammar, so that editors complete and check what `readScenario`
 * accepts.
 */
import { z } from 'zod';
import { DocumentText, ExtendsText, PROFILE_KEYS, ProfilesText } from './grammar/document.js';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
interface SchemaObject {
  readonly [key: string]: Json;
}

/**
 * JSON Schema (draft-07) of a scenario file. A file that extends another, and a profile, may leave out whatever they
 * inherit; `null` removes. What needs more than structure (references, times, units of gates) is checked by reading the
 * scenario.
 */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  const document = generated(DocumentText);
  const properties = asObject(document['properties']);
  const definitions: Record<string, Json> = {};
  const whole: Record<string, Json> = {};
  const overlay: Record<string, Json> = {};
  for (const [key, schema] of Object.entries(properties)) {
    const full = asObject(schema);
    const laidOver = partial(full);
    definitions[key] = full;
    whole[key] = reference(key);
    if (laidOver !== full) definitions[`${key}-changes`] = laidOver;
    overlay[key] = removable(laidOver === full ? reference(key) : reference(`${key}-changes`));
  }
  const profile = {
    type: 'object',
    properties: Object.fromEntries(PROFILE_KEYS.map((key) => [key, overlay[key] ?? {}])),
    additionalProperties: false,
  };
  definitions['profiles'] = { ...generated(ProfilesText), additionalProperties: profile };
  definitions['extends'] = generated(ExtendsText);
  const own = { extends: reference('extends'), profiles: reference('profiles') };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Plimsoll scenario, version 1',
    description: 'One file: a stack, the calls, the phases, the faults and the gates. Every quantity has a unit.',
    if: { type: 'object', properties: { extends: {} }, required: ['extends'] },
    then: {
      type: 'object',
      properties: { ...overlay, version: reference('version'), ...own },
      required: ['version'],
      additionalProperties: false,
    },
    else: { ...document, properties: { ...whole, ...own } },
    definitions,
  };
}

function reference(key: string): SchemaObject {
  return { $ref: `#/definitions/${key}` };
}

function generated(schema: z.ZodType): SchemaObject {
  const json = JSON.parse(
    JSON.stringify(z.toJSONSchema(schema, { io: 'input', target: 'draft-7', reused: 'inline' })),
  ) as SchemaObject;
  return without(json, '$schema');
}

/**
 * The schema of something laid over a complete value: in maps nothing is required and anything may be removed; lists
 * are whole.
 */
function partial(schema: SchemaObject): SchemaObject {
  const rest = without(schema, 'required');
  const branches = rest['anyOf'] ?? rest['oneOf'];
  if (Array.isArray(branches)) {
    return { ...without(rest, 'anyOf', 'oneOf'), anyOf: branches.map((branch) => partial(asObject(branch as Json))) };
  }
  if (rest['type'] !== 'object') return schema;
  const changed: Record<string, Json> = { ...rest };
  if (rest['properties'] !== undefined) {
    changed['properties'] = Object.fromEntries(
      Object.entries(asObject(rest['properties'])).map(([key, value]) => [key, removable(partial(asObject(value)))]),
    );
  }
  const others = rest['additionalProperties'];
  if (typeof others === 'object' && others !== null)
    changed['additionalProperties'] = removable(partial(asObject(others)));
  return changed;
}

function without(schema: SchemaObject, ...keys: readonly string[]): SchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
}

function removable(schema: SchemaObject): SchemaObject {
  const { description, ...rest } = schema;
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'null' }] };
}

function asObject(value: Json | undefined): SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SchemaObject) : {};
}
