/** A tool of the mock with what a call of it is checked against. */
import { isObject, type MockTool } from '../../src/protocol/index.js';
import { argumentsCheck, type ArgumentsCheck } from './arguments-check.js';

export interface ServedTool {
  readonly tool: MockTool;
  readonly check: ArgumentsCheck;
  /** Arguments that the head of a stateless request repeats. */
  readonly repeated: readonly { readonly path: readonly string[]; readonly name: string }[];
}

/** Only properties at the top are looked at: a tool of the mock has no deeper ones that are repeated. */
export function servedTool(tool: MockTool): ServedTool {
  const { properties } = tool.inputSchema;
  const repeated = Object.entries(isObject(properties) ? properties : {}).flatMap(([argument, schema]) => {
    const name = isObject(schema) ? schema['x-mcp-header'] : undefined;
    return typeof name === 'string' ? [{ path: [argument], name }] : [];
  });
  return { tool, check: argumentsCheck(tool.inputSchema), repeated };
}
