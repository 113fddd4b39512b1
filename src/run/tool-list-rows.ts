/** Tool lists as rows of the record: digest, size and tokens of each tool, and what it is. */
import { createHash } from 'node:crypto';
import { canonicalJson, listedTools } from '../protocol/index.js';
import type { ToolListRow } from '../record/index.js';
import { servicesBehind, targetName, type Stack } from '../scenario/index.js';

/** The tokenizer that tool lists are measured with: that of GPT-4o and later models. Its table is in the package. */
export const TOKENIZER = 'o200k_base';

type Tool = Readonly<Record<string, unknown>> & { readonly name: string };

/** Counts the tokens of a text. Loads a table of 2 MB and takes a fraction of a second: for runs that need it alone. */
async function tokenCounter(): Promise<(text: string) => number> {
  const { Tiktoken } = await import('js-tiktoken/lite');
  const { default: ranks } = await import('js-tiktoken/ranks/o200k_base');
  const encoder = new Tiktoken(ranks);
  // What has the form of a control token is text all the same.
  return (text) => encoder.encode(text, [], []).length;
}

/**
 * Rows of the lists of the target, and of each mock behind it.
 *
 * @param views the target's list in each session.
 */
export async function toolListRows(views: readonly (readonly Tool[])[], stack: Stack): Promise<readonly ToolListRow[]> {
  const tokensOf = await tokenCounter();
  const known = new Set<string>();
  const rowsOf = (service: string | null, listing: number, tools: readonly Tool[]): readonly ToolListRow[] =>
    tools.map((tool, position) => {
      const text = canonicalJson(tool);
      const { name, ...rest } = tool;
      const contract = canonicalJson(rest);
      const digest = createHash('sha256').update(contract).digest('hex');
      const key = `${service ?? ''} ${name} ${digest}`;
      const isNew = !known.has(key);
      known.add(key);
      return {
        ...{ service, listing, position, tool: name, digest },
        ...{ bytes: Buffer.byteLength(text), tokens: tokensOf(text), tokenizer: TOKENIZER },
        contract: isNew ? contract : null,
      };
    });
  return [
    ...views.flatMap((tools, listing) => rowsOf(null, listing, tools)),
    ...mocksOf(stack).flatMap(({ name, options }) =>
      rowsOf(
        name,
        0,
        listedTools(options.tools).map((tool) => ({ ...tool })),
      ),
    ),
  ];
}

/** The mocks that calls can reach: those behind the target, or all where a foreign service stands before them. */
function mocksOf(stack: Stack) {
  const target = targetName(stack);
  const behind = target === null ? [] : servicesBehind(stack, target);
  const isForeign = behind.some(({ kind }) => kind !== 'mock') || behind.length === 0;
  return (isForeign ? stack.services : behind).flatMap((service) => (service.kind === 'mock' ? [service] : []));
}
