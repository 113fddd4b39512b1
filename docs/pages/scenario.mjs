/** docs/scenario.md: every key of a scenario, from the published schema. */
import { patternOf, unitsOf } from '../../dist/src/catalog/index.js';
import { scenarioJsonSchema } from '../../dist/src/scenario/index.js';

const KINDS = ['duration', 'rate', 'multiple', 'share', 'size', 'byte rate', 'growth', 'growing number', 'slope'];
const SCHEMA = scenarioJsonSchema();

const follow = (schema) =>
  schema.$ref === undefined ? schema : SCHEMA.definitions[schema.$ref.replace('#/definitions/', '')];

/** The value that a branch of a choice by value belongs to. */
const valueOf = (branch) => Object.values(branch.if.properties)[0].const;

/** The maps that a value can be: each with a title, its own keys and those that must be there. */
function mapsOf(schema, title = '') {
  const { anyOf, allOf, items, additionalProperties, properties } = follow(schema);
  if (allOf !== undefined) return allOf.flatMap((branch) => mapsOf(branch.then, branch.then.title ?? valueOf(branch)));
  if (anyOf !== undefined) return anyOf.flatMap((branch) => mapsOf(branch, branch.title));
  if (items !== undefined && properties === undefined) return mapsOf(items, title);
  if (properties !== undefined) return [{ ...follow(schema), title: follow(schema).title ?? title }];
  return typeof additionalProperties === 'object' && additionalProperties.$ref === undefined
    ? mapsOf(additionalProperties, title)
    : [];
}

function typeOf(schema) {
  const { anyOf, allOf, type, const: value, enum: words, pattern, items, minimum, maximum } = follow(schema);
  if (value !== undefined) return `\`${value}\``;
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(', ');
  if (allOf !== undefined) return 'map, by `' + follow(schema).required[0] + '`';
  if (anyOf?.every((branch) => branch.const !== undefined)) return anyOf.map(typeOf).join(', ');
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (pattern !== undefined) {
    const kinds = KINDS.filter((kind) => pattern.split('|^').some((part) => patternOf(kind).includes(part)));
    const exact = kinds.filter((kind) => pattern === patternOf(kind));
    const named = exact.length > 0 ? exact : kinds;
    if (named.length > 2) return 'text with the unit of the metric';
    if (named.length > 0) return named.map((kind) => `${kind} (${unitsOf(kind).join(', ')})`).join(' or ');
  }
  if (type === 'array') return Array.isArray(items) ? 'list of two' : `list of ${typeOf(items ?? {})}`;
  if (type === 'object') return 'map';
  if (type === 'integer') return minimum === undefined ? 'whole number' : `whole number, ${minimum} to ${maximum}`;
  if (type === 'string') return 'text';
  return Array.isArray(type) || type === undefined ? 'any value' : type;
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
const compact = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value));

function row(key, schema, isRequired) {
  const whole = { ...follow(schema), ...schema };
  const description = whole.description ?? '';
  const stated = /\s*Default: (.+?)\.(?=\s|$)/.exec(description);
  const [example] = whole.examples ?? [];
  return [
    `\`${key}\``,
    cell(typeOf(schema)),
    isRequired ? 'required' : stated === null ? '' : cell(stated[1]),
    example === undefined ? '' : `\`${cell(compact(example))}\``,
    cell(description.replace(stated?.[0] ?? '', '')),
  ];
}

function table({ properties, required = [] }) {
  const rows = Object.entries(properties).map(([key, schema]) => row(key, schema, required.includes(key)));
  return [['Key', 'Type', 'Default', 'Example', 'Meaning'], ['-', '-', '-', '-', '-'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** The keys of each map below a value, each map once. */
function sections(path, schema, level, seen = new Set()) {
  const maps = mapsOf(schema);
  return maps.flatMap((map) => {
    const body = table(map);
    const title = maps.length === 1 ? path : `${path}: ${map.title}`;
    if (seen.has(path + body)) return [];
    seen.add(path + body);
    const deeper = Object.entries(map.properties)
      .filter(([key]) => key !== 'hypotheses' || level === 2)
      .filter(([key]) => path !== 'arms' || !(key in SCHEMA.else.properties))
      .flatMap(([key, value]) => sections(`${path}.${key}`, value, Math.min(4, level + 1), seen));
    const about = maps.length > 1 && map.description !== undefined ? `${cell(map.description)}\n\n` : '';
    return [`${'#'.repeat(level)} \`${title}\`\n\n${about}${body}`, ...deeper];
  });
}

export function pageText() {
  const { properties, required } = SCHEMA.else;
  return `# Scenario reference

Every key of a scenario file, with its type and units, default and an example. This page is made from the published
schema (\`schema/scenario-v1.json\`), which editors use too. Every quantity has a unit; an unknown key is an error.

${table({ properties, required })}

${Object.entries(properties)
  .filter(([key]) => key !== 'profiles')
  .flatMap(([key, schema]) => sections(key, schema, 2))
  .join('\n\n')}
`;
}
