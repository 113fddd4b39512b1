/** What the tools that are called say of themselves, as rows of the record. */
import { toolOf } from '../catalog/index.js';
import type { PreflightReport } from '../mcp/index.js';
import type { ToolRow } from '../record/index.js';
import type { CallSpec } from '../scenario/index.js';

/** One row for each tool that is called, in the order of the calls. */
export function annotationRows(calls: readonly CallSpec[], tools: PreflightReport['tools']): readonly ToolRow[] {
  return [...new Set(calls.flatMap((call) => toolOf(call) ?? []))].map((tool) => {
    const annotations = tools.find(({ name }) => name === tool)?.annotations;
    const hint = (name: string): boolean | null => {
      const value = annotations?.[name];
      return typeof value === 'boolean' ? value : null;
    };
    return {
      tool,
      readOnlyHint: hint('readOnlyHint'),
      idempotentHint: hint('idempotentHint'),
      destructiveHint: hint('destructiveHint'),
    };
  });
}
