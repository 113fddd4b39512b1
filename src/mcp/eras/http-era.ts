/** The seam between an era of the protocol and Streamable HTTP. */
import type { ErrorClass } from '../../record/index.js';
import type { OpeningFailure } from './session/handshake.js';
import type { ServerRequest } from './session/server-requests.js';
import type { CallSpec } from '../../catalog/index.js';

/** A complete response, whatever its status. */
export interface ControlAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** The body; for an event stream the data of the message that answers the request, or '' when none did. */
  readonly text: string;
  /** Value of Mcp-Session-Id, or ''. */
  readonly sessionId: string;
  /** Value of Location of a redirect, or ''. */
  readonly location: string;
}

export interface ControlFailure {
  readonly kind: 'failed';
  readonly errorClass: ErrorClass;
  /** For people; may be ''. */
  readonly reason: string;
}

/** Requests outside the measured path. They never reject, and end within `timeoutMs`. `fields` are header lines. */
export interface ControlExchange {
  /**
   * @param rpcId the id whose answer ends an event stream, or null when none is expected.
   * @param asked takes requests of the server on that stream, with the session id of its head or ''.
   */
  post(
    fields: string,
    body: string,
    rpcId: number | null,
    timeoutMs: number,
    asked?: (request: ServerRequest, sessionId: string) => void,
  ): Promise<ControlAnswer | ControlFailure>;
  delete(fields: string, timeoutMs: number): Promise<ControlAnswer | ControlFailure>;
}

/** What an era reports to its channel, which asks for nothing while it makes calls. */
export interface EraReports {
  /** Calls may be sent from now on, with other header lines than before. */
  readonly opened: () => void;
  /** None may be sent until it is opened again. */
  readonly lost: () => void;
}

/** What an era makes of the calls of one channel. */
export interface HttpEra {
  /** Header lines now of what is no call: answers to the server, cancellations, the rest of an answer. */
  readonly fields: string;
  /** Header lines of the requests of a call now. */
  callFields(call: CallSpec): string;
  /** Whether a server may ask of its client, and may be notified of a cancellation: with a session it knows whose. */
  readonly speaksBothWays: boolean;
  /** Makes calls possible. @returns why not, or null. */
  open(): Promise<OpeningFailure | null>;
  /** A call of the present session was answered with this HTTP status: there is no such session. */
  sessionUnknown(status: number): void;
  /** Ends it within `withinMs`. Never rejects. */
  close(withinMs: number): Promise<void>;
}
