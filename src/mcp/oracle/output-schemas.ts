/** The JSON Schemas that answers are held to: what tools declare of their structured content, and what calls expect. */
import type { CallSpec, Operation } from '../../catalog/index.js';
import { ProblemError } from '../../problem/index.js';
import { compileSchema, type CompiledSchema, type DeclaredSchemas } from '../json-schema.js';
import { documentOf } from './check.js';

type Result = Readonly<Record<string, unknown>>;
type Compiled = Extract<CompiledSchema, { readonly kind: 'compiled' }>;

/** What an answer has to fit. */
export interface OutputSchema {
  readonly fits: (operation: Operation, result: Result) => boolean;
  /** What is wrong with it, for people; '' when it fits. */
  readonly faultsOf: (operation: Operation, result: Result) => string;
}

/** For each call; null where nothing is declared and nothing expected, or by a schema that can't be used. */
export type OutputSchemas = readonly (OutputSchema | null)[];

/**
 * @param declared of the tools that are called.
 * @throws ProblemError `preflight` for an expected schema that can't be used.
 */
export function compileOutputs(
  declared: DeclaredSchemas,
  calls: readonly Pick<CallSpec, 'expect' | 'label'>[],
): Promise<OutputSchemas> {
  const count = Math.max(declared.length, calls.length);
  return Promise.all(
    Array.from({ length: count }, async (_, spec) => {
      const ofTool = declared[spec] ?? null;
      const promised = ofTool === null ? null : await compileSchema(ofTool, 'structuredContent');
      const checks = [
        ...(promised?.kind === 'compiled' ? [promiseOf(promised)] : []),
        ...(await expectedOf(calls[spec], spec)),
      ];
      if (checks.length === 0) return null;
      return {
        fits: (operation, result) => checks.every((each) => each.fits(operation, result)),
        faultsOf: (operation, result) =>
          checks
            .map((each) => each.faultsOf(operation, result))
            .filter((text) => text !== '')
            .join('; '),
      };
    }),
  );
}

/** A tool that declares a schema and answers without structured content breaks its promise. */
const promiseOf = (schema: Compiled): OutputSchema => ({
  fits: (operation, result) => {
    const structured = operation.structured(result);
    return structured !== null && schema.fits(structured);
  },
  faultsOf: (operation, result) => {
    const structured = operation.structured(result);
    return structured === null
      ? 'there is no structuredContent, and the tool declares an outputSchema'
      : faultsIn(schema, structured);
  },
});

async function expectedOf(
  call: Pick<CallSpec, 'expect' | 'label'> | undefined,
  spec: number,
): Promise<readonly OutputSchema[]> {
  if (call?.expect.kind !== 'schema') return [];
  const schema = await compileSchema(call.expect.schema, 'the answer');
  if (schema.kind === 'unusable')
    throw new ProblemError('preflight', {
      code: 'schema-unusable',
      what: `the schema that the call "${call.label}" expects of its answers can't be used: ${schema.reason}`,
      remedy: `correct calls[${spec}].expect.schema`,
    });
  return [
    {
      fits: (operation, result) => schema.fits(documentOf(operation, result)),
      faultsOf: (operation, result) => {
        const document = documentOf(operation, result);
        return document === undefined
          ? 'there is no structuredContent, and no text that is JSON'
          : faultsIn(schema, document);
      },
    },
  ];
}

const faultsIn = (schema: Compiled, value: unknown): string => schema.faultsOf(value).slice(0, 3).join('; ');
