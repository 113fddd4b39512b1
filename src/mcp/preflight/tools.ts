/** The tool list of a server: all of it, and a digest that changes when the contract does. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { contractsOf, listDigest } from './tool-contract.js';

/** More pages than any honest server has. */
const MAX_PAGES = 1_000;

export interface ToolFacts {
  readonly name: string;
  /** SHA-256, hexadecimal, over the canonical JSON of name, title, description, schemas and annotations. */
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** Every tool, over all pages. `remainingMs` bounds each request. Rejects with the SDK's error. */
export async function listTools(client: Client, remainingMs: () => number): Promise<readonly Tool[]> {
  const { ListToolsResultSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const tools: Tool[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const result = await client.request(
      { method: 'tools/list', params: cursor === undefined ? {} : { cursor } },
      ListToolsResultSchema,
      { timeout: remainingMs() },
    );
    tools.push(...result.tools);
    cursor = result.nextCursor;
    if (cursor === undefined) return tools;
    if (seen.has(cursor)) throw new Error(`the tool list never ends: its page "${cursor.slice(0, 40)}" comes again`);
    seen.add(cursor);
  }
  throw new Error(`the tool list has more than ${MAX_PAGES} pages`);
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
