/** The published JSON Schema of summary.json, as a check. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const schema: unknown = JSON.parse(readFileSync(new URL('../schema/summary-v2.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  schema as object,
);

/** Where a value breaks the schema, as it is written to disk; empty when it does not. */
export function schemaErrors(summary: unknown): readonly string[] {
  validate(JSON.parse(JSON.stringify(summary)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}
