/** A call under way, as the mock keeps it from its arrival to its answer. */
import type { ServerResponse } from 'node:http';
import type { Answer, InFlight, FaultHit } from './faults/index.js';
import type { Place } from './place.js';
import type { MockTool, TruthOutcome } from '../../src/protocol/index.js';
import type { ResultForm } from './result.js';
import type { Arrival } from './truth.js';

/** A call with good arguments. */
export interface Call extends Arrival {
  /** What is called; of an operation that runs no tool, what stands for one in queue, truth and faults. */
  readonly tool: MockTool;
  readonly form: ResultForm;
  /** The arguments, or the value that stands for them, as canonical JSON. */
  readonly argumentsJson: string;
  /** How long the caller waits from its request on, as far as it is known; else Infinity. */
  readonly timeoutNs: number;
  /** First members of its result, as JSON text. Not empty: it has no session, and a closed connection cancels it. */
  readonly members: string;
  readonly response: ServerResponse;
}

export interface Pending extends InFlight {
  readonly call: Call;
  dueNs: number;
  /** Null: the call was not admitted, and its refusal is due. */
  startNs: number | null;
  /** When it came to the line, in the workers' own time. */
  readonly atLineWorkNs: number;
  /** Its place in the line; null when it was not admitted. */
  readonly place: Place | null;
  /** The caller has cancelled, and what became of that. */
  cancelled: boolean;
  dropped: boolean;
  /** Its turn has come: a connection that is closed from now on cancels nothing. */
  isOver: boolean;
}

/** An answer that only has to be sent. */
export interface Ready {
  readonly outcome: TruthOutcome;
  readonly answer: Answer;
  /** The JSON-RPC response. */
  readonly json: string;
  /** What it means to the faults that the client gets it. */
  readonly hits: readonly FaultHit[];
}

/** An answer whose head a fault holds back. */
export interface Held {
  readonly dueNs: number;
  readonly sequence: number;
  readonly pending: Pending;
  readonly ready: Ready;
}
