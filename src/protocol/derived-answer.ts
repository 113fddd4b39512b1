/**
 * Answers that can be checked without any state: the mock derives them from the arguments it received, the oracle from
 * the arguments it sent. A lost, changed, mixed up or stale answer differs.
 */
import { fnv1a } from '../random/index.js';

/**
 * The text a mock answers a call with: `TOOL:` and eight hexadecimal digits, FNV-1a over tool name and arguments.
 * Well under a microsecond for arguments of a hundred characters.
 *
 * @param canonicalArgumentsJson the call's arguments as `canonicalJson` writes them; `{}` when a call has none.
 */
export function derivedAnswer(tool: string, canonicalArgumentsJson: string): string {
  const digest = fnv1a(canonicalArgumentsJson, fnv1a(tool));
  return tool + ':' + hex16(digest >>> 16) + hex16(digest & 0xffff);
}

/** In place of the tool's name, for answers of other operations: no tool has such a name. */
export const READ_RESOURCE = 'resources/read';
export const promptName = (prompt: string): string => `prompts/get ${prompt}`;
/** @param of the prompt, or the URI of the resource template. */
export const completionName = (of: string, argument: string): string => `completion/complete ${of} ${argument}`;

// Halves stay small integers, which V8 writes in base 16 far faster than a double.
const hex16 = (half: number): string => (half + 0x1_0000).toString(16).slice(1);
