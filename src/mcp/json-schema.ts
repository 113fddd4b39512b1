/** JSON Schemas that a server declares, compiled once. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import { messageOf } from '../problem/index.js';

/** Schemas that tools declare, for each call; null where its tool declares none. */
export type DeclaredSchemas = readonly (Readonly<Record<string, unknown>> | null)[];

export type CompiledSchema =
  | {
      readonly kind: 'compiled';
      /** What is wrong with a value, as a list of sentences without a point; empty when it fits. */
      readonly faultsOf: (value: unknown) => readonly string[];
      readonly fits: (value: unknown) => boolean;
    }
  /** The schema itself can't be used. */
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * JSON Schema 2020-12 unless the schema names draft 6 or 7 (MCP 2025-11-25, JSON Schema Usage).
 *
 * @param whole what a value is called as a whole, such as `the arguments`.
 */
export async function compileSchema(schema: Readonly<Record<string, unknown>>, whole: string): Promise<CompiledSchema> {
  const { Ajv } = await import('ajv');
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const { default: formats } = await import('ajv-formats');
  const dialect = schema['$schema'];
  const Dialect = typeof dialect === 'string' && /draft-0[67]/.test(dialect) ? Ajv : Ajv2020;
  // Compiling refuses a schema whose keywords have wrong values; the dialect's own schema would only cost time.
  const ajv = new Dialect({ strict: false, allErrors: true, logger: false, validateSchema: false });
  formats.default(ajv);
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(schema);
    // One that refers to itself without a way down compiles, and never ends.
    validate({});
  } catch (thrown) {
    return { kind: 'unusable', reason: thrown instanceof RangeError ? 'it refers to itself' : messageOf(thrown) };
  }
  const fits = (value: unknown): boolean => {
    try {
      return validate(value) === true;
    } catch (thrown) {
      // The same further down, where only some values lead: what can't be checked is no fault.
      if (thrown instanceof RangeError) return true;
      throw thrown;
    }
  };
  return {
    kind: 'compiled',
    fits,
    faultsOf: (value) => (fits(value) ? [] : (validate.errors ?? []).map((error) => describe(error, whole))),
  };
}

function describe(error: ErrorObject, whole: string): string {
  const place = error.instancePath === '' ? whole : error.instancePath.slice(1).replaceAll('/', '.');
  const unknown: unknown = error.keyword === 'additionalProperties' ? error.params['additionalProperty'] : undefined;
  if (typeof unknown === 'string') return `${place} must not have "${unknown}"`;
  const allowed: unknown = error.keyword === 'enum' ? error.params['allowedValues'] : undefined;
  if (Array.isArray(allowed))
    return `${place} must be one of ${allowed.map((value) => JSON.stringify(value)).join(', ')}`;
  return `${place} ${error.message ?? 'is wrong'}`;
}
