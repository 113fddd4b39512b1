/** A tool of the mock. */
import type { AnswerSize } from './answer-size.js';
import type { ServiceTime } from './service-time.js';

/** A tool's annotations (MCP 2025-11-25, ToolAnnotations); a hint that is left out is not reported. */
export interface ToolHints {
  readonly readOnlyHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly destructiveHint?: boolean;
}

/** One tool of the mock. */
export interface MockTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** Whether a call has a side effect that goes into the ledger. */
  readonly effect: boolean;
  /** Sent in `tools/list` instead of what follows from `effect`. It changes nothing about what the tool does. */
  readonly annotations?: ToolHints;
  /** Always answers `isError: true`. */
  readonly alwaysFails: boolean;
  /** Overrides the server's service time. */
  readonly serviceTime?: ServiceTime;
  /** Overrides the server's size of answers. */
  readonly answerSize?: AnswerSize;
}
