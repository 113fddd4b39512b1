/**
 * The options of a `tools` mock. Every field has a default in `withDefaults`; the scenario's `mock: tools`
 * service is this shape with units.
 */
import type { MockFault } from '../mock-faults/messages.js';
import type { AnswerSize } from './answer-size.js';
import type { QueueShape } from './queue-shape.js';
import type { ServiceTime } from './service-time.js';
import type { MockPrompt, MockResource } from './offers.js';
import type { MockTool } from './tool.js';

/** What happens to a call that finds the queue full. */
export type WhenFull =
  /** HTTP 429 with Retry-After. */
  | 'shed-429'
  /** HTTP 503 with Retry-After. */
  | 'shed-503'
  /** HTTP 200 with a JSON-RPC error, code -32000. */
  | 'rpc-error'
  /** Never answered; the socket stays open until the client leaves. */
  | 'hang';

/** What a mock leaves unserved: nothing, what was cancelled, or what is past its time limit. */
export type Drops = 'none' | 'cancelled' | 'expired';

/** Everything a `tools` mock is made of. Serialisable: it travels to the child process as one JSON argument. */
export interface ToolsMockOptions extends QueueShape {
  readonly host: string;
  /** 0 takes a free port; the ready line reports which. */
  readonly port: number;
  /** MCP endpoint path, e.g. `/mcp`. */
  readonly path: string;
  readonly seed: number;
  readonly serviceTime: ServiceTime;
  readonly whenFull: WhenFull;
  /** Seconds announced in Retry-After when shedding. */
  readonly retryAfterS: number;
  /** Time added to every answer before the queue, unseen by the workers: moves time between stages in tests. */
  readonly addedQueueNs: number;
  readonly answers: 'json' | 'sse';
  /** `http-sse` (MCP 2024-11-05): a GET of `path` opens a session's stream, on which every answer comes as JSON. */
  readonly transport: 'streamable-http' | 'http-sse';
  /** Null: an answer is as short as it is. */
  readonly answerSize: AnswerSize | null;
  /**
   * What leaves the line unserved. `cancelled`: a call given up by `notifications/cancelled`, or whose client has gone.
   * `expired`: a call whose own time limit (`plimsoll/timeout-ns` in its `_meta`) has passed when its turn comes. What
   * is in service is finished.
   */
  readonly drops: Drops;
  /** Eras of the protocol that it speaks: with sessions (2025-11-25 and before), and without (2026-07-28). */
  readonly eras: readonly ('session' | 'stateless')[];
  /** Whether a request of MCP 2026-07-28 is refused whose headers are missing or differ from its body. */
  readonly checksHeaders: boolean;
  readonly tools: readonly MockTool[];
  readonly resources: readonly MockResource[];
  readonly prompts: readonly MockPrompt[];
  /** Faults that are on from the start; more can be put on while the mock serves. None when left out. */
  readonly faults?: readonly MockFault[];
}
