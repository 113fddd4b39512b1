/** What the tools of the calls declare, as far as it bears on how they are called and judged. */
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import type { Problem } from '../../problem/index.js';
import {
  eraOf,
  headerParametersOf,
  listedToolOf,
  operationOf,
  type CallSpec,
  type HeaderParameters,
  type Revision,
} from '../../catalog/index.js';
import { excerpt } from '../eras/index.js';
import { compileSchema, type DeclaredSchemas } from '../json-schema.js';

/** What the tools of the calls promise of their structured content. */
export async function declaredOutputs(
  calls: readonly CallSpec[],
  tools: readonly Tool[],
  warnings: Problem[],
): Promise<DeclaredSchemas> {
  const declared: (Readonly<Record<string, unknown>> | null)[] = [];
  for (const name of calls.map(listedToolOf)) {
    const schema = tools.find((tool) => tool.name === name)?.outputSchema ?? null;
    const compiled = schema === null ? null : await compileSchema(schema, 'structuredContent');
    if (compiled?.kind === 'unusable')
      warnings.push({
        code: 'schema-unusable',
        what: `the outputSchema of tool "${name}" can't be used to check answers: ${excerpt(compiled.reason)}`,
        remedy: 'correct it in the server: clients that are built on the official SDK refuse the tool list for it',
      });
    declared.push(compiled?.kind === 'compiled' ? schema : null);
  }
  return declared;
}

/** Arguments that the heads of the calls repeat, in the stateless era. What of them is wrong goes to `problems`. */
export function declaredParameters(
  calls: readonly CallSpec[],
  tools: readonly Tool[],
  revision: Revision,
  problems: Problem[],
): HeaderParameters {
  if (eraOf(revision) === 'session') return calls.map(() => []);
  return calls.map((call) => {
    const name = listedToolOf(call);
    const declared = headerParametersOf(tools.find((tool) => tool.name === name)?.inputSchema ?? {});
    if (declared.kind === 'valid') return declared.parameters;
    problems.push({
      code: 'tool-headers-invalid',
      what: `the tool "${name ?? ''}" may not be called: its inputSchema breaks a rule (${excerpt(declared.reason)})`,
      remedy:
        'correct it in the server: clients must leave out tools whose headers are declared wrongly (MCP 2026-07-28)',
    });
    return [];
  });
}

/** Operations that the revision does not have: which it is may be known only now. */
export function operationProblems(calls: readonly CallSpec[], revision: Revision): readonly Problem[] {
  return calls.flatMap((call): readonly Problem[] => {
    const { eras, method } = operationOf(call);
    if (eras[eraOf(revision)]) return [];
    const what = `the server speaks MCP ${revision}, which has no ${method}, as the call "${call.label}" asks for`;
    return [{ code: 'no-such-operation', what, remedy: 'ask for another protocol.revision, or delete the call' }];
  });
}
