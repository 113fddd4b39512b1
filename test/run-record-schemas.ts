/** The published JSON Schemas of a run's files, as a check. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { FILES } from '../src/record/index.js';

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });

const schemaOf = (name: string, version = 2): { readonly properties: object } =>
  JSON.parse(readFileSync(new URL(`../schema/${name}-v${version}.json`, import.meta.url), 'utf8')) as {
    properties: object;
  };

const rows = schemaOf('rows');
ajv.addSchema(rows, 'rows');
const VALIDATE_ROW = new Map(
  Object.keys(rows.properties).map((file) => [file, ajv.compile({ $ref: `rows#/properties/${file}` })]),
);
const VALIDATE_FILE = new Map([
  ...(['envelope', 'manifest', 'run', 'summary'] as const).map(
    (name) => [`${name}.json`, ajv.compile(schemaOf(name))] as const,
  ),
  ...(['shard', 'shards'] as const).map((name) => [`${name}.json`, ajv.compile(schemaOf(name, 1))] as const),
]);

function errorsOf(validate: ValidateFunction, where: string, text: string): readonly string[] {
  validate(JSON.parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${where} ${instancePath} ${message ?? ''}`);
}

/** Only runs that ask for them, shards and merged runs have them; a shard has no summary. */
const IF_ASKED_FOR: readonly string[] = [
  FILES.upstreamCalls,
  FILES.toolLists,
  FILES.spans,
  FILES.serverMetrics,
  FILES.shard,
  FILES.shards,
  'summary.json',
];

/** Where the files of a sealed run break their schemas; empty when they do not. */
export function recordSchemaErrors(dir: string): readonly string[] {
  const text = (file: string): string =>
    IF_ASKED_FOR.includes(file) && !existsSync(join(dir, file)) ? '' : readFileSync(join(dir, file), 'utf8');
  return [
    ...[...VALIDATE_FILE].flatMap(([file, validate]) =>
      text(file) === '' ? [] : errorsOf(validate, file, text(file)),
    ),
    ...[...VALIDATE_ROW].flatMap(([file, validate]) =>
      text(file)
        .split('\n')
        .flatMap((line, at) => (line === '' ? [] : errorsOf(validate, `${file}:${at + 1}`, line))),
    ),
  ];
}
