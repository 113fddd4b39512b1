/** The tool list of a server: all of it, and a digest that changes when the contract does. */
import { redactForeign } from '../../secrets/index.js';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { messageOf, type Problem } from '../../problem/index.js';
import { isObject, parsedOrUndefined } from '../../protocol/index.js';
import { excerpt } from '../eras/index.js';
import { refusedList, type SdkClient } from './sdk-client.js';
import { contractsOf, listDigest } from './tool-contract.js';

/** More pages than any honest server has. */
const MAX_PAGES = 1_000;
/** One for each tool of a long list would hide all others. */
const MOST_WARNINGS = 10;

/** Fewer than canonical JSON goes, of which a list adds some. */
const MOST_LEVELS = 150;
const TOO_DEEP = {
  success: false,
  error: {
    issues: [{ path: [], message: `it is nested more than ${MOST_LEVELS} deep, and used without its schemas` }],
  },
} as const;

export interface ToolFacts {
  readonly name: string;
  /** SHA-256, hexadecimal, over the canonical JSON of name, title, description, schemas and annotations. */
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** How long a list may be kept by what stands in between, and for whom (MCP 2026-07-28, Caching). */
export interface ListKept {
  readonly ttlMs: number;
  /** private: for the client that asked. */
  readonly scope: 'public' | 'private';
}

function keptOf({ ttlMs, cacheScope: scope }: Readonly<Record<string, unknown>>): ListKept | null {
  if (typeof ttlMs !== 'number' || !(ttlMs >= 0) || (scope !== 'public' && scope !== 'private')) return null;
  return { ttlMs, scope };
}

/** The tools of a server, as far as they could be had. */
export interface ToolListing {
  /** One that does not follow the protocol stands here with what of it can be used. */
  readonly tools: readonly Tool[];
  /** What of the list does not follow the protocol. */
  readonly warnings: readonly Problem[];
  /** Why the list breaks off; null: it is whole. */
  readonly brokenOff: Error | null;
  /** As its first page says; null: it says nothing that is valid. */
  readonly kept: ListKept | null;
}

const BREAKS_OFFICIAL =
  'correct it in the server: clients that are built on the official SDK refuse the whole list for it';

/** What stands in the pages of a list, and what is wrong with the pages themselves. */
export interface RawListing {
  readonly tools: readonly unknown[];
  readonly warnings: readonly Problem[];
  /** Why the list breaks off; null: it is whole. */
  readonly brokenOff: Error | null;
  /** As its first page says; null: it says nothing that is valid. */
  readonly kept: ListKept | null;
  /** For what the official SDK refuses a page whole. */
  readonly refusals: readonly Issue[];
}

/**
 * What a server lists over all pages, as it is; `remainingMs` bounds each request. What is wrong with one page costs
 * the pages behind. Rejects with the SDK's error when there is no first page.
 */
export async function rawTools(client: Pick<SdkClient, 'request'>, remainingMs: () => number): Promise<RawListing> {
  const tools: unknown[] = [];
  const warnings: Problem[] = [];
  let kept: ListKept | null = null;
  const refusals: Issue[] = [];
  const listing = (brokenOff: Error | null): RawListing => ({ tools, warnings, brokenOff, kept, refusals });
  const seen = new Set<string>();
  let params = {};
  for (let page = 0; page < MAX_PAGES; page++) {
    let result: Readonly<Record<string, unknown>>;
    try {
      result = await client.request('tools/list', params, { timeoutMs: remainingMs() });
      if (!Array.isArray(result['tools'])) throw new Error('its result has no list "tools"');
    } catch (thrown) {
      const refused = refusedList(thrown);
      if (refused === null && page === 0) throw thrown;
      if (refused === null) return listing(thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
      refusals.push(...issuesIn(messageOf(thrown)));
      result = refused;
    }
    if (page === 0) kept = keptOf(result);
    tools.push(...(result['tools'] as readonly unknown[]));
    const cursor = result['nextCursor'];
    if (cursor === undefined) return listing(null);
    if (cursor === '' || cursor === null) {
      warnings.push({
        code: 'empty-cursor',
        what: `the tool list has a nextCursor that is ${cursor === null ? 'null' : 'empty'}: taken as its end`,
        remedy: `let the server leave nextCursor out on the last page (MCP, Pagination); ${BREAKS_OFFICIAL}`,
      });
      return listing(null);
    }
    if (typeof cursor !== 'string') return listing(new Error('its nextCursor is no text'));
    if (seen.has(cursor))
      return listing(
        new Error(`the tool list never ends: its page "${redactForeign(cursor).slice(0, 40)}" comes again`),
      );
    seen.add(cursor);
    params = { cursor };
  }
  return listing(new Error(`the tool list has more than ${MAX_PAGES} pages`));
}

/**
 * Every tool, over all pages, as `rawTools` finds them. What is wrong with one tool costs that tool.
 */
export async function listTools(client: Pick<SdkClient, 'request'>, remainingMs: () => number): Promise<ToolListing> {
  const { ToolSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const { tools: found, warnings: ofPages, brokenOff, kept, refusals } = await rawTools(client, remainingMs);
  const tools: Tool[] = [];
  const ofTools: Problem[] = [];
  for (const raw of found) {
    const read = isDeeperThan(MOST_LEVELS, raw) ? TOO_DEEP : ToolSchema.safeParse(raw);
    const tool = read.success ? read.data : usablePart(raw, read === TOO_DEEP);
    if (tool !== null) tools.push(tool);
    if (!read.success && ofTools.length < MOST_WARNINGS)
      ofTools.push(malformed(tool?.name ?? null, tools.length, read.error.issues));
  }
  // What is wrong with a tool is said of that tool, where its own schema shows it.
  const ofLists = refusals.filter(({ path }) => path[0] !== 'tools' || ofTools.length === 0);
  const warnings = [...ofTools, ...(ofLists.length === 0 ? [] : [malformedList(ofLists)]), ...ofPages];
  return { tools, warnings, brokenOff, kept };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What the SDK 2.x says of a result: the issues as JSON behind a colon, or a sentence. */
function issuesIn(message: string): readonly Issue[] {
  const said = message.replace(/^Invalid result for [^:]*: /, '');
  const found = parsedOrUndefined(said);
  const issues: readonly unknown[] = Array.isArray(found) ? found : [];
  return issues.length > 0 && issues.every(isIssue) ? issues : [{ path: [], message: said }];
}

const isIssue = (value: unknown): value is Issue =>
  isObject(value) && Array.isArray(value['path']) && typeof value['message'] === 'string';

const malformedList = (issues: readonly Issue[]): Problem => ({
  code: 'tool-list-malformed',
  what: excerpt(`the tool list does not follow the protocol (${reasonsOf(issues)})`),
  remedy: BREAKS_OFFICIAL,
});

function reasonsOf(issues: readonly Issue[]): string {
  const reasons = issues.slice(0, 3).map(({ path, message }) => {
    const place = path.map(String).join('.');
    return place === '' ? message : `${place}: ${message}`;
  });
  return reasons.join('; ');
}

function malformed(name: string | null, position: number, issues: readonly Issue[]): Problem {
  return {
    code: 'tool-malformed',
    what: excerpt(
      `${name === null ? `a tool behind the first ${position}` : `the tool "${name}"`} does not follow the protocol ` +
        `(${reasonsOf(issues)})`,
    ),
    remedy: BREAKS_OFFICIAL,
  };
}

/** Whether a value is nested over so many levels, whatever their number is: no walk of ours goes deeper. */
const isDeeperThan = (levels: number, value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isDeeperThan(levels - 1, each)));

/**
 * A tool that the protocol's schema refuses, without what is wrong with it; null when it has no name.
 *
 * @param isDeep what is nested in it can't be walked.
 */
function usablePart(raw: unknown, isDeep: boolean): Tool | null {
  if (!isObject(raw) || typeof raw['name'] !== 'string') return null;
  const { name, title, description, inputSchema, annotations } = raw;
  return {
    name,
    inputSchema: { ...(isObject(inputSchema) && !isDeep ? inputSchema : {}), type: 'object' },
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(isObject(annotations) && !isDeep ? { annotations: boolsOf(annotations) } : {}),
  };
}

function boolsOf(annotations: Readonly<Record<string, unknown>>): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    Object.entries(annotations).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'),
  );
}

/** Facts of each tool and the digest of the whole list, both independent of the list's order. */
export function toolFacts(tools: readonly Tool[]): {
  readonly tools: readonly ToolFacts[];
  readonly toolListDigest: string;
} {
  const contracts = contractsOf(tools);
  return {
    tools: contracts.map(({ parts: { name, annotations }, digest }) => ({
      name,
      digest,
      ...(annotations === undefined ? {} : { annotations }),
    })),
    toolListDigest: listDigest(contracts),
  };
}
