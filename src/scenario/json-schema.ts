/** The published JSON Schema, from the grammar, so that editors complete and check what `readScenario` accepts. */
import { z } from 'zod';
import { ARGUMENT_SCHEMA, CHOICE_KEY, DEFINITION } from '../catalog/index.js';
import {
  DocumentText,
  EXPERIMENT_KEYS,
  ExperimentText,
  ExtendsText,
  FolderText,
  PROFILE_KEYS,
  ProfilesText,
} from './grammar/document.js';

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
    properties: Object.fromEntries(PROFILE_KEYS.map((key) => [key, overlay[key] ?? reference(key)])),
    additionalProperties: false,
  };
  definitions['profiles'] = { ...generated(ProfilesText), additionalProperties: profile };
  definitions['extends'] = generated(ExtendsText);
  definitions['folder'] = generated(FolderText);
  const experiment = asObject(generated(ExperimentText)['properties']);
  const arms = asObject(experiment['arms']);
  const arm = asObject(arms['additionalProperties']);
  const written = asObject(arm['properties']);
  const laidOver = (key: 'stack' | 'protocol') => ({
    ...asObject(overlay[key]),
    description: asObject(written[key])['description'] ?? '',
  });
  const changes = { ...written, stack: laidOver('stack'), protocol: laidOver('protocol') };
  const laidOverArm: SchemaObject = { ...arm, properties: changes };
  Object.assign(definitions, {
    ...experiment,
    arms: { ...arms, additionalProperties: laidOverArm },
    // A file that extends another leaves out arms of it.
    'arms-changes': { ...arms, additionalProperties: removable(laidOverArm) },
  });
  const own = Object.fromEntries(
    ['extends', 'profiles', ...EXPERIMENT_KEYS].map((key) => [key, reference(key)] as const),
  );
  return asObject(
    forEditors({
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'Plimsoll scenario, version 1',
      description: 'One file: a stack, the calls, the phases, the faults and the gates. Every quantity has a unit.',
      if: { type: 'object', properties: { extends: {} }, required: ['extends'] },
      then: {
        type: 'object',
        properties: { ...overlay, version: reference('version'), ...own, arms: reference('arms-changes') },
        required: ['version'],
        additionalProperties: false,
      },
      else: { ...document, properties: { ...whole, ...own, folder: reference('folder') } },
      definitions: { ...definitions, argument: ARGUMENT_SCHEMA },
    }),
  );
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
 * The same schema in the form that editors complete best: a choice by value lists its values once, each with its
 * description, and the keys of a branch count only when its value is there; every branch has a title. Editors drop a
 * constant that stands in two branches of an `anyOf`, and describe no value of an `enum`.
 */
function forEditors(json: Json): Json {
  if (Array.isArray(json)) return (json as readonly Json[]).map(forEditors);
  if (typeof json !== 'object' || json === null) return json;
  const schema = Object.fromEntries(Object.entries(json).map(([key, value]) => [key, forEditors(value)]));
  if (typeof schema[DEFINITION] === 'string') return reference(schema[DEFINITION]);
  const key = schema[CHOICE_KEY];
  if (typeof key === 'string') return byValue(schema, key);
  const branches = schema['anyOf'];
  if (!Array.isArray(branches)) return schema;
  const titled = asArray(branches).map((branch) => ({ title: titleOf(asObject(branch)), ...asObject(branch) }));
  return { ...without(schema, 'enum'), anyOf: titled };
}

/** A title for a branch that states none: its value, its keys, or its type. */
function titleOf({ const: value, required, properties, type, examples, $ref: ref }: SchemaObject): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof ref === 'string') return ref.replace('#/definitions/', '');
  if (type === 'null') return 'nothing: removes what is inherited';
  const keys = asArray(required).length > 0 ? asArray(required).map(text) : Object.keys(asObject(properties));
  if (keys.length > 0) return keys.join(', ');
  const [example] = asArray(examples);
  if (typeof example === 'string') return `like ${example}`;
  return typeof type === 'string' ? type : 'value';
}

function byValue(schema: SchemaObject, key: string): SchemaObject {
  const branches = asArray(schema['anyOf']).map(asObject);
  const values = branches.map((branch) => formsOf(branch)[0]?.[key]).map(asObject);
  const everywhere = Object.entries(formsOf(branches[0] ?? {})[0] ?? {}).filter(([name, value]) =>
    branches.flatMap(formsOf).every((form) => JSON.stringify(form[name]) === JSON.stringify(value)),
  );
  return {
    ...without(schema, 'anyOf', CHOICE_KEY),
    type: 'object',
    properties: {
      ...Object.fromEntries(everywhere),
      [key]: {
        anyOf: values.map((value, index) => ({ ...value, title: text(value['const']), ...described(branches[index]) })),
      },
    },
    required: [key],
    allOf: branches.map((branch, index) => ({
      if: { properties: { [key]: { const: values[index]?.['const'] ?? null } }, required: [key] },
      then: branch,
    })),
  };
}

/** The properties of a map, or of each of the maps it may be. */
function formsOf(branch: SchemaObject): readonly SchemaObject[] {
  const forms = asArray(branch['anyOf']).map(asObject);
  return (forms.length === 0 ? [branch] : forms).map((form) => asObject(form['properties']));
}

function described(schema: SchemaObject | undefined): SchemaObject {
  return schema?.['description'] === undefined ? {} : { description: schema['description'] };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function asArray(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The schema of what is laid over a whole value: in maps nothing is required, all may be removed; lists are whole. */
function partial(schema: SchemaObject): SchemaObject {
  const rest = without(schema, 'required');
  const branches = rest['anyOf'] ?? rest['oneOf'];
  if (Array.isArray(branches)) {
    return {
      ...without(rest, 'anyOf', 'oneOf', CHOICE_KEY),
      anyOf: branches.map((branch) => partial(asObject(branch as Json))),
    };
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
