/** What the tools that are called say of themselves, as rows of the record. */
import type { PreflightReport } from '../mcp/index.js';
import type { ToolRow } from '../record/index.js';
import type { CallSpec } from '../scenario/index.js';

/** One row for each tool that is called, in the order of the calls. */
export function annotationRows(calls: readonly CallSpec[], tools: PreflightReport['tools']): readonly ToolRow[] {
  return [...new Set(calls.map(({ tool }) => tool))].map((tool) => {
    const annotations = tools.find(({ name }) => name === tool)?.annotations;
    const hint = (name: string): boolean | null => {
      const told = annotations?.[name];
      return typeof told === 'boolean' ? told : null;
    };
    return {
      tool,
      readOnlyHint: hint('readOnlyHint'),
      idempotentHint: hint('idempotentHint'),
      destructiveHint: hint('destructiveHint'),
    };
  });
}
