/** What the tools that are called promise of their structured content. */
import { compileSchema, type DeclaredSchemas } from '../json-schema.js';

/** A tool's promise. */
export interface OutputSchema {
  /** @param structured null where an answer has none, which breaks the promise. */
  readonly fits: (structured: Readonly<Record<string, unknown>> | null) => boolean;
  /** What is wrong with it, for people; '' when it fits. */
  readonly faultsOf: (structured: Readonly<Record<string, unknown>> | null) => string;
}

/** For each call; null where its tool promises nothing, or by a schema that can't be used. */
export type OutputSchemas = readonly (OutputSchema | null)[];

export function compileOutputs(declared: DeclaredSchemas): Promise<OutputSchemas> {
  return Promise.all(
    declared.map(async (schema) => {
      if (schema === null) return null;
      const compiled = await compileSchema(schema, 'structuredContent');
      if (compiled.kind === 'unusable') return null;
      return {
        fits: (structured) => structured !== null && compiled.fits(structured),
        faultsOf: (structured) =>
          structured === null
            ? 'there is no structuredContent, and the tool declares an outputSchema'
            : compiled.faultsOf(structured).slice(0, 3).join('; '),
      };
    }),
  );
}
