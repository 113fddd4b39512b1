/** How calls travel. */
import type { JsonValue, Revision, TraceIds } from '../../catalog/index.js';
import type { LateText } from './text.js';

/** What a server that asks its client is answered; a kind that is absent is not offered, and refused. */
export interface ClientAnswers {
  /** To a question for the user. */
  readonly elicitation?:
    | { readonly action: 'decline' | 'cancel' }
    /** `content`, and the defaults of the fields that it leaves out. */
    | { readonly action: 'accept'; readonly content: Readonly<Record<string, JsonValue>> };
  /** To a prompt for the model. */
  readonly sampling?: { readonly text: string; readonly model: string };
  readonly roots?: readonly { readonly uri: string; readonly name?: string }[];
}

export interface Protocol {
  /** Revision asked for. Where it is detected: the one that is planned with until then. */
  readonly revision: Revision;
  /** Set where the server decides, by what it answers before the run. */
  readonly detectsRevision?: true;
  readonly transport: 'streamable-http' | 'http-sse' | 'stdio';
  /** Set where the calls are made by the client of the official SDK; absent: by the one that is made for load. */
  readonly driver?: 'sdk';
  /** Sessions opened before the first phase and pinned. For stdio: child processes. */
  readonly sessions: number;
  /** Extra HTTP headers on every request; may hold secrets. */
  readonly headers: Readonly<Record<string, LateText>>;
  /** Most calls one session may have in flight. */
  readonly inFlightPerSession: number;
  /** Whether each request's `_meta` holds how long its attempt may take, so that a server can drop what is too late. */
  readonly propagateDeadline: boolean;
  /** Trace contexts that requests carry; null: none. Mocks then report every call, and how it arrived. */
  readonly trace: TraceIds | null;
  /** Whether each session over HTTP holds the GET stream on which a server sends requests of its own. */
  readonly serverStream: boolean;
  /** Whether structured content has to fit the `outputSchema` that its tool declares. */
  readonly outputSchemas: boolean;
  /** How long a session lasts, and how it ends; absent: to the end of the run, and with DELETE. */
  readonly sessionLife?: {
    /** Null: to the end of the run. */
    readonly calls: number | null;
    readonly end: 'delete' | 'abandon';
  };
  /** Absent: nothing is offered. */
  readonly answers?: ClientAnswers;
  /** Codes of JSON-RPC errors by which the server says that it is overloaded. */
  readonly overloadCodes: readonly number[];
}
