/** The part of a tool that callers rely on, and its digest. */
import { canonicalJson } from '../../protocol/index.js';
import { createHash } from 'node:crypto';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';

/** What of a tool is its contract. */
export type ContractParts = Pick<
  Tool,
  'name' | 'title' | 'description' | 'inputSchema' | 'outputSchema' | 'annotations'
>;

export interface ToolContract {
  readonly parts: ContractParts;
  /** SHA-256, hexadecimal, over the canonical JSON of `parts`: the order of keys and white space do not matter. */
  readonly digest: string;
}

/**
 * The contracts of a list of tools, sorted by name, whatever the order of the list.
 *
 * @throws RangeError when a schema is nested deeper than canonical JSON goes.
 */
export function contractsOf(tools: readonly Tool[]): readonly ToolContract[] {
  return tools
    .map(({ name, title, description, inputSchema, outputSchema, annotations }) => {
      const parts: ContractParts = { name, title, description, inputSchema, outputSchema, annotations };
      return { parts, digest: sha256(canonicalJson(parts)) };
    })
    .sort((a, b) => (a.parts.name < b.parts.name ? -1 : a.parts.name > b.parts.name ? 1 : 0));
}

/** SHA-256, hexadecimal, over the canonical JSON of all of them. */
export function listDigest(contracts: readonly ToolContract[]): string {
  return sha256(canonicalJson(contracts.map(({ parts }) => parts)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
