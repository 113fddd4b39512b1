/** Whether arguments fit a tool's `inputSchema`. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import { messageOf } from '../../problem/index.js';

export type ArgumentCheck =
  | { readonly kind: 'checks'; readonly check: (argumentsJson: string) => readonly string[] }
  /** The schema itself can't be used. */
  | { readonly kind: 'unusable'; readonly reason: string };

/** The check for a tool: JSON Schema 2020-12 unless the schema names draft 7 (MCP 2025-11-25, JSON Schema Usage). */
export async function argumentCheck(inputSchema: Readonly<Record<string, unknown>>): Promise<ArgumentCheck> {
  const { Ajv } = await import('ajv');
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const { default: formats } = await import('ajv-formats');
  const dialect = inputSchema['$schema'];
  const Dialect = typeof dialect === 'string' && /draft-0[67]/.test(dialect) ? Ajv : Ajv2020;
  // Compiling refuses a schema whose keywords have wrong values; the dialect's own schema would only cost time.
  const ajv = new Dialect({ strict: false, allErrors: true, logger: false, validateSchema: false });
  formats.default(ajv);
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(inputSchema);
  } catch (thrown) {
    return { kind: 'unusable', reason: messageOf(thrown) };
  }
  return {
    kind: 'checks',
    check: (argumentsJson) =>
      validate(JSON.parse(argumentsJson)) === true ? [] : (validate.errors ?? []).map(describe),
  };
}

function describe(error: ErrorObject): string {
  const place = error.instancePath === '' ? 'the arguments' : error.instancePath.slice(1).replaceAll('/', '.');
  const unknown: unknown = error.keyword === 'additionalProperties' ? error.params['additionalProperty'] : undefined;
  if (typeof unknown === 'string') return `${place} must not have "${unknown}"`;
  const allowed: unknown = error.keyword === 'enum' ? error.params['allowedValues'] : undefined;
  if (Array.isArray(allowed))
    return `${place} must be one of ${allowed.map((value) => JSON.stringify(value)).join(', ')}`;
  return `${place} ${error.message ?? 'is wrong'}`;
}
