/** What a fault does, as the rest of the mock sees it. One behaviour is made for each fault that is set. */
import type { ServerResponse } from 'node:http';
import type { FaultOf, MockFaultKind, MockTool } from '../../../src/protocol/index.js';
import type { AnswerForm } from '../../wire/reply.js';
import type { Sessions } from '../sessions.js';
import type { WorkingTime } from './working-time.js';

/** A call as faults see it. */
export interface FaultedCall {
  readonly tool: MockTool;
  readonly argumentsJson: string;
  readonly callId: string | null;
  /** When the whole request was there, nanoseconds since the mock's epoch. */
  readonly receivedNs: number;
  readonly response: ServerResponse;
}

/** An answer before it becomes bytes. */
export type Answer =
  | { readonly kind: 'result'; readonly text: string; readonly isError: boolean; readonly callId: string | null }
  | { readonly kind: 'rpc-error'; readonly code: number }
  | { readonly kind: 'http-error'; readonly status: number };

/** Counts an affected call, by its arrival number. */
export type FaultHit = (arrival: number, call: Pick<FaultedCall, 'callId' | 'tool' | 'receivedNs'>) => void;

/** A call that has not been answered. */
export interface InFlight {
  readonly call: FaultedCall;
  /** Arrival number. */
  readonly sequence: number;
  readonly dueNs: number;
  /** Null: refused. */
  readonly startNs: number | null;
  readonly chosen: Chosen | null;
  /** The answer it will get instead of its own. */
  given: { readonly answer: Answer; readonly hit: FaultHit } | null;
}

export type Behaviour =
  | { readonly acts: 'refusal'; readonly status: 429 | 503; readonly retryAfterS: number }
  | { readonly acts: 'effect'; readonly executions: number }
  | {
      readonly acts: 'answer';
      /** The call fails: whether before its effect. Not set: the effect is executed. */
      readonly failsBeforeEffect?: boolean;
      /** The call fails, so that an event stream must not have been begun. */
      readonly needsOwnHead?: boolean;
      /** The answer instead, or null when it cannot affect this call. */
      readonly turn: (answer: Answer, call: FaultedCall, inFlight: readonly InFlight[], hit: FaultHit) => Answer | null;
      /** Receives every right answer of a tool while the fault is in force. */
      readonly observe?: (tool: string, answer: Answer) => void;
    }
  /** Writes the whole answer in its own way; `json` is the JSON-RPC response. An SSE head may have been sent. */
  | { readonly acts: 'form'; readonly send: (response: ServerResponse, form: AnswerForm, json: string) => void }
  | { readonly acts: 'head'; readonly delayNs: number }
  /** As a chosen call arrives. Returns whether it was affected. */
  | { readonly acts: 'arrival'; readonly hit: (receivedNs: number) => boolean; readonly end?: (nowNs: number) => void }
  /** Once. */
  | { readonly acts: 'onset'; readonly hit: () => void }
  /** For as long as it is in force, at most `lastsNs`; known beforehand. `lastsNs` and `untilNs` may be infinite. */
  | {
      readonly acts: 'span';
      readonly lastsNs: number;
      readonly begin: (nowNs: number, fromNs: number, untilNs: number) => void;
      readonly end: (nowNs: number) => void;
    }
  | { readonly acts: 'tool-list'; readonly turn: (tools: readonly MockTool[]) => readonly MockTool[] }
  | { readonly acts: 'session-end' };

/** Acts on one call; at most one of each kind affects it. */
type CallAct = 'refusal' | 'effect' | 'answer' | 'form' | 'head';

/** What affects a call: of each kind the act of one fault. */
export type Chosen = {
  [A in CallAct]: { readonly act: Extract<Behaviour, { readonly acts: A }>; readonly hit: FaultHit } | null;
};

/** What behaviours may reach of the server. */
export interface FaultedServer {
  readonly sessions: Sessions;
  readonly workingTime: WorkingTime;
}

/** Makes the behaviour of one kind of fault. */
export type BehaviourOf<K extends MockFaultKind> = (fault: FaultOf<K>, server: FaultedServer) => Behaviour;
