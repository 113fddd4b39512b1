/** What there is to know of an MCP operation that a scenario can call. */
import type { z } from 'zod';
import type { CheckReport } from '../grammar/index.js';
import type { ArgumentValue } from './arguments.js';
import type { CallRequest } from './call-spec.js';
import type { Era } from './era.js';
import type { PolicyText } from './policy.js';

/** What is known, while a scenario is checked, of the server that its calls reach. */
export interface ServerFacts {
  /** Tools of a mock by name; null where the server is none, or not known. */
  readonly mockTools: ReadonlyMap<string, { readonly effect: boolean }> | null;
  /** URIs and URI templates of the resources of a mock; null as for `mockTools`. */
  readonly mockResources: readonly string[] | null;
  /** Prompts of a mock by name, with the arguments that they need; null as for `mockTools`. */
  readonly mockPrompts: ReadonlyMap<string, readonly string[]> | null;
  /** A mock, another service of the scenario, or a server outside of it. */
  readonly kind: 'mock' | 'service' | 'outside' | 'unknown';
}

/** Schemas of results that the official SDK exports. */
export type SdkResult =
  | 'CallToolResultSchema'
  | 'ListResourcesResultSchema'
  | 'ListResourceTemplatesResultSchema'
  | 'ReadResourceResultSchema'
  | 'ListPromptsResultSchema'
  | 'GetPromptResultSchema'
  | 'CompleteResultSchema';

/**
 * One operation. Functions are written as methods, so that an operation of one kind of request can stand in a list of
 * all. The code that finds one by a request's `operation` passes it that request.
 */
export interface Operation<Request extends CallRequest = CallRequest, Text extends PolicyText = PolicyText> {
  /** The method of its JSON-RPC request. */
  readonly method: Request['operation'];
  /** Whether servers of an era know it. */
  readonly eras: Readonly<Record<Era, boolean>>;
  /** A call in a scenario. */
  readonly text: z.ZodType<Text>;
  /** The key in the scenario that names what it acts on. */
  readonly subjectKey: string;

  /** What a scenario's call asks for. */
  request(written: Text): Request;
  /** Problems of a call that its grammar alone cannot see; places count from the call. */
  check(written: Text, server: ServerFacts, report: CheckReport): void;
  /** What it acts on: the label of a call that has none of its own. */
  subject(request: Request): string;
  /** What a stateless request names in its header `Mcp-Name`; null where its method names nothing. */
  headerName(request: Request): string | null;
  /** Set where it names there the value of its sole argument, which may be another for each call. */
  readonly namedBySole?: true;
  /** The tool that it runs; null for an operation that runs none. */
  tool(request: Request): string | null;

  /** Values that are made for each call; their JSON stands between the two texts of `params`. Null: it takes none. */
  arguments(request: Request): Readonly<Record<string, ArgumentValue>> | null;
  /** The only one of them, where its value stands in the request without its name and without the map around it. */
  readonly sole?: string;
  /** The members of the request's `params`, as JSON text before and after the arguments; empty where it takes none. */
  params(request: Request): { readonly before: string; readonly after: string };

  /** The schema that clients built on the official SDK hold its result to; null: none, or the parts one by one. */
  readonly sdkResult: SdkResult | null;
  /** Whether a result, though no JSON-RPC error, reports that the operation failed. */
  hasFailed(result: Readonly<Record<string, unknown>>): boolean;
  /** Whether a result that reports no failure has the form that the protocol gives a result of this operation. */
  isResult(result: Readonly<Record<string, unknown>>): boolean;
  /** The texts of a result that expectations are compared with, in order; empty when it has none. */
  answerTexts(result: Readonly<Record<string, unknown>>): readonly string[];
  /** The text of one content block of a result, counted from 0; null when there is none. */
  blockText(result: Readonly<Record<string, unknown>>, block: number): string | null;
  /** The structured part of a result; null when it has none. */
  structured(result: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null;
  /** The text that a mock derives for these arguments. */
  derivedText(request: Request, argumentsJson: string): string;
}
