/** The tools of a mock as it lists them: what a gateway in front of it should show. */
import type { MockTool, ToolHints } from './mock-options/tool.js';

/** A tool as it stands in an answer to `tools/list`. */
export interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly annotations: Readonly<Record<string, boolean>>;
}

export const listedTools = (tools: readonly MockTool[]): readonly ListedTool[] =>
  tools.map((tool) => {
    const { name, description, inputSchema, annotations } = tool;
    return {
      name,
      description,
      inputSchema,
      annotations: { ...(annotations ?? usualHints(tool)), openWorldHint: false },
    };
  });

/** An effect of a mock adds and is not idempotent: booking twice books twice. */
const usualHints = ({ effect }: MockTool): ToolHints =>
  effect ? { readOnlyHint: false, destructiveHint: false, idempotentHint: false } : { readOnlyHint: true };
